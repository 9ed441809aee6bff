//! Dict keys by number: a key that comes again crosses as one word instead of as text (bench: dict, document).
//!
//! The numbers belong to the process, and a number never changes its text. Whoever meets a number it does not know asks for its text: a
//! message may be read on any thread, by any interpreter or environment, late, or never.

use super::registry::Registry;
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::Known;
use crate::sys::object::{Kept, Lent, Object};
use crate::sys::value::{self, Text};

/// The texts of the process. A program that makes ever new keys must not grow for ever.
static TEXTS: Registry<str> = Registry::new(LIMIT);

/// More keys than this get no number: fewer than 2¹⁶, for shapes.
const LIMIT: usize = 16384;
/// No more bytes in a key than this: longer ones are data.
const MAX_LENGTH: usize = 64;
/// A larger dict is data too, not a record.
pub const MAX_RECORD: usize = 512;

/// The number of a text; `None` when it is too long, or when there are too many.
pub fn number_of(text: &str) -> Option<usize> {
    if text.is_empty() || text.len() > MAX_LENGTH { None } else { TEXTS.number_of(text) }
}

/// Whether no more keys get numbers.
pub fn is_full() -> bool {
    TEXTS.is_full()
}

/// Passes the text of a number to `f`.
pub fn with_text<R>(number: usize, f: impl FnOnce(&str) -> R) -> Option<R> {
    TEXTS.with(number, f)
}

/// The number of a key, an exact str, if it has one. Runs no Python code.
#[inline]
pub fn known<'py>(attached: Attached<'py>, key: &Object<'py>) -> Option<usize> {
    attached.with(|state| state.keys.number(key))
}

/// The number of a key, an exact str, if it has one or comes often enough to get one.
#[inline]
pub fn find<'py>(attached: Attached<'py>, key: &Object<'py>) -> Option<usize> {
    match attached.with(|state| state.keys.find(key)) {
        Known::Number(number) => Some(number),
        Known::New => None,
        Known::Again => find_again(attached, key),
    }
}

#[cold]
fn find_again<'py>(attached: Attached<'py>, key: &Object<'py>) -> Option<usize> {
    let number = match value::text(key).ok()? {
        Text::Ascii(text) => number_of(std::str::from_utf8(text).ok()?)?,
        Text::Utf8(text) => number_of(text)?,
        Text::Points(points) => {
            number_of(&points.iter().map(|&point| char::from_u32(point)).collect::<Option<String>>()?)?
        }
    };
    keep(attached, number, key);
    Some(number)
}

/// The str of a number in this interpreter, which keeps it until it ends.
#[inline]
pub fn lent<'py>(attached: Attached<'py>, number: usize) -> Result<'py, Lent<'py>> {
    match known_str(attached, number) {
        Some(key) => Ok(key),
        None => lent_slow(attached, number),
    }
}

#[inline]
fn known_str<'py>(attached: Attached<'py>, number: usize) -> Option<Lent<'py>> {
    attached.with(|state| state.keys.get(number).map(|kept| kept.lend(attached.py)))
}

#[cold]
fn lent_slow<'py>(attached: Attached<'py>, number: usize) -> Result<'py, Lent<'py>> {
    const UNKNOWN: Misuse = Misuse::Internal("a dict key has no such number");
    let text = with_text(number, str::to_owned).ok_or(UNKNOWN)?;
    let key = value::interned(attached.py, &text)?;
    keep(attached, number, &key);
    known_str(attached, number).ok_or_else(|| UNKNOWN.into())
}

fn keep<'py>(attached: Attached<'py>, number: usize, key: &Object<'py>) {
    let (kept, hash) = (Kept::new(key.clone()), value::str_hash(key));
    let left = attached.with(|state| state.keys.insert(number, kept, hash));
    drop(left.map(|kept| kept.into_object(attached.py)));
}
