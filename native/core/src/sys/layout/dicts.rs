//! Dicts.

use super::{basic_size, fact, holds, is_version};
use crate::sys::object::Object;
use crate::sys::value;
use pyo3::{Python, ffi};
use std::ptr::NonNull;

/// PyDictObject
#[repr(C)]
struct DictHead {
    object: ffi::PyObject,
    used: ffi::Py_ssize_t,
    version: u64,
    keys: *const DictKeys,
    values: *const u8,
}

/// PyDictKeysObject (from CPython 3.11 on). The indices follow, and then the entries.
#[repr(C)]
struct DictKeys {
    count: ffi::Py_ssize_t,
    log2_size: u8,
    log2_index_bytes: u8,
    kind: u8,
    version: u32,
    usable: ffi::Py_ssize_t,
    entry_count: ffi::Py_ssize_t,
}

/// PyDictUnicodeEntry: a pair of a dict whose keys are all exact strs.
#[repr(C)]
pub struct Entry {
    pub key: *mut ffi::PyObject,
    pub value: *mut ffi::PyObject,
}

/// The pairs of a dict in order, if all of its keys are exact strs and nothing was deleted between them; `None` where that is not known.
///
/// # Safety
/// `dict` is a dict. The pairs stay where they are until one is deleted or added.
#[inline]
pub unsafe fn entries(dict: *mut ffi::PyObject) -> Option<NonNull<[Entry]>> {
    // SAFETY: the caller's, and the fact.
    if holds(fact::DICT_ENTRIES) { unsafe { entries_of(dict) } } else { None }
}

/// # Safety
/// As above, and the fact holds.
#[inline]
unsafe fn entries_of(dict: *mut ffi::PyObject) -> Option<NonNull<[Entry]>> {
    // SAFETY: the caller's; a dict without values of its own has them in the entries, of which `entry_count` are in use.
    unsafe {
        let head = &*dict.cast::<DictHead>();
        let keys = &*head.keys;
        if keys.kind != TEXT || !head.values.is_null() || keys.entry_count != head.used {
            return None;
        }
        let first = NonNull::new(head.keys.add(1).byte_add(1 << keys.log2_index_bytes).cast_mut().cast())?;
        Some(NonNull::slice_from_raw_parts(first, head.used as usize))
    }
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
/// DICT_KEYS_UNICODE: keys and values of one dict, in pairs.
const TEXT: u8 = 1;

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

pub(super) fn entries_hold(py: Python<'_>) -> Option<bool> {
    if key_kinds_hold(py) != Some(true) {
        return Some(false);
    }
    let dict = value::dict(py).ok()?;
    let mut pairs = Vec::new();
    for index in 0..200 {
        let key = value::str_from_utf8(py, &format!("key {index}")).ok()?;
        let value = value::int_from_i64(py, index * 100_000).ok()?;
        value::dict_set(&dict, &key, &value).ok()?;
        pairs.push((key, value));
        if !are_entries(&dict, &pairs) {
            return Some(false);
        }
    }
    // SAFETY: a dict.
    let is_none = |dict: &Object<'_>| unsafe { entries_of(dict.as_ptr()) }.is_none();
    let number = value::int_from_i64(py, 5).ok()?;
    value::dict_set(&dict, &number, &number).ok()?;
    Some(is_none(&dict))
}

/// Whether the entries of a dict are where we look: first their number is compared, which is read from the head.
fn are_entries(dict: &Object<'_>, pairs: &[(Object<'_>, Object<'_>)]) -> bool {
    // SAFETY: a dict whose head is known (`key_kinds_hold`); entries are read only where their number is right.
    unsafe {
        let keys = &*(*dict.as_ptr().cast::<DictHead>()).keys;
        if keys.entry_count != pairs.len() as isize || keys.usable < 0 || keys.log2_index_bytes > 16 {
            return false;
        }
        let is_pair = |(entry, (key, value)): (&Entry, &(Object<'_>, Object<'_>))| {
            entry.key == key.as_ptr() && entry.value == value.as_ptr()
        };
        entries_of(dict.as_ptr()).is_some_and(|entries| entries.as_ref().iter().zip(pairs).all(is_pair))
    }
}
