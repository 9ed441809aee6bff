//! Errors → JavaScript, whole: type, message, traceback, cause, and the live exception.

use super::encode::Encoder;
use super::message::Message;
use super::tags::{constant, ext, tag};
use crate::attach::Attached;
use crate::errors::{Error, Misuse, Result};
use crate::refs::Id;
use crate::runtime::Keep;
use crate::sys::class;
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value::{self, Kind};

/// How many causes are followed; a chain may be long, or a ring.
const MAX_CAUSES: usize = 64;

/// Writes an error as the whole message.
pub fn encode_error<'py>(
    attached: Attached<'py>,
    message: &mut Message,
    environment: u64,
    error: Error<'py>,
) {
    message.clear();
    match error {
        Error::Raised(exception) => encode_exception(attached, message, environment, &exception),
        Error::Released(id) => put_id(message, ext::RELEASED, id),
        Error::Foreign(id) => put_id(message, ext::FOREIGN, id),
        Error::Misuse(misuse) => put_misuse(message, &misuse),
    }
}

/// Writes a misuse as the whole message; needs no Python.
pub fn put_misuse(message: &mut Message, misuse: &Misuse) {
    message.put(tag::EXT, ext::MISUSE);
    message.words.push(misuse.class() as i32);
    // Our own sentences are short.
    let _ = message.put_utf8(&misuse.to_string());
}

fn put_id(message: &mut Message, which: usize, id: Id) {
    message.put(tag::EXT, which);
    message.put_id(id);
}

fn encode_exception<'py>(
    attached: Attached<'py>,
    message: &mut Message,
    environment: u64,
    exception: &Object<'py>,
) {
    let mut encoder = Encoder::new(attached, message, environment);
    if let Err(error) = raised(&mut encoder, exception, &mut Vec::new()) {
        encoder.abandon();
        let misuse = match error {
            Error::Misuse(misuse) => misuse,
            _ => Misuse::Internal("an exception could not be read"),
        };
        put_misuse(encoder.message, &misuse);
    }
}

fn raised<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    above: &mut Vec<Object<'py>>,
) -> Result<'py, ()> {
    let attached = encoder.attached;
    if let Some(thrown) = js_error_value(attached, exception) {
        encoder.message.put(tag::EXT, ext::THROWN);
        return encoder.root(&thrown);
    }
    encoder.message.put(tag::EXT, ext::RAISED);
    encoder.reference(exception)?;
    encoder.text(
        &type_name(attached, &class::type_of(exception))
            .or_else(|_| value::str_from_utf8(attached.py, "Exception"))?,
    )?;
    let text = object::str(exception).or_else(|_| unprintable(attached))?;
    encoder.text(&text)?;
    let traceback = traceback(attached, exception).or_else(|_| value::str_from_utf8(attached.py, ""))?;
    encoder.text(&traceback)?;
    above.push(exception.clone());
    match cause(exception) {
        Some(cause)
            if above.len() < MAX_CAUSES && !above.iter().any(|seen| object::is_same(seen, &cause)) =>
        {
            raised(encoder, &cause, above)
        }
        _ => {
            encoder.message.put(tag::CONST, constant::NONE);
            Ok(())
        }
    }
}

fn unprintable(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    value::str_from_utf8(attached.py, "<the exception's own str() failed>")
}

fn cause<'py>(exception: &Object<'py>) -> Option<Object<'py>> {
    let read = |name| object::attr(exception, name).ok().filter(value::is_exception);
    read(c"__cause__").or_else(|| {
        let suppressed = object::attr(exception, c"__suppress_context__").ok()?;
        let is_suppressed = object::is_true(&suppressed).unwrap_or(true);
        (!is_suppressed).then(|| read(c"__context__")).flatten()
    })
}

/// `traceback.format_exception(exception)`, joined.
fn traceback<'py>(attached: Attached<'py>, exception: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let format = attached.keep(Keep::FormatException, |attached| {
        object::attr(&object::import_static(attached.py, c"traceback")?, c"format_exception")
    })?;
    let lines = object::call(&format, &[exception], None)?;
    let empty = value::str_from_utf8(attached.py, "")?;
    object::call(&object::attr(&empty, c"join")?, &[&lines], None)
}

/// The qualified name of a class, as tracebacks have it: `ValueError`, `json.decoder.JSONDecodeError`.
pub fn type_name<'py>(attached: Attached<'py>, class: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let name = object::attr(class, c"__qualname__")?;
    let module = object::attr(class, c"__module__")?;
    if value::kind(&module) != Kind::Str || value::kind(&name) != Kind::Str {
        return object::str(&name);
    }
    if matches!(value::text(&module)?, value::Text::Ascii(b"builtins" | b"__main__")) {
        return Ok(name);
    }
    let dot = value::str_from_utf8(attached.py, ".")?;
    let parts = value::tuple(attached.py, &[module, name])?;
    object::call(&object::attr(&dot, c"join")?, &[&parts], None)
}

/// The JavaScript value that a JsError stands for.
pub fn js_error_value<'py>(attached: Attached<'py>, object: &Object<'py>) -> Option<Object<'py>> {
    let class = attached.kept(Keep::JsError)?;
    if !class::derives_from(object, &class) {
        return None;
    }
    object::attr(object, c"value").ok()
}
