//! The JavaScript side of this core: one environment per JavaScript thread, with the buffers that messages cross in.

mod handle;

pub use handle::{Handle, find, find_living};

use crate::convert::Message;
use crate::errors::Misuse;
use crate::inflight::Calls;
use crate::refs::{Id, NumberHash};
use crate::runtime::{self, Interpreter, Job};
use crate::sys::node::{
    Again, EnvironmentPointer, Failed, Js, JsResult, Persistent, Registers, Scope, Shared,
};
use neon::event::Channel;
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// This thread's environment.
struct Environment {
    handle: Arc<Handle>,
    pointer: EnvironmentPointer,
    dispatch: Persistent,
    /// The dispatcher of calls by registers.
    dispatch_numbers: Persistent,
    release: Persistent,
    /// Kept as long as JavaScript can call this thread.
    _registers: Shared<f64>,
    inputs: Vec<Option<Input>>,
    output: Output,
    /// What was handed out to this environment, and how often: given back when it ends, since no finalizer runs then.
    held: HashMap<Id, u32, NumberHash>,
    /// `settle()` of lib/codec/calls.ts, which takes what has arrived.
    settle: Persistent,
    calls: Calls,
    /// Keeps the event loop alive while calls are in flight.
    life: Channel,
    /// The JavaScript references in the result that JavaScript took last, and has read when it takes the next.
    reading: Vec<u32>,
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

impl Drop for Environment {
    fn drop(&mut self) {
        self.handle.close();
        for (id, count) in self.held.drain() {
            give_back(id, count);
        }
    }
}

const FIRST_WORDS: usize = 16 * 1024;
const FIRST_DOUBLES: usize = 4 * 1024;

/// Registers the environment of this thread.
pub fn setup(
    scope: Scope<'_>,
    [dispatch, release, settle, registers, dispatch_numbers]: [Js<'_>; 5],
) -> Result<(), Failed> {
    let registers = scope.shared_memory(registers)?;
    let channel = scope.channel();
    let handle = Handle::new(channel.clone());
    if !Registers::share(&registers, handle.number) {
        return Err(Failed);
    }
    let environment = Environment {
        handle,
        pointer: scope.pointer(),
        dispatch: scope.persist(dispatch)?,
        dispatch_numbers: scope.persist(dispatch_numbers)?,
        release: scope.persist(release)?,
        _registers: registers,
        inputs: Vec::new(),
        output: Output::new(scope, FIRST_WORDS, FIRST_DOUBLES, 1)?,
        held: HashMap::default(),
        settle: scope.persist(settle)?,
        calls: Calls::default(),
        life: channel,
        reading: Vec::new(),
    };
    let before = ENVIRONMENT.replace(Some(environment));
    match before {
        Some(before) => before.disconnect(scope),
        None => Ok(()),
    }
}

/// `Dispatch.DISCONNECT` of lib/codec/tags.ts
const DISCONNECT: f64 = 15.0;

impl Environment {
    /// From now on JavaScript holds what the message hands out.
    fn hold(&mut self, message: &mut Message) {
        for id in message.handed_out.drain(..) {
            *self.held.entry(id).or_insert(0) += 1;
        }
    }

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

/// This thread's environment, for other threads.
pub fn handle() -> Option<Arc<Handle>> {
    with(|environment| environment.handle.clone())
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

/// Begins calls of the dispatcher whose arguments are in the registers, on the JavaScript thread of environment `number`.
pub fn call_numbers_again<'s>(number: u64) -> Option<Again<'s>> {
    let begin = |it: &mut Environment| Again::begin(it.pointer.enter(), number, &it.dispatch_numbers).ok();
    with(|environment| (environment.handle.number == number).then(|| begin(environment)))??
}

impl Output {
    fn new(scope: Scope<'_>, words: usize, doubles: usize, serial: i32) -> Result<Self, Failed> {
        let mut words = scope.shared_memory::<i32>(scope.array_buffer(words * size_of::<i32>())?)?;
        words.write(0, &[serial]);
        let doubles = scope.shared_memory(scope.array_buffer(doubles * size_of::<f64>())?)?;
        Ok(Self { words, doubles, serial, message: Message::new() })
    }

    fn replace(&mut self, scope: Scope<'_>, words: usize, doubles: usize) -> Result<(), Failed> {
        let new = Self::new(scope, words, doubles, self.serial.wrapping_add(1))?;
        let mut old = std::mem::replace(self, new);
        old.words.write(0, &[self.serial]);
        scope.forget(old.words.into_owner());
        scope.forget(old.doubles.into_owner());
        Ok(())
    }

    fn deliver(&mut self, scope: Scope<'_>, message: Message) -> Result<(), Failed> {
        let (words, doubles) = (message.words.len() + 1, message.doubles.len());
        if words > self.words.len() || doubles > self.doubles.len() {
            let words = words.next_power_of_two().max(self.words.len());
            self.replace(scope, words, doubles.next_power_of_two().max(self.doubles.len()))?;
        }
        self.words.write(1, &message.words);
        self.doubles.write(0, &message.doubles);
        let used = std::mem::replace(&mut self.message, message);
        SPARE.replace(used);
        Ok(())
    }
}

/// Has the output buffers begin anew, with next to nothing.
pub fn shrink_output(scope: Scope<'_>) -> Result<(), Failed> {
    with(|environment| environment.output.replace(scope, 1, 0)).unwrap_or(Err(Failed))
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
        environment.hold(&mut message);
        environment.output.deliver(scope, message)
    })
    .unwrap_or(Err(Failed))
}

/// Counts what a message hands out that goes to JavaScript in another way than by the output buffers.
pub fn hold(mut message: Message) {
    with(|environment| environment.hold(&mut message));
    SPARE.replace(message);
}

/// The same for one object.
pub fn hold_one(id: Id) {
    with(|environment| *environment.held.entry(id).or_insert(0) += 1);
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

/// A call of this environment is in flight from now on.
pub fn add_call(scope: Scope<'_>, number: u32, call: Arc<dyn Job>) {
    with(|environment| {
        environment.calls.insert(number, call);
        scope.keep_alive(&mut environment.life, true);
    });
}

/// Nobody waits for a call any more. The call, if it was in flight.
pub fn remove_call(scope: Scope<'_>, number: u32) -> Option<Arc<dyn Job>> {
    with(|environment| {
        let call = environment.calls.remove(number);
        scope.keep_alive(&mut environment.life, !environment.calls.is_empty());
        call
    })
    .flatten()
}

/// Nobody waits for a call any more, which was in flight: `is_over` says when Python is no longer at it.
pub fn cancel_call(scope: Scope<'_>, number: u32) -> Option<Arc<dyn Job>> {
    let call = remove_call(scope, number)?;
    with(|environment| environment.calls.watch_cancelled(number, &call));
    Some(call)
}

pub fn is_over(number: u32) -> bool {
    with(|environment| environment.calls.is_over(number)).unwrap_or(true)
}

/// Puts the next result before JavaScript, which has read the last one; the number of its call.
pub fn take(scope: Scope<'_>) -> Result<Option<u32>, Failed> {
    let read = with(|environment| (environment.handle.clone(), std::mem::take(&mut environment.reading)));
    let (handle, read) = read.ok_or(Failed)?;
    handle.arrivals.forget(&read);
    while let Some(mut arrival) = handle.arrivals.pop() {
        let (number, expected) = (arrival.number, std::mem::take(&mut arrival.message.homecoming));
        if remove_call(scope, number).is_none() {
            handle.arrivals.forget(&expected);
            continue;
        }
        with(|environment| environment.reading = expected);
        deliver(scope, arrival.into_message())?;
        return Ok(Some(number));
    }
    handle.release_dropped(scope);
    Ok(None)
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

/// Whether the process has begun to end.
static IS_EXITING: AtomicBool = AtomicBool::new(false);

pub fn is_exiting() -> bool {
    IS_EXITING.load(Ordering::Acquire)
}

/// While `f` runs, JavaScript answers no calls from threads of these interpreters: this thread is about to wait for them.
pub fn refusing<R>(interpreters: &[Arc<Interpreter>], f: impl FnOnce() -> R) -> R {
    match handle() {
        Some(handle) => handle.refusing(interpreters, f),
        None => f(),
    }
}

/// The process ends: from now on JavaScript answers no calls from other threads.
pub fn close() {
    IS_EXITING.store(true, Ordering::Release);
    if let Some(handle) = handle() {
        handle.closed.store(true, Ordering::Release);
    }
}
