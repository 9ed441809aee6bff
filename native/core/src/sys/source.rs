//! Python source that is part of this core.

use super::api::api;
use super::object::{Object, PyResult, owned};
use pyo3::{Python, ffi};
use std::collections::BTreeMap;
use std::ffi::{CStr, c_int};
use std::sync::{Arc, Mutex, PoisonError};

/// The text of a file of this core, with the NUL that ends it.
pub const fn cstr(text: &str) -> &CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("the source has a NUL"),
    }
}

/// Runs source text of this core (fixed at compile time) in a new namespace, and returns that namespace.
pub fn run_source<'py>(
    py: Python<'py>,
    source: &'static CStr,
    file: &'static CStr,
    names: &[(&str, Object<'py>)],
) -> PyResult<'py, Object<'py>> {
    let globals = super::value::dict(py)?;
    for (name, object) in names {
        super::value::dict_set(&globals, &super::value::str_from_utf8(py, name)?, object)?;
    }
    let builtins = super::object::import_static(py, c"builtins")?;
    super::value::dict_set(&globals, &super::value::str_from_utf8(py, "__builtins__")?, &builtins)?;
    run(source, file, globals)
}

/// The same in a namespace that begins with those of another such file.
pub fn run_source_among<'py>(
    py: Python<'py>,
    source: &'static CStr,
    file: &'static CStr,
    names: &Object<'py>,
) -> PyResult<'py, Object<'py>> {
    // SAFETY: PyDict_Copy refuses what is no dict.
    run(source, file, owned(py, unsafe { ffi::PyDict_Copy(names.as_ptr()) })?)
}

fn run<'py>(source: &'static CStr, file: &'static CStr, globals: Object<'py>) -> PyResult<'py, Object<'py>> {
    let py = globals.py();
    let code = compiled(py, source, file)?;
    // SAFETY: a code object and a dict; PyEval_EvalCode gives a new reference or null.
    owned(py, unsafe { ffi::PyEval_EvalCode(code.as_ptr(), globals.as_ptr(), globals.as_ptr()) })?;
    Ok(globals)
}

/// What contexts have compiled, by the address of the text, as `marshal` writes it: all interpreters of a process can read it. Compiling it again takes
/// longer, and memory that CPython does not give back when the interpreter ends (bench/contexts-memory.mjs).
static COMPILED: Mutex<BTreeMap<usize, Arc<[u8]>>> = Mutex::new(BTreeMap::new());

fn compiled<'py>(py: Python<'py>, source: &'static CStr, file: &'static CStr) -> PyResult<'py, Object<'py>> {
    let key = source.as_ptr() as usize;
    let known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some(bytes) = known {
        // SAFETY: attached; it copies what it needs of the bytes, and gives a new reference or null.
        return owned(py, unsafe { (api().marshal_read)(bytes.as_ptr().cast(), bytes.len() as _) });
    }
    // SAFETY: attached, with zero-terminated texts; it gives a new reference or null.
    let code =
        owned(py, unsafe { ffi::Py_CompileString(source.as_ptr(), file.as_ptr(), ffi::Py_file_input) })?;
    // The main interpreter compiles it once, and need not pay for those that may come.
    if !is_main(py)
        && let Ok(bytes) = marshalled(&code)
    {
        COMPILED.lock().unwrap_or_else(PoisonError::into_inner).insert(key, bytes);
    }
    Ok(code)
}

fn is_main(_py: Python<'_>) -> bool {
    // SAFETY: attached, as the token proves; both functions read a pointer.
    unsafe { ffi::PyInterpreterState_Get() == (api().main_interpreter)() }
}

fn marshalled<'py>(code: &Object<'py>) -> PyResult<'py, Arc<[u8]>> {
    /// All versions of CPython read it.
    const VERSION: c_int = 4;
    // SAFETY: a valid object; the result is a new bytes object or null, whose memory lives as long as it, and is copied.
    unsafe {
        let bytes = owned(code.py(), (api().marshal_write)(code.as_ptr(), VERSION))?;
        let (data, size) = (ffi::PyBytes_AsString(bytes.as_ptr()), ffi::PyBytes_Size(bytes.as_ptr()));
        Ok(std::slice::from_raw_parts(data.cast::<u8>(), size as usize).into())
    }
}
