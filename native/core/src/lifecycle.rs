//! The life of Python and its contexts, with what this core adds to it.

mod guard;
mod limits;
mod words;

pub use limits::set_grace;

use crate::attach::Attached;
use crate::buffer;
use crate::environment;
use crate::errors::Misuse;
use crate::runtime::{self, Attachment, Interpreter, SubKind};
use guard::{AtLast, Guard};
use limits::Limits;
use pyo3::Python;
use std::sync::Arc;
use words::Threads;

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
    interpreters.iter().try_for_each(|interpreter| buffer::check_end(interpreter))?;
    let have_left = runtime::lifecycle::stop_work(interpreters);
    let result = f(interpreters, have_left);
    if result.is_err() {
        runtime::lifecycle::resume_work(interpreters);
    }
    result
}

fn end(interpreter: &Interpreter) -> Result<(), Misuse> {
    buffer::check_end(interpreter)?;
    let (main, attachment) = (runtime::attach_state(0)?, runtime::attach_state(interpreter.number())?);
    main.leave();
    attachment.leave();
    runtime::lifecycle::end_sub(interpreter, attachment.state, main.state, &|py| {
        end_attached(py, interpreter)
    })
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
    interpreters.iter().try_for_each(|interpreter| buffer::check_end(interpreter))?;
    for context in contexts {
        end(context)?;
    }
    let attachment = runtime::attach_state(main.number())?;
    attachment.leave();
    let end = |py: Python<'_>| end_attached(py, main);
    runtime::lifecycle::finish(main, attachment.state, &end, &words::collect)
}

/// The process ends with `code`: what Python does at its end, except tearing itself down.
pub fn exit(code: i32) {
    if let Ok(attachment) = runtime::attach_state(0) {
        // Inside until the end: what Python's atexit handlers call cannot destroy it.
        environment::refusing(true, || {
            exit_within(Limits::from_now(), &attachment, code);
        });
        attachment.leave();
    }
}

fn exit_within(limits: Limits, attachment: &Attachment, code: i32) {
    let guard = Guard::set(&runtime::interpreters(), limits, AtLast::EndProcess(code));
    let words = |py: Python<'_>, interpreter: &Interpreter| {
        words::last_words(py, interpreter, limits, Threads::NonDaemon);
    };
    runtime::lifecycle::stop_work(&runtime::interpreters());
    runtime::lifecycle::exit(attachment.state, &attachment.interpreter, &words, limits.end, code);
    guard.leave();
}

/// Before an interpreter ends: its threads have ended, if they can be ended, and nothing of it stays referenced.
fn end_attached(py: Python<'_>, interpreter: &Interpreter) {
    let limits = Limits::from_now();
    if let Ok(interpreter) = runtime::find(interpreter.number()) {
        let guard = Guard::set(std::slice::from_ref(&interpreter), limits, AtLast::Wait);
        words::last_words(py, &interpreter, limits, Threads::All);
        guard.lift(py);
    }
    buffer::end(py, interpreter);
    Attached::assume(py, interpreter).drain_released();
    Attached::assume(py, interpreter).release_all();
}
