//! Reference counts.

use super::{basic_size, fact, used};
use crate::sys::object::Object;
use crate::sys::value;
use pyo3::{Python, ffi};

/// The first member of every object: of 64 bits, of which CPython 3.12 and 3.13 count in the lower 32, and take those for immortal that would be negative there.
type Count = ffi::Py_ssize_t;

/// # Safety
/// `object` is an object, and the thread is attached to its interpreter.
#[inline]
pub unsafe fn take(object: *mut ffi::PyObject) {
    let facts = used();
    let count = object.cast::<Count>();
    // SAFETY: the caller's, and the facts: the count is the first member.
    unsafe {
        if facts & fact::MORTAL_COUNTS != 0 {
            if (*count as i32) >= 0 {
                *count += 1;
            }
        } else if facts & fact::COUNTS != 0 {
            *count += 1;
        } else {
            ffi::Py_INCREF(object);
        }
    }
}

/// # Safety
/// `object` is an owned reference, given up here, and the thread is attached to its interpreter.
#[inline]
pub unsafe fn give(object: *mut ffi::PyObject) {
    let facts = used();
    let count = object.cast::<Count>();
    // SAFETY: the caller's, and the facts; the last reference is left to CPython.
    unsafe {
        let is_counted = facts & (fact::MORTAL_COUNTS | fact::COUNTS) != 0;
        if facts & fact::MORTAL_COUNTS != 0 && (*count as i32) < 0 {
            return;
        }
        if is_counted && *count > 1 {
            *count -= 1;
        } else {
            ffi::Py_DECREF(object);
        }
    }
}

pub(super) fn hold(py: Python<'_>, has_immortals: bool) -> Option<bool> {
    // SAFETY: None is an object.
    let of_none = unsafe { *ffi::Py_None().cast::<Count>() } as i32;
    let object = value::list(py).ok()?;
    // SAFETY: an object's first member is read, and nothing written.
    let count = || unsafe { *object.as_ptr().cast::<Count>() };
    let before = count();
    let others = [object.clone(), object.clone()];
    let with_others = count();
    drop(others);
    Some(
        before == 1
            && with_others == 3
            && count() == 1
            && (of_none < 0) == has_immortals
            && is_plain_build(&object)?,
    )
}

/// Whether objects have nothing but a count and a type in their heads: a list is those, and three members.
fn is_plain_build(list: &Object<'_>) -> Option<bool> {
    Some(basic_size(list)? == 40)
}
