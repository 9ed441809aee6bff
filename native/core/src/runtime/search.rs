//! How the workers of a pool look for work.

use std::time::Duration;

/// How a worker looks for its next job.
pub struct Search {
    /// Whether it is the searching one.
    pub(super) is_on: bool,
    /// How often in a row no job came while it looked out for one.
    failures: u32,
}

impl Search {
    /// Of a worker that was made because a job waits.
    pub fn new() -> Self {
        Self { is_on: true, failures: 0 }
    }

    /// Calls that follow each other are seen without putting the worker to sleep and waking it, which costs more than all the rest of a
    /// call (bench/async.mjs); where they do not, looking out would only take time from others.
    pub(super) fn may_stay_awake(&mut self) -> bool {
        const TRIES: u32 = 4;
        const SELDOM: u32 = 32;
        if self.failures < TRIES || self.failures.is_multiple_of(SELDOM) {
            return true;
        }
        self.failures += 1;
        false
    }

    pub(super) fn succeeded(&mut self, has_job: bool) {
        self.failures = if has_job { 0 } else { self.failures + 1 };
    }
}

/// How long a worker looks out for the next job before it sleeps.
pub(super) const LOOK_OUT: Duration = Duration::from_micros(30);
