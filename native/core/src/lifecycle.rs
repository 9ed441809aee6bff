//! The life of Python and its contexts, with what this core adds to it.

use crate::attach::Attached;
use crate::environment;
use crate::errors::Misuse;
use crate::runtime::{self, Interpreter, SubKind};
use crate::sys::object::{self, PyResult};
use crate::sys::value;
use pyo3::Python;
use std::sync::Arc;

/// Starts Python, if it does not run; returns the number of the main interpreter.
pub fn start(executable: &str) -> Result<u32, Misuse> {
    runtime::lifecycle::start(executable).map(|main| main.number())
}

/// Whether contexts can have a GIL of their own: from CPython 3.12 on.
pub fn has_own_gil() -> bool {
    crate::sys::thread::has_own_gil()
}

/// Makes a context: a sub-interpreter of that kind.
pub fn create_context(kind: SubKind) -> Result<u32, Misuse> {
    let main = runtime::attach_state(0)?;
    main.state.attach();
    let proof = crate::sys::thread::AttachProof::assert();
    let made = runtime::lifecycle::start_sub(crate::sys::thread::token(&proof), main.state, kind);
    main.state.detach();
    main.leave();
    made.map(|interpreter| interpreter.number())
}

/// Ends a context. False if it has ended before.
pub fn delete_context(number: u32) -> Result<bool, Misuse> {
    match runtime::find(number) {
        Ok(interpreter) if !interpreter.is_main() => environment::refusing(false, || {
            without_work(&[interpreter], |interpreters, _| end(&interpreters[0]))
        })
        .map(|()| true),
        Ok(_) => Err(Misuse::Internal("the main interpreter is no context")),
        Err(_) => Ok(false),
    }
}

/// Runs `f`, which ends the interpreters, after their asynchronous calls have ended; it is told whether all have.
fn without_work<R>(
    interpreters: &[Arc<Interpreter>],
    f: impl FnOnce(&[Arc<Interpreter>], bool) -> Result<R, Misuse>,
) -> Result<R, Misuse> {
    if interpreters.iter().any(|interpreter| runtime::is_inside(interpreter)) {
        return Err(Misuse::InUse);
    }
    let have_left = runtime::lifecycle::stop_work(interpreters);
    let result = f(interpreters, have_left);
    if result.is_err() {
        runtime::lifecycle::resume_work(interpreters);
    }
    result
}

fn end(interpreter: &Interpreter) -> Result<(), Misuse> {
    let (main, attachment) = (runtime::attach_state(0)?, runtime::attach_state(interpreter.number())?);
    main.leave();
    attachment.leave();
    runtime::lifecycle::end_sub(interpreter, attachment.state, main.state, release)
}

/// Ends every context, then Python itself. False if it does not run.
pub fn destroy() -> Result<bool, Misuse> {
    environment::refusing(false, || {
        without_work(&runtime::interpreters(), |_, have_left| match have_left {
            true => runtime::lifecycle::alone(|| environment::waiting() == 0, end_everything),
            false => Err(Misuse::Busy),
        })
    })
}

fn end_everything() -> Result<bool, Misuse> {
    let interpreters = runtime::interpreters();
    let Some((main, contexts)) = interpreters.split_first() else {
        return Ok(false);
    };
    for context in contexts {
        end(context)?;
    }
    let attachment = runtime::attach_state(main.number())?;
    attachment.leave();
    runtime::lifecycle::finish(main, attachment.state, release, last_words_and_collect)
}

/// The process ends with `code`: what Python does at its end, except tearing itself down.
pub fn exit(code: i32) {
    if let Ok(attachment) = runtime::attach_state(0) {
        // Inside until the end: what Python's atexit handlers call cannot destroy it.
        environment::refusing(true, || {
            runtime::lifecycle::stop_work(&runtime::interpreters());
            runtime::lifecycle::exit(attachment.state, &attachment.interpreter, last_words, code);
        });
        attachment.leave();
    }
}

/// Before an interpreter ends: nothing of it stays referenced.
fn release(py: Python<'_>, interpreter: &Interpreter) {
    let _ = become_main_thread(py);
    let _ = flush(py, c"stdout");
    let _ = flush(py, c"stderr");
    Attached::assume(py, interpreter).release_all();
}

/// `threading` takes the thread that imported it for the main one, and at the end waits for that one if it is another: for ever, where it
/// is gone (CPython issue 1596321).
fn become_main_thread(py: Python<'_>) -> PyResult<'_, ()> {
    let Some(threading) = object::loaded_module(py, c"threading") else { return Ok(()) };
    let ident = object::call(&object::attr(&threading, c"get_ident")?, &[], None)?;
    let main = object::attr(&threading, c"_main_thread")?;
    object::setattr(&main, &value::interned(py, "_ident")?, &ident)
}

/// Non-daemon threads are joined, atexit handlers run, and output is flushed, in CPython's own order.
fn last_words(py: Python<'_>, _main: &Interpreter) {
    let steps: [fn(Python<'_>) -> PyResult<'_, ()>; 5] = [
        become_main_thread,
        |py| call_if_loaded(py, c"threading", c"_shutdown"),
        |py| call_method(py, c"atexit", c"_run_exitfuncs"),
        |py| flush(py, c"stdout"),
        |py| flush(py, c"stderr"),
    ];
    for step in steps {
        // One that fails must not keep the next from its turn; there is no one left to tell.
        let _ = step(py);
    }
}

/// Where the interpreter stays behind, what can be freed is.
fn last_words_and_collect(py: Python<'_>, main: &Interpreter) {
    last_words(py, main);
    let _ = call_method(py, c"gc", c"collect");
}

fn call_if_loaded<'py>(py: Python<'py>, module: &std::ffi::CStr, name: &std::ffi::CStr) -> PyResult<'py, ()> {
    match object::loaded_module(py, module) {
        Some(module) => object::call(&object::attr(&module, name)?, &[], None).map(|_| ()),
        None => Ok(()),
    }
}

fn call_method<'py>(py: Python<'py>, module: &std::ffi::CStr, name: &std::ffi::CStr) -> PyResult<'py, ()> {
    object::call(&object::attr(&object::import_static(py, module)?, name)?, &[], None).map(|_| ())
}

fn flush<'py>(py: Python<'py>, stream: &std::ffi::CStr) -> PyResult<'py, ()> {
    let stream = object::attr(&object::import_static(py, c"sys")?, stream)?;
    object::call(&object::attr(&stream, c"flush")?, &[], None).map(|_| ())
}
