//! Calls of JavaScript functions on their own thread whose arguments are numbers: no message is written, and none is read where the result is a number, a
//! boolean or nothing (bench: callback). `lib/callback/direct.ts` is the other side.

use super::JsRef;
use super::dispatch::{NoReply, read_answer, read_reply};
use crate::attach::Attached;
use crate::convert::tags::{js_kind, result};
use crate::convert::{Decoded, as_safe_integer, as_safe_integer_i64};
use crate::environment;
use crate::sys::node::{Failed, Js, Registers, Scope, ValueType};
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
pub fn call<'py>(target: &JsRef, args: &Object<'py>) -> Option<PyResult<'py, Object<'py>>> {
    if target.kind != js_kind::FUNCTION {
        return None;
    }
    let scope = environment::scope(target.environment)?;
    let registers = Registers::of_this_thread()?;
    put_arguments(registers, target, args)?;
    let py = args.py();
    let answered = scope.nested(|scope| -> Result<_, Failed> {
        let dispatch = environment::dispatcher_of_numbers(scope)?;
        let value = thread::detached(py, || scope.call(dispatch, &[]))?;
        Ok(take(py, target, registers, scope, value))
    });
    Some(match answered {
        Ok(Ok(result)) => result,
        _ => Err(NoReply::why(scope).raise(py)),
    })
}

/// `None`, where an argument is no number that JavaScript has. Runs no Python code, and so no JavaScript.
fn put_arguments(registers: Registers, target: &JsRef, args: &Object<'_>) -> Option<()> {
    let count = value::tuple_len(args);
    if count > MOST {
        return None;
    }
    for index in 0..count {
        let arg = value::tuple_get(args, index)?;
        let number = match value::kind(&arg) {
            Kind::Int => value::int_as_i64(&arg).and_then(as_safe_integer_i64)?,
            Kind::Float => value::float_value(&arg),
            _ => return None,
        };
        registers.set(register::FIRST + index, number);
    }
    registers.set(register::COUNT, count as f64);
    registers.set(register::REFERENCE, f64::from(target.reference));
    registers.set(register::INTERPRETER, f64::from(target.interpreter.number()));
    Some(())
}

/// The result: nothing has run since the dispatcher put it where it is.
fn take<'py>(
    py: Python<'py>,
    target: &JsRef,
    registers: Registers,
    scope: Scope<'_>,
    value: Js<'_>,
) -> PyResult<'py, Object<'py>> {
    // What is returned is the result; only where nothing is, the registers hold it.
    if scope.type_of(value) != ValueType::Undefined {
        return take_reply(py, target, scope, value);
    }
    match registers.get(register::KIND) as u8 {
        result::NUMBER => number(py, registers.get(register::NUMBER)),
        result::NULL => Ok(object::none(py)),
        result::TRUE => Ok(value::bool(py, true)),
        _ => Ok(value::bool(py, false)),
    }
}

fn number(py: Python<'_>, number: f64) -> PyResult<'_, Object<'_>> {
    match as_safe_integer(number) {
        Some(integer) => value::int_from_i64(py, integer),
        None => value::float(py, number),
    }
}

fn take_reply<'py>(
    py: Python<'py>,
    target: &JsRef,
    scope: Scope<'_>,
    value: Js<'_>,
) -> PyResult<'py, Object<'py>> {
    let Ok(reply) = read_reply(target.environment, scope, value) else {
        return Err(NoReply::why(scope).raise(py));
    };
    let interpreter = target.interpreter.clone();
    match read_answer(Attached::assume(py, &interpreter), reply) {
        Ok(Decoded::Value(value)) => Ok(object::rebind(py, &value)),
        Ok(_) => Ok(object::none(py)),
        Err(raised) => Err(object::rebind_raised(py, &raised)),
    }
}
