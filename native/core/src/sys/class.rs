//! What an object's type tells.

use super::object::{Address, Object, attr, is_same};
use pyo3::{Bound, ffi};
use std::ffi::{CStr, c_char};

#[inline]
pub fn type_of<'py>(object: &Object<'py>) -> Object<'py> {
    // SAFETY: every object has a type.
    unsafe { Bound::from_borrowed_ptr(object.py(), ffi::Py_TYPE(object.as_ptr()).cast()) }
}

/// Whether it is a module, and of no class that derives from modules.
#[inline]
pub fn is_module(object: &Object<'_>) -> bool {
    // SAFETY: every object has a type; the addresses are only compared.
    unsafe { ffi::Py_TYPE(object.as_ptr()) == &raw mut ffi::PyModule_Type }
}

#[inline]
pub fn has_type(object: &Object<'_>, class: Address) -> bool {
    // SAFETY: every object has a type; the addresses are only compared.
    unsafe { ffi::Py_TYPE(object.as_ptr()).cast() == class.as_ptr() }
}

/// Whether the type of the object is `class` or derives from it, by the method resolution order alone.
pub fn derives_from(object: &Object<'_>, class: &Object<'_>) -> bool {
    // SAFETY: both are type objects (the callers pass classes).
    unsafe { ffi::PyType_IsSubtype(ffi::Py_TYPE(object.as_ptr()), class.as_ptr().cast()) != 0 }
}

/// Whether this is the only reference to the object: nothing else in the process can refer to it.
#[inline]
pub fn is_unshared(object: &Object<'_>) -> bool {
    // SAFETY: a valid object. The Bound itself is one reference, its container the other.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) <= 2 }
}

/// Whether whoever asks has the only reference to the object: it was just made.
#[inline]
pub fn is_just_made(object: &Object<'_>) -> bool {
    // SAFETY: a valid object.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) == 1 }
}

/// What an object's type says about it, as the flag bits of an OBJECT word (`convert::tags::flag`).
#[inline]
pub fn capabilities(object: &Object<'_>) -> u32 {
    let object = object.as_ptr();
    // SAFETY: a valid object and its type; PyType_GetSlot takes static types since CPython 3.10.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let slot = |number| !ffi::PyType_GetSlot(class, number).is_null();
        let is_class = ffi::PyType_Check(object) != 0;
        u32::from(ffi::PyCallable_Check(object) != 0)
            | u32::from(is_class) << 1
            | u32::from(slot(ffi::Py_tp_iter) || ffi::PySequence_Check(object) != 0) << 2
            | u32::from(ffi::PyIter_Check(object) != 0) << 3
            | u32::from(slot(ffi::Py_am_aiter)) << 4
            | u32::from(slot(ffi::Py_am_await)) << 5
            | u32::from(class == &raw mut ffi::PyModule_Type) << 6
    }
}

/// Whether the value is a method bound to this very object, or to its class: a call by name on the object does the same.
#[inline]
pub fn is_bound_to(value: &Object<'_>, object: &Object<'_>) -> bool {
    // SAFETY: PyCFunction_GetSelf is called on a built-in function only, and gives a borrowed pointer.
    unsafe {
        let class = ffi::Py_TYPE(value.as_ptr());
        if class == &raw mut ffi::PyCFunction_Type {
            let this = ffi::PyCFunction_GetSelf(value.as_ptr());
            return this == object.as_ptr() || this == ffi::Py_TYPE(object.as_ptr()).cast();
        }
    }
    is_named_method(value)
        && attr(value, c"__self__")
            .is_ok_and(|this| is_same(&this, object) || is_same(&this, &type_of(object)))
}

/// `method` (types.MethodType) and `method-wrapper` are no part of the stable ABI; their names are.
fn is_named_method(value: &Object<'_>) -> bool {
    matches!(type_name(value), b"method" | b"method-wrapper" | b"builtin_method")
}

/// The head of PyTypeObject: PyVarObject, then tp_name and tp_basicsize (unchanged since Python 2; GIL builds only).
#[repr(C)]
struct TypeHead {
    object: ffi::PyObject,
    size: ffi::Py_ssize_t,
    name: *const c_char,
    basic_size: ffi::Py_ssize_t,
}

#[inline]
fn type_head<'a>(value: &'a Object<'_>) -> &'a TypeHead {
    // SAFETY: a type object begins with these members in every CPython this core supports, and lives as long as its instance.
    unsafe { &*ffi::Py_TYPE(value.as_ptr()).cast::<TypeHead>() }
}

/// `tp_name` by way of the stable ABI would build a str each time; the types asked about here are static, and their names never change.
fn type_name<'a>(value: &'a Object<'_>) -> &'a [u8] {
    // SAFETY: a zero-terminated string owned by the type.
    unsafe { CStr::from_ptr(type_head(value).name).to_bytes() }
}

/// Whether the object has nothing that C code put there: no value, then, that a type in C gives it. `false` tells nothing. (Instances of most Python classes, from CPython
/// 3.12 on.)
#[inline]
pub fn is_bare(value: &Object<'_>) -> bool {
    type_head(value).basic_size == size_of::<ffi::PyObject>() as ffi::Py_ssize_t
}

/// Whether that is the name of the object's type, as far as `tp_name` tells.
pub fn is_named(object: &Object<'_>, name: &[u8]) -> bool {
    type_name(object) == name
}

/// A generator (not an async one).
pub fn is_generator(object: &Object<'_>) -> bool {
    type_name(object) == b"generator"
}
