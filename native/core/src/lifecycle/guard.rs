//! Watches over an end: what does not come to an end by itself is interrupted.

use super::limits::{LAST, Limits};
use super::words;
use crate::runtime::{Door, Interpreter};
use crate::sys::thread::{self, ThreadIdent};
use pyo3::Python;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What becomes of an end that does not come within its limits.
#[derive(Clone, Copy)]
pub enum AtLast {
    /// It takes its time.
    Wait,
    /// The process ends with this code.
    EndProcess(i32),
}

/// A call does not leave Python: Node has a second to end what it can, and to report what ended it. Then the process ends.
pub fn end_soon(at_last: AtLast) {
    let AtLast::EndProcess(code) = at_last else { return };
    let ends = std::thread::Builder::new().spawn(move || {
        std::thread::sleep(LAST);
        thread::end_process(code)
    });
    if ends.is_err() {
        thread::end_process(code);
    }
}

#[derive(Default)]
struct Shared {
    stage: Mutex<Stage>,
    changed: Condvar,
}

#[derive(Default)]
struct Stage {
    is_over: bool,
    /// How many threads are in the interpreters on behalf of the guard.
    inside: usize,
    has_interrupted: bool,
}

/// Watches over this thread, until it is lifted.
pub struct Guard(Arc<Shared>);

impl Guard {
    pub fn set(interpreters: &[Arc<Interpreter>], limits: Limits, at_last: AtLast) -> Self {
        let shared = Arc::new(Shared::default());
        let watched = Watched { thread: ThreadIdent::current(), interpreters: interpreters.to_vec() };
        let guard = Self(shared.clone());
        // Without a thread to watch, the end takes the time it takes.
        let _ = std::thread::Builder::new().spawn(move || watch(&shared, &watched, limits, at_last));
        guard
    }

    /// The end has come. Waits, detached, until nobody uses the interpreters, and takes back what was not raised.
    pub fn lift(self, py: Python<'_>) {
        let has_interrupted = thread::detached(py, || {
            let mut stage = self.0.lock();
            stage.is_over = true;
            self.0.changed.notify_all();
            while stage.inside > 0 {
                stage = self.0.changed.wait(stage).unwrap_or_else(PoisonError::into_inner);
            }
            stage.has_interrupted
        });
        if has_interrupted {
            ThreadIdent::current().clear_interrupt(py);
        }
    }

    /// The process ends now: nobody waits for anyone.
    pub fn leave(self) {
        self.0.lock().is_over = true;
        self.0.changed.notify_all();
    }
}

struct Watched {
    thread: ThreadIdent,
    interpreters: Vec<Arc<Interpreter>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until then; `None` if it is over before.
    fn wait_until(&self, limit: Instant) -> Option<MutexGuard<'_, Stage>> {
        let mut stage = self.lock();
        while !stage.is_over {
            let left = limit.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Some(stage);
            }
            stage = self.changed.wait_timeout(stage, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        None
    }
}

fn watch(shared: &Arc<Shared>, watched: &Watched, limits: Limits, at_last: AtLast) {
    let Some(stage) = shared.wait_until(limits.interrupt) else { return };
    enter_each(shared, stage, watched, |py, _| words::end_children(py));
    let Some(mut stage) = shared.wait_until(limits.call()) else { return };
    stage.has_interrupted = true;
    enter_each(shared, stage, watched, |py, thread| thread.interrupt(py));
    if shared.wait_until(limits.end).is_some()
        && let AtLast::EndProcess(code) = at_last
    {
        thread::end_process(code);
    }
}

/// Runs `f` in the interpreters, each on a thread of its own: it may have to wait for ever for the GIL.
fn enter_each(
    shared: &Arc<Shared>,
    mut stage: MutexGuard<'_, Stage>,
    watched: &Watched,
    f: fn(Python<'_>, ThreadIdent),
) {
    for interpreter in watched.interpreters.iter().filter(|interpreter| !interpreter.has_ended()) {
        let (shared, thread) = (shared.clone(), watched.thread);
        // Made before the end can come, since `lift` waits for the lock.
        let door = Door::to(interpreter);
        let started = std::thread::Builder::new().spawn(move || {
            door.enter(|py| f(py, thread));
            shared.lock().inside -= 1;
            shared.changed.notify_all();
        });
        if started.is_ok() {
            stage.inside += 1;
        }
    }
}
