//! The life of Python and its contexts, with what this core adds to it.

mod apart;
mod guard;
mod limits;
mod words;

pub use apart::{Whose, watch_process};
pub use limits::set_grace;

use crate::attach::Attached;
use crate::buffer;
use crate::environment;
use crate::errors::Misuse;
use crate::runtime::{self, Interpreter, SubKind};
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
    crate::sys::sub_interpreter::has_own_gil()
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

/// Has the calls served again that wait for an interpreter.
pub type Resume = fn(&Arc<Interpreter>);

/// Ends a context. False if it has ended before.
pub fn delete_context(number: u32, resume: Resume) -> Result<bool, Misuse> {
    match runtime::find(number) {
        Ok(interpreter) if !interpreter.is_main() => {
            let interpreters = std::slice::from_ref(&interpreter);
            without_work(interpreters, resume, |_| {
                runtime::lifecycle::refuse_work(interpreters);
                end(&interpreter)
            })
            .map(|()| true)
        }
        Ok(_) => Err(Misuse::Internal("the main interpreter is no context")),
        Err(_) => Ok(false),
    }
}

/// Runs `f`, which ends the interpreters, when their asynchronous calls have been interrupted; it is told whether all have ended. Where it refuses,
/// the calls that had not begun are as they were.
fn without_work<R>(
    interpreters: &[Arc<Interpreter>],
    resume: Resume,
    f: impl FnOnce(bool) -> Result<R, Misuse>,
) -> Result<R, Misuse> {
    check_end(interpreters)?;
    environment::refusing(interpreters, || {
        let have_left = runtime::lifecycle::pause_work(interpreters);
        let result = check_end(interpreters).and_then(|()| f(have_left));
        if result.is_err() {
            interpreters.iter().for_each(resume);
        }
        result
    })
}

/// Refuses the end of interpreters before anything of it is done.
fn check_end(interpreters: &[Arc<Interpreter>]) -> Result<(), Misuse> {
    runtime::lifecycle::check_free()?;
    if interpreters.iter().any(|interpreter| runtime::is_inside(interpreter)) {
        return Err(Misuse::InUse);
    }
    interpreters.iter().try_for_each(|interpreter| buffer::check_end(interpreter))
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
pub fn destroy(resume: Resume) -> Result<bool, Misuse> {
    let interpreters = runtime::interpreters();
    without_work(&interpreters, resume, |have_left| match have_left {
        true => runtime::lifecycle::alone(
            || environment::waiting() == 0,
            || {
                runtime::lifecycle::refuse_work(&interpreters);
                end_everything()
            },
        ),
        false => Err(Misuse::Busy),
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
    exit_within(Limits::from_now(), AtLast::EndProcess(code));
}

fn exit_within(limits: Limits, at_last: AtLast) {
    let Ok(attachment) = runtime::attach_state(0) else { return };
    // Inside until the end: what Python's atexit handlers call cannot destroy it.
    environment::close();
    let guard = Guard::set(&runtime::interpreters(), limits, at_last);
    let words = |py: Python<'_>, interpreter: &Interpreter| {
        words::last_words(py, interpreter, limits, Threads::NonDaemon);
    };
    runtime::lifecycle::stop_work(&runtime::interpreters());
    let main = &attachment.interpreter;
    runtime::lifecycle::exit(attachment.state, main, &words, limits.end, || guard::end_soon(at_last));
    guard.leave();
    attachment.leave();
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
