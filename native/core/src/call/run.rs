//! `run(op, interpreter, slot, words, doubles, text, blobs)`: any operation, its arguments in a message.

use super::answer::{answer, answer_misuse};
use super::operations;
use crate::convert::{Decoder, Incoming, Views};
use crate::environment;
use crate::errors::Misuse;
use crate::sys::node::{Args, JsResult, Scope, ValueType};

pub fn run<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    environment::release_dropped(scope);
    let number = |index| args.get(index).and_then(|value| scope.as_f64(value)).unwrap_or(0.0) as usize;
    let views = args.get(6).filter(|views| scope.type_of(*views) == ValueType::Object);
    let mut message = Incoming::new(environment::current(), Views::new(scope, views));
    (message.words, message.doubles) = match environment::read_input(number(2), number(3), number(4)) {
        Ok(input) => input,
        Err(misuse) => return answer_misuse(scope, &misuse),
    };
    if let Some(string) = args.get(5)
        && scope.append_utf16(string, &mut message.text).is_err()
    {
        return answer_misuse(scope, &Misuse::Internal("the text of a message is no string"));
    }
    answer(scope, number(1) as u32, |attached| {
        let arguments = Decoder::new(attached, message).arguments()?;
        operations::perform(attached, number(0), arguments)
    })
}
