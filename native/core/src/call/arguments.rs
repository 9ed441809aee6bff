//! Direct arguments: primitives and Buffers, converted one by one.

use crate::attach::Attached;
use crate::convert::{as_safe_integer, int_from_words};
use crate::errors::{Misuse, Result};
use crate::sys::node::{Js, Scope, ValueType};
use crate::sys::object::{self, Object};
use crate::sys::value;
use std::cell::RefCell;

const NOT_DIRECT: Misuse = Misuse::Internal("an argument must be encoded");

/// One primitive, or a Buffer that is not empty, as a Python object.
#[inline]
pub fn argument<'py>(scope: Scope<'_>, attached: Attached<'py>, js: Js<'_>) -> Result<'py, Object<'py>> {
    let py = attached.py;
    match scope.type_of(js) {
        ValueType::Number => number(attached, scope.as_f64(js).ok_or(NOT_DIRECT)?),
        ValueType::String => string(scope, attached, js),
        ValueType::Boolean => Ok(value::bool(py, scope.as_bool(js) == Some(true))),
        ValueType::Null | ValueType::Undefined => Ok(object::none(py)),
        ValueType::BigInt => {
            let (negative, words) = scope.as_bigint(js).ok_or(NOT_DIRECT)?;
            Ok(int_from_words(py, negative, &words)?)
        }
        ValueType::Object => bytes(scope, attached, js),
        _ => Err(NOT_DIRECT.into()),
    }
}

/// It is empty if JavaScript has detached it: what Python runs as a thread attaches may have called some.
fn bytes<'py>(scope: Scope<'_>, attached: Attached<'py>, buffer: Js<'_>) -> Result<'py, Object<'py>> {
    let made =
        scope.with_bytes(buffer, |bytes| (!bytes.is_empty()).then(|| value::bytes(attached.py, bytes)));
    Ok(made.map_err(|_| NOT_DIRECT)?.ok_or(Misuse::BufferChanged)??)
}

/// A number as an int, or as a float.
#[inline]
pub fn number(attached: Attached<'_>, number: f64) -> Result<'_, Object<'_>> {
    Ok(match as_safe_integer(number) {
        Some(integer) => value::int_from_i64(attached.py, integer)?,
        None => value::float(attached.py, number)?,
    })
}

thread_local! {
    static UNITS: RefCell<Vec<u16>> = const { RefCell::new(Vec::new()) };
}

/// What the buffer may keep between calls.
const KEPT_UNITS: usize = 1 << 16;

fn string<'py>(scope: Scope<'_>, attached: Attached<'py>, js: Js<'_>) -> Result<'py, Object<'py>> {
    let mut units = UNITS.take();
    units.clear();
    let text = match scope.append_utf16(js, &mut units) {
        Ok(()) => value::str_from_utf16(attached.py, &units).map_err(Into::into),
        Err(_) => Err(NOT_DIRECT.into()),
    };
    units.shrink_to(KEPT_UNITS);
    UNITS.replace(units);
    text
}
