//! Text: str to and from UTF-8, UTF-16 and code points. Every str crosses, lone surrogates and NUL included.

use super::api::api;
use super::exception::fetch;
pub use super::layout::Units;
use super::layout::{self, StrHead, fact};
use super::object::{Object, PyResult, owned};
use once_cell::sync::OnceCell;
use pyo3::{Bound, Python, ffi};
use std::ffi::c_int;
use std::slice;

/// The text of a str.
pub enum Text<'a> {
    Ascii(&'a [u8]),
    /// UTF-8 with characters above U+007F.
    Utf8(&'a str),
    /// Code points, where UTF-8 cannot hold them (lone surrogates).
    Points(Vec<u32>),
}

/// The text of a str (or a subclass of it): any str whatever.
#[inline]
pub fn text<'a, 'py>(object: &'a Object<'py>) -> PyResult<'py, Text<'a>> {
    let Some(bytes) = utf8(object) else {
        drop(fetch(object.py()));
        return points(object, <[u32]>::to_vec).map(Text::Points);
    };
    // SAFETY: a str.
    if bytes.len() as ffi::Py_ssize_t == unsafe { ffi::PyUnicode_GetLength(object.as_ptr()) } {
        return Ok(Text::Ascii(bytes));
    }
    // SAFETY: CPython's UTF-8 encoder gives valid UTF-8: surrogates are errors.
    Ok(Text::Utf8(unsafe { std::str::from_utf8_unchecked(bytes) }))
}

/// The units of a str (or a subclass of it), in its own memory; `None` where it is not known where they are. Runs no Python code.
#[inline]
pub fn units<'a>(object: &'a Object<'_>) -> Option<Units<'a>> {
    // SAFETY: a str, which `'a` borrows.
    unsafe { layout::units(object.as_ptr()) }
}

/// The UTF-8 form; `None` with an exception set.
#[inline]
fn utf8<'a>(object: &'a Object<'_>) -> Option<&'a [u8]> {
    let mut size: ffi::Py_ssize_t = 0;
    // SAFETY: a str; the UTF-8 form lives in the object as long as the object does, which `'a` borrows.
    unsafe {
        let data = ffi::PyUnicode_AsUTF8AndSize(object.as_ptr(), &mut size);
        (!data.is_null()).then(|| slice::from_raw_parts(data.cast::<u8>(), size as usize))
    }
}

/// The text of an ASCII str. Runs no Python code where `knows_ascii`.
///
/// UTF-8 is not asked for where the text is not ASCII: CPython would keep that form as long as the str, and make it first (bench: cjk).
#[inline]
pub fn ascii<'a>(object: &'a Object<'_>) -> Option<&'a [u8]> {
    match ascii_bit(object.py()) {
        0 => match text(object) {
            Ok(Text::Ascii(bytes)) => Some(bytes),
            _ => None,
        },
        // SAFETY: a str, which begins with these members.
        bit if unsafe { (*object.as_ptr().cast::<StrHead>()).state } & bit != 0 => utf8(object),
        _ => None,
    }
}

/// Whether `ascii` runs no Python code.
#[inline]
pub fn knows_ascii(py: Python<'_>) -> bool {
    ascii_bit(py) != 0
}

static ASCII_BIT: OnceCell<u32> = OnceCell::new();

/// The bit of `state` that says ASCII, in this libpython; 0 when there is none where we look.
#[inline]
fn ascii_bit(py: Python<'_>) -> u32 {
    match ASCII_BIT.get() {
        Some(bit) => *bit,
        None => *ASCII_BIT.get_or_init(|| find_ascii_bit(py).unwrap_or(0)),
    }
}

/// Bit 6 from CPython 3.10 to 3.13, bit 20 in 3.14. The members are no part of the stable ABI, so strs whose texts are known must agree.
#[cold]
fn find_ascii_bit(py: Python<'_>) -> Option<u32> {
    const ASCII: [&str; 4] = ["", "a", "two words", "\u{7f}"];
    const OTHER: [&str; 5] = ["\u{80}", "caf\u{e9}", "\u{3c0}", "a\u{4e2d}", "\u{1f600}"];
    let states = |texts: &[&str]| -> Option<Vec<u32>> {
        // SAFETY: a str is larger than its head in every CPython.
        let state = |str: Object<'_>| unsafe { (*str.as_ptr().cast::<StrHead>()).state };
        texts.iter().map(|text| str_from_utf8(py, text).map(state).ok()).collect()
    };
    let (ascii, other) = (states(&ASCII)?, states(&OTHER)?);
    [1 << 6, 1 << 20]
        .into_iter()
        .find(|bit| ascii.iter().all(|state| state & bit != 0) && other.iter().all(|state| state & bit == 0))
}

/// How many code points fit on the stack.
const STACK: usize = 128;

/// Passes the code points of a str (or a subclass of it) to `f`.
pub fn points<'py, R>(object: &Object<'py>, f: impl FnOnce(&[u32]) -> R) -> PyResult<'py, R> {
    // SAFETY: a str.
    let length = unsafe { ffi::PyUnicode_GetLength(object.as_ptr()).max(0) as usize };
    let (mut few, mut many) = ([0; STACK], Vec::new());
    let buffer = if length <= STACK {
        &mut few[..length]
    } else {
        many.resize(length, 0);
        &mut many[..]
    };
    // SAFETY: a str; the buffer has room for every code point.
    let copied =
        unsafe { ffi::PyUnicode_AsUCS4(object.as_ptr(), buffer.as_mut_ptr(), length as ffi::Py_ssize_t, 0) };
    if copied.is_null() && length > 0 { Err(fetch(object.py())) } else { Ok(f(buffer)) }
}

pub fn str_from_utf8<'py>(py: Python<'py>, text: &str) -> PyResult<'py, Object<'py>> {
    // SAFETY: valid UTF-8 of that length.
    owned(py, unsafe {
        ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as ffi::Py_ssize_t)
    })
}

/// A str from UTF-16 units, surrogate pairs joined and lone surrogates kept. Runs no Python code.
#[inline]
pub fn str_from_utf16<'py>(py: Python<'py>, units: &[u16]) -> PyResult<'py, Object<'py>> {
    let all = units.iter().fold(0, |all, unit| all | unit);
    // CPython keeps one str for each that is shorter.
    if all < SURROGATES && units.len() > 1 && layout::holds(fact::LONG_STRS | fact::SHORT_STRS) {
        return if all < 0x100 {
            new_str(py, units, all, |unit| unit as u8)
        } else {
            new_str(py, units, all, |unit| unit)
        };
    }
    if all < SURROGATES { str_from_kind(py, units) } else { str_from_wide(py, units) }
}

/// A str of as many units, none above `all`, which has the bits of them all: the narrowest form follows from it.
#[inline]
fn new_str<'py, T: Unit>(
    py: Python<'py>,
    units: &[u16],
    all: u16,
    narrow: impl Fn(u16) -> T,
) -> PyResult<'py, Object<'py>> {
    let largest = match all {
        0..0x80 => 0x7F,
        0x80..0x100 => 0xFF,
        _ => 0xFFFF,
    };
    // SAFETY: attached; a new str has room for `length` units of the size that `largest` needs, which is that of T, and no one else has seen it.
    unsafe {
        let str = owned(py, (api().unicode_new)(units.len() as ffi::Py_ssize_t, largest))?;
        let to = layout::new_units::<T>(str.as_ptr(), largest == 0x7F);
        for (index, &unit) in units.iter().enumerate() {
            *to.add(index) = narrow(unit);
        }
        Ok(str)
    }
}

/// The first surrogate.
const SURROGATES: u16 = 0xD800;

fn str_from_wide<'py>(py: Python<'py>, units: &[u16]) -> PyResult<'py, Object<'py>> {
    if !units.iter().any(|unit| unit & 0xF800 == SURROGATES) {
        return str_from_kind(py, units);
    }
    let point = |unit: Result<char, std::char::DecodeUtf16Error>| {
        unit.map_or_else(|lone| u32::from(lone.unpaired_surrogate()), u32::from)
    };
    let points: Vec<u32> = char::decode_utf16(units.iter().copied()).map(point).collect();
    str_from_kind(py, &points)
}

/// What code points can be stored in.
trait Unit: Copy {}
impl Unit for u8 {}
impl Unit for u16 {}
impl Unit for u32 {}

#[inline]
fn str_from_kind<'py, T: Unit>(py: Python<'py>, units: &[T]) -> PyResult<'py, Object<'py>> {
    let length = units.len() as ffi::Py_ssize_t;
    // SAFETY: pointer and length of the slice; a kind is the size of a unit. CPython copies, and finds the narrowest form.
    owned(py, unsafe { (api().unicode_from_kind)(size_of::<T>() as c_int, units.as_ptr().cast(), length) })
}

/// An interned str, for names.
pub fn interned<'py>(py: Python<'py>, text: &str) -> PyResult<'py, Object<'py>> {
    let mut object = str_from_utf8(py, text)?.into_ptr();
    // SAFETY: a str we own; PyUnicode_InternInPlace may replace it by an equal one, keeping the ownership.
    unsafe {
        ffi::PyUnicode_InternInPlace(&mut object);
        Ok(Bound::from_owned_ptr(py, object))
    }
}

/// The hash of an exact str, which it keeps: a key of a dict has it already.
#[inline]
pub fn str_hash(object: &Object<'_>) -> u32 {
    // SAFETY: an exact str, whose hash runs no Python code and cannot fail.
    let hash = unsafe { ffi::PyObject_Hash(object.as_ptr()) } as u64;
    (hash ^ (hash >> 32)) as u32
}

/// Whether two exact strs have the same text.
pub fn is_same_text(a: &Object<'_>, b: &Object<'_>) -> bool {
    // SAFETY: exact strs, whose comparison runs no Python code and cannot fail.
    unsafe { ffi::PyUnicode_Compare(a.as_ptr(), b.as_ptr()) == 0 }
}
