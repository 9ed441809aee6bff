//! The JavaScript side of this core: one environment per JavaScript thread, with the buffers that messages cross in.

use crate::convert::Message;
use crate::errors::Misuse;
use crate::refs::Id;
use crate::runtime::{self, Activity};
use crate::sys::node::{EnvironmentPointer, Failed, Js, JsResult, Persistent, Scope, Shared};
use neon::event::Channel;
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What other threads know of an environment.
pub struct Handle {
    pub number: u64,
    pub channel: Channel,
    /// Which call to Python the thread is in.
    pub activity: Arc<Activity>,
    closed: AtomicBool,
    /// How many calls of other threads wait for an answer.
    waiting: AtomicU32,
    /// Whether `dropped` has entries.
    is_dropping: AtomicBool,
    /// Whether a task is on its way to the event loop that will release them.
    is_task_queued: AtomicBool,
    /// JavaScript references that Python dropped: reference, count.
    dropped: Mutex<Vec<(u32, u32)>>,
}

/// This thread's environment.
struct Environment {
    handle: Arc<Handle>,
    pointer: EnvironmentPointer,
    dispatch: Persistent,
    release: Persistent,
    inputs: Vec<Option<Input>>,
    output: Output,
    /// What was handed out to this environment, and how often: given back when it ends, since no finalizer runs then.
    held: HashMap<Id, u32>,
}

struct Input {
    words: Shared<i32>,
    doubles: Shared<f64>,
}

struct Output {
    words: Shared<i32>,
    doubles: Shared<f64>,
    serial: i32,
    /// The message being read: its text and blobs are asked for piece by piece.
    message: Message,
}

thread_local! {
    static ENVIRONMENT: RefCell<Option<Environment>> = const { RefCell::new(None) };
    /// A message whose memory is used again.
    static SPARE: RefCell<Message> = const { RefCell::new(Message::new()) };
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

impl Drop for Environment {
    fn drop(&mut self) {
        self.handle.closed.store(true, Ordering::Release);
        for (id, count) in self.held.drain() {
            give_back(id, count);
        }
        if let Some(handles) = handles().as_mut() {
            handles.remove(&self.handle.number);
        }
    }
}

const FIRST_WORDS: usize = 16 * 1024;
const FIRST_DOUBLES: usize = 4 * 1024;

/// Registers the environment of this thread.
pub fn setup(scope: Scope<'_>, channel: Channel, dispatch: Js<'_>, release: Js<'_>) -> Result<(), Failed> {
    let handle = Arc::new(Handle {
        number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
        channel,
        activity: runtime::activity(),
        closed: AtomicBool::new(false),
        waiting: AtomicU32::new(0),
        is_dropping: AtomicBool::new(false),
        is_task_queued: AtomicBool::new(false),
        dropped: Mutex::new(Vec::new()),
    });
    let environment = Environment {
        handle: handle.clone(),
        pointer: scope.pointer(),
        dispatch: scope.persist(dispatch)?,
        release: scope.persist(release)?,
        inputs: Vec::new(),
        output: Output::new(scope, FIRST_WORDS, FIRST_DOUBLES, 1)?,
        held: HashMap::new(),
    };
    handles().get_or_insert_default().insert(handle.number, handle);
    let before = ENVIRONMENT.replace(Some(environment));
    match before {
        Some(before) => before.disconnect(scope),
        None => Ok(()),
    }
}

/// `Dispatch.DISCONNECT` of lib/codec/tags.ts
const DISCONNECT: f64 = 15.0;

impl Environment {
    /// Tells a copy of the library, loaded in this thread before, that another one takes its place.
    fn disconnect(self, scope: Scope<'_>) -> Result<(), Failed> {
        if self.pointer != scope.pointer() {
            return Ok(());
        }
        let none = scope.number(0.0)?;
        scope.call(scope.get(&self.dispatch)?, &[scope.number(DISCONNECT)?, none, none]).map(|_| ())
    }
}

/// `None` when the thread has no environment, or has ended it already.
fn with<R>(f: impl FnOnce(&mut Environment) -> R) -> Option<R> {
    ENVIRONMENT.try_with(|environment| environment.borrow_mut().as_mut().map(f)).ok().flatten()
}

/// The number of this thread's environment; 0 when the thread has none.
#[inline]
pub fn current() -> u64 {
    with(|environment| environment.handle.number).unwrap_or(0)
}

/// A scope for a call from Python on the JavaScript thread of environment `number`.
pub fn scope<'s>(number: u64) -> Option<Scope<'s>> {
    with(|environment| (environment.handle.number == number).then(|| environment.pointer.enter()))?
}

/// The dispatcher of this thread's environment.
pub fn dispatcher<'s>(scope: Scope<'s>) -> JsResult<'s> {
    with(|environment| scope.get(&environment.dispatch)).unwrap_or(Err(Failed))
}

impl Output {
    fn new(scope: Scope<'_>, words: usize, doubles: usize, serial: i32) -> Result<Self, Failed> {
        let mut words = scope.shared_memory::<i32>(scope.array_buffer(words * size_of::<i32>())?)?;
        words.write(0, &[serial]);
        let doubles = scope.shared_memory(scope.array_buffer(doubles * size_of::<f64>())?)?;
        Ok(Self { words, doubles, serial, message: Message::new() })
    }

    fn deliver(&mut self, scope: Scope<'_>, message: Message) -> Result<(), Failed> {
        let (words, doubles) = (message.words.len() + 1, message.doubles.len());
        if words > self.words.len() || doubles > self.doubles.len() {
            let words = words.next_power_of_two().max(self.words.len());
            let doubles = doubles.next_power_of_two().max(self.doubles.len());
            let larger = Self::new(scope, words, doubles, self.serial.wrapping_add(1))?;
            let mut old = std::mem::replace(self, larger);
            old.words.write(0, &[self.serial]);
            scope.forget(old.words.into_owner());
            scope.forget(old.doubles.into_owner());
        }
        self.words.write(1, &message.words);
        self.doubles.write(0, &message.doubles);
        let used = std::mem::replace(&mut self.message, message);
        SPARE.replace(used);
        Ok(())
    }
}

/// A message to write into; `deliver` puts it before JavaScript.
pub fn spare_message() -> Message {
    let mut message = SPARE.take();
    message.clear();
    message
}

/// Copies the message into the output buffers of this thread.
pub fn deliver(scope: Scope<'_>, mut message: Message) -> Result<(), Failed> {
    with(|environment| {
        for id in message.handed_out.drain(..) {
            *environment.held.entry(id).or_insert(0) += 1;
        }
        environment.output.deliver(scope, message)
    })
    .unwrap_or(Err(Failed))
}

/// JavaScript gives back `count` of the times it was handed a reference; queued, without the GIL.
pub fn release(id: Id, count: u32) {
    // No more than this environment holds: others may hold the object too.
    let given = with(|environment| {
        let Entry::Occupied(mut held) = environment.held.entry(id) else { return 0 };
        let given = count.min(*held.get());
        *held.get_mut() -= given;
        if *held.get() == 0 {
            held.remove();
        }
        given
    });
    match given {
        Some(given) if given > 0 => give_back(id, given),
        _ => {}
    }
}

fn give_back(id: Id, count: u32) {
    if let Ok(interpreter) = runtime::find(id.interpreter()) {
        interpreter.released.push(id, count);
    }
}

/// Takes a reference from what this environment holds; how often it was handed out.
pub fn take_held(id: Id) -> u32 {
    with(|environment| environment.held.remove(&id)).flatten().unwrap_or(0)
}

/// Takes all references of an interpreter from what this environment holds.
pub fn take_all_held(interpreter: u32) -> Vec<(Id, u32)> {
    let is_its = |id: &Id| id.interpreter() == interpreter;
    with(|environment| {
        let held =
            environment.held.iter().filter(|(id, _)| is_its(id)).map(|(&id, &count)| (id, count)).collect();
        environment.held.retain(|id, _| !is_its(id));
        held
    })
    .unwrap_or_default()
}

/// The output buffers, as JavaScript has them.
pub fn output<'s>(scope: Scope<'s>) -> JsResult<'s> {
    let buffers = with(|environment| {
        Ok([scope.get(environment.output.words.owner())?, scope.get(environment.output.doubles.owner())?])
    });
    scope.array(&buffers.unwrap_or(Err(Failed))?)
}

pub fn next_latin<'s>(scope: Scope<'s>) -> JsResult<'s> {
    with(|environment| scope.latin1(environment.output.message.latin.read())).unwrap_or(Err(Failed))
}

pub fn next_wide<'s>(scope: Scope<'s>) -> JsResult<'s> {
    with(|environment| scope.utf16(environment.output.message.wide.read())).unwrap_or(Err(Failed))
}

pub fn next_blob<'s>(scope: Scope<'s>) -> JsResult<'s> {
    let blob = with(|environment| environment.output.message.read_blob()).ok_or(Failed)?;
    scope.buffer(&blob)
}

/// Registers input slot `slot`, replacing what was there.
pub fn set_input(scope: Scope<'_>, slot: usize, words: Js<'_>, doubles: Js<'_>) -> Result<(), Failed> {
    let input = Input { words: scope.shared_memory(words)?, doubles: scope.shared_memory(doubles)? };
    let before = with(|environment| {
        if environment.inputs.len() <= slot {
            environment.inputs.resize_with(slot + 1, || None);
        }
        environment.inputs[slot].replace(input)
    });
    if let Some(Some(before)) = before {
        scope.forget(before.words.into_owner());
        scope.forget(before.doubles.into_owner());
    }
    Ok(())
}

/// Copies a message out of input slot `slot`: its first words and doubles.
pub fn read_input(slot: usize, words: usize, doubles: usize) -> Result<(Vec<i32>, Vec<f64>), Misuse> {
    with(|environment| {
        let input = environment.inputs.get(slot)?.as_ref()?;
        Some((input.words.read(words), input.doubles.read(doubles)))
    })
    .flatten()
    .ok_or(Misuse::Internal("an input slot is not registered"))
}

/// Releases what Python dropped; JavaScript must have decoded every earlier message.
pub fn release_dropped(scope: Scope<'_>) {
    let handle = with(|environment| {
        let handle = &environment.handle;
        handle.is_dropping.load(Ordering::Relaxed).then(|| handle.clone())
    });
    if let Some(Some(handle)) = handle {
        handle.release_dropped(scope);
    }
}

/// How many calls of other threads wait for this one.
pub fn waiting() -> u32 {
    with(|environment| environment.handle.waiting.load(Ordering::Acquire)).unwrap_or(0)
}

/// While `f` runs, and for good if `forever`, JavaScript answers no calls from other threads: this thread is about to wait for them.
pub fn refusing<R>(forever: bool, f: impl FnOnce() -> R) -> R {
    let handle = with(|environment| environment.handle.clone());
    let close = |closed| {
        if let Some(handle) = &handle {
            handle.closed.store(closed, Ordering::Release);
        }
    };
    close(true);
    let result = f();
    close(forever);
    result
}

impl Handle {
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

    fn release_dropped(&self, scope: Scope<'_>) {
        let dropped = {
            let mut dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_dropping.store(false, Ordering::Relaxed);
            std::mem::take(&mut *dropped)
        };
        let Some(Ok(release)) = with(|environment| scope.get(&environment.release)) else {
            return;
        };
        for (reference, count) in dropped {
            let called = scope.nested(|scope| {
                let args = [scope.number(f64::from(reference))?, scope.number(f64::from(count))?];
                scope.call(release, &args).map(|_| ())
            });
            if !matches!(called, Ok(Ok(()))) {
                scope.clear_exception();
            }
        }
    }
}
