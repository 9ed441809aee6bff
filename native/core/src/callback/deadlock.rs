//! Whether a thread that waits for JavaScript waits in vain: JavaScript's thread is inside a Python call, which waits for this very thread.
//!
//! What a call of Python's waits for cannot be known, nor whether it will return. What can be known, on Linux, is how much a thread runs. So there are
//! two limits. The shorter one is for a thread that has not run at all, waits for a lock, and is in a process where nobody else does much either. The longer one is for a thread
//! that hardly runs: it may ask again and again whether this thread is done, and it may be getting data from somewhere. A thread that computes is never taken for
//! one that waits. Elsewhere the shorter limit holds for all.

use crate::runtime::Activity;
use crate::sys::clock::{self, Rest};
use std::time::{Duration, Instant};

/// How many times as long a thread that hardly runs is waited for.
const LENIENCE: u32 = 12;
/// Of this many parts of its time, one that a thread runs for makes it one that computes.
const HARDLY: u32 = 20;
/// The same for a process and what its other threads do.
const LITTLE: u32 = 25;
/// Over how long it is judged whether a thread computes.
const SLICE: Duration = Duration::from_secs(1);

/// Since when, and how much the thread (or the process) had run by then.
#[derive(Clone, Copy)]
struct Mark {
    at: Instant,
    run: Duration,
}

impl Mark {
    fn new(at: Instant, run: Duration) -> Self {
        Self { at, run }
    }

    fn elapsed(self, now: Instant) -> Duration {
        now.duration_since(self.at)
    }

    /// Whether more than a `parts`th of the time since then was run.
    fn has_run(self, now: Mark, parts: u32) -> bool {
        now.run.saturating_sub(self.run) > self.elapsed(now.at) / parts
    }
}

/// What is known of a JavaScript thread that does not leave one call to Python.
pub struct Watch {
    call: u64,
    /// Since when the thread has not run at all; and the process at that time.
    still: Mark,
    process: Mark,
    /// Since when the thread has not computed.
    idle: Instant,
    slice: Mark,
}

impl Watch {
    fn new(call: u64, thread: Mark, process: Mark) -> Self {
        Self { call, still: thread, process, idle: thread.at, slice: thread }
    }

    /// The watch goes on, or begins anew: with a call that was not seen before.
    pub fn go_on(before: Option<Self>, activity: &Activity) -> Option<Self> {
        let call = activity.python_call()?;
        let now = Instant::now();
        let thread = Mark::new(now, activity.clock.thread_time());
        let process = Mark::new(now, clock::process_time());
        Some(match before {
            Some(watch) if watch.call == call => watch.seen(thread, process),
            _ => Self::new(call, thread, process),
        })
    }

    fn seen(mut self, thread: Mark, process: Mark) -> Self {
        if thread.run != self.still.run {
            (self.still, self.process) = (thread, process);
        }
        if self.slice.elapsed(thread.at) >= SLICE {
            if self.slice.has_run(thread, HARDLY) {
                self.idle = thread.at;
            }
            self.slice = thread;
        }
        self
    }

    /// Whether the thread waits in vain, as far as can be known.
    pub fn is_deadlock(&self, activity: &Activity, patience: Duration) -> bool {
        let now = Instant::now();
        if self.still.elapsed(now) > patience && activity.clock.rest() == Rest::Lock {
            let process = Mark::new(now, clock::process_time());
            if !self.process.has_run(process, LITTLE) {
                return true;
            }
        }
        let computes = self.slice.has_run(Mark::new(now, activity.clock.thread_time()), HARDLY);
        !computes && now.duration_since(self.idle) > patience.saturating_mul(LENIENCE)
    }
}
