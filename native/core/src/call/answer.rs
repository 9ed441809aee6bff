//! Results on the JavaScript thread: small ones directly, all others as a message in the output buffers.

use crate::attach::{Attached, attach};
use crate::convert::tags::{constant, ext, result, tag};
use crate::convert::{Encoder, Message, as_safe_integer_i64, big_words, encode, encode_error, put_misuse};
use crate::environment;
use crate::errors::{Error, Misuse, Result};
use crate::sys::node::{Failed, Js, JsResult, Registers, Scope};
use crate::sys::object::Object;
use crate::sys::value::{self, Kind, Text};

/// What an operation gave.
pub enum Outcome<'py> {
    Value(Object<'py>),
    /// The object itself, even where it would convert by value.
    Reference(Object<'py>),
    /// A subclass converts like its base; absent if it has no value.
    ByBase(Object<'py>),
    Absent,
    Stop(Object<'py>),
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
        Ok(outcome) => match in_registers(registers, &outcome) {
            Some(kind) => Ok((scope.nothing(), kind)),
            None => Ok((send(scope, attached, outcome)?, result::MESSAGE)),
        },
        Err(error) => Ok((deliver(scope, error_message(attached, error))?, result::MESSAGE)),
    });
    let answered = answered.unwrap_or_else(|misuse| Ok((answer_misuse(scope, &misuse)?, result::MESSAGE)));
    // Last, because what ran before may have run JavaScript, and that other hot calls.
    answered.inspect(|(_, kind)| registers.set(register::KIND, f64::from(*kind))).map(|(value, _)| value)
}

/// Out: what the result is, and its number.
mod register {
    pub const KIND: usize = 0;
    pub const NUMBER: usize = 1;
}

/// Puts a number into its register; what the result is, if that says it all. No Python code runs when such an outcome is dropped.
#[inline]
fn in_registers(registers: Registers, outcome: &Outcome<'_>) -> Option<u8> {
    let object = match outcome {
        Outcome::Value(object) => object,
        Outcome::Absent => return Some(result::ABSENT),
        Outcome::Method => return Some(result::METHOD),
        _ => return None,
    };
    let number = match value::kind(object) {
        Kind::Int => value::int_as_i64(object).and_then(as_safe_integer_i64)?,
        Kind::Float => value::float_value(object),
        Kind::None => return Some(result::NULL),
        Kind::Bool if value::is_true_singleton(object) => return Some(result::TRUE),
        Kind::Bool => return Some(result::FALSE),
        _ => return None,
    };
    registers.set(register::NUMBER, number);
    Some(result::NUMBER)
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
    encode_error(attached, &mut message, environment::current(), error);
    message
}

#[inline]
fn send<'s, 'py>(scope: Scope<'s>, attached: Attached<'py>, outcome: Outcome<'py>) -> JsResult<'s> {
    if let Outcome::Value(object) = &outcome {
        match directly(scope, object) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => {}
            Err(misuse) => return answer_misuse(scope, &misuse),
        }
    }
    let mut message = environment::spare_message();
    match write(attached, &mut message, environment::current(), &outcome) {
        Ok(()) => deliver(scope, message),
        Err(error) => deliver(scope, error_message(attached, error)),
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
        Kind::Str => match value::text(object) {
            Ok(Text::Ascii(text)) => {
                return limited(scope, scope.latin1(text), Misuse::TextTooLong(text.len()));
            }
            _ => return Ok(None),
        },
        Kind::Bytes | Kind::ByteArray => {
            let bytes = value::bytes_slice(object, kind);
            return limited(scope, scope.buffer(bytes), Misuse::BytesTooLong(bytes.len()));
        }
        _ => return Ok(None),
    };
    value.map(Some).map_err(|Failed| Misuse::Internal("Node-API made no value"))
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
        Outcome::Method => {
            message.put(tag::EXT, ext::METHOD);
            Ok(())
        }
    }
}
