//! Strs.

use super::{basic_size, fact, found, used};
use crate::sys::value;
use pyo3::{Python, ffi};

/// The units of a str, in the narrowest form that holds them all.
pub enum Units<'a> {
    Ascii(&'a [u8]),
    Latin(&'a [u8]),
    Wide(&'a [u16]),
    Points(&'a [u32]),
}

impl Units<'_> {
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            Units::Ascii(units) | Units::Latin(units) => units.len(),
            Units::Wide(units) => units.len(),
            Units::Points(units) => units.len(),
        }
    }
}

/// PyASCIIObject, up to the bit fields (GIL builds).
#[repr(C)]
pub struct StrHead {
    object: ffi::PyObject,
    length: ffi::Py_ssize_t,
    hash: ffi::Py_hash_t,
    /// The bit fields.
    pub state: u32,
}

/// Where the units begin: of an ASCII str, and of every other.
const LONG: [usize; 2] = [48, 72];
const SHORT: [usize; 2] = [40, 56];

const KIND: u32 = 7 << 2;
const COMPACT: u32 = 1 << 5;
const ASCII: u32 = 1 << 6;

/// By which fact holds.
#[inline]
fn data_by(facts: u32) -> Option<[usize; 2]> {
    match () {
        () if facts & fact::SHORT_STRS != 0 => Some(SHORT),
        () if facts & fact::LONG_STRS != 0 => Some(LONG),
        () => None,
    }
}

/// The units of a str, without a call; `None` where they are not known.
///
/// # Safety
/// `str` is a str, or of a subclass, that lives as long as `'a`.
#[inline]
pub unsafe fn units<'a>(str: *mut ffi::PyObject) -> Option<Units<'a>> {
    // SAFETY: the caller's, and the fact.
    data_by(used()).and_then(|data| unsafe { units_at(str, data) })
}

/// # Safety
/// As above, and the units of compact strs begin at `data`.
#[inline]
unsafe fn units_at<'a>(str: *mut ffi::PyObject, [ascii, other]: [usize; 2]) -> Option<Units<'a>> {
    use std::slice::from_raw_parts;
    // SAFETY: the caller's; a compact str holds `length` units of its kind, and never changes.
    unsafe {
        let (length, state) = ((*str.cast::<StrHead>()).length, (*str.cast::<StrHead>()).state);
        if state & COMPACT == 0 {
            return None;
        }
        let length = length as usize;
        if state & ASCII != 0 {
            return Some(Units::Ascii(from_raw_parts(str.byte_add(ascii).cast(), length)));
        }
        let data = str.byte_add(other);
        match (state & KIND) >> 2 {
            1 => Some(Units::Latin(from_raw_parts(data.cast(), length))),
            2 => Some(Units::Wide(from_raw_parts(data.cast(), length))),
            4 => Some(Units::Points(from_raw_parts(data.cast(), length))),
            _ => None,
        }
    }
}

/// Where the units of a new str are written.
///
/// # Safety
/// `str` was made by PyUnicode_New, and a fact of strs holds.
#[inline]
pub unsafe fn new_units<T>(str: *mut ffi::PyObject, is_ascii: bool) -> *mut T {
    let [ascii, other] = data_by(found()).unwrap_or(SHORT);
    // SAFETY: the caller's, and the fact.
    unsafe { str.byte_add(if is_ascii { ascii } else { other }).cast() }
}

pub(super) fn strs_hold(py: Python<'_>, form: u32) -> Option<bool> {
    const TEXTS: [&str; 8] = [
        "a",
        "two words",
        "\u{7f}\u{1}",
        "caf\u{e9}",
        "\u{80}",
        "\u{3c0}r\u{b2}",
        "\u{4e2d}\u{6587}",
        "a\u{1f600}",
    ];
    let data = if form == fact::SHORT_STRS { SHORT } else { LONG };
    for text in TEXTS {
        let str = value::str_from_utf8(py, text).ok()?;
        // What is behind the units of every form: a pointer to them, for strs that are not compact.
        if basic_size(&str)? != data[1] as i64 + 8 {
            return Some(false);
        }
        let points: Vec<u32> = text.chars().map(u32::from).collect();
        // SAFETY: the size of a str tells where its units are; its length and kind are checked.
        let is_same = match unsafe { units_at(str.as_ptr(), data) } {
            Some(Units::Ascii(units)) => text.is_ascii() && units == text.as_bytes(),
            Some(Units::Latin(units)) => {
                !text.is_ascii() && units.iter().map(|&unit| u32::from(unit)).eq(points)
            }
            Some(Units::Wide(units)) => units.iter().map(|&unit| u32::from(unit)).eq(points),
            Some(Units::Points(units)) => units == points,
            None => false,
        };
        if !is_same {
            return Some(false);
        }
    }
    Some(true)
}
