//! Asking JavaScript: on its own thread directly, from any other thread through its event loop.
//!
//! The question and the answer are plain messages. The thread is detached while JavaScript runs or is waited for, so neither runtime ever
//! waits for the other while holding the GIL.
//!
//! Calls nest through both sides as deep as V8's stack of a megabyte allows. So what has returned before JavaScript runs, and what runs after it, stays out
//! of the frames that wait for it (`inline(never)`): a third less of the stack for each level.

use super::JsRef;
use super::deadlock::Watch;
use crate::attach::Attached;
use crate::convert::tags::{constant, ext, js_kind, tag, word};
use crate::convert::{Copies, Decoded, Decoder, Encoder, Incoming, Message, put_big};
use crate::environment::{self, Handle};
use crate::errors::{Error, Misuse};
use crate::sys::node::{Failed, Js, Scope, ValueType};
use crate::sys::object::{self, Builtin, Object, PyResult, Raised};
use pyo3::Python;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, mpsc::SyncSender};
use std::time::Duration;

/// An operation of the dispatcher: `Dispatch` of lib/codec/tags.ts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ask(u32);

impl Ask {
    pub const CALL: Self = Self(0);
    pub const GET: Self = Self(1);
    pub const SET: Self = Self(2);
    pub const DELETE: Self = Self(3);
    pub const REPR: Self = Self(4);
    const ITER: Self = Self(5);
    pub const NEXT: Self = Self(6);
    pub const DIR: Self = Self(7);
    pub const THEN: Self = Self(8);
    pub const GET_ITEM: Self = Self(10);
    pub const SET_ITEM: Self = Self(11);
    pub const DELETE_ITEM: Self = Self(12);
    pub const CONTAINS: Self = Self(14);
    /// Not for Python to ask.
    const DISCONNECT: Self = Self(15);

    /// What the Python code of ours (javascript.py) asks for by its number.
    pub fn numbered(number: i64) -> Option<Self> {
        u32::try_from(number).ok().map(Self).filter(|ask| *ask != Self::DISCONNECT)
    }
}

pub type Reply = Incoming<Copies>;

/// A JavaScript value by reference becomes a Python iterator.
fn take_as_iterator(reply: &mut Reply) {
    if let [EXT_JSREF, _, kind] = reply.words.as_mut_slice() {
        *kind = js_kind::ITERATOR;
    }
}

const EXT_JSREF: i32 = word(tag::EXT, ext::JSREF);

const POLL: Duration = Duration::from_millis(50);

/// Asks JavaScript to do `ask` with a value of its own.
pub fn ask<'py>(
    attached: Attached<'py>,
    target: &JsRef,
    ask: Ask,
    args: &[Object<'py>],
    kwargs: Option<&Object<'py>>,
) -> PyResult<'py, Decoded<'py>> {
    let mut message = Message::new();
    encode_arguments(attached, &mut message, target.environment, args, kwargs)
        .map_err(|error| to_exception(attached, error))?;
    let (environment, reference) = (target.environment, target.reference);
    let interpreter = attached.interpreter.number();
    let mut reply = exchange(attached, Question { ask, environment, reference, interpreter, message })?;
    if ask == Ask::ITER {
        take_as_iterator(&mut reply);
    }
    read_answer(attached, reply)
}

/// The same from another thread, without waiting until JavaScript has done it, or for an answer.
pub fn tell<'py>(
    attached: Attached<'py>,
    target: &JsRef,
    ask: Ask,
    args: &[Object<'py>],
) -> PyResult<'py, ()> {
    let mut message = Message::new();
    let (environment, reference) = (target.environment, target.reference);
    encode_arguments(attached, &mut message, environment, args, None)
        .map_err(|error| to_exception(attached, error))?;
    let interpreter = attached.interpreter.number();
    let handle = handle_for(environment, interpreter).ok_or_else(|| NoReply::Ended.raise(attached.py))?;
    let question = Question { ask, environment, reference, interpreter, message };
    // Python may drop the target before its turn comes.
    handle.arrivals.expect(&[reference]);
    let own = handle.clone();
    let sent = handle.channel.try_send(move |cx| {
        let _ = on_this_thread(question);
        own.arrivals.forget(&[reference]);
        environment::release_dropped(Scope::of(&cx));
        Ok(())
    });
    sent.map(|_| ()).map_err(|_| NoReply::Ended.raise(attached.py))
}

/// What JavaScript answered; raises what it threw.
#[inline(never)]
pub fn read_answer<'py>(attached: Attached<'py>, reply: Reply) -> PyResult<'py, Decoded<'py>> {
    match Decoder::new(attached, reply).answer() {
        Ok(Decoded::Thrown(value, frames)) => Err(super::error::raise(attached, &value, &frames)),
        Ok(decoded) => Ok(decoded),
        Err(error) => Err(to_exception(attached, error)),
    }
}

#[inline(never)]
fn encode_arguments<'py>(
    attached: Attached<'py>,
    message: &mut Message,
    environment: u64,
    args: &[Object<'py>],
    kwargs: Option<&Object<'py>>,
) -> Result<(), Error<'py>> {
    let mut pairs = Vec::new();
    let mut position = 0;
    while let Some(pair) = kwargs.and_then(|dict| crate::sys::value::dict_next(dict, &mut position)) {
        pairs.push(pair);
    }
    message.words.extend([word(tag::EXT, ext::ARGS), args.len() as i32, pairs.len() as i32]);
    let mut encoder = Encoder::new(attached, message, environment);
    let encoded = args.iter().try_for_each(|arg| encoder.root(arg)).and_then(|()| {
        pairs.iter().try_for_each(|(name, value)| encoder.text(name).and_then(|()| encoder.root(value)))
    });
    if encoded.is_err() {
        encoder.abandon();
    }
    encoded
}

/// An error of ours as a Python exception, for the Python code that called.
#[inline(never)]
pub fn to_exception<'py>(attached: Attached<'py>, error: Error<'py>) -> Raised<'py> {
    match error {
        Error::Raised(exception) => Raised(exception),
        Error::Misuse(misuse @ Misuse::TooDeep(_)) => {
            Builtin::RecursionError.raise(attached.py, &misuse.to_string())
        }
        Error::Misuse(misuse) => Builtin::RuntimeError.raise(attached.py, &misuse.to_string()),
        Error::Released(_) => {
            Builtin::RuntimeError.raise(attached.py, "JavaScript returned a Python object that was released.")
        }
        Error::Foreign(_) => {
            Builtin::TypeError.raise(attached.py, "JavaScript returned an object of another Python context.")
        }
    }
}

/// What JavaScript is asked: plain data, for any thread.
struct Question {
    ask: Ask,
    environment: u64,
    reference: u32,
    /// The interpreter that asks, and that the answer is for.
    interpreter: u32,
    message: Message,
}

fn exchange<'py>(attached: Attached<'py>, question: Question) -> PyResult<'py, Reply> {
    let reply = if environment::current() == question.environment {
        attached.detached(move || on_this_thread(question))
    } else {
        through_event_loop(attached, question)?
    };
    reply.map_err(|none| none.raise(attached.py))
}

/// Why JavaScript gave no answer.
pub enum NoReply {
    Ended,
    /// The process ends in the very function that was called.
    Exiting,
    /// The dispatcher catches everything but the overflow of the stack at its own first step.
    NoStack,
}

impl NoReply {
    /// After a call of a dispatcher that failed.
    pub fn why(scope: Scope<'_>) -> Self {
        if scope.clear_exception() { Self::NoStack } else { Self::Ended }
    }

    #[cold]
    #[inline(never)]
    pub fn raise(self, py: Python<'_>) -> Raised<'_> {
        match self {
            // A daemon thread ends with the process, in silence, and gives back the locks that it holds.
            Self::Ended if environment::is_exiting() && is_daemon(py) => {
                Builtin::SystemExit.raise(py, "The process ends.")
            }
            Self::Exiting => Builtin::SystemExit.raise(py, "The process ends."),
            Self::Ended => {
                Builtin::RuntimeError.raise(py, "The JavaScript environment of this object has ended.")
            }
            Self::NoStack => Builtin::RecursionError
                .raise(py, "JavaScript's call stack is too deep to call JavaScript once more."),
        }
    }
}

/// Whether this is a daemon thread of `threading`; not one of ours, nor one that `threading` has not made.
fn is_daemon(py: Python<'_>) -> bool {
    object::loaded_module(py, c"threading").is_some_and(|threading| {
        let thread = object::attr(&threading, c"get_ident")
            .and_then(|get_ident| object::call(&get_ident, &[], None))
            .and_then(|ident| object::getitem(&object::attr(&threading, c"_active")?, &ident));
        let daemon = thread.and_then(|thread| object::attr(&thread, c"daemon"));
        daemon.and_then(|daemon| object::is_true(&daemon)).unwrap_or(false)
    })
}

/// On the JavaScript thread, detached.
fn on_this_thread(question: Question) -> Result<Reply, NoReply> {
    let Question { ask, environment, reference, interpreter, message } = question;
    let scope = environment::scope(environment).ok_or(NoReply::Ended)?;
    let reply = scope.nested(|scope| {
        let dispatch = environment::dispatcher(scope)?;
        environment::deliver(scope, message)?;
        let number = |number: u32| scope.number(f64::from(number));
        let args = [number(ask.0)?, number(reference)?, number(interpreter)?];
        read_reply(environment, scope, scope.call(dispatch, &args)?)
    });
    match reply {
        Ok(Ok(reply)) => Ok(reply),
        _ => Err(NoReply::why(scope)),
    }
}

/// What the dispatcher returned: a direct value, or `[slot, words, doubles, text, blobs]`.
#[inline(never)]
pub fn read_reply(environment: u64, scope: Scope<'_>, value: Js<'_>) -> Result<Reply, Failed> {
    let mut reply = Reply::new(environment, Copies::new());
    match scope.type_of(value) {
        ValueType::Undefined | ValueType::Null => reply.words.push(word(tag::CONST, constant::NONE)),
        ValueType::Boolean => {
            let truth = scope.as_bool(value) == Some(true);
            reply.words.push(word(tag::CONST, if truth { constant::TRUE } else { constant::FALSE }));
        }
        ValueType::Number => {
            let number = scope.as_f64(value).ok_or(Failed)?;
            let is_int = crate::convert::as_safe_integer(number).is_some();
            reply.words.push(word(if is_int { tag::INT53 } else { tag::FLOAT }, 0));
            reply.doubles.push(number);
        }
        ValueType::String => {
            scope.append_utf16(value, &mut reply.text)?;
            reply.words.push(word(tag::STR, reply.text.len()));
        }
        ValueType::BigInt => {
            let (negative, words) = scope.as_bigint(value).ok_or(Failed)?;
            put_big(&mut reply.words, negative, &words);
        }
        _ => read_encoded(scope, value, &mut reply)?,
    }
    Ok(reply)
}

fn read_encoded(scope: Scope<'_>, value: Js<'_>, reply: &mut Reply) -> Result<(), Failed> {
    let size = |index| {
        let number = scope.as_f64(scope.element(value, index)?).ok_or(Failed)?;
        Ok(number as usize)
    };
    let (slot, words, doubles) = (size(0)?, size(1)?, size(2)?);
    (reply.words, reply.doubles) = environment::read_input(slot, words, doubles).map_err(|_| Failed)?;
    scope.append_utf16(scope.element(value, 3)?, &mut reply.text)?;
    let views = scope.element(value, 4)?;
    let copies = (0..scope.array_length(views).unwrap_or(0))
        .map(|index| scope.with_bytes(scope.element(views, index)?, <[u8]>::to_vec));
    reply.blobs = copies.collect::<Result<_, _>>()?;
    Ok(())
}

#[inline(never)]
fn through_event_loop<'py>(
    attached: Attached<'py>,
    question: Question,
) -> PyResult<'py, Result<Reply, NoReply>> {
    let interpreter = question.interpreter;
    let Some(handle) = handle_for(question.environment, interpreter) else {
        return Ok(Err(NoReply::Ended));
    };
    let (sender, receiver) = sync_channel(1);
    let progress = Arc::new(Progress::default());
    send(&handle, question, sender, progress.clone());
    let patience = attached.interpreter.patience();
    let waited =
        attached.detached(|| handle.waiting(|| wait(&handle, interpreter, &receiver, &progress, patience)));
    // What nobody waits for any more is not done later either.
    progress.is_cancelled.store(true, Ordering::Release);
    waited.map_err(|Deadlock| {
        Builtin::RuntimeError.raise(
            attached.py,
            "Deadlock: this thread waits for JavaScript, whose thread has been inside one Python call all the while; \
             JavaScript must not wait, in a call, for a thread that calls it back.",
        )
    })
}

/// The environment, if it answers that interpreter.
fn handle_for(environment: u64, interpreter: u32) -> Option<Arc<Handle>> {
    environment::find(environment).filter(|handle| !handle.refuses(interpreter))
}

/// How far the answer to a question is.
#[derive(Default)]
struct Progress {
    is_cancelled: AtomicBool,
    has_begun: AtomicBool,
}

fn send(
    handle: &Arc<Handle>,
    question: Question,
    sender: SyncSender<Result<Reply, NoReply>>,
    progress: Arc<Progress>,
) {
    // If the environment has closed, the sender is dropped and the receiver sees it.
    let _ = handle.channel.try_send(move |_cx| {
        if !progress.is_cancelled.load(Ordering::Acquire) {
            progress.has_begun.store(true, Ordering::Release);
            let _ = sender.send(on_this_thread(question));
        }
        Ok(())
    });
}

impl Progress {
    /// Why the environment that has closed gave no answer.
    fn no_reply(&self) -> NoReply {
        if environment::is_exiting() && self.has_begun.load(Ordering::Acquire) {
            NoReply::Exiting
        } else {
            NoReply::Ended
        }
    }
}

struct Deadlock;

fn wait(
    handle: &Handle,
    interpreter: u32,
    receiver: &Receiver<Result<Reply, NoReply>>,
    progress: &Progress,
    patience: Duration,
) -> Result<Result<Reply, NoReply>, Deadlock> {
    let mut watch: Option<Watch> = None;
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(reply) => return Ok(reply),
            Err(RecvTimeoutError::Disconnected) => return Ok(Err(NoReply::Ended)),
            Err(RecvTimeoutError::Timeout) if handle.refuses(interpreter) => {
                return Ok(Err(progress.no_reply()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        watch = Watch::go_on(watch, &handle.activity);
        if watch.as_ref().is_some_and(|watch| watch.is_deadlock(&handle.activity, patience)) {
            return Err(Deadlock);
        }
    }
}
