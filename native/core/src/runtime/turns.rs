//! Interpreters that share one GIL take turns.
//!
//! A thread that waits for the GIL asks for it, after 5 ms, by a flag of the interpreter it belongs to; the thread that has the GIL looks at
//! the flag of its own. Before CPython 3.13 these are two flags where the two threads belong to two interpreters: a loop in one would keep
//! all others waiting for ever, JavaScript's thread too (Python/ceval_gil.h, `take_gil`). So each such interpreter gets a thread of its
//! own that attaches now and then, and so asks: a worker (`call/turns.rs`), and one of `Turns` while the process ends.

use super::Interpreter;
use crate::sys::thread::{self, InterpreterState, ThreadState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the other interpreters may wait for their turn.
pub const TURN: Duration = Duration::from_millis(10);

/// Whether somebody must ask.
pub fn are_needed(interpreters: &[Arc<Interpreter>]) -> bool {
    interpreters.len() > 1 && thread::asks_own_interpreter_only()
}

/// While this lives, the interpreters take turns. The workers are gone by now, and no interpreter ends before the process does.
pub(super) struct Turns(Arc<AtomicBool>);

impl Turns {
    pub fn begin(interpreters: &[Arc<Interpreter>]) -> Self {
        let are_over = Arc::new(AtomicBool::new(false));
        let asking = if are_needed(interpreters) { interpreters } else { &[] };
        for interpreter in asking {
            let (state, are_over) = (interpreter.state, are_over.clone());
            // Without a thread that asks, there is the grace period.
            let _ = std::thread::Builder::new().spawn(move || ask(state, &are_over));
        }
        Self(are_over)
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

fn ask(interpreter: InterpreterState, are_over: &AtomicBool) {
    let door = ThreadState::create(interpreter);
    while !are_over.load(Ordering::Acquire) {
        door.attach();
        door.detach();
        std::thread::sleep(TURN);
    }
}
