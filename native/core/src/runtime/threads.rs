//! One thread state per thread and interpreter, kept for the life of the thread.

use super::{Interpreter, phase, registry};
use crate::errors::Misuse;
use crate::sys::clock::ThreadClock;
use crate::sys::imports;
use crate::sys::thread::{self, AttachProof, ThreadIdent, ThreadState};
use pyo3::Python;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// This thread's way into an interpreter.
pub struct Slot {
    pub interpreter: Arc<Interpreter>,
    pub state: ThreadState,
    /// Whether the interpreter was started with this state.
    is_first: bool,
    entry: Arc<Entry>,
    activity: Arc<Activity>,
}

/// What other threads may know of a thread in an interpreter.
pub struct Entry {
    thread: ThreadIdent,
    activity: Arc<Activity>,
    /// How many attached scopes of the thread are open (also those detached for a while inside). Only the thread itself writes.
    depth: AtomicU32,
    /// Whether an exception may be pending for the call that it is in. Changed attached.
    is_interrupted: AtomicBool,
}

impl Entry {
    /// Has `raise` interrupt the call that the thread is in, if it is in one. This thread is attached to the interpreter, so the call cannot end meanwhile.
    fn interrupt(&self, py: Python<'_>, raise: fn(ThreadIdent, Python<'_>)) {
        if self.depth.load(Ordering::Relaxed) > 0 {
            self.is_interrupted.store(true, Ordering::Relaxed);
            raise(self.thread, py);
        }
    }

    fn is_javascript(&self) -> bool {
        self.activity.is_javascript.load(Ordering::Relaxed)
    }
}

/// The threads that have a state of an interpreter.
#[derive(Default)]
pub(super) struct Entries(Mutex<Vec<Weak<Entry>>>);

impl Entries {
    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Entry>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, entry: &Arc<Entry>) {
        let mut entries = self.lock();
        entries.retain(|entry| entry.strong_count() > 0);
        entries.push(Arc::downgrade(entry));
    }

    /// Interrupts the calls that the threads of JavaScript are in, but for that of `caller`.
    pub fn interrupt_calls(&self, py: Python<'_>, caller: ThreadIdent) {
        let entries: Vec<_> = self.lock().iter().filter_map(Weak::upgrade).collect();
        for entry in entries.iter().filter(|entry| entry.is_javascript() && entry.thread != caller) {
            entry.interrupt(py, ThreadIdent::interrupt_call);
        }
    }

    /// Whether the call that a thread is in, which asks, was interrupted.
    pub fn is_interrupted(&self, thread: ThreadIdent) -> bool {
        let is_its =
            |entry: Arc<Entry>| entry.thread == thread && entry.is_interrupted.load(Ordering::Relaxed);
        self.lock().iter().filter_map(Weak::upgrade).any(is_its)
    }

    /// Ends the calls that the threads are in, by a SystemExit.
    pub fn end_calls(&self, py: Python<'_>, threads: &[ThreadIdent]) {
        let entries: Vec<_> = self.lock().iter().filter_map(Weak::upgrade).collect();
        for entry in entries.iter().filter(|entry| threads.contains(&entry.thread)) {
            entry.interrupt(py, ThreadIdent::interrupt);
        }
    }
}

/// What other threads may know of a thread: which call to Python it is in. Only the thread itself writes.
pub struct Activity {
    thread: ThreadIdent,
    /// Whether it is a thread of Node's, which waits for it.
    is_javascript: AtomicBool,
    open: AtomicU32,
    calls: AtomicU64,
    /// How much it runs.
    pub clock: ThreadClock,
}

/// The activities of all threads that ever attached and live.
static ACTIVITIES: Mutex<Vec<Weak<Activity>>> = Mutex::new(Vec::new());

/// The other threads that are inside a call to Python, or wait to begin one.
pub(super) fn others_inside() -> Vec<ThreadIdent> {
    inside(|_| true)
}

/// Those of them that are JavaScript's.
pub(super) fn javascript_inside() -> Vec<ThreadIdent> {
    inside(|activity| activity.is_javascript.load(Ordering::Relaxed))
}

fn inside(is_meant: impl Fn(&Activity) -> bool) -> Vec<ThreadIdent> {
    let this = ThreadIdent::current();
    let mut activities = ACTIVITIES.lock().unwrap_or_else(PoisonError::into_inner);
    activities.retain(|activity| activity.strong_count() > 0);
    activities
        .iter()
        .filter_map(Weak::upgrade)
        .filter(|activity| activity.thread != this && activity.python_call().is_some() && is_meant(activity))
        .map(|activity| activity.thread)
        .collect()
}

impl Activity {
    fn new() -> Arc<Self> {
        let activity = Arc::new(Self {
            thread: ThreadIdent::current(),
            is_javascript: AtomicBool::new(false),
            open: AtomicU32::new(0),
            calls: AtomicU64::new(0),
            clock: ThreadClock::of_this_thread(),
        });
        let mut activities = ACTIVITIES.lock().unwrap_or_else(PoisonError::into_inner);
        activities.push(Arc::downgrade(&activity));
        activity
    }

    /// The number of the call to Python that the thread is in, if it is in one.
    pub fn python_call(&self) -> Option<u64> {
        (self.open.load(Ordering::Relaxed) > 0).then(|| self.calls.load(Ordering::Relaxed))
    }

    #[inline]
    fn count(&self, open: u32) {
        self.open.store(open, Ordering::Relaxed);
        self.calls.store(self.calls.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    #[inline]
    fn open(&self) -> u32 {
        self.open.load(Ordering::Relaxed)
    }
}

/// A slot in use. Counted without atomics: a thread's slots are its own.
pub type Attachment = Rc<Slot>;

/// The slots of a thread, by interpreter number.
struct Slots(Vec<Option<Attachment>>, Option<Arc<Activity>>);

thread_local! {
    static SLOTS: RefCell<Slots> = const { RefCell::new(Slots(Vec::new(), None)) };
}

impl Drop for Slots {
    /// A thread that ends takes its thread states along, but for those that interpreters were started with.
    fn drop(&mut self) {
        let is_left = |slot: &&Attachment| slot.interpreter.is_alive() && slot.depth() == 0;
        for slot in self.0.iter().flatten().filter(is_left) {
            if phase::has_exited() {
                return;
            }
            if slot.is_first {
                slot.interpreter.leave_orphan(slot.state);
            } else {
                slot.state.attach();
                slot.state.delete_attached();
            }
        }
    }
}

/// Finds (or makes) this thread's state for the interpreter, and counts a scope in; `leave` counts it out.
#[inline]
pub fn attach_state(number: u32) -> Result<Attachment, Misuse> {
    SLOTS.with_borrow_mut(|slots| {
        if let Some(Some(slot)) = slots.0.get(number as usize) {
            // Counted in before the look: who ends the interpreter looks at the counts after it marked it.
            slot.enter();
            if slot.interpreter.is_alive() || slot.is_open_to_this_thread() {
                return Ok(slot.clone());
            }
            slot.leave();
        }
        let slot = slots.enter_slow(number)?;
        slot.enter();
        Ok(slot)
    })
}

impl Slots {
    #[cold]
    fn enter_slow(&mut self, number: u32) -> Result<Attachment, Misuse> {
        phase::check_not_exited()?;
        if registry::find(number)?.is_alive() || IS_CLOSER.get() {
            return self.make(number);
        }
        Err(Misuse::Ending)
    }

    fn make(&mut self, number: u32) -> Result<Attachment, Misuse> {
        let (interpreter, state) =
            registry::find_and(number, |interpreter| ThreadState::create(interpreter.state))?;
        Ok(self.put(interpreter, state, false))
    }

    fn activity(&mut self) -> Arc<Activity> {
        self.1.get_or_insert_with(Activity::new).clone()
    }

    fn put(&mut self, interpreter: Arc<Interpreter>, state: ThreadState, is_first: bool) -> Attachment {
        let number = interpreter.number() as usize;
        if self.0.len() <= number {
            self.0.resize_with(number + 1, || None);
        }
        let activity = self.activity();
        let entry = Arc::new(Entry {
            thread: ThreadIdent::current(),
            activity: activity.clone(),
            depth: AtomicU32::new(0),
            is_interrupted: AtomicBool::new(false),
        });
        interpreter.entries.add(&entry);
        let slot = Rc::new(Slot { interpreter, state, is_first, entry, activity });
        self.0[number] = Some(slot.clone());
        slot
    }
}

thread_local! {
    /// Whether this thread is the one that ends Python.
    static IS_CLOSER: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f` as the one thread that closed interpreters are open to.
pub(super) fn as_closer<R>(f: impl FnOnce() -> R) -> R {
    IS_CLOSER.set(true);
    let result = f();
    IS_CLOSER.set(false);
    result
}

impl Slot {
    #[cold]
    fn is_open_to_this_thread(&self) -> bool {
        IS_CLOSER.get() && !self.interpreter.has_ended()
    }

    #[inline]
    fn depth(&self) -> u32 {
        self.entry.depth.load(Ordering::Relaxed)
    }

    #[inline]
    fn enter(&self) {
        self.entry.depth.store(self.depth() + 1, Ordering::Relaxed);
        self.activity.count(self.activity.open() + 1);
    }

    /// Detaches this thread, at the end of a scope, and counts it out. An interrupt that was not raised does not hit the next call.
    #[inline]
    pub fn detach_and_leave(&self, py: Python<'_>) {
        self.entry.depth.store(self.depth() - 1, Ordering::Relaxed);
        if self.entry.is_interrupted.load(Ordering::Relaxed) {
            self.forget_interrupt(py);
        }
        self.state.detach();
        self.activity.count(self.activity.open() - 1);
    }

    #[cold]
    fn forget_interrupt(&self, py: Python<'_>) {
        if self.depth() == 0 {
            self.entry.is_interrupted.store(false, Ordering::Relaxed);
            ThreadIdent::current().clear_interrupt(py);
            imports::release_locks(py);
        }
    }

    /// Counts this thread out, which is detached.
    pub fn leave(&self) {
        self.entry.depth.store(self.depth() - 1, Ordering::Relaxed);
        if self.entry.is_interrupted.load(Ordering::Relaxed) && self.interpreter.is_alive() {
            self.state.attach();
            let proof = AttachProof::assert();
            self.forget_interrupt(thread::token(&proof));
            self.state.detach();
        }
        self.activity.count(self.activity.open() - 1);
    }
}

/// The activity of this thread, which is JavaScript's, for other threads to watch.
pub fn activity() -> Arc<Activity> {
    let activity = SLOTS.with_borrow_mut(Slots::activity);
    activity.is_javascript.store(true, Ordering::Relaxed);
    activity
}

/// Registers the state that an interpreter was started with, on the thread that started it.
pub(super) fn adopt(interpreter: Arc<Interpreter>, state: ThreadState) {
    SLOTS.with_borrow_mut(|slots| {
        slots.put(interpreter, state, true);
    });
}

/// Ends this thread's part in an interpreter, while both go on.
pub fn retire(interpreter: &Interpreter) {
    let slot = SLOTS.with_borrow_mut(|slots| slots.0.get_mut(interpreter.number() as usize)?.take());
    let is_its = |slot: &Attachment| std::ptr::eq(&*slot.interpreter, interpreter);
    if let Some(slot) = slot.filter(is_its)
        && !interpreter.has_ended()
        && !phase::has_exited()
    {
        slot.state.attach();
        slot.state.delete_attached();
    }
}

/// Whether this thread is inside a call of the interpreter.
pub fn is_inside(interpreter: &Interpreter) -> bool {
    SLOTS.with_borrow(|slots| {
        let slot = slots.0.get(interpreter.number() as usize).and_then(Option::as_ref);
        slot.is_some_and(|slot| std::ptr::eq(&*slot.interpreter, interpreter) && slot.depth() > 0)
    })
}

/// Forgets this thread's slot of an interpreter that ended (its thread state is gone).
pub(super) fn forget(number: u32) {
    SLOTS.with_borrow_mut(|slots| {
        if let Some(slot) = slots.0.get_mut(number as usize) {
            *slot = None;
        }
    });
}
