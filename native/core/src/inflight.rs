//! The asynchronous calls of an environment that are in flight, and the results that have arrived.

use crate::convert::{Message, put_misuse};
use crate::errors::Misuse;
use crate::runtime::{Interpreter, Job};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The result of a call, on its way to JavaScript.
pub struct Arrival {
    pub number: u32,
    pub message: Message,
    /// Where it comes from. What an interpreter hands out is worth nothing after its end.
    pub interpreter: Arc<Interpreter>,
}

impl Arrival {
    /// The message to deliver.
    pub fn into_message(self) -> Message {
        let mut message = self.message;
        if self.interpreter.has_ended() {
            message.clear();
            put_misuse(&mut message, &Misuse::ContextDeleted);
        }
        message
    }
}

/// What workers have finished and JavaScript has not yet taken.
#[derive(Default)]
pub struct Arrivals {
    queue: Mutex<VecDeque<Arrival>>,
    /// Whether JavaScript takes them already, or a task is on its way to the event loop that will.
    is_awake: AtomicBool,
    /// JavaScript references in what is on its way, and how often: they must not be released before.
    homecoming: Mutex<HashMap<u32, u32>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Arrivals {
    /// Adds a result; says whether JavaScript must be woken.
    pub fn push(&self, arrival: Arrival) -> bool {
        lock(&self.queue).push_back(arrival);
        !self.is_awake.swap(true, Ordering::AcqRel)
    }

    /// The next result. When there is none, whoever pushes one is to wake JavaScript again.
    pub fn pop(&self) -> Option<Arrival> {
        let mut queue = lock(&self.queue);
        let next = queue.pop_front();
        if next.is_none() {
            // Under the lock: who pushes afterwards sees it.
            self.is_awake.store(false, Ordering::Release);
        }
        next
    }

    /// JavaScript has stopped taking results. Whether there are more, for which it must be woken; else whoever pushes one is to wake it.
    pub fn is_left_waiting(&self) -> bool {
        let queue = lock(&self.queue);
        // Under the lock: who pushes afterwards sees it.
        self.is_awake.store(!queue.is_empty(), Ordering::Release);
        !queue.is_empty()
    }

    /// Keeps JavaScript references, which the sender still holds, until they are forgotten.
    pub fn expect(&self, references: &[u32]) {
        if !references.is_empty() {
            let mut homecoming = lock(&self.homecoming);
            for &reference in references {
                *homecoming.entry(reference).or_insert(0) += 1;
            }
        }
    }

    /// What refers to them was read, or never will be.
    pub fn forget(&self, references: &[u32]) {
        if !references.is_empty() {
            let mut homecoming = lock(&self.homecoming);
            for reference in references {
                if let Some(count) = homecoming.get_mut(reference) {
                    *count -= 1;
                    if *count == 0 {
                        homecoming.remove(reference);
                    }
                }
            }
        }
    }

    /// Whether a result that is not yet read refers to it.
    pub fn is_expected(&self, reference: u32) -> bool {
        lock(&self.homecoming).contains_key(&reference)
    }
}

type ByNumber<T> = HashMap<u32, T, BuildHasherDefault<NumberHasher>>;

/// The calls whose results JavaScript waits for, by their numbers; and those that were cancelled, as long as Python is at them.
#[derive(Default)]
pub struct Calls(ByNumber<Arc<dyn Job>>, ByNumber<Weak<dyn Job>>);

/// Numbers that are given out one after the other need no better hash than themselves, spread over all bits.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(self.0 as u32 ^ u32::from(byte)));
    }
}

impl Calls {
    pub fn insert(&mut self, number: u32, call: Arc<dyn Job>) {
        self.0.insert(number, call);
    }

    pub fn remove(&mut self, number: u32) -> Option<Arc<dyn Job>> {
        self.0.remove(&number)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nobody waits for the call any more, whose end can be asked for.
    pub fn watch_cancelled(&mut self, number: u32, call: &Arc<dyn Job>) {
        self.1.retain(|_, call| call.strong_count() > 0);
        self.1.insert(number, Arc::downgrade(call));
    }

    /// Whether Python is no longer at a call that was cancelled: whoever works on it holds it.
    pub fn is_over(&self, number: u32) -> bool {
        self.1.get(&number).is_none_or(|call| call.strong_count() == 0)
    }
}

impl Drop for Calls {
    /// The environment ends.
    fn drop(&mut self) {
        for (_, call) in self.0.drain() {
            call.cancel();
        }
    }
}
