//! Calls whose arguments are of several kinds, or named: all but strings and Buffers are in the registers; `lib/object/mixed.ts` is the other side.

use super::answer::{Outcome, answer_direct};
use super::arguments::{argument, number};
use super::direct::{Callee, registers};
use super::names;
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::Id;
use crate::sys::node::{Args, Bare, JsResult, Registers, Scope};
use crate::sys::object::{self, Object};
use crate::sys::value;

/// In: the object, the name (an id, or ITSELF), how many arguments there are, and the number of the signature by which the last ones are named
/// (or NOT_NAMED); from FIRST on, a kind and a value for each argument.
mod register {
    pub const OBJECT: usize = 0;
    pub const NAME: usize = 1;
    pub const COUNT: usize = 2;
    pub const SIGNATURE: usize = 3;
    pub const FIRST: usize = 8;
}

const NOT_NAMED: f64 = -1.0;

/// What an argument is; its value is a number, the id of an object, or which of those beside.
mod kind {
    pub const NUMBER: f64 = 1.0;
    pub const NULL: f64 = 2.0;
    pub const TRUE: f64 = 3.0;
    pub const FALSE: f64 = 4.0;
    pub const OBJECT: f64 = 5.0;
    pub const BESIDE: f64 = 6.0;
}

/// How many arguments fit.
const MAX: usize = 12;

const MALFORMED: Misuse = Misuse::Internal("the registers hold no arguments");

struct MixedCall {
    id: Id,
    name: f64,
    signature: f64,
    count: usize,
    arguments: [(f64, f64); MAX],
}

impl MixedCall {
    /// Reads it all at once: what runs from here on may be JavaScript, and that other calls.
    #[inline]
    fn read(registers: Registers) -> Self {
        let count = (registers.get(register::COUNT) as usize).min(MAX);
        let mut arguments = [(0.0, 0.0); MAX];
        for (index, argument) in arguments[..count].iter_mut().enumerate() {
            let at = register::FIRST + 2 * index;
            *argument = (registers.get(at), registers.get(at + 1));
        }
        Self {
            id: Id::from_f64(registers.get(register::OBJECT)),
            name: registers.get(register::NAME),
            signature: registers.get(register::SIGNATURE),
            count,
            arguments,
        }
    }

    #[inline]
    fn perform<'py>(
        &self,
        attached: Attached<'py>,
        beside: impl Fn(usize) -> Result<'py, Object<'py>>,
    ) -> Result<'py, Outcome<'py>> {
        let callee = Callee::find(attached, self.id, self.name)?;
        let mut objects = [const { None }; MAX];
        for (object, argument) in objects.iter_mut().zip(&self.arguments[..self.count]) {
            *object = Some(made(attached, *argument, &beside)?);
        }
        let none = object::none(attached.py);
        let arguments: [&Object<'py>; MAX] =
            std::array::from_fn(|index| objects[index].as_ref().unwrap_or(&none));
        let arguments = &arguments[..self.count];
        if self.signature == NOT_NAMED {
            return callee.call(arguments);
        }
        let names = names::signature(attached, self.signature as usize)?;
        if value::tuple_len(&names) > self.count {
            return Err(MALFORMED.into());
        }
        callee.call_named(arguments, &names)
    }
}

#[inline]
fn made<'py>(
    attached: Attached<'py>,
    (kind, value): (f64, f64),
    beside: &impl Fn(usize) -> Result<'py, Object<'py>>,
) -> Result<'py, Object<'py>> {
    match kind {
        kind::NUMBER => number(attached, value),
        kind::NULL => Ok(object::none(attached.py)),
        kind::TRUE => Ok(value::bool(attached.py, true)),
        kind::FALSE => Ok(value::bool(attached.py, false)),
        kind::OBJECT => attached.object(Id::from_f64(value)),
        kind::BESIDE => beside(value as usize),
        _ => Err(MALFORMED.into()),
    }
}

/// `callMixed()`: without strings and Buffers.
pub struct CallMixed;

impl Bare for CallMixed {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = registers(scope)?;
        let call = MixedCall::read(registers);
        answer_direct(scope, registers, call.id.interpreter(), |attached| {
            call.perform(attached, |_| Err(MALFORMED.into()))
        })
    }
}

/// `callBeside(...values)`: with up to eight.
pub fn call_beside<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let registers = registers(scope)?;
    let call = MixedCall::read(registers);
    answer_direct(scope, registers, call.id.interpreter(), |attached| {
        call.perform(attached, |index| argument(scope, attached, args.get(index).ok_or(MALFORMED)?))
    })
}
