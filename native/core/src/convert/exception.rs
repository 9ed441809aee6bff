//! Errors → JavaScript, whole: type, message, traceback, cause, and the live exception.

use super::encode::Encoder;
use super::message::Message;
use super::tags::{constant, ext, tag};
use crate::attach::Attached;
use crate::callback;
use crate::errors::{Error, Misuse, Result};
use crate::refs::Id;
use crate::runtime::Keep;
use crate::sys::class;
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Builtin, Object, PyResult};
use crate::sys::value::{self, Kind};
use std::ffi::CStr;

/// How many causes are followed; a chain may be long, or a ring.
const MAX_CAUSES: usize = 64;

/// Writes an error as the whole message.
pub fn encode_error<'py>(
    attached: Attached<'py>,
    message: &mut Message,
    environment: u64,
    error: &Error<'py>,
) {
    message.clear();
    match error {
        Error::Raised(exception) => encode_exception(attached, message, environment, exception),
        Error::Released(id) => put_id(message, ext::RELEASED, *id),
        Error::Foreign(id) => put_id(message, ext::FOREIGN, *id),
        Error::Misuse(misuse) => put_misuse(message, misuse),
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
    if let Err(error) = raised(&mut encoder, exception, &mut Chain::default()) {
        encoder.abandon();
        let misuse = match error {
            Error::Misuse(misuse) => misuse,
            _ => Misuse::Internal("an exception could not be read"),
        };
        put_misuse(encoder.message, &misuse);
    }
}

/// What one conversion of an exception has met.
#[derive(Default)]
struct Chain<'py> {
    /// The exceptions that the one at hand is the cause of, or a member of.
    above: Vec<Object<'py>>,
    /// Values made for this conversion: the encoder knows them by address.
    made: Vec<Object<'py>>,
}

fn raised<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    chain: &mut Chain<'py>,
) -> Result<'py, ()> {
    let attached = encoder.attached;
    if let Some(value) = js_error_value(attached, exception, encoder.environment) {
        return thrown(encoder, exception, &value, chain);
    }
    encoder.message.put(tag::EXT, ext::RAISED);
    encoder.reference(exception)?;
    if let Some(texts) = described(attached, exception) {
        return plain(encoder, exception, &texts, chain);
    }
    encoder.text(
        &type_name(attached, &class::type_of(exception))
            .or_else(|_| value::str_from_utf8(attached.py, "Exception"))?,
    )?;
    let text = object::str(exception).or_else(|_| unprintable(attached))?;
    encoder.text(&text)?;
    let traceback = python(attached, c"formatted", &[exception]);
    encoder.text(&traceback.or_else(|_| value::str_from_utf8(attached.py, ""))?)?;
    chain.above.push(exception.clone());
    let related = related(encoder, exception, chain);
    chain.above.pop();
    related
}

/// Type, text and traceback of an exception without notes, place or members; `None` for every other.
fn described<'py>(attached: Attached<'py>, exception: &Object<'py>) -> Option<[Object<'py>; 3]> {
    let described = attached.keep(Keep::Described, |attached| function(attached, c"described")).ok()?;
    let texts = object::call(&described, &[exception], None).ok()?;
    let text = |index| value::tuple_get(&texts, index).filter(|text| value::base_kind(text) == Kind::Str);
    (value::kind(&texts) == Kind::Tuple).then(|| Some([text(0)?, text(1)?, text(2)?]))?
}

fn plain<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    texts: &[Object<'py>; 3],
    chain: &mut Chain<'py>,
) -> Result<'py, ()> {
    for text in texts {
        encoder.text(text)?;
    }
    chain.above.push(exception.clone());
    let cause = caused(encoder, exception, chain);
    chain.above.pop();
    cause?;
    // No notes, no place, no members.
    for _ in 0..3 {
        encoder.message.put(tag::CONST, constant::NONE);
    }
    Ok(())
}

/// The cause of an exception, if it has one.
fn caused<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    chain: &mut Chain<'py>,
) -> Result<'py, ()> {
    match cause(exception).filter(|cause| chain.may_follow(cause)) {
        Some(cause) => raised(encoder, &cause, chain),
        None => {
            encoder.message.put(tag::CONST, constant::NONE);
            Ok(())
        }
    }
}

/// What JavaScript threw, and the Python frames it went through.
fn thrown<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    value: &Object<'py>,
    chain: &mut Chain<'py>,
) -> Result<'py, ()> {
    encoder.message.put(tag::EXT, ext::THROWN);
    match is_of_undefined(exception, value) {
        true => encoder.message.put(tag::CONST, constant::ABSENT),
        false => encoder.root(value)?,
    }
    let frames = python(encoder.attached, c"python_frames", &[exception]);
    made(encoder, frames.or_else(|_| value::list(encoder.attached.py))?, chain)
}

/// What belongs to an exception: its cause, its notes, the place of a SyntaxError, the members of a group.
fn related<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    chain: &mut Chain<'py>,
) -> Result<'py, ()> {
    let attached = encoder.attached;
    caused(encoder, exception, chain)?;
    let notes = object::attr(exception, c"__notes__").and_then(|notes| python(attached, c"texts", &[&notes]));
    made(encoder, notes.or_else(|_| value::list(attached.py))?, chain)?;
    match Builtin::SyntaxError.is_instance(exception) {
        true => {
            let position = python(attached, c"position", &[exception]);
            made(encoder, position.unwrap_or_else(|_| object::none(attached.py)), chain)?;
        }
        false => encoder.message.put(tag::CONST, constant::NONE),
    }
    members(encoder, exception, chain)
}

fn members<'py>(
    encoder: &mut Encoder<'_, 'py>,
    exception: &Object<'py>,
    chain: &mut Chain<'py>,
) -> Result<'py, ()> {
    let Some(members) = group_members(encoder.attached, exception) else {
        encoder.message.put(tag::CONST, constant::NONE);
        return Ok(());
    };
    let members: Vec<_> = (0..).map_while(|index| value::tuple_get(&members, index)).collect();
    let is_shown = |member: &&Object<'py>| value::is_exception(member) && chain.may_follow(member);
    let members: Vec<_> = members.iter().filter(is_shown).collect();
    let head = encoder.message.open();
    for member in &members {
        raised(encoder, member, chain)?;
    }
    Ok(encoder.message.close(head, tag::LIST, members.len())?)
}

/// The tuple of exceptions in a BaseExceptionGroup, which CPython has from 3.11 on.
fn group_members<'py>(attached: Attached<'py>, exception: &Object<'py>) -> Option<Object<'py>> {
    let class = object::builtin(attached.py, c"BaseExceptionGroup").ok()?;
    let members = class::derives_from(exception, &class).then(|| object::attr(exception, c"exceptions"))?;
    members.ok().filter(|members| value::kind(members) == Kind::Tuple)
}

impl<'py> Chain<'py> {
    /// A chain may be long, or a ring.
    fn may_follow(&self, next: &Object<'py>) -> bool {
        self.above.len() < MAX_CAUSES && !self.above.iter().any(|seen| object::is_same(seen, next))
    }
}

/// Encodes a value that nothing else keeps.
fn made<'py>(encoder: &mut Encoder<'_, 'py>, value: Object<'py>, chain: &mut Chain<'py>) -> Result<'py, ()> {
    encoder.root(&value)?;
    chain.made.push(value);
    Ok(())
}

/// Calls a function of traceback.py.
fn python<'py>(attached: Attached<'py>, name: &CStr, args: &[&Object<'py>]) -> PyResult<'py, Object<'py>> {
    object::call(&function(attached, name)?, args, None)
}

fn function<'py>(attached: Attached<'py>, name: &CStr) -> PyResult<'py, Object<'py>> {
    let names = attached.keep(Keep::Traceback, |attached| {
        let source = const { cstr(concat!(include_str!("traceback.py"), "\0")) };
        heap_type::run_source(attached.py, source, c"<python_ts.traceback>", &[])
    })?;
    object::getitem(&names, &value::str_from_utf8(attached.py, &name.to_string_lossy())?)
}

/// The exception, with the JavaScript frames that it has passed (innermost first) in its traceback.
pub fn with_javascript<'py>(
    attached: Attached<'py>,
    exception: Object<'py>,
    frames: &Object<'py>,
) -> Object<'py> {
    let is_empty = value::list_get(frames, 0).is_none();
    if !is_empty {
        // Where it fails, the traceback only has less to tell.
        let _ = python(attached, c"with_javascript", &[&exception, frames]);
    }
    exception
}

fn unprintable(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    value::str_from_utf8(attached.py, "<the exception's own str() failed>")
}

fn cause<'py>(exception: &Object<'py>) -> Option<Object<'py>> {
    object::cause(exception).or_else(|| {
        let context = object::context(exception)?;
        let suppressed = object::attr(exception, c"__suppress_context__").ok()?;
        (!object::is_true(&suppressed).unwrap_or(true)).then_some(context)
    })
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

/// The text of a JsError for `undefined`; one for `null` says `None`.
pub const UNDEFINED: &str = "undefined";

/// What stands for `undefined` in a message that says what JavaScript threw; Python never sees it.
pub fn undefined(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::Undefined, |attached| value::list(attached.py))
}

/// Whether a JsError with that value is one that was made for `undefined`: its value is None, too.
fn is_of_undefined(exception: &Object<'_>, value: &Object<'_>) -> bool {
    let message = || object::attr(exception, c"message");
    value::kind(value) == Kind::None && message().is_ok_and(|message| {
        value::kind(&message) == Kind::Str
            && matches!(value::text(&message), Ok(value::Text::Ascii(text)) if text == UNDEFINED.as_bytes())
    })
}

/// The JavaScript value that a JsError stands for in that environment; what belongs to another thread of JavaScript's cannot be thrown there.
pub fn js_error_value<'py>(
    attached: Attached<'py>,
    object: &Object<'py>,
    environment: u64,
) -> Option<Object<'py>> {
    let class = attached.kept(Keep::JsError)?;
    if !class::derives_from(object, &class) {
        return None;
    }
    let value = object::attr(object, c"value").ok()?;
    let is_elsewhere = callback::js_ref_of(attached, &value).is_some_and(|js| js.environment != environment);
    (!is_elsewhere).then_some(value)
}
