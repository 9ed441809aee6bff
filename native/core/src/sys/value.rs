//! The concrete types that convert by value.

use super::layout;
use super::object::{Address, Object, PyResult, done, owned};
pub use super::text::{
    Text, Units, ascii, interned, is_same_text, knows_ascii, points, str_from_utf8, str_from_utf16, str_hash,
    text, units,
};
use pyo3::{Bound, Python, ffi};
use std::ffi::{CStr, c_int, c_long};
use std::ptr::{self, NonNull};
use std::slice;

/// The exact type of an object, or the base that a subclass has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    None,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    ByteArray,
    MemoryView,
    List,
    Tuple,
    Dict,
    Set,
    FrozenSet,
    Other,
}

/// The length of one of CPython's own containers.
pub fn container_length(object: &Object<'_>) -> usize {
    // SAFETY: a valid object; its length is a member of it.
    unsafe { ffi::PyObject_Size(object.as_ptr()) }.max(0) as usize
}

/// The kind by exact type: a subclass is `Other`.
#[inline]
pub fn kind(object: &Object<'_>) -> Kind {
    // SAFETY: the addresses of libpython's static types are compared, nothing is followed.
    unsafe {
        let class = ffi::Py_TYPE(object.as_ptr());
        match class {
            _ if class == &raw mut ffi::PyUnicode_Type => Kind::Str,
            _ if class == &raw mut ffi::PyLong_Type => Kind::Int,
            _ if class == &raw mut ffi::PyFloat_Type => Kind::Float,
            _ if object.as_ptr() == ffi::Py_None() => Kind::None,
            _ if class == &raw mut ffi::PyBool_Type => Kind::Bool,
            _ if class == &raw mut ffi::PyDict_Type => Kind::Dict,
            _ if class == &raw mut ffi::PyList_Type => Kind::List,
            _ if class == &raw mut ffi::PyTuple_Type => Kind::Tuple,
            _ if class == &raw mut ffi::PyBytes_Type => Kind::Bytes,
            _ if class == &raw mut ffi::PySet_Type => Kind::Set,
            _ if class == &raw mut ffi::PyFrozenSet_Type => Kind::FrozenSet,
            _ if class == &raw mut ffi::PyByteArray_Type => Kind::ByteArray,
            _ if class == &raw mut ffi::PyMemoryView_Type => Kind::MemoryView,
            _ => Kind::Other,
        }
    }
}

/// The kind that a subclass inherits from, for conversion by value on demand.
pub fn base_kind(object: &Object<'_>) -> Kind {
    // SAFETY: static types of libpython and the type of a valid object.
    let derives = |base: *mut ffi::PyTypeObject| unsafe {
        ffi::PyType_IsSubtype(ffi::Py_TYPE(object.as_ptr()), base) != 0
    };
    let bases = [
        (&raw mut ffi::PyUnicode_Type, Kind::Str),
        (&raw mut ffi::PyLong_Type, Kind::Int),
        (&raw mut ffi::PyFloat_Type, Kind::Float),
        (&raw mut ffi::PyDict_Type, Kind::Dict),
        (&raw mut ffi::PyList_Type, Kind::List),
        (&raw mut ffi::PyTuple_Type, Kind::Tuple),
        (&raw mut ffi::PyBytes_Type, Kind::Bytes),
        (&raw mut ffi::PySet_Type, Kind::Set),
        (&raw mut ffi::PyFrozenSet_Type, Kind::FrozenSet),
        (&raw mut ffi::PyByteArray_Type, Kind::ByteArray),
    ];
    bases.into_iter().find(|(base, _)| derives(*base)).map_or(Kind::Other, |(_, kind)| kind)
}

pub fn bool(py: Python<'_>, value: bool) -> Object<'_> {
    // SAFETY: the singletons.
    unsafe { Bound::from_borrowed_ptr(py, if value { ffi::Py_True() } else { ffi::Py_False() }) }
}

/// For an object of kind Bool.
#[inline]
pub fn is_true_singleton(object: &Object<'_>) -> bool {
    // SAFETY: addresses are compared.
    object.as_ptr() == unsafe { ffi::Py_True() }
}

#[inline]
pub fn int_from_i64(py: Python<'_>, value: i64) -> PyResult<'_, Object<'_>> {
    // SAFETY: attached. For a long CPython has a shorter way (bench: list); on Windows that has 32 bits.
    owned(py, unsafe {
        match c_long::try_from(value) {
            Ok(value) => ffi::PyLong_FromLong(value),
            Err(_) => ffi::PyLong_FromLongLong(value),
        }
    })
}

/// The value of an int (or a subclass of it), or `None` when it needs more than 64 bits.
#[inline]
pub fn int_as_i64(object: &Object<'_>) -> Option<i64> {
    // SAFETY: the caller passes an int.
    if let Some(small) = unsafe { layout::small_int(object.as_ptr()) } {
        return Some(small);
    }
    let mut overflow: c_int = 0;
    // SAFETY: the caller passes an int; on overflow CPython sets the flag and no exception.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(object.as_ptr(), &mut overflow) };
    (overflow == 0).then_some(value)
}

/// An int from its sign and hexadecimal digits (exact at any size; base 16 has no digit limit).
pub fn int_from_hex<'py>(py: Python<'py>, digits: &CStr) -> PyResult<'py, Object<'py>> {
    // SAFETY: zero-terminated text.
    owned(py, unsafe { ffi::PyLong_FromString(digits.as_ptr(), ptr::null_mut(), 16) })
}

/// `hex(int)`, such as `-0xff`.
pub fn int_to_hex<'py>(object: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: an int.
    owned(object.py(), unsafe { ffi::PyNumber_ToBase(object.as_ptr(), 16) })
}

#[inline]
pub fn float(py: Python<'_>, value: f64) -> PyResult<'_, Object<'_>> {
    // SAFETY: attached.
    owned(py, unsafe { ffi::PyFloat_FromDouble(value) })
}

/// For an object of kind Float (or a subclass): reads the stored value, cannot fail.
#[inline]
pub fn float_value(object: &Object<'_>) -> f64 {
    // SAFETY: a float.
    unsafe { layout::float(object.as_ptr()).unwrap_or_else(|| ffi::PyFloat_AsDouble(object.as_ptr())) }
}

pub fn bytes<'py>(py: Python<'py>, data: &[u8]) -> PyResult<'py, Object<'py>> {
    // SAFETY: pointer and length of the slice; CPython copies.
    owned(py, unsafe { ffi::PyBytes_FromStringAndSize(data.as_ptr().cast(), data.len() as ffi::Py_ssize_t) })
}

pub fn bytearray<'py>(py: Python<'py>, data: &[u8]) -> PyResult<'py, Object<'py>> {
    // SAFETY: as above.
    owned(py, unsafe {
        ffi::PyByteArray_FromStringAndSize(data.as_ptr().cast(), data.len() as ffi::Py_ssize_t)
    })
}

pub fn memoryview<'py>(exporter: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a valid object.
    owned(exporter.py(), unsafe { ffi::PyMemoryView_FromObject(exporter.as_ptr()) })
}

/// The contents of bytes or bytearray. No Python code may run while the slice is in use (a bytearray could be resized).
#[inline]
pub fn bytes_slice<'a>(object: &'a Object<'_>, kind: Kind) -> &'a [u8] {
    // SAFETY: the object is of that kind, is borrowed for `'a`, and the GIL is held.
    unsafe {
        let (data, size) = match kind {
            Kind::ByteArray => {
                (ffi::PyByteArray_AsString(object.as_ptr()), ffi::PyByteArray_Size(object.as_ptr()))
            }
            _ => (ffi::PyBytes_AsString(object.as_ptr()), ffi::PyBytes_Size(object.as_ptr())),
        };
        if data.is_null() { &[] } else { slice::from_raw_parts(data.cast(), size.max(0) as usize) }
    }
}

pub fn list<'py>(py: Python<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: attached.
    owned(py, unsafe { ffi::PyList_New(0) })
}

pub fn list_append<'py>(list: &Object<'py>, item: &Object<'py>) -> PyResult<'py, ()> {
    // SAFETY: a list and a valid object; PyList_Append takes its own reference.
    done(list.py(), unsafe { ffi::PyList_Append(list.as_ptr(), item.as_ptr()) })
}

/// The item at `index`, or `None` past the end (a list may shrink while Python code runs).
#[inline]
pub fn list_get<'py>(list: &Object<'py>, index: usize) -> Option<Object<'py>> {
    // SAFETY: a list; the index is checked against its length now; the borrowed item is made strong at once.
    unsafe {
        if index >= ffi::PyList_Size(list.as_ptr()) as usize {
            return None;
        }
        Bound::from_borrowed_ptr_or_opt(
            list.py(),
            ffi::PyList_GetItem(list.as_ptr(), index as ffi::Py_ssize_t),
        )
    }
}

pub fn tuple<'py>(py: Python<'py>, items: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
    // SAFETY: PyTuple_SetItem takes over one reference an item, on a tuple no one else has seen.
    unsafe {
        let tuple = owned(py, ffi::PyTuple_New(items.len() as ffi::Py_ssize_t))?;
        for (index, item) in items.iter().enumerate() {
            ffi::PyTuple_SetItem(tuple.as_ptr(), index as ffi::Py_ssize_t, item.clone().into_ptr());
        }
        Ok(tuple)
    }
}

#[inline]
pub fn tuple_len(tuple: &Object<'_>) -> usize {
    // SAFETY: a tuple.
    unsafe { ffi::PyTuple_Size(tuple.as_ptr()).max(0) as usize }
}

#[inline]
pub fn tuple_get<'py>(tuple: &Object<'py>, index: usize) -> Option<Object<'py>> {
    if index >= tuple_len(tuple) {
        return None;
    }
    // SAFETY: a tuple, the index is within it; the borrowed item is made strong.
    unsafe {
        Bound::from_borrowed_ptr_or_opt(
            tuple.py(),
            ffi::PyTuple_GetItem(tuple.as_ptr(), index as ffi::Py_ssize_t),
        )
    }
}

pub fn dict<'py>(py: Python<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: attached.
    owned(py, unsafe { ffi::PyDict_New() })
}

pub fn dict_set<'py>(dict: &Object<'py>, key: &Object<'py>, value: &Object<'py>) -> PyResult<'py, ()> {
    // SAFETY: a dict and two valid objects.
    done(dict.py(), unsafe { ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), value.as_ptr()) })
}

/// The value under an exact str, if there is one. Runs no Python code where all keys are strs; an exception of a key's comparison counts as absence.
pub fn dict_get<'py>(dict: &Object<'py>, key: &Object<'py>) -> Option<Object<'py>> {
    // SAFETY: a dict and a valid object; the answer is borrowed, null and without an exception where there is none.
    unsafe { Bound::from_borrowed_ptr_or_opt(dict.py(), ffi::PyDict_GetItem(dict.as_ptr(), key.as_ptr())) }
}

#[inline]
pub fn dict_len(dict: &Object<'_>) -> usize {
    // SAFETY: a dict.
    unsafe { ffi::PyDict_Size(dict.as_ptr()).max(0) as usize }
}

/// The next pair after `position` (0 at first); the pair is made strong at once.
#[inline]
pub fn dict_next<'py>(
    dict: &Object<'py>,
    position: &mut ffi::Py_ssize_t,
) -> Option<(Object<'py>, Object<'py>)> {
    let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: a dict; PyDict_Next checks the position against its present size, and gives borrowed references.
    unsafe {
        if ffi::PyDict_Next(dict.as_ptr(), position, &mut key, &mut value) == 0 {
            return None;
        }
        Some((Bound::from_borrowed_ptr(dict.py(), key), Bound::from_borrowed_ptr(dict.py(), value)))
    }
}

pub fn set<'py>(py: Python<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: attached; null makes an empty set.
    owned(py, unsafe { ffi::PySet_New(ptr::null_mut()) })
}

pub fn set_add<'py>(set: &Object<'py>, item: &Object<'py>) -> PyResult<'py, ()> {
    // SAFETY: a set and a valid object.
    done(set.py(), unsafe { ffi::PySet_Add(set.as_ptr(), item.as_ptr()) })
}

/// `slice(0, 0)`
pub fn empty_slice<'py>(py: Python<'py>) -> PyResult<'py, Object<'py>> {
    let zero = int_from_i64(py, 0)?;
    // SAFETY: valid objects; a null step is None.
    owned(py, unsafe { ffi::PySlice_New(zero.as_ptr(), zero.as_ptr(), ptr::null_mut()) })
}

/// Whether an object is an instance of BaseException.
pub fn is_exception(object: &Object<'_>) -> bool {
    // SAFETY: a valid object and libpython's static type.
    unsafe { ffi::PyType_IsSubtype(ffi::Py_TYPE(object.as_ptr()), ffi::PyExc_BaseException.cast()) != 0 }
}

/// The address of a class, for comparison by `has_type`.
pub fn class_address(class: &Object<'_>) -> Address {
    NonNull::new(class.as_ptr()).expect("a Bound is never null")
}
