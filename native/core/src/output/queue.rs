//! The queues, one for each JavaScript environment that receives.

use crate::environment;
use crate::sys::node::{Failed, Js, Persistent, Scope};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Data for the sink of that number.
type Entry = (f64, Vec<u8>);

#[derive(Default)]
struct Queue {
    entries: Mutex<VecDeque<Entry>>,
    /// Whether a task is on its way to the event loop.
    is_task_queued: AtomicBool,
    /// Whether the thread of the environment is passing entries on: what comes meanwhile waits for its turn.
    is_draining: AtomicBool,
    is_asked_again: AtomicBool,
}

/// By environment. One queue for all sinks of an environment keeps the order between them.
static QUEUES: Mutex<Option<HashMap<u64, Arc<Queue>>>> = Mutex::new(None);

/// This thread's way to JavaScript; its queue ends with the thread.
struct Outlet {
    environment: u64,
    receive: Persistent,
}

thread_local! {
    static OUTLET: RefCell<Option<Outlet>> = const { RefCell::new(None) };
}

/// Data that would follow on data of the same sink joins it, up to this size.
const JOINED: usize = 1 << 16;

fn queues() -> MutexGuard<'static, Option<HashMap<u64, Arc<Queue>>>> {
    QUEUES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn find(environment: u64) -> Option<Arc<Queue>> {
    queues().as_ref()?.get(&environment).cloned()
}

impl Drop for Outlet {
    fn drop(&mut self) {
        if let Some(queues) = queues().as_mut() {
            queues.remove(&self.environment);
        }
    }
}

/// Registers the function that receives what is for this thread's environment: `(sink, data)`, which never throws.
pub fn register(scope: Scope<'_>, receive: Js<'_>) -> Result<(), Failed> {
    let environment = environment::current();
    let outlet = Outlet { environment, receive: scope.persist(receive)? };
    OUTLET.replace(Some(outlet));
    queues().get_or_insert_default().insert(environment, Arc::default());
    Ok(())
}

/// Puts data into the queue of an environment. False if the environment is gone.
pub fn push(environment: u64, sink: f64, data: &[u8]) -> bool {
    let (Some(queue), Some(handle)) = (find(environment), environment::find_living(environment)) else {
        return false;
    };
    queue.push(sink, data);
    let is_elsewhere = environment::current() != environment;
    if is_elsewhere && !queue.is_task_queued.swap(true, Ordering::AcqRel) {
        let task = queue.clone();
        let _ = handle.channel.try_send(move |cx| {
            task.is_task_queued.store(false, Ordering::Release);
            task.drain(Scope::of(&cx));
            Ok(())
        });
    }
    true
}

/// Passes on what waits for this thread's environment. This thread must not be attached.
pub fn drain(scope: Scope<'_>) {
    if let Some(queue) = find(environment::current()) {
        queue.drain(scope);
    }
}

/// The same, if this is the thread of that environment.
pub fn drain_here(environment: u64) {
    if let Some(scope) = environment::scope(environment) {
        drain(scope);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, sink: f64, data: &[u8]) {
        let mut entries = self.lock();
        match entries.back_mut() {
            Some((last, joined)) if *last == sink && joined.len() + data.len() <= JOINED => {
                joined.extend_from_slice(data);
            }
            _ => entries.push_back((sink, data.to_vec())),
        }
    }

    /// Passes on what is there at the start (a thread that never stops writing must not stop the event loop), and what JavaScript itself causes meanwhile.
    fn drain(&self, scope: Scope<'_>) {
        if self.is_draining.swap(true, Ordering::AcqRel) {
            self.is_asked_again.store(true, Ordering::Release);
            return;
        }
        loop {
            let count = self.lock().len();
            for _ in 0..count {
                let Some(entry) = self.pop() else { break };
                pass(scope, &entry);
            }
            if !self.is_asked_again.swap(false, Ordering::AcqRel) {
                break;
            }
        }
        self.is_draining.store(false, Ordering::Release);
    }

    fn pop(&self) -> Option<Entry> {
        self.lock().pop_front()
    }
}

/// Calls the receiver. It throws only where JavaScript cannot run any more (its thread is being terminated, or its stack is full).
fn pass(scope: Scope<'_>, (sink, data): &Entry) {
    let passed = scope.nested(|scope| {
        let receive = OUTLET
            .with_borrow(|outlet| outlet.as_ref().map_or(Err(Failed), |outlet| scope.get(&outlet.receive)))?;
        scope.call(receive, &[scope.number(*sink)?, scope.buffer(data)?]).map(|_| ())
    });
    if !matches!(passed, Ok(Ok(()))) {
        scope.clear_exception();
    }
}
