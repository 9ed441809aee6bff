//! Calls of JavaScript functions on their own thread whose arguments are numbers: no message is written, and none is read where the result is a number, a
//! boolean or nothing (bench: callback). `lib/callback/direct.ts` is the other side.

use super::JsRef;
use super::dispatch::{NoReply, Reply, read_answer, read_reply};
use crate::attach::Attached;
use crate::convert::tags::{js_kind, result};
use crate::convert::{Decoded, as_safe_integer, as_safe_integer_i64};
use crate::environment;
use crate::runtime;
use crate::sys::node::{Again, Failed, Registers};
use crate::sys::object::{self, Object, PyResult};
use crate::sys::thread;
use crate::sys::value::{self, Kind};
use pyo3::Python;

/// In: the function, the interpreter that asks, how many numbers follow, and the numbers. Out: what the result is, and its number.
mod register {
    pub const REFERENCE: usize = 0;
    pub const INTERPRETER: usize = 1;
    pub const COUNT: usize = 2;
    pub const FIRST: usize = 3;
    pub const KIND: usize = 0;
    pub const NUMBER: usize = 1;
}

const MOST: usize = 3;

/// Calls the function, if it is one of this thread and the arguments are few numbers.
pub fn call<'py>(
    target: &JsRef,
    py: Python<'py>,
    args: &[Object<'py>],
) -> Option<PyResult<'py, Object<'py>>> {
    if target.kind != js_kind::FUNCTION || args.len() > MOST {
        return None;
    }
    let mut numbers = [0.0; MOST];
    for (place, arg) in numbers.iter_mut().zip(args) {
        *place = number_of(arg)?;
    }
    let again = Again::resume(target.environment).or_else(|| begin(target))?;
    let registers = again.registers();
    put(registers, target, args.len(), numbers);
    let Ok(value) = thread::detached(py, || again.call()) else {
        return Some(Err(NoReply::why(again.scope()).raise(py)));
    };
    // Nothing has run since the dispatcher put it where it is.
    Some(match registers.get(register::KIND) as u8 {
        result::NUMBER => number(py, registers.get(register::NUMBER)),
        result::NULL => Ok(object::none(py)),
        result::TRUE => Ok(value::bool(py, true)),
        result::FALSE => Ok(value::bool(py, false)),
        _ => {
            let reply = read_reply(target.environment, again.scope(), value)
                .map_err(|Failed| NoReply::why(again.scope()));
            again.end();
            take_reply(py, target, reply)
        }
    })
}

/// Only in a call from JavaScript: it closes what is begun here.
#[cold]
fn begin<'s>(target: &JsRef) -> Option<Again<'s>> {
    if !runtime::is_inside(&target.interpreter) {
        return None;
    }
    environment::call_numbers_again(target.environment)
}

/// `None`, where an argument is no number that JavaScript has. Runs no Python code.
#[inline]
fn number_of(arg: &Object<'_>) -> Option<f64> {
    match value::kind(arg) {
        Kind::Int => value::int_as_i64(arg).and_then(as_safe_integer_i64),
        Kind::Float => Some(value::float_value(arg)),
        _ => None,
    }
}

#[inline]
fn put(registers: Registers, target: &JsRef, count: usize, numbers: [f64; MOST]) {
    registers.set(register::REFERENCE, f64::from(target.reference));
    registers.set(register::INTERPRETER, f64::from(target.interpreter.number()));
    registers.set(register::COUNT, count as f64);
    for (index, &number) in numbers.iter().enumerate() {
        registers.set(register::FIRST + index, number);
    }
}

#[inline]
fn number(py: Python<'_>, number: f64) -> PyResult<'_, Object<'_>> {
    match as_safe_integer(number) {
        Some(integer) => value::int_from_i64(py, integer),
        None => value::float(py, number),
    }
}

fn take_reply<'py>(
    py: Python<'py>,
    target: &JsRef,
    reply: Result<Reply, NoReply>,
) -> PyResult<'py, Object<'py>> {
    let reply = reply.map_err(|none| none.raise(py))?;
    let interpreter = target.interpreter.clone();
    match read_answer(Attached::assume(py, &interpreter), reply) {
        Ok(Decoded::Value(value)) => Ok(object::rebind(py, &value)),
        Ok(_) => Ok(object::none(py)),
        Err(raised) => Err(object::rebind_raised(py, &raised)),
    }
}
