//! What other threads know of an environment, and how they reach it.

use super::with;
use crate::inflight::{Arrival, Arrivals};
use crate::runtime::{self, Activity, Interpreter};
use crate::sys::node::Scope;
use neon::event::Channel;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What other threads know of an environment.
pub struct Handle {
    pub number: u64,
    pub channel: Channel,
    /// Which call to Python the thread is in.
    pub activity: Arc<Activity>,
    pub(super) closed: AtomicBool,
    /// The interpreters for whose threads this one waits, and whose calls it cannot answer meanwhile.
    refused: Mutex<Vec<u32>>,
    /// How many calls of other threads wait for an answer.
    pub(super) waiting: AtomicU32,
    /// Whether `dropped` has entries.
    pub(super) is_dropping: AtomicBool,
    /// Whether a task is on its way to the event loop that will release them.
    is_task_queued: AtomicBool,
    /// JavaScript references that Python dropped: reference, count.
    dropped: Mutex<Vec<(u32, u32)>>,
    /// The results of asynchronous calls.
    pub arrivals: Arrivals,
    /// The names of JavaScript classes, with those they extend before them; by number, from 1 on.
    class_names: Mutex<Vec<Arc<str>>>,
}

/// All environments that live, by number.
static HANDLES: Mutex<Option<HashMap<u64, Arc<Handle>>>> = Mutex::new(None);
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

fn handles() -> MutexGuard<'static, Option<HashMap<u64, Arc<Handle>>>> {
    HANDLES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The environment of that number, if it lives and answers.
pub fn find(number: u64) -> Option<Arc<Handle>> {
    find_living(number).filter(|handle| !handle.is_closed())
}

/// The environment of that number, if it lives.
pub fn find_living(number: u64) -> Option<Arc<Handle>> {
    handles().as_ref()?.get(&number).cloned()
}

impl Handle {
    pub(super) fn new(channel: Channel) -> Arc<Self> {
        let handle = Arc::new(Self {
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            channel,
            activity: runtime::activity(),
            closed: AtomicBool::new(false),
            refused: Mutex::new(Vec::new()),
            waiting: AtomicU32::new(0),
            is_dropping: AtomicBool::new(false),
            is_task_queued: AtomicBool::new(false),
            dropped: Mutex::new(Vec::new()),
            arrivals: Arrivals::default(),
            class_names: Mutex::new(Vec::new()),
        });
        handles().get_or_insert_default().insert(handle.number, handle.clone());
        handle
    }

    /// The environment ends.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        if let Some(handles) = handles().as_mut() {
            handles.remove(&self.number);
        }
    }

    /// The number of a JavaScript class that has these names.
    pub fn add_class(&self, names: Arc<str>) -> usize {
        let mut all = self.class_names.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(names);
        all.len()
    }

    pub fn class_names(&self, number: usize) -> Option<Arc<str>> {
        let names = self.class_names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(number.checked_sub(1)?).cloned()
    }

    /// Counts a waiting call while `f` waits.
    pub fn waiting<R>(&self, f: impl FnOnce() -> R) -> R {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let result = f();
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        result
    }

    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn refusing<R>(&self, interpreters: &[Arc<Interpreter>], f: impl FnOnce() -> R) -> R {
        let refuse = |numbers| {
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = numbers;
        };
        refuse(interpreters.iter().map(|interpreter| interpreter.number()).collect());
        let result = f();
        refuse(Vec::new());
        result
    }

    /// Whether calls of an interpreter get no answer.
    pub fn refuses(&self, interpreter: u32) -> bool {
        self.is_closed() || self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(&interpreter)
    }

    /// A call is finished. JavaScript is woken, unless it is awake.
    pub fn complete(self: &Arc<Self>, arrival: Arrival) {
        if self.arrivals.push(arrival) {
            self.wake();
        }
    }

    fn wake(self: &Arc<Self>) {
        let handle = self.clone();
        // A closed environment waits for nothing.
        let _ = self.channel.try_send(move |cx| {
            let scope = Scope::of(&cx);
            let settle = with(|environment| scope.get(&environment.settle));
            if let Some(Ok(settle)) = settle
                && scope.call(settle, &[]).is_err()
            {
                scope.clear_exception();
            }
            // JavaScript takes a limited number at a time.
            if handle.arrivals.is_left_waiting() {
                handle.wake();
            }
            Ok(())
        });
    }

    /// Python dropped `count` of the times it was given a reference. JavaScript is told at its next call, or by a task of its own.
    pub fn drop_reference(self: &Arc<Self>, reference: u32, count: u32) {
        {
            let mut dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
            dropped.push((reference, count));
            self.is_dropping.store(true, Ordering::Relaxed);
        }
        if !self.is_task_queued.swap(true, Ordering::AcqRel) {
            let handle = self.clone();
            // A closed environment needs no releases.
            let _ = self.channel.try_send(move |cx| {
                handle.is_task_queued.store(false, Ordering::Release);
                handle.release_dropped(Scope::of(&cx));
                Ok(())
            });
        }
    }

    /// To be released after the result that refers to it was read.
    fn put_off(&self, reference: u32, count: u32) {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner).push((reference, count));
        self.is_dropping.store(true, Ordering::Relaxed);
    }

    pub(super) fn release_dropped(&self, scope: Scope<'_>) {
        let dropped = {
            let mut dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_dropping.store(false, Ordering::Relaxed);
            std::mem::take(&mut *dropped)
        };
        let Some(Ok(release)) = with(|environment| scope.get(&environment.release)) else {
            return;
        };
        for (reference, count) in dropped {
            if self.arrivals.is_expected(reference) {
                self.put_off(reference, count);
                continue;
            }
            let called = scope.nested(|scope| {
                let args = [scope.number(f64::from(reference))?, scope.number(f64::from(count))?];
                scope.call(release, &args).map(|_| ())
            });
            if !matches!(called, Ok(Ok(()))) && scope.clear_exception() {
                // JavaScript does all of it or nothing, and has no stack left.
                self.put_off(reference, count);
            }
        }
    }
}
