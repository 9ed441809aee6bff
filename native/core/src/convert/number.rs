//! Integers: exact at any size.

use super::message::Message;
use super::tags::{PAYLOAD_BITS, tag, word};
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::Found;
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value;
use pyo3::Python;
use std::ffi::CString;

/// 2⁵³ − 1, `Number.MAX_SAFE_INTEGER`.
pub const MAX_SAFE: i64 = (1 << 53) - 1;
const INLINE: std::ops::Range<i64> = -(1 << (PAYLOAD_BITS - 1))..1 << (PAYLOAD_BITS - 1);

/// Whether JavaScript has this number as a Python int: integral, safe, and not −0.
#[inline]
pub fn as_safe_integer(number: f64) -> Option<i64> {
    let integer = number as i64;
    let same = integer as f64 == number && integer.unsigned_abs() <= MAX_SAFE as u64;
    (same && (integer != 0 || number.is_sign_positive())).then_some(integer)
}

/// A safe integer as a JavaScript number.
#[inline]
pub fn as_safe_integer_i64(integer: i64) -> Option<f64> {
    (integer.unsigned_abs() <= MAX_SAFE as u64).then_some(integer as f64)
}

/// Sign and magnitude (lowest word first) of an int that needs more than 64 bits, or is not safe.
pub fn big_words<'py>(int: &Object<'py>) -> Result<'py, (bool, Vec<u64>)> {
    /// V8's limit, as a number of bits.
    const MAX_BITS: i64 = 1 << 30;
    if let Some(small) = value::int_as_i64(int) {
        return Ok((small < 0, vec![small.unsigned_abs()]));
    }
    let bits = object::call(&object::attr(int, c"bit_length")?, &[], None)?;
    if value::int_as_i64(&bits).is_none_or(|bits| bits > MAX_BITS) {
        return Err(Misuse::IntTooLarge.into());
    }
    let hex = value::int_to_hex(int)?;
    let value::Text::Ascii(text) = value::text(&hex)? else {
        return Ok((false, Vec::new()));
    };
    let negative = text.first() == Some(&b'-');
    let digits = &text[if negative { 3 } else { 2 }..];
    let words =
        digits.rchunks(16).map(|chunk| chunk.iter().fold(0, |word, &digit| word << 4 | nibble(digit)));
    Ok((negative, words.collect()))
}

fn nibble(digit: u8) -> u64 {
    u64::from(if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 })
}

/// The int of an INT. Runs no Python code.
#[inline]
pub fn small_int(attached: Attached<'_>, value: i32) -> PyResult<'_, Object<'_>> {
    match attached.with(|state| state.ints.find(attached.py, value)) {
        Found::Int(int) => Ok(int),
        Found::Unknown => value::int_from_i64(attached.py, i64::from(value)),
        Found::Missing => new_int(attached, value),
    }
}

#[cold]
fn new_int(attached: Attached<'_>, value: i32) -> PyResult<'_, Object<'_>> {
    let int = value::int_from_i64(attached.py, i64::from(value))?;
    let left = attached.with(|state| state.ints.note(value, &int));
    drop(left.map(|kept| kept.into_object(attached.py)));
    Ok(int)
}

/// An int from a sign and words of 64 bits.
pub fn int_from_words<'py>(py: Python<'py>, negative: bool, words: &[u64]) -> PyResult<'py, Object<'py>> {
    let mut text = String::with_capacity(words.len() * 16 + 2);
    text.push_str(if negative { "-0" } else { "0" });
    for word in words.iter().rev() {
        text.push_str(&format!("{word:016x}"));
    }
    let digits = CString::new(text).unwrap_or_default();
    value::int_from_hex(py, &digits)
}

/// Writes an int that is a safe integer; `false`, and nothing, for a larger one. Runs no Python code.
#[inline]
pub fn encode_small(message: &mut Message, int: &Object<'_>) -> bool {
    match value::int_as_i64(int) {
        Some(n) if INLINE.contains(&n) => message.words.push(word(tag::INT, n as usize)),
        Some(n) if n.unsigned_abs() <= MAX_SAFE as u64 => message.put_double(tag::INT53, n as f64),
        _ => return false,
    }
    true
}

pub fn encode_int<'py>(message: &mut Message, int: &Object<'py>) -> Result<'py, ()> {
    if encode_small(message, int) { Ok(()) } else { encode_big(message, int) }
}

#[cold]
fn encode_big<'py>(message: &mut Message, int: &Object<'py>) -> Result<'py, ()> {
    let (negative, words) = big_words(int)?;
    put_big(&mut message.words, negative, &words);
    Ok(())
}

/// Appends a BIGINT of that sign and magnitude (lowest word first).
pub fn put_big(words: &mut Vec<i32>, negative: bool, magnitude: &[u64]) {
    words.push(word(tag::BIGINT, usize::from(negative) | (magnitude.len() * 2) << 1));
    words.extend(magnitude.iter().flat_map(|&part| [part as i32, (part >> 32) as i32]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_integers() {
        assert_eq!(as_safe_integer(-0.0), None);
        assert_eq!(as_safe_integer(0.0), Some(0));
        assert_eq!(as_safe_integer(9007199254740991.0), Some(MAX_SAFE));
        assert_eq!(as_safe_integer(9007199254740992.0), None);
        assert_eq!(as_safe_integer(f64::NAN), None);
        assert_eq!(as_safe_integer(f64::INFINITY), None);
        assert_eq!(as_safe_integer(-9.3e18), None);
        assert_eq!(as_safe_integer(i64::MIN as f64), None);
        assert_eq!(as_safe_integer(1.5), None);
    }
}
