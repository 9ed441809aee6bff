//! Steps of iterators.

use super::exception::{PyResult, fetch};
use super::object::{self, Object};
use pyo3::{Bound, ffi};
use std::ptr;

/// What a step of an iterator gave.
pub enum Step<'py> {
    Item(Object<'py>),
    /// The end, with the value of StopIteration.
    End(Object<'py>),
}

/// The next item, as `next()` of Python's takes it: by the type's slot. The end makes no StopIteration where the iterator makes none.
#[inline]
pub fn advance<'py>(iterator: &Object<'py>) -> PyResult<'py, Step<'py>> {
    let py = iterator.py();
    let none = object::none(py);
    let mut result = ptr::null_mut();
    // SAFETY: two valid objects; the result is a new reference, or null with an exception.
    let status = unsafe { ffi::PyIter_Send(iterator.as_ptr(), none.as_ptr(), &mut result) };
    // SAFETY: as above.
    let Some(result) = (unsafe { Bound::from_owned_ptr_or_opt(py, result) }) else { return Err(fetch(py)) };
    Ok(match status {
        ffi::PySendResult::PYGEN_NEXT => Step::Item(result),
        _ => Step::End(result),
    })
}
