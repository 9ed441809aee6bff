//! Starting and ending sub-interpreters.

use super::api::{InterpreterConfig, api};
use super::thread::{Gil, InterpreterState, ThreadState, current};
use super::{frames, gil_state, thread_ids, vetting};
use pyo3::{Python, ffi};
use std::ffi::CStr;
use std::ptr;

/// How much a sub-interpreter shares with the main one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SubKind {
    /// Its own GIL, and only extension modules made for that; from CPython 3.12 on.
    Isolated,
    /// The main interpreter's GIL and allocator, and every extension module.
    Shared,
}

/// Whether `SubKind::Isolated` can be had.
pub fn has_own_gil() -> bool {
    api().new_interpreter_from_config.is_some()
}

/// Makes a sub-interpreter; the thread, attached before, is attached to the new one afterwards. The thread state it was attached by is detached, and its
/// interpreter's GIL is free unless the two share it. Where it fails, this thread is attached as before, and CPython's reason is returned.
pub fn start(py: Python<'_>, kind: SubKind) -> Result<(InterpreterState, ThreadState), &'static str> {
    let Some(new_interpreter) = api().new_interpreter_from_config else {
        // SAFETY: attached, as the token proves. These versions end the process where it fails, and never return null.
        unsafe { ffi::Py_NewInterpreter() };
        hide_asyncio_of_c();
        let (interpreter, state) = begun(Gil::Main);
        gil_state::set_apart(interpreter, state);
        return Ok((interpreter, state));
    };
    if kind == SubKind::Isolated {
        vetting::prepare(py);
    }
    let (config, gil) = configuration(kind);
    let mut state: *mut ffi::PyThreadState = ptr::null_mut();
    // SAFETY: attached, as the token proves; the configuration has the layout of its CPython version. The message of a failure is static.
    let reason = unsafe {
        let status = new_interpreter(&mut state, &config);
        (!status.message.is_null()).then(|| CStr::from_ptr(status.message))
    };
    match reason.map(CStr::to_str) {
        None if !state.is_null() => {
            if gil == Gil::Own {
                frames::interpreter_began();
            }
            Ok(begun(gil))
        }
        Some(Ok(reason)) => Err(reason),
        _ => Err("no reason is known"),
    }
}

/// The interpreter that was just made on this thread.
fn begun(gil: Gil) -> (InterpreterState, ThreadState) {
    let (interpreter, state) = current(gil);
    thread_ids::set_apart(interpreter, state);
    (interpreter, state)
}

/// `Shared` is what `Py_NewInterpreter` makes, which ends the process where it fails.
fn configuration(kind: SubKind) -> (InterpreterConfig, Gil) {
    const SHARED_GIL: i32 = 1;
    const OWN_GIL: i32 = 2;
    let is_shared = i32::from(kind == SubKind::Shared);
    let config = InterpreterConfig {
        use_main_obmalloc: is_shared,
        allow_fork: is_shared,
        allow_exec: is_shared,
        allow_threads: 1,
        allow_daemon_threads: 1,
        check_multi_interp_extensions: 1 - is_shared,
        gil: if is_shared == 1 { SHARED_GIL } else { OWN_GIL },
    };
    (config, if is_shared == 1 { Gil::Main } else { Gil::Own })
}

/// Before CPython 3.12, asyncio's C module is one for all interpreters, and takes the running loop of one for that of another. Without it,
/// asyncio is all Python.
fn hide_asyncio_of_c() {
    // SAFETY: this thread is attached to the interpreter that was just made; the dict is borrowed from it.
    unsafe {
        if ffi::PyDict_SetItemString(ffi::PyImport_GetModuleDict(), c"_asyncio".as_ptr(), ffi::Py_None()) != 0
        {
            ffi::PyErr_Clear();
        }
    }
}

/// Ends the sub-interpreter this thread is attached to by `state`, its only thread state; the thread is detached afterwards.
/// `main` is this thread's state of the main interpreter, detached.
pub fn end(interpreter: InterpreterState, state: ThreadState, main: ThreadState) {
    // SAFETY: `runtime::lifecycle` attached by `state`, counted the thread states, and uses neither afterwards.
    unsafe { ffi::Py_EndInterpreter(state.0.as_ptr()) };
    if interpreter.has_own_gil() {
        frames::interpreter_ended();
    }
    if api().new_interpreter_from_config.is_none() {
        // SAFETY: before CPython 3.12 the one GIL is still held, by no thread state: the main interpreter's takes it over, and lets go of it.
        unsafe {
            ffi::PyThreadState_Swap(main.0.as_ptr());
            ffi::PyEval_SaveThread();
        }
    }
}
