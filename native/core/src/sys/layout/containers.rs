//! Lists, tuples and dicts.

use super::{basic_size, fact, holds, is_version};
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

/// PyDictObject
#[repr(C)]
struct DictHead {
    object: ffi::PyObject,
    used: ffi::Py_ssize_t,
    version: u64,
    keys: *const DictKeys,
    values: *const u8,
}

/// PyDictKeysObject, up to the kind.
#[repr(C)]
struct DictKeys {
    count: ffi::Py_ssize_t,
    log2_size: u8,
    log2_index_bytes: u8,
    kind: u8,
}

/// Whether a dict says of itself that all its keys are exact strs. `false` tells nothing.
///
/// # Safety
/// `dict` is a dict.
#[inline]
pub unsafe fn says_text_keys(dict: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's, and the fact.
    holds(fact::KEY_KINDS) && unsafe { key_kind(dict) } != GENERAL
}

/// DICT_KEYS_GENERAL; the others are for exact strs alone.
const GENERAL: u8 = 0;

/// # Safety
/// `dict` is a dict, whose head is `DictHead`.
#[inline]
unsafe fn key_kind(dict: *mut ffi::PyObject) -> u8 {
    // SAFETY: the caller's; every dict has keys.
    unsafe { (*(*dict.cast::<DictHead>()).keys).kind }
}

pub(super) fn key_kinds_hold(py: Python<'_>) -> Option<bool> {
    if is_version("3.10.") {
        return Some(false);
    }
    let (text, other) = (value::dict(py).ok()?, value::dict(py).ok()?);
    if basic_size(&text)? != size_of::<DictHead>() as i64 {
        return Some(false);
    }
    for index in 0..20 {
        let key = value::str_from_utf8(py, &format!("key {index}")).ok()?;
        value::dict_set(&text, &key, &key).ok()?;
        value::dict_set(&other, &key, &key).ok()?;
        // SAFETY: the head has the size that a dict has, and its used items are counted where we look.
        let (used, kinds) = unsafe {
            let used = (*text.as_ptr().cast::<DictHead>()).used;
            (used, (used == index + 1).then(|| [key_kind(text.as_ptr()), key_kind(other.as_ptr())]))
        };
        if used != index + 1 || kinds?.contains(&GENERAL) {
            return Some(false);
        }
    }
    let number = value::int_from_i64(py, 5).ok()?;
    value::dict_set(&other, &number, &number).ok()?;
    // SAFETY: as above.
    Some(unsafe { key_kind(other.as_ptr()) == GENERAL })
}
