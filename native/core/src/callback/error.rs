//! JavaScript errors in Python: the exception class JsError.

use crate::attach::Attached;
use crate::convert::{UNDEFINED, undefined, with_javascript};
use crate::runtime::Keep;
use crate::sys::heap_type;
use crate::sys::object::{self, Builtin, Object, PyResult, Raised};
use crate::sys::value::{self, Kind};
use std::cell::Cell;

/// `python_ts.JsError`
pub fn class(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::JsError, |attached| {
        heap_type::new_exception(
            &Builtin::Exception.object(attached.py),
            c"python_ts.JsError",
            c"An error thrown by JavaScript: name, message, stack, and value, which is what was thrown.",
        )
    })
}

thread_local! {
    static READING: Cell<u32> = const { Cell::new(0) };
}

/// An error that is being read on this thread.
struct Reading;

impl Reading {
    /// To read an error may throw another error, at the end of V8's stack each time: one within one within one is not read any more.
    const DEEPEST: u32 = 3;

    fn begin() -> Option<Self> {
        let depth = READING.get();
        if depth == Self::DEEPEST {
            return None;
        }
        READING.set(depth + 1);
        Some(Self)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        READING.set(READING.get() - 1);
    }
}

/// The exception for a JavaScript Error: one each time, all of the same Error.
pub fn exception_for<'py>(attached: Attached<'py>, error: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let reading = Reading::begin();
    let read = |name| {
        let text = reading.as_ref().and_then(|_| object::attr(error, name).ok());
        text.filter(|text| value::kind(text) == Kind::Str)
    };
    let empty = value::str_from_utf8(attached.py, "")?;
    let name = read(c"name").unwrap_or_else(|| empty.clone());
    let message = read(c"message").unwrap_or_else(|| empty.clone());
    let stack = read(c"stack").unwrap_or(empty);
    let text = join(attached, &name, &message)?;
    build(attached, &text, [(c"name", &name), (c"message", &message), (c"stack", &stack), (c"value", error)])
}

/// `name: message`, or the one that is not empty.
fn join<'py>(
    attached: Attached<'py>,
    name: &Object<'py>,
    message: &Object<'py>,
) -> PyResult<'py, Object<'py>> {
    let is_empty = |text: &Object<'py>| matches!(value::text(text), Ok(value::Text::Ascii(b"")));
    if is_empty(message) {
        return Ok(name.clone());
    }
    if is_empty(name) {
        return Ok(message.clone());
    }
    let colon = value::str_from_utf8(attached.py, ": ")?;
    let parts = value::tuple(attached.py, &[name.clone(), message.clone()])?;
    object::call(&object::attr(&colon, c"join")?, &[&parts], None)
}

fn build<'py>(
    attached: Attached<'py>,
    text: &Object<'py>,
    attributes: [(&std::ffi::CStr, &Object<'py>); 4],
) -> PyResult<'py, Object<'py>> {
    let exception = object::call(&class(attached)?, &[text], None)?;
    for (name, value) in attributes {
        let name = value::interned(attached.py, &name.to_string_lossy())?;
        object::setattr(&exception, &name, value)?;
    }
    Ok(exception)
}

/// The JsError for what is no Error. The value of one for `undefined` is None.
fn holding<'py>(attached: Attached<'py>, thrown: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let none = object::none(attached.py);
    let (text, value) = match object::is_same(thrown, &undefined(attached)?) {
        true => (value::str_from_utf8(attached.py, UNDEFINED)?, &none),
        false => (object::str(thrown)?, thrown),
    };
    build(attached, &text, [(c"name", &none), (c"message", &text), (c"stack", &none), (c"value", value)])
}

/// What JavaScript threw, as an exception: exceptions are themselves (a PythonError is its original), anything else
/// becomes a JsError that holds it. The frames are those of JavaScript that it has passed.
pub fn raise<'py>(attached: Attached<'py>, thrown: &Object<'py>, frames: &Object<'py>) -> Raised<'py> {
    if value::is_exception(thrown) {
        return Raised(with_javascript(attached, thrown.clone(), frames));
    }
    holding(attached, thrown).map_or_else(|raised| raised, Raised)
}
