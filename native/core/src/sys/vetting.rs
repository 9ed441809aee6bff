//! Extension modules in the isolated sub-interpreters of CPython 3.12.
//!
//! CPython 3.12 finds out that a module does not support sub-interpreters only after its init function ran in one. That function readies static
//! types with memory of that interpreter, which is freed with it, and the next interpreter that loads the module (`datetime`, say) corrupts the heap.
//! CPython 3.13 loads such a module in the main interpreter first. Here that is done for 3.12, by the audit hook that precedes every load.

use super::api::api;
use super::object::{self, Object, PyResult};
use super::thread;
use super::value;
use pyo3::{Python, ffi};
use std::ffi::{CStr, c_ulong};

/// `Py_RTFLAGS_MULTI_INTERP_EXTENSIONS` (Include/cpython/pystate.h of 3.12).
const CHECKS_EXTENSIONS: c_ulong = 1 << 8;

/// Whether the current interpreter is one whose loads are to be vetted. To be called attached.
pub fn is_needed() -> bool {
    let Some(has_feature) = api().has_feature.filter(|_| thread::is_version(b"3.12.")) else {
        return false;
    };
    // SAFETY: attached; the function reads the flags that the interpreter was made with.
    unsafe { has_feature(ffi::PyInterpreterState_Get(), CHECKS_EXTENSIONS) != 0 }
}

/// Loads the module in the main interpreter, where it can do no harm. The sentence to raise, where it must not be loaded here. To be called attached.
pub fn refusal(name: &str, path: &str) -> Option<String> {
    let verdict = in_main_interpreter(|py| match is_single_phase(py, name, path) {
        Ok(false) => None,
        Ok(true) => Some(format!("module {name} does not support loading in subinterpreters")),
        Err(raised) => Some(message(&raised.0)),
    });
    verdict.flatten()
}

fn message(exception: &Object<'_>) -> String {
    let Ok(text) = object::str(exception) else { return String::new() };
    match value::text(&text) {
        Ok(value::Text::Ascii(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Ok(value::Text::Utf8(text)) => text.to_owned(),
        _ => String::new(),
    }
}

/// Runs `f` attached to the main interpreter. `None` where there is none.
fn in_main_interpreter<R>(f: impl FnOnce(Python<'_>) -> R) -> Option<R> {
    let main = thread::main_interpreter()?;
    // SAFETY: attached (the hook is called by running Python code), and attached again by the same state below; meanwhile this thread has a state
    // of its own for the main interpreter, which lives as long as any other.
    let outer = unsafe { ffi::PyEval_SaveThread() };
    let door = thread::ThreadState::create(main);
    door.attach();
    let result = {
        let proof = thread::AttachProof::assert();
        f(thread::token(&proof))
    };
    door.delete_attached();
    // SAFETY: as above.
    unsafe { ffi::PyEval_RestoreThread(outer) };
    Some(result)
}

/// Whether the module is made whole by its init function, as before PEP 489: such modules have no slots.
fn is_single_phase<'py>(py: Python<'py>, name: &str, path: &str) -> PyResult<'py, bool> {
    let importlib = object::import_static(py, c"_frozen_importlib")?;
    let arguments = (value::str_from_utf8(py, name)?, object::none(py));
    let spec = object::call(&object::attr(&importlib, c"ModuleSpec")?, &[&arguments.0, &arguments.1], None)?;
    object::setattr(&spec, &value::interned(py, "origin")?, &value::str_from_utf8(py, path)?)?;
    let create = object::attr(&object::import_static(py, c"_imp")?, c"create_dynamic")?;
    Ok(has_no_slots(&object::call(&create, &[&spec], None)?))
}

fn has_no_slots(module: &Object<'_>) -> bool {
    // SAFETY: a valid object, asked for its definition only if it is a module; the definition is static data of the extension.
    unsafe {
        if ffi::PyModule_Check(module.as_ptr()) == 0 {
            return false;
        }
        let definition = ffi::PyModule_GetDef(module.as_ptr());
        definition.is_null() || (*definition).m_slots.is_null()
    }
}

/// Leaves an ImportError as the pending exception.
pub fn raise(sentence: &str) {
    let text = std::ffi::CString::new(sentence.replace('\0', "?")).unwrap_or_default();
    // SAFETY: attached (see `refusal`), zero-terminated text.
    unsafe { ffi::PyErr_SetString(ffi::PyExc_ImportError, text.as_ptr()) };
}

/// Single-phase modules of the standard library of 3.12.
const SINGLE_PHASE: [&CStr; 6] =
    [c"_ctypes", c"_curses", c"_datetime", c"_decimal", c"_tkinter", c"readline"];

/// Before an isolated sub-interpreter is made: the same for the modules that are linked into libpython (as Debian does it), whose loads raise no event.
/// The thread is attached to the main interpreter.
pub fn prepare(py: Python<'_>) {
    if thread::is_version(b"3.12.") {
        for name in SINGLE_PHASE {
            // One that cannot be imported is not linked in, or cannot do harm.
            let _ = import_built_in(py, name);
        }
    }
}

fn import_built_in<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, ()> {
    let is_builtin = object::attr(&object::import_static(py, c"_imp")?, c"is_builtin")?;
    let text = value::str_from_utf8(py, &name.to_string_lossy())?;
    let answer = object::call(&is_builtin, &[&text], None)?;
    if value::int_as_i64(&answer) == Some(1) {
        object::import_static(py, name)?;
    }
    Ok(())
}
