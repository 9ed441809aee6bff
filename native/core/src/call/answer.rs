//! Results on the JavaScript thread: small ones directly, all others as a message in the output buffers.

use super::asyncio::Awaiting;
use crate::attach::{Attached, attach};
use crate::convert::tags::{constant, ext, result, tag};
use crate::convert::{
    Encoder, Message, as_safe_integer_i64, big_words, encode, encode_error, live, put_misuse, utf16,
};
use crate::environment;
use crate::errors::{Error, Misuse, Result};
use crate::refs::{Id, MOST_TEXTS};
use crate::sys::class;
use crate::sys::node::{Failed, Js, JsResult, Registers, Scope};
use crate::sys::object::{self, Kept, Object};
use crate::sys::value::{self, Kind, Units};

/// What an operation gave.
pub enum Outcome<'py> {
    Value(Object<'py>),
    /// The object itself, even where it would convert by value.
    Reference(Object<'py>),
    /// A subclass converts like its base; absent if it has no value.
    ByBase(Object<'py>),
    Absent,
    Stop(Object<'py>),
    /// What is to be awaited: for asynchronous calls alone.
    Await(Awaiting, Object<'py>),
    /// The attribute is a method bound to the object it was read from.
    Method,
}

/// Attaches, runs `f`, and answers JavaScript. `undefined` stands for "read the message": no value of Python's is undefined.
#[inline]
pub fn answer<'s>(
    scope: Scope<'s>,
    interpreter: u32,
    f: impl for<'py> FnOnce(Attached<'py>) -> Result<'py, Outcome<'py>>,
) -> JsResult<'s> {
    let answered = attach(interpreter, |attached| match f(attached) {
        Ok(outcome) => send(scope, attached, outcome),
        Err(error) => deliver(scope, error_message(attached, error)),
    });
    answered.unwrap_or_else(|misuse| answer_misuse(scope, &misuse))
}

/// The same for the hot calls: `undefined` means that the registers say what the result is (`result` of `convert::tags`).
#[inline]
pub fn answer_direct<'s>(
    scope: Scope<'s>,
    registers: Registers,
    interpreter: u32,
    f: impl for<'py> FnOnce(Attached<'py>) -> Result<'py, Outcome<'py>>,
) -> JsResult<'s> {
    let answered = attach(interpreter, |attached| match f(attached) {
        Ok(outcome) => match in_registers(attached, registers, &outcome) {
            Some(kind) => Ok((scope.nothing(), kind)),
            None => send_direct(scope, attached, registers, outcome),
        },
        Err(error) => Ok((deliver(scope, error_message(attached, error))?, result::MESSAGE)),
    });
    let answered = answered.unwrap_or_else(|misuse| Ok((answer_misuse(scope, &misuse)?, result::MESSAGE)));
    // Last, because what ran before may have run JavaScript, and that other hot calls.
    answered.inspect(|(_, kind)| registers.set(register::KIND, f64::from(*kind))).map(|(value, _)| value)
}

/// Out: what the result is, and its number; or the id and the flags of a live object; or the number of a str, and its interpreter.
mod register {
    pub const KIND: usize = 0;
    pub const NUMBER: usize = 1;
    pub const FLAGS: usize = 2;
    /// The str that JavaScript is to keep, and its interpreter, until it has (and writes 0).
    pub const UNKEPT: usize = 7;
}

/// What is in no register: as a Node-API value; a live object by its id all the same; all else as a message.
fn send_direct<'s, 'py>(
    scope: Scope<'s>,
    attached: Attached<'py>,
    registers: Registers,
    outcome: Outcome<'py>,
) -> std::result::Result<(Js<'s>, u8), Failed> {
    if let Some(str) = repeated_text(attached, &outcome).filter(|_| registers.get(register::UNKEPT) == 0.0) {
        deliver(scope, encoded(attached, outcome))?;
        let environment = registers.environment();
        let (number, before) = attached.with(|state| state.texts.keep(Kept::new(str), environment));
        drop(before.map(|before| before.into_object(attached.py)));
        text_in_registers(attached, registers, number);
        registers.set(register::UNKEPT, unkept(attached, number));
        return Ok((scope.nothing(), result::NEW_TEXT));
    }
    if let Some(value) = without_message(scope, &outcome) {
        return Ok((value?, result::MESSAGE));
    }
    if let Outcome::Value(object) = &outcome
        && live::is_surely(attached, object)
    {
        let handed = live::hand_out(attached, object);
        drop(outcome);
        return match handed {
            Ok((id, flags)) => {
                environment::hold_one(id);
                Ok(object_in_registers(scope, registers, id, flags))
            }
            Err(error) => Ok((deliver(scope, error_message(attached, error))?, result::MESSAGE)),
        };
    }
    let message = encoded(attached, outcome);
    let Some((flags, id)) = message.only_object() else {
        return Ok((deliver(scope, message)?, result::MESSAGE));
    };
    environment::hold(message);
    Ok(object_in_registers(scope, registers, id, flags))
}

#[inline]
fn object_in_registers(scope: Scope<'_>, registers: Registers, id: Id, flags: u32) -> (Js<'_>, u8) {
    registers.set(register::NUMBER, id.as_f64());
    registers.set(register::FLAGS, f64::from(flags));
    (scope.nothing(), result::OBJECT)
}

/// In units: JavaScript keeps no longer strs.
const LONGEST_TEXT: usize = 64;

/// A short str that is kept somewhere in Python and comes again: JavaScript is to keep it too.
#[inline]
fn repeated_text<'py>(attached: Attached<'py>, outcome: &Outcome<'py>) -> Option<Object<'py>> {
    let Outcome::Value(object) = outcome else { return None };
    let is_kept = value::kind(object) == Kind::Str && !class::is_just_made(object);
    let is_repeated = is_kept
        && value::units(object).is_some_and(|units| units.len() <= LONGEST_TEXT)
        && attached.with(|state| state.texts.see(object::address(object)));
    is_repeated.then(|| object.clone())
}

fn unkept(attached: Attached<'_>, number: usize) -> f64 {
    (attached.interpreter.number() as usize * MOST_TEXTS + number + 1) as f64
}

/// JavaScript's stack has ended before it kept a str.
#[cold]
fn forget_unkept(attached: Attached<'_>, registers: Registers) {
    let number = (registers.get(register::UNKEPT) as usize - 1) % MOST_TEXTS;
    if registers.get(register::UNKEPT) == unkept(attached, number) {
        let forgotten = attached.with(|state| state.texts.forget(number, registers.environment()));
        drop(forgotten.map(|str| str.into_object(attached.py)));
        registers.set(register::UNKEPT, 0.0);
    }
}

#[inline]
fn text_in_registers(attached: Attached<'_>, registers: Registers, number: usize) {
    registers.set(register::NUMBER, number as f64);
    registers.set(register::FLAGS, f64::from(attached.interpreter.number()));
}

/// Puts a number into its register; what the result is, if that says it all. No Python code runs when such an outcome is dropped.
#[inline]
fn in_registers(attached: Attached<'_>, registers: Registers, outcome: &Outcome<'_>) -> Option<u8> {
    let object = match outcome {
        Outcome::Value(object) => object,
        Outcome::Absent => return Some(result::ABSENT),
        Outcome::Method => return Some(result::METHOD),
        Outcome::Stop(end) if value::kind(end) == Kind::None => return Some(result::END),
        _ => return None,
    };
    let number = match value::kind(object) {
        Kind::Int => value::int_as_i64(object).and_then(as_safe_integer_i64)?,
        Kind::Float => value::float_value(object),
        Kind::None => return Some(result::NULL),
        Kind::Bool if value::is_true_singleton(object) => return Some(result::TRUE),
        Kind::Bool => return Some(result::FALSE),
        Kind::Str => {
            if registers.get(register::UNKEPT) != 0.0 {
                forget_unkept(attached, registers);
            }
            let environment = registers.environment();
            let number = attached.with(|state| state.texts.find(object::address(object), environment))?;
            text_in_registers(attached, registers, number);
            return Some(result::TEXT);
        }
        _ => return None,
    };
    registers.set(register::NUMBER, number);
    Some(result::NUMBER)
}

/// The same as `answer` for a result that `f` has made itself.
pub fn answer_made<'s>(
    scope: Scope<'s>,
    interpreter: u32,
    f: impl for<'py> FnOnce(Attached<'py>) -> Result<'py, Js<'s>>,
) -> JsResult<'s> {
    let answered = attach(interpreter, |attached| match f(attached) {
        Ok(made) => Ok(made),
        Err(error) => deliver(scope, error_message(attached, error)),
    });
    answered.unwrap_or_else(|misuse| answer_misuse(scope, &misuse))
}

pub fn answer_misuse<'s>(scope: Scope<'s>, misuse: &Misuse) -> JsResult<'s> {
    let mut message = environment::spare_message();
    put_misuse(&mut message, misuse);
    deliver(scope, message)
}

fn deliver<'s>(scope: Scope<'s>, message: Message) -> JsResult<'s> {
    environment::deliver(scope, message)?;
    scope.undefined()
}

#[cold]
fn error_message<'py>(attached: Attached<'py>, error: Error<'py>) -> Message {
    let mut message = environment::spare_message();
    encode_error(attached, &mut message, environment::current(), &error);
    message
}

fn send<'s, 'py>(scope: Scope<'s>, attached: Attached<'py>, outcome: Outcome<'py>) -> JsResult<'s> {
    match without_message(scope, &outcome) {
        Some(value) => value,
        None => deliver(scope, encoded(attached, outcome)),
    }
}

/// The outcome as a Node-API value, where it needs no message.
#[inline]
fn without_message<'s>(scope: Scope<'s>, outcome: &Outcome<'_>) -> Option<JsResult<'s>> {
    let Outcome::Value(object) = outcome else { return None };
    match directly(scope, object) {
        Ok(value) => value.map(Ok),
        Err(misuse) => Some(answer_misuse(scope, &misuse)),
    }
}

/// The outcome in a message. It is dropped here, before the message is delivered: that can run Python code, and that JavaScript and its
/// messages.
fn encoded<'py>(attached: Attached<'py>, outcome: Outcome<'py>) -> Message {
    let mut message = environment::spare_message();
    match write(attached, &mut message, environment::current(), &outcome) {
        Ok(()) => message,
        Err(error) => error_message(attached, error),
    }
}

/// Null, booleans, numbers, strings, bigints and bytes.
#[inline]
fn directly<'s>(scope: Scope<'s>, object: &Object<'_>) -> std::result::Result<Option<Js<'s>>, Misuse> {
    let kind = value::kind(object);
    let value = match kind {
        Kind::None => scope.null(),
        Kind::Bool => scope.boolean(value::is_true_singleton(object)),
        Kind::Float => scope.number(value::float_value(object)),
        Kind::Int => match value::int_as_i64(object).and_then(as_safe_integer_i64) {
            Some(number) => scope.number(number),
            None => match big_words(object) {
                Ok((negative, words)) => scope.bigint(negative, &words),
                Err(_) => return Ok(None),
            },
        },
        Kind::Str => return string(scope, object),
        Kind::Bytes | Kind::ByteArray => {
            let bytes = value::bytes_slice(object, kind);
            return limited(scope, scope.buffer(bytes), Misuse::BytesTooLong(bytes.len()));
        }
        _ => return Ok(None),
    };
    value.map(Some).map_err(|Failed| Misuse::Internal("Node-API made no value"))
}

#[inline]
fn string<'s>(scope: Scope<'s>, str: &Object<'_>) -> std::result::Result<Option<Js<'s>>, Misuse> {
    match value::units(str) {
        Some(Units::Ascii(text) | Units::Latin(text)) => {
            return limited(scope, scope.latin1(text), Misuse::TextTooLong(text.len()));
        }
        Some(Units::Wide(units)) => {
            return limited(scope, scope.utf16(units), Misuse::TextTooLong(units.len()));
        }
        _ => {}
    }
    if let Some(text) = value::ascii(str) {
        return limited(scope, scope.latin1(text), Misuse::TextTooLong(text.len()));
    }
    let made =
        value::points(str, |points| limited(scope, wide(scope, points), Misuse::TextTooLong(points.len())));
    made.unwrap_or(Ok(None))
}

/// Code points as a string: narrowed here, where the compiler does it many at a time (bench: cjk).
fn wide<'s>(scope: Scope<'s>, points: &[u32]) -> JsResult<'s> {
    let all = points.iter().fold(0, |all, point| all | point);
    if all < 0x100 {
        return scope.latin1(&points.iter().map(|&point| point as u8).collect::<Vec<_>>());
    }
    if all < 0x1_0000 {
        return scope.utf16(&points.iter().map(|&point| point as u16).collect::<Vec<_>>());
    }
    scope.utf16(&utf16(points))
}

/// What Node-API makes of text or bytes, unless they are too long for JavaScript.
#[inline]
fn limited<'s>(
    scope: Scope<'s>,
    made: JsResult<'s>,
    too_long: Misuse,
) -> std::result::Result<Option<Js<'s>>, Misuse> {
    made.map(Some).map_err(|Failed| {
        scope.clear_exception();
        too_long
    })
}

/// Writes an outcome as a message to an environment.
pub fn write<'py>(
    attached: Attached<'py>,
    message: &mut Message,
    environment: u64,
    outcome: &Outcome<'py>,
) -> Result<'py, ()> {
    match outcome {
        Outcome::Value(object) => encode(attached, message, environment, object),
        Outcome::Reference(object) => Encoder::new(attached, message, environment).reference(object),
        Outcome::ByBase(object) => {
            let mut encoder = Encoder::new(attached, message, environment);
            match encoder.root_by_base(object) {
                Ok(true) => {}
                Ok(false) => encoder.message.put(tag::CONST, constant::ABSENT),
                Err(error) => {
                    encoder.abandon();
                    return Err(error);
                }
            }
            Ok(())
        }
        Outcome::Absent => {
            message.put(tag::CONST, constant::ABSENT);
            Ok(())
        }
        Outcome::Stop(object) => {
            message.put(tag::EXT, ext::STOP);
            encode(attached, message, environment, object)
        }
        Outcome::Await(..) => Err(Misuse::Internal("a synchronous call cannot await").into()),
        Outcome::Method => {
            message.put(tag::EXT, ext::METHOD);
            Ok(())
        }
    }
}
