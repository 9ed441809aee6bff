//! How long an end may take.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// In milliseconds.
static GRACE: AtomicU32 = AtomicU32::new(5000);

/// Sets how long Python's threads, atexit handlers and child processes may take at an end.
pub fn set_grace(milliseconds: f64) {
    GRACE.store(milliseconds as u32, Ordering::Relaxed);
}

/// After the grace period, for what is interrupted then.
pub const LAST: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
pub struct Limits {
    /// What runs then is interrupted.
    pub interrupt: Instant,
    /// Nobody waits any longer.
    pub end: Instant,
}

impl Limits {
    pub fn from_now() -> Self {
        let interrupt = Instant::now() + Duration::from_millis(GRACE.load(Ordering::Relaxed).into());
        Self { interrupt, end: interrupt + LAST }
    }

    /// When the call of the thread that ends Python is interrupted, if ending what it waits for did not help.
    pub fn call(&self) -> Instant {
        self.interrupt + LAST / 2
    }

    /// Half of the time after the interrupt is for threads, the rest for atexit handlers.
    pub fn threads(&self) -> Instant {
        self.interrupt + LAST / 2
    }
}

/// In seconds, as Python counts.
pub fn seconds_until(limit: Instant) -> f64 {
    limit.saturating_duration_since(Instant::now()).as_secs_f64()
}
