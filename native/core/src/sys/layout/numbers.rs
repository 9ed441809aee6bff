//! Ints and floats.

use super::{basic_size, fact, holds, used};
use crate::sys::value;
use pyo3::{Python, ffi};

/// PyLongObject. Before CPython 3.12 `tag` is the size, negative for a negative int.
#[repr(C)]
struct IntHead {
    object: ffi::PyObject,
    tag: ffi::Py_ssize_t,
    digit: u32,
}

/// PyFloatObject
#[repr(C)]
struct FloatHead {
    object: ffi::PyObject,
    value: f64,
}

/// The value of an int of one digit at most; `None` for all others, and where nothing is known of ints.
///
/// # Safety
/// `int` is an int, or of a subclass.
#[inline]
pub unsafe fn small_int(int: *mut ffi::PyObject) -> Option<i64> {
    let facts = used();
    // SAFETY: the caller's, and each form is read only where it is the one that holds.
    unsafe {
        if facts & fact::TAGGED_INTS != 0 {
            tagged_int(int)
        } else if facts & fact::SIGNED_INTS != 0 {
            signed_int(int)
        } else {
            None
        }
    }
}

/// # Safety
/// `int` is an int, with the memory of an `IntHead`.
#[inline]
unsafe fn tagged_int(int: *mut ffi::PyObject) -> Option<i64> {
    /// One digit, of either sign: the number of digits is above the lowest three bits, and the lowest two are 0, 1, 2 for plus, zero, minus.
    const COMPACT: isize = 16;
    // SAFETY: the caller's.
    let (tag, digit) = unsafe { ((*int.cast::<IntHead>()).tag, (*int.cast::<IntHead>()).digit) };
    (tag < COMPACT).then(|| (1 - (tag as i64 & 3)) * i64::from(digit))
}

/// # Safety
/// `int` is an int, with the memory of an `IntHead`.
#[inline]
unsafe fn signed_int(int: *mut ffi::PyObject) -> Option<i64> {
    // SAFETY: the caller's.
    let (tag, digit) = unsafe { ((*int.cast::<IntHead>()).tag, (*int.cast::<IntHead>()).digit) };
    (-1..=1).contains(&tag).then(|| tag as i64 * i64::from(digit))
}

pub(super) fn ints_hold(py: Python<'_>, form: u32) -> Option<bool> {
    let read = if form == fact::TAGGED_INTS { tagged_int } else { signed_int };
    let known = |value| {
        let int = value::int_from_i64(py, value).ok()?;
        // SAFETY: the head is that of an int; CPython allots at least one digit to each.
        Some(unsafe { read(int.as_ptr()) })
    };
    if basic_size(&value::int_from_i64(py, 1).ok()?)? != std::mem::offset_of!(IntHead, digit) as i64 {
        return Some(false);
    }
    let sizes = (0..62).flat_map(|bit| [1 << bit, (1 << bit) - 1, (1 << bit) + 1]);
    for expected in sizes.flat_map(|value: i64| [value, -value]) {
        if known(expected)?.is_some_and(|value| value != expected) {
            return Some(false);
        }
    }
    Some([-7, 0, 7].into_iter().all(|value| known(value) == Some(Some(value))))
}

/// The value of a float, if that is known where it is.
///
/// # Safety
/// `float` is a float, or of a subclass.
#[inline]
pub unsafe fn float(float: *mut ffi::PyObject) -> Option<f64> {
    // SAFETY: the caller's, and the fact.
    holds(fact::FLOATS).then(|| unsafe { (*float.cast::<FloatHead>()).value })
}

pub(super) fn floats_hold(py: Python<'_>) -> Option<bool> {
    for expected in [0.0, -0.0, 1.5, f64::INFINITY, f64::NAN, 5e-324, -1e300] {
        let float = value::float(py, expected).ok()?;
        if basic_size(&float)? != size_of::<FloatHead>() as i64 {
            return Some(false);
        }
        // SAFETY: the head has the size that the object has.
        if unsafe { (*float.as_ptr().cast::<FloatHead>()).value }.to_bits() != expected.to_bits() {
            return Some(false);
        }
    }
    Some(true)
}
