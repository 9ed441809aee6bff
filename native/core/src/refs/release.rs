//! References that JavaScript gave back and Python has not yet dropped.

use super::Id;
use crate::sys::buffer::HeldBuffer;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Filled by any thread without the GIL; emptied by the next thread that attaches, but for the worker that interrupts.
#[derive(Default)]
pub struct ReleaseQueue {
    waiting: AtomicBool,
    /// Whether a thread was asked to empty it.
    is_left: AtomicBool,
    entries: Mutex<Vec<(Id, u32)>>,
    buffers: Mutex<Vec<HeldBuffer>>,
}

impl ReleaseQueue {
    pub fn push(&self, id: Id, count: u32) {
        self.lock().push((id, count));
        self.waiting.store(true, Ordering::Release);
    }

    /// Memory that JavaScript no longer sees.
    pub fn push_buffer(&self, buffer: HeldBuffer) {
        self.lock_buffers().push(buffer);
        self.waiting.store(true, Ordering::Release);
    }

    #[cold]
    pub fn take_buffers(&self) -> Vec<HeldBuffer> {
        std::mem::take(&mut *self.lock_buffers())
    }

    fn lock_buffers(&self) -> std::sync::MutexGuard<'_, Vec<HeldBuffer>> {
        self.buffers.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Cheap enough for every attach.
    #[inline]
    pub fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Acquire)
    }

    /// Whether another thread is to be asked to empty it: once, until it is emptied.
    pub fn leave(&self) -> bool {
        self.is_waiting() && !self.is_left.swap(true, Ordering::AcqRel)
    }

    #[cold]
    pub fn take(&self) -> Vec<(Id, u32)> {
        let mut entries = self.lock();
        self.waiting.store(false, Ordering::Release);
        self.is_left.store(false, Ordering::Release);
        std::mem::take(&mut *entries)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Id, u32)>> {
        self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
