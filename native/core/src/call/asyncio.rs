//! Awaiting: each interpreter has one asyncio loop, on a thread of its own.

use super::job::Call;
use super::worker;
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::runtime::{Interpreter, Job, Keep, Lane, Urgency};
use crate::sys::closure::{self, Closure};
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Builtin, Object, PyResult};
use crate::sys::thread::{ThreadIdent, Watched};
use crate::sys::value::{self, Kind};
use pyo3::Python;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What of an object is awaited: the places in `AWAITED` of tasks.py.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaiting {
    Result = 0,
    NextItem = 1,
    Close = 2,
    Enter = 3,
}

/// The calls that the loop of an interpreter works for, by number.
#[derive(Default)]
struct Awaited {
    next: AtomicU32,
    /// Whether a worker runs the loop, or is about to.
    has_runner: AtomicBool,
    /// The thread that runs the loop.
    thread: Watched,
    calls: Mutex<HashMap<u32, Arc<Call>>>,
}

impl Awaited {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Arc<Call>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `finish(call, is_result, value)` of asyncio.py.
struct Finish {
    interpreter: Arc<Interpreter>,
    awaited: Arc<Awaited>,
}

impl Closure for Finish {
    const NAME: &'static std::ffi::CStr = c"finish";

    fn call<'py>(&self, py: Python<'py>, args: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
        let [number, is_result, value] = args else { return Ok(object::none(py)) };
        let number = value::int_as_i64(number).unwrap_or(0) as u32;
        let call = self.awaited.lock().remove(&number);
        if let Some(call) = call {
            call.finish(Attached::assume(py, &self.interpreter), object::is_true(is_result)?, value);
        }
        Ok(object::none(py))
    }
}

/// `is_awaited(call)` of asyncio.py: whether the call has not ended.
struct IsAwaited(Arc<Awaited>);

impl Closure for IsAwaited {
    const NAME: &'static std::ffi::CStr = c"is_awaited";

    fn call<'py>(&self, py: Python<'py>, args: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
        let number = args.first().and_then(value::int_as_i64).unwrap_or(-1);
        Ok(value::bool(py, self.0.lock().contains_key(&(number as u32))))
    }
}

/// The names of asyncio.py, and the calls.
fn helper(attached: Attached<'_>) -> PyResult<'_, (Object<'_>, Arc<Awaited>)> {
    let names = attached.keep_first(Keep::Asyncio, load)?;
    let finish = object::getitem(&names, &value::str_from_utf8(attached.py, "core_finish")?)?;
    let awaited = closure::data_of::<Finish>(&finish).map(|finish| finish.awaited.clone());
    Ok((names, awaited.unwrap_or_default()))
}

fn load(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    let interpreter =
        attached.shared().map_err(|misuse| Builtin::RuntimeError.raise(attached.py, &misuse.to_string()))?;
    let awaited = Arc::<Awaited>::default();
    let is_awaited = closure::new_closure(attached.py, IsAwaited(awaited.clone()))?;
    let finish = closure::new_closure(attached.py, Finish { interpreter, awaited })?;
    heap_type::run_source(
        attached.py,
        const { cstr(concat!(include_str!("asyncio.py"), "\n\n", include_str!("tasks.py"), "\0")) },
        c"<python_ts.asyncio>",
        &[("core_finish", finish), ("core_is_awaited", is_awaited)],
    )
}

fn call_helper<'py>(names: &Object<'py>, name: &str, args: &[&Object<'py>]) -> PyResult<'py, Object<'py>> {
    let function = object::getitem(names, &value::str_from_utf8(names.py(), name)?)?;
    object::call(&function, args, None)
}

/// Leaves a call to the loop. Its number there.
pub fn start<'py>(
    attached: Attached<'py>,
    interpreter: &Arc<Interpreter>,
    call: &Arc<Call>,
    how: Awaiting,
    subject: &Object<'py>,
) -> Result<'py, ()> {
    let (names, awaited) = helper(attached)?;
    let number = awaited.next.fetch_add(1, Ordering::Relaxed);
    if !call.wait_for_loop(number) {
        // Cancelled meanwhile.
        call_helper(&names, "drop", &[subject])?;
        return Ok(());
    }
    awaited.lock().insert(number, call.clone());
    let started = launch(attached, interpreter, &names, &awaited, [i64::from(number), how as i64], subject);
    if started.is_err() {
        awaited.lock().remove(&number);
    }
    Ok(started?)
}

fn launch<'py>(
    attached: Attached<'py>,
    interpreter: &Arc<Interpreter>,
    names: &Object<'py>,
    awaited: &Arc<Awaited>,
    [number, how]: [i64; 2],
    subject: &Object<'py>,
) -> PyResult<'py, ()> {
    let number = value::int_from_i64(attached.py, number)?;
    let how = value::int_from_i64(attached.py, how)?;
    let started = call_helper(names, "start", &[&number, &how, subject]);
    // Also where it was interrupted: there may be a loop now, for the next call.
    run_loop(interpreter, awaited);
    started.map(|_| ())
}

/// Cancels what the loop does for a call.
pub fn cancel(attached: Attached<'_>, number: u32) -> PyResult<'_, ()> {
    let (names, awaited) = helper(attached)?;
    if awaited.lock().contains_key(&number) {
        call_helper(&names, "cancel", &[&value::int_from_i64(attached.py, i64::from(number))?])?;
        unstick(attached, &names, &awaited.thread, Some(number))?;
    }
    Ok(())
}

/// Cancels what the loop does for any call.
pub fn cancel_all(attached: Attached<'_>) -> PyResult<'_, ()> {
    let (names, awaited) = helper(attached)?;
    call_helper(&names, "cancel_all", &[])?;
    unstick(attached, &names, &awaited.thread, None)
}

/// How long a task may go on without awaiting anything, before it is not only cancelled but interrupted.
const PATIENCE: Duration = Duration::from_millis(20);

/// How often, a millisecond apart, it is looked whether a task is where it can be interrupted, before it is interrupted anywhere.
const TRIES: usize = 1000;

/// A task that never awaits does not see that it was cancelled, and holds up the loop: it is interrupted, if it is that of the call; without one, any.
fn unstick<'py>(
    attached: Attached<'py>,
    names: &Object<'py>,
    thread: &Watched,
    call: Option<u32>,
) -> PyResult<'py, ()> {
    let py = attached.py;
    let call = call.map_or_else(|| Ok(object::none(py)), |call| value::int_from_i64(py, i64::from(call)))?;
    let wait = |time| attached.detached(|| std::thread::sleep(time));
    if value::kind(&call_helper(names, "at_work", &[&call])?) == Kind::None {
        return Ok(());
    }
    wait(PATIENCE);
    for tries in 0..=TRIES {
        let task = call_helper(names, "at_work", &[&call])?;
        if value::kind(&task) == Kind::None || interrupt_at(attached, names, (thread, &task), tries == TRIES)?
        {
            break;
        }
        wait(Duration::from_millis(1));
    }
    Ok(())
}

/// Interrupts the task that the loop is at, if that is still the one: an exception that comes later would be raised in another, or in the loop, which is not
/// made for that. False if it is where asyncio works for it, which could lose its next step; there it is interrupted only if `anywhere` is said.
fn interrupt_at<'py>(
    attached: Attached<'py>,
    names: &Object<'py>,
    (thread, task): (&Watched, &Object<'py>),
    anywhere: bool,
) -> PyResult<'py, bool> {
    let name = |name: &str| object::getitem(names, &value::str_from_utf8(attached.py, name)?);
    // From here on no bytecode is run, so no other thread.
    if !object::is_same(&call_helper(names, "task_now", &[&name("loop")?])?, task) {
        return Ok(true);
    }
    let is_inside = thread.frame(attached.py).is_some_and(|frame| is_of_asyncio(&frame).unwrap_or(false));
    if is_inside && !anywhere {
        return Ok(false);
    }
    attached.interpreter.pool.interrupt_lane(attached.py, Lane::Loop);
    Ok(true)
}

/// Whether the code of a frame is asyncio's, or ours.
fn is_of_asyncio<'py>(frame: &Object<'py>) -> PyResult<'py, bool> {
    let py = frame.py();
    let globals = object::attr(frame, c"f_globals")?;
    let name = object::getitem(&globals, &value::str_from_utf8(py, "__name__")?)?;
    let prefix = value::str_from_utf8(py, "asyncio")?;
    object::is_true(&object::call(&object::attr(&name, c"startswith")?, &[&prefix], None)?)
}

/// The life of the loop.
struct RunLoop(Arc<Awaited>);

impl RunLoop {
    /// Runs the next loop, if one was made while this one was thought to run.
    fn go_on(&self, attached: Attached<'_>, interpreter: &Arc<Interpreter>) {
        let is_wanted = helper(attached)
            .and_then(|(names, _)| call_helper(&names, "is_wanted", &[]))
            .and_then(|is_wanted| object::is_true(&is_wanted));
        if interpreter.pool.is_open() && matches!(is_wanted, Ok(true)) {
            run_loop(interpreter, &self.0);
        }
    }
}

/// Has a worker run the loop, unless one does.
fn run_loop(interpreter: &Arc<Interpreter>, awaited: &Arc<Awaited>) {
    if !awaited.has_runner.swap(true, Ordering::AcqRel) {
        worker::submit(interpreter, Lane::Loop, Arc::new(RunLoop(awaited.clone())));
    }
}

impl Job for RunLoop {
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        let attached = Attached::assume(py, interpreter);
        self.0.thread.enter(py);
        let ended = helper(attached).and_then(|(names, _)| call_helper(&names, "run", &[]));
        self.0.thread.leave(py);
        if let Err(raised) = ended {
            let calls: Vec<_> = self.0.lock().drain().collect();
            calls.iter().for_each(|(_, call)| call.finish(attached, false, &raised.0));
        }
        self.refuse(&Misuse::ContextDeleted);
        self.go_on(attached, interpreter);
    }

    fn refuse(&self, why: &Misuse) {
        self.0.has_runner.store(false, Ordering::Release);
        let calls: Vec<_> = self.0.lock().drain().collect();
        for (_, call) in calls {
            call.refuse(why);
        }
    }

    fn cancel(self: Arc<Self>) {}

    fn interrupt(&self, py: Python<'_>, interpreter: &Interpreter, thread: ThreadIdent, urgency: Urgency) {
        let attached = Attached::assume(py, interpreter);
        // What it raises, who could be told?
        let _ = match urgency {
            Urgency::Interrupt => cancel_all(attached),
            Urgency::End => {
                helper(attached).and_then(|(names, _)| call_helper(&names, "stop", &[])).map(|_| ())
            }
            Urgency::Now => {
                thread.interrupt_call(py);
                Ok(())
            }
        };
    }
}
