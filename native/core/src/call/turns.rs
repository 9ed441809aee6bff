//! Interpreters that share one GIL take turns (see `runtime/turns.rs`): each has a worker that does nothing but ask.

use super::worker;
use crate::runtime::{self, Interpreter, Job, Lane, turns};
use crate::sys::thread;
use pyo3::Python;
use std::sync::Arc;

/// To be called when there is another interpreter that shares its GIL, and when one does not end that was to end.
pub fn take_turns() {
    let interpreters = runtime::interpreters();
    if !turns::are_needed(&interpreters) {
        return;
    }
    for interpreter in interpreters.iter().filter(|interpreter| !interpreter.pool.has_worker(Lane::Turns)) {
        worker::submit(interpreter, Lane::Turns, Arc::new(Turns));
    }
}

struct Turns;

impl Job for Turns {
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        while interpreter.pool.is_open() {
            // Attaching again is what asks.
            thread::detached(py, || std::thread::sleep(turns::TURN));
        }
    }

    /// The interpreter ends.
    fn refuse(&self, _why: &crate::errors::Misuse) {}

    fn cancel(self: Arc<Self>) {}
}
