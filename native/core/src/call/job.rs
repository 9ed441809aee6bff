//! An asynchronous call: an operation that a worker performs, and whose result goes through the event loop.

use super::answer::write;
use super::{operations, worker};
use crate::attach::Attached;
use crate::convert::{Copies, Decoder, Incoming, Message, encode_error, put_misuse};
use crate::environment::Handle;
use crate::errors::{Misuse, Result};
use crate::inflight::Arrival;
use crate::runtime::{Interpreter, Job, Lane};
use pyo3::Python;
use std::sync::{Arc, Mutex, PoisonError};

/// Waits, runs, is over: only forwards, and the step to `Over` is the one that sends the result.
enum Stage {
    Waiting(Incoming<Copies>),
    Running,
    Over,
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
    pub fn new(
        number: u32,
        op: usize,
        handle: Arc<Handle>,
        interpreter: Arc<Interpreter>,
        arguments: Incoming<Copies>,
    ) -> Arc<Self> {
        Arc::new(Self { number, op, handle, interpreter, stage: Mutex::new(Stage::Waiting(arguments)) })
    }

    fn enter(&self, next: Stage) -> Stage {
        std::mem::replace(&mut *self.stage.lock().unwrap_or_else(PoisonError::into_inner), next)
    }

    /// The arguments; `None` if the call was cancelled.
    fn begin(&self) -> Option<Incoming<Copies>> {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *stage, Stage::Running) {
            Stage::Waiting(arguments) => Some(arguments),
            before => {
                *stage = before;
                None
            }
        }
    }

    fn run<'py>(
        &self,
        attached: Attached<'py>,
        message: &mut Message,
        arguments: Incoming<Copies>,
    ) -> Result<'py, ()> {
        let arguments = Decoder::new(attached, arguments).arguments()?;
        let outcome = operations::perform(attached, self.op, arguments)?;
        write(attached, message, self.handle.number, &outcome)?;
        // While Python still holds what the message refers to.
        self.handle.arrivals.expect(message);
        Ok(())
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
        let Some(arguments) = self.begin() else { return };
        let attached = Attached::assume(py, interpreter);
        let mut message = Message::new();
        if let Err(error) = self.run(attached, &mut message, arguments) {
            encode_error(attached, &mut message, self.handle.number, &error);
            // While the exception still holds what the message refers to.
            self.handle.arrivals.expect(&message);
        }
        self.send(message);
    }

    fn refuse(&self, why: &Misuse) {
        let mut message = Message::new();
        put_misuse(&mut message, why);
        self.send(message);
    }

    fn cancel(self: Arc<Self>) {
        if matches!(self.enter(Stage::Over), Stage::Running) {
            let interpreter = self.interpreter.clone();
            worker::submit(&interpreter, Lane::Service, Arc::new(Interrupt(Some(self))));
        }
    }
}

/// Interrupts one running call, or all of the interpreter.
pub struct Interrupt(pub Option<Arc<Call>>);

impl Job for Interrupt {
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        interpreter.pool.interrupt(py, |job| match &self.0 {
            Some(call) => std::ptr::addr_eq(Arc::as_ptr(job), Arc::as_ptr(call)),
            None => true,
        });
    }

    /// The interpreter ends, and what it runs with it.
    fn refuse(&self, _why: &Misuse) {}

    fn cancel(self: Arc<Self>) {}
}
