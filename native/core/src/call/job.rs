//! An asynchronous call: an operation that a worker performs, and whose result goes through the event loop.

use super::answer::{Outcome, write};
use super::asyncio::{self, Awaiting};
use super::direct::NumberCall;
use super::{operations, worker};
use crate::attach::Attached;
use crate::callback;
use crate::convert::{Copies, Decoder, Incoming, Message, encode_error, is_awaitable, put_misuse};
use crate::environment::Handle;
use crate::errors::{Error, Misuse, Result};
use crate::inflight::Arrival;
use crate::runtime::{Interpreter, Job, Lane, Urgency};
use crate::sys::context;
use crate::sys::object::{self, Builtin, Object};
use crate::sys::thread::ThreadIdent;
use pyo3::Python;
use std::sync::{Arc, Mutex, PoisonError};

/// Waits, runs, is over: only forwards, and the step to `Over` is the one that sends the result.
enum Stage {
    Waiting(Work),
    Running,
    /// The asyncio loop works for it, under that number.
    Awaited(u32),
    Over,
}

/// What a call does.
pub enum Work {
    /// An operation, with its ARGS message.
    Operation(usize, Incoming<Copies>),
    Numbers(NumberCall),
}

impl Work {
    /// The number of the operation. A call with numbers is a CALL.
    pub fn op(&self) -> usize {
        match self {
            Self::Operation(op, _) => *op,
            Self::Numbers(_) => operations::CALL,
        }
    }

    fn perform<'py>(self, attached: Attached<'py>) -> Result<'py, Outcome<'py>> {
        match self {
            Self::Operation(op, message) => {
                let arguments = Decoder::new(attached, message).arguments()?;
                operations::perform(attached, op, arguments)
            }
            Self::Numbers(call) => call.perform(attached),
        }
    }
}

pub struct Call {
    number: u32,
    op: usize,
    /// The environment that waits for the result.
    handle: Arc<Handle>,
    interpreter: Arc<Interpreter>,
    stage: Mutex<Stage>,
}

impl Call {
    pub fn new(number: u32, work: Work, handle: Arc<Handle>, interpreter: Arc<Interpreter>) -> Arc<Self> {
        Arc::new(Self { number, op: work.op(), handle, interpreter, stage: Mutex::new(Stage::Waiting(work)) })
    }

    fn enter(&self, next: Stage) -> Stage {
        std::mem::replace(&mut *self.stage.lock().unwrap_or_else(PoisonError::into_inner), next)
    }

    /// What is to be done; `None` if the call was cancelled.
    fn begin(&self) -> Option<Work> {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *stage, Stage::Running) {
            Stage::Waiting(work) => Some(work),
            before => {
                *stage = before;
                None
            }
        }
    }

    /// The loop works for it from now on. False if it was cancelled.
    pub fn wait_for_loop(&self, number: u32) -> bool {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let is_wanted = matches!(*stage, Stage::Running);
        if is_wanted {
            *stage = Stage::Awaited(number);
        }
        is_wanted
    }

    /// Its number in the asyncio loop, if that works for it.
    fn number_in_loop(&self) -> Option<u32> {
        match *self.stage.lock().unwrap_or_else(PoisonError::into_inner) {
            Stage::Awaited(number) => Some(number),
            _ => None,
        }
    }

    /// `None` when the loop works for it from now on.
    fn run<'py>(
        self: &Arc<Self>,
        attached: Attached<'py>,
        interpreter: &Arc<Interpreter>,
        work: Work,
    ) -> Result<'py, Option<Outcome<'py>>> {
        let outcome = work.perform(attached)?;
        let (how, subject) = match &outcome {
            Outcome::Await(how, subject) => (*how, subject),
            Outcome::Value(value) | Outcome::Reference(value) if self.is_awaited(attached, value) => {
                (Awaiting::Result, value)
            }
            _ => return Ok(Some(outcome)),
        };
        asyncio::start(attached, interpreter, self, how, subject).map(|()| None)
    }

    /// Whether a result is awaited before it is sent. A promise goes back to JavaScript, which awaits it.
    fn is_awaited<'py>(&self, attached: Attached<'py>, value: &Object<'py>) -> bool {
        operations::awaits(self.op)
            && is_awaitable(attached, value)
            && callback::js_ref_of(attached, value).is_none_or(|js| js.environment != self.handle.number)
    }

    /// What the loop has got: the result, or an exception.
    pub fn finish<'py>(&self, attached: Attached<'py>, is_result: bool, value: &Object<'py>) {
        let ended = self.op == operations::ANEXT && Builtin::StopAsyncIteration.is_instance(value);
        let result = match is_result {
            true if self.op & operations::LIVE != 0 => Ok(Outcome::Reference(value.clone())),
            true => Ok(Outcome::Value(value.clone())),
            false if ended => Ok(Outcome::Stop(object::none(attached.py))),
            false => Err(Error::Raised(value.clone())),
        };
        self.send_result(attached, result);
    }

    fn send_result<'py>(&self, attached: Attached<'py>, result: Result<'py, Outcome<'py>>) {
        let mut message = Message::new();
        let environment = self.handle.number;
        let unwritten = result
            .as_ref()
            .ok()
            .and_then(|outcome| write(attached, &mut message, environment, outcome).err());
        if let Some(error) = unwritten.as_ref().or(result.as_ref().err()) {
            encode_error(attached, &mut message, environment, error);
        }
        // While the result, or the error, still holds what the message refers to.
        self.handle.arrivals.expect(&message.homecoming);
        self.send(message);
    }

    fn send(&self, message: Message) {
        if !matches!(self.enter(Stage::Over), Stage::Over) {
            let (number, interpreter) = (self.number, self.interpreter.clone());
            self.handle.complete(Arrival { number, message, interpreter });
        } else {
            self.handle.arrivals.forget(&message.homecoming);
        }
    }
}

impl Job for Call {
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        let Some(work) = self.begin() else { return };
        let attached = Attached::assume(py, interpreter);
        // Workers do one call after the other: context variables are of each, as with asyncio's tasks.
        context::in_new_context(py, || match self.run(attached, interpreter, work) {
            Ok(Some(outcome)) => self.send_result(attached, Ok(outcome)),
            Ok(None) => {}
            Err(error) => self.send_result(attached, Err(error)),
        });
    }

    fn refuse(&self, why: &Misuse) {
        let mut message = Message::new();
        put_misuse(&mut message, why);
        self.send(message);
    }

    fn cancel(self: Arc<Self>) {
        let job: Arc<dyn Job> = match self.enter(Stage::Over) {
            Stage::Running => Arc::new(Interrupt::Call(self.clone())),
            Stage::Awaited(number) => Arc::new(CancelTask(number)),
            Stage::Waiting(_) | Stage::Over => return,
        };
        worker::submit(&self.interpreter, Lane::Service, job);
    }

    /// While it is handed to the asyncio loop, which may have to be made first and must be whole, the task is cancelled instead.
    fn interrupt(&self, py: Python<'_>, interpreter: &Interpreter, thread: ThreadIdent, urgency: Urgency) {
        match (self.number_in_loop(), urgency) {
            (None, _) | (Some(_), Urgency::Now) => thread.interrupt_call(py),
            (Some(number), Urgency::Interrupt) => cancel_task(Attached::assume(py, interpreter), number),
            // The loop ends, too.
            (Some(_), Urgency::End) => {}
        }
    }
}

/// Interrupts what runs.
pub enum Interrupt {
    Call(Arc<Call>),
    /// Every call of the interpreter, but for the one that this thread is in, which asks for it.
    AllBut(ThreadIdent),
}

impl Job for Interrupt {
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        interpreter.pool.interrupt(py, interpreter, Urgency::Interrupt, |job| match &*self {
            Self::Call(call) => std::ptr::addr_eq(Arc::as_ptr(job), Arc::as_ptr(call)),
            Self::AllBut(_) => true,
        });
        if let Self::AllBut(caller) = *self {
            interpreter.interrupt_calls(py, caller);
        }
    }

    /// The interpreter ends, and what it runs with it.
    fn refuse(&self, _why: &Misuse) {}

    fn cancel(self: Arc<Self>) {}
}

/// Cancels what the asyncio loop does for a call, by its number there.
struct CancelTask(u32);

impl Job for CancelTask {
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        cancel_task(Attached::assume(py, interpreter), self.0);
    }

    /// The interpreter ends, and its tasks with it.
    fn refuse(&self, _why: &Misuse) {}

    fn cancel(self: Arc<Self>) {}
}

fn cancel_task(attached: Attached<'_>, number: u32) {
    // The task that does not exist any more needs no cancelling.
    let _ = asyncio::cancel(attached, number);
}
