//! Interpreters that share one GIL take turns.
//!
//! A thread that waits for the GIL asks for it, after 5 ms, by a flag of the interpreter it belongs to; the thread that has the GIL looks at
//! the flag of its own. Before CPython 3.13 these are two flags where the two threads belong to two interpreters: a loop in one would keep
//! all others waiting for ever, JavaScript's thread too (Python/ceval_gil.h, `take_gil`). So each such interpreter gets a thread of its
//! own that asks now and then.

use super::worker;
use crate::runtime::{self, Interpreter, Job, Lane};
use crate::sys::thread;
use pyo3::Python;
use std::sync::Arc;
use std::time::Duration;

/// How long the other interpreters may wait for their turn.
const TURN: Duration = Duration::from_millis(10);

/// To be called when there is another interpreter that shares its GIL, and when one does not end that was to end.
pub fn take_turns() {
    let interpreters = runtime::interpreters();
    if interpreters.len() < 2 || !thread::asks_own_interpreter_only() {
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
            thread::detached(py, || std::thread::sleep(TURN));
        }
    }

    /// The interpreter ends.
    fn refuse(&self, _why: &crate::errors::Misuse) {}

    fn cancel(self: Arc<Self>) {}
}
