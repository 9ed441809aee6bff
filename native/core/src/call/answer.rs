//! Results on the JavaScript thread: small ones directly, all others as a message in the output buffers.

use crate::attach::{Attached, attach};
use crate::convert::tags::{constant, ext, tag};
use crate::convert::{Encoder, Message, as_safe_integer_i64, big_words, encode, encode_error, put_misuse};
use crate::environment;
use crate::errors::{Error, Misuse, Result};
use crate::sys::node::{Failed, Js, JsResult, Scope};
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
