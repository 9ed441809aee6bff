//! Lists and tuples.

use super::basic_size;
use crate::sys::value;
use pyo3::{Python, ffi};

/// PyListObject
#[repr(C)]
struct ListHead {
    object: ffi::PyObject,
    size: ffi::Py_ssize_t,
    items: *mut *mut ffi::PyObject,
    allocated: ffi::Py_ssize_t,
}

/// PyTupleObject
#[repr(C)]
struct TupleHead {
    object: ffi::PyObject,
    size: ffi::Py_ssize_t,
    items: [*mut ffi::PyObject; 0],
}

/// The items of a list: null where it is empty.
///
/// # Safety
/// `list` is a list, and `ITEMS` holds.
#[inline]
pub unsafe fn list_items(list: *mut ffi::PyObject) -> *mut *mut ffi::PyObject {
    // SAFETY: the caller's.
    unsafe { (*list.cast::<ListHead>()).items }
}

/// # Safety
/// `tuple` is a tuple, and `ITEMS` holds.
#[inline]
pub unsafe fn tuple_items(tuple: *mut ffi::PyObject) -> *mut *mut ffi::PyObject {
    // SAFETY: the caller's; the items follow the head.
    unsafe { (&raw mut (*tuple.cast::<TupleHead>()).items).cast() }
}

/// Moves a reference to the end of a list, if there is room.
///
/// # Safety
/// `list` is a list, `item` an owned reference (if `true` is returned, the list's), and `ITEMS` holds.
#[inline]
pub unsafe fn list_put(list: *mut ffi::PyObject, item: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's; `allocated` items have room, of which `size` are in use.
    unsafe {
        let head = &mut *list.cast::<ListHead>();
        let has_room = head.size < head.allocated;
        if has_room {
            *head.items.add(head.size as usize) = item;
            head.size += 1;
        }
        has_room
    }
}

/// Has a list that was made with its full size begin empty, with room for as many items.
///
/// # Safety
/// `list` is a new list of nulls, and `ITEMS` holds.
#[inline]
pub unsafe fn list_begin(list: *mut ffi::PyObject) {
    // SAFETY: the caller's; a list may have more room than items.
    unsafe { (*list.cast::<ListHead>()).size = 0 }
}

pub(super) fn items_hold(py: Python<'_>) -> Option<bool> {
    let items: Vec<_> =
        (0..7).map(|index| value::int_from_i64(py, index * 100_000).ok()).collect::<Option<_>>()?;
    let (list, tuple) = (value::list(py).ok()?, value::tuple(py, &items).ok()?);
    for item in &items {
        value::list_append(&list, item).ok()?;
    }
    if basic_size(&list)? != size_of::<ListHead>() as i64
        || basic_size(&tuple)? != size_of::<TupleHead>() as i64
    {
        return Some(false);
    }
    // SAFETY: the heads have the sizes that these objects have; the items are read only where the sizes in the heads are right.
    unsafe {
        let (list, tuple) = (list.as_ptr(), tuple.as_ptr());
        let head = &*list.cast::<ListHead>();
        let is_sized = |size, allocated| size == items.len() as isize && allocated >= size;
        if !is_sized(head.size, head.allocated) || !is_sized((*tuple.cast::<TupleHead>()).size, isize::MAX) {
            return Some(false);
        }
        Some((0..items.len()).all(|index| {
            *list_items(list).add(index) == items[index].as_ptr()
                && *tuple_items(tuple).add(index) == items[index].as_ptr()
        }))
    }
}
