//! Where Python is in the life of this process.

use crate::errors::Misuse;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Stopped = 0,
    Running = 1,
    /// The process is ending: atexit handlers ran, no thread may attach any more.
    Exited = 2,
}

static PHASE: AtomicU8 = AtomicU8::new(Phase::Stopped as u8);
/// How often Python was ended.
static ENDS: AtomicU32 = AtomicU32::new(0);

/// How often Python was ended in this process, by whatever thread.
pub fn ends() -> u32 {
    ENDS.load(Ordering::Acquire)
}

/// Whether Python runs.
pub fn is_running() -> bool {
    phase() == Phase::Running
}

pub fn phase() -> Phase {
    match PHASE.load(Ordering::Acquire) {
        1 => Phase::Running,
        2 => Phase::Exited,
        _ => Phase::Stopped,
    }
}

/// Only `lifecycle` moves from one phase to the next, under its lock.
pub fn enter(next: Phase) {
    PHASE.store(next as u8, Ordering::Release);
    if next == Phase::Stopped {
        ENDS.fetch_add(1, Ordering::AcqRel);
    }
}

pub fn has_exited() -> bool {
    phase() == Phase::Exited
}

pub fn check_not_exited() -> Result<(), Misuse> {
    if has_exited() { Err(Misuse::Exited) } else { Ok(()) }
}
