//! Python types implemented in Rust: heap types of one interpreter, made from a spec of the stable ABI.

use super::object::{Object, PyResult, done, owned, restore};
use pyo3::{Bound, Python, ffi};
use std::ffi::{CStr, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// What an instance of such a type holds, and what its slots do. Each function runs attached.
pub trait HeapObject: Sized + 'static {
    fn getattr<'py>(this: &Object<'py>, data: &Self, name: &Object<'py>) -> PyResult<'py, Object<'py>>;
    /// `None` deletes.
    fn setattr<'py>(
        data: &Self,
        name: &Object<'py>,
        value: Option<&Object<'py>>,
        py: Python<'py>,
    ) -> PyResult<'py, ()>;
    fn repr<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    fn call<'py>(data: &Self, args: &Object<'py>, kwargs: Option<&Object<'py>>)
    -> PyResult<'py, Object<'py>>;
    fn iter<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    fn next<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Option<Object<'py>>>;
    fn awaiter<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    fn getitem<'py>(data: &Self, key: &Object<'py>) -> PyResult<'py, Object<'py>>;
    /// `None` deletes.
    fn setitem<'py>(data: &Self, key: &Object<'py>, value: Option<&Object<'py>>) -> PyResult<'py, ()>;
    fn length<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, usize>;
    fn contains<'py>(data: &Self, item: &Object<'py>) -> PyResult<'py, bool>;
    /// `__dir__()`
    fn dir<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    /// The last act; the instance is gone already.
    fn drop(self, py: Python<'_>);
}

/// Which optional slots a type has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Object,
    Callable,
    Awaitable,
    Iterator,
}

#[repr(C)]
struct Instance<T> {
    object: ffi::PyObject,
    /// Never null in an instance that Python code can reach.
    data: *mut T,
}

/// Makes the heap type in the interpreter that this thread is attached to.
pub fn new_type<'py, T: HeapObject>(
    py: Python<'py>,
    name: &'static CStr,
    doc: &'static CStr,
    shape: Shape,
) -> PyResult<'py, Object<'py>> {
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = vec![
        slot(ffi::Py_tp_doc, doc.as_ptr() as *mut c_void),
        slot(ffi::Py_tp_dealloc, dealloc::<T> as *mut c_void),
        slot(ffi::Py_tp_getattro, getattro::<T> as *mut c_void),
        slot(ffi::Py_tp_setattro, setattro::<T> as *mut c_void),
        slot(ffi::Py_tp_repr, repr::<T> as *mut c_void),
        slot(ffi::Py_mp_subscript, subscript::<T> as *mut c_void),
        slot(ffi::Py_mp_ass_subscript, ass_subscript::<T> as *mut c_void),
        slot(ffi::Py_mp_length, length::<T> as *mut c_void),
        slot(ffi::Py_sq_contains, contains::<T> as *mut c_void),
        slot(ffi::Py_nb_bool, truth as *mut c_void),
        slot(ffi::Py_tp_methods, (&raw const Methods::<T>::TABLE[0]).cast_mut().cast()),
    ];
    match shape {
        Shape::Object => slots.push(slot(ffi::Py_tp_iter, iter::<T> as *mut c_void)),
        Shape::Callable => slots.push(slot(ffi::Py_tp_call, call::<T> as *mut c_void)),
        Shape::Awaitable => slots.push(slot(ffi::Py_am_await, awaiter::<T> as *mut c_void)),
        Shape::Iterator => {
            slots.push(slot(ffi::Py_tp_iter, itself as *mut c_void));
            slots.push(slot(ffi::Py_tp_iternext, iternext::<T> as *mut c_void));
        }
    }
    slots.push(slot(0, ptr::null_mut()));
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: size_of::<Instance<T>>() as c_int,
        itemsize: 0,
        flags: ffi::Py_TPFLAGS_DEFAULT as u32 | DISALLOW_INSTANTIATION,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: name and doc are static; CPython copies the slots; every function has the type that its slot demands.
    owned(py, unsafe { ffi::PyType_FromSpec(&mut spec) })
}

/// Py_TPFLAGS_DISALLOW_INSTANTIATION (CPython 3.10): only `new_instance` makes instances, so `data` is never null.
const DISALLOW_INSTANTIATION: u32 = 1 << 7;

/// An instance of a type made by `new_type::<T>`.
pub fn new_instance<'py, T: HeapObject>(class: &Object<'py>, data: T) -> PyResult<'py, Object<'py>> {
    let py = class.py();
    // SAFETY: the class was made by `new_type::<T>` (the callers keep one class per T and shape); PyType_GenericAlloc gives zeroed memory of basicsize.
    unsafe {
        let object = owned(py, ffi::PyType_GenericAlloc(class.as_ptr().cast(), 0))?;
        (*object.as_ptr().cast::<Instance<T>>()).data = Box::into_raw(Box::new(data));
        Ok(object)
    }
}

/// What an instance holds. The caller has checked that its type was made by `new_type::<T>`.
pub fn data_of<'a, T: HeapObject>(object: &'a Object<'_>) -> &'a T {
    // SAFETY: the caller's check; the instance lives as long as the borrow.
    unsafe { data(object.as_ptr()) }
}

/// # Safety
/// `object` is an instance made by `new_instance::<T>`.
unsafe fn data<'a, T>(object: *mut ffi::PyObject) -> &'a T {
    // SAFETY: the caller's.
    unsafe { &*(*object.cast::<Instance<T>>()).data }
}

/// Generic attribute lookup: what the type itself offers (`__class__`, `__doc__`, methods).
pub fn generic_getattr<'py>(object: &Object<'py>, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: two valid objects.
    owned(object.py(), unsafe { ffi::PyObject_GenericGetAttr(object.as_ptr(), name.as_ptr()) })
}

/// A new exception class.
pub fn new_exception<'py>(
    base: &Object<'py>,
    name: &'static CStr,
    doc: &'static CStr,
) -> PyResult<'py, Object<'py>> {
    // SAFETY: static text, a valid base.
    owned(base.py(), unsafe {
        ffi::PyErr_NewExceptionWithDoc(name.as_ptr(), doc.as_ptr(), base.as_ptr(), ptr::null_mut())
    })
}

/// A slot function: CPython calls it attached; a panic becomes a SystemError.
fn slot<R>(failed: R, f: impl for<'py> FnOnce(Python<'py>) -> PyResult<'py, R>) -> R {
    // SAFETY: CPython calls slots with the thread attached; the token stays in this call.
    let py = unsafe { Python::assume_attached() };
    match catch_unwind(AssertUnwindSafe(|| f(py))) {
        Ok(Ok(value)) => value,
        Ok(Err(raised)) => {
            restore(raised);
            failed
        }
        Err(_) => {
            // SAFETY: attached; static text.
            unsafe { ffi::PyErr_SetString(ffi::PyExc_SystemError, c"python-ts: internal error".as_ptr()) };
            failed
        }
    }
}

pub(super) fn answer(
    f: impl for<'py> FnOnce(Python<'py>) -> PyResult<'py, Object<'py>>,
) -> *mut ffi::PyObject {
    slot(ptr::null_mut(), |py| f(py).map(Bound::into_ptr))
}

fn borrowed(py: Python<'_>, object: *mut ffi::PyObject) -> Object<'_> {
    // SAFETY: CPython passes valid objects to slots.
    unsafe { Bound::from_borrowed_ptr(py, object) }
}

fn optional(py: Python<'_>, object: *mut ffi::PyObject) -> Option<Object<'_>> {
    (!object.is_null()).then(|| borrowed(py, object))
}

unsafe extern "C" fn dealloc<T: HeapObject>(this: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, attached, when no reference is left; heap types are released with their instances. An exception that is pending meanwhile
    // is put aside, since `drop` may run other code.
    unsafe {
        let (mut kind, mut value, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        ffi::PyErr_Fetch(&mut kind, &mut value, &mut traceback);
        let class = ffi::Py_TYPE(this);
        let data = (*this.cast::<Instance<T>>()).data;
        ffi::PyObject_Free(this.cast());
        if !data.is_null() {
            let data = *Box::from_raw(data);
            slot((), |py| {
                data.drop(py);
                Ok(())
            });
        }
        ffi::Py_DECREF(class.cast());
        ffi::PyErr_Restore(kind, value, traceback);
    }
}

unsafe extern "C" fn getattro<T: HeapObject>(
    this: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a slot of `new_type::<T>`.
    answer(|py| T::getattr(&borrowed(py, this), unsafe { data(this) }, &borrowed(py, name)))
}

unsafe extern "C" fn setattro<T: HeapObject>(
    this: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    slot(-1, |py| {
        // SAFETY: a slot of `new_type::<T>`.
        let data = unsafe { data::<T>(this) };
        T::setattr(data, &borrowed(py, name), optional(py, value).as_ref(), py).map(|()| 0)
    })
}

unsafe extern "C" fn repr<T: HeapObject>(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a slot of `new_type::<T>`.
    answer(|py| T::repr(unsafe { data(this) }, py))
}

unsafe extern "C" fn call<T: HeapObject>(
    this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    answer(|py| {
        // SAFETY: a slot of `new_type::<T>`.
        let data = unsafe { data::<T>(this) };
        T::call(data, &borrowed(py, args), optional(py, kwargs).as_ref())
    })
}

unsafe extern "C" fn iter<T: HeapObject>(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a slot of `new_type::<T>`.
    answer(|py| T::iter(unsafe { data(this) }, py))
}

unsafe extern "C" fn itself(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    answer(|py| Ok(borrowed(py, this)))
}

unsafe extern "C" fn iternext<T: HeapObject>(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    slot(ptr::null_mut(), |py| {
        // SAFETY: a slot of `new_type::<T>`. Null without an exception is the end.
        Ok(T::next(unsafe { data(this) }, py)?.map_or(ptr::null_mut(), Bound::into_ptr))
    })
}

unsafe extern "C" fn awaiter<T: HeapObject>(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a slot of `new_type::<T>`.
    answer(|py| T::awaiter(unsafe { data(this) }, py))
}

unsafe extern "C" fn subscript<T: HeapObject>(
    this: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a slot of `new_type::<T>`.
    answer(|py| T::getitem(unsafe { data(this) }, &borrowed(py, key)))
}

unsafe extern "C" fn ass_subscript<T: HeapObject>(
    this: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    slot(-1, |py| {
        // SAFETY: a slot of `new_type::<T>`.
        let data = unsafe { data::<T>(this) };
        T::setitem(data, &borrowed(py, key), optional(py, value).as_ref()).map(|()| 0)
    })
}

unsafe extern "C" fn length<T: HeapObject>(this: *mut ffi::PyObject) -> ffi::Py_ssize_t {
    slot(-1, |py| {
        // SAFETY: a slot of `new_type::<T>`.
        T::length(unsafe { data(this) }, py).map(|length| length as ffi::Py_ssize_t)
    })
}

unsafe extern "C" fn contains<T: HeapObject>(this: *mut ffi::PyObject, item: *mut ffi::PyObject) -> c_int {
    slot(-1, |py| {
        // SAFETY: a slot of `new_type::<T>`.
        T::contains(unsafe { data(this) }, &borrowed(py, item)).map(c_int::from)
    })
}

/// The methods of a type. CPython only reads the table.
struct Methods<T>(std::marker::PhantomData<T>);

impl<T: HeapObject> Methods<T> {
    const TABLE: &'static [ffi::PyMethodDef; 2] = &[
        ffi::PyMethodDef {
            ml_name: c"__dir__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: dir::<T> },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: ptr::null(),
        },
        ffi::PyMethodDef::zeroed(),
    ];
}

unsafe extern "C" fn dir<T: HeapObject>(
    this: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a method of `new_type::<T>`.
    answer(|py| T::dir(unsafe { data(this) }, py))
}

unsafe extern "C" fn truth(_this: *mut ffi::PyObject) -> c_int {
    1
}

/// The text of a file of this core, with the NUL that ends it.
pub const fn cstr(text: &str) -> &CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("the source has a NUL"),
    }
}

/// Runs source text of this core (fixed at compile time) in a new namespace, and returns that namespace.
pub fn run_source<'py>(
    py: Python<'py>,
    source: &'static CStr,
    file: &'static CStr,
    names: &[(&str, Object<'py>)],
) -> PyResult<'py, Object<'py>> {
    // SAFETY: static text; Py_CompileString and PyEval_EvalCode give new references or null.
    unsafe {
        let builtins = super::object::import_static(py, c"builtins")?;
        let globals = super::value::dict(py)?;
        for (name, object) in names {
            super::value::dict_set(&globals, &super::value::str_from_utf8(py, name)?, object)?;
        }
        done(py, ffi::PyDict_SetItemString(globals.as_ptr(), c"__builtins__".as_ptr(), builtins.as_ptr()))?;
        let code = owned(py, ffi::Py_CompileString(source.as_ptr(), file.as_ptr(), ffi::Py_file_input))?;
        owned(py, ffi::PyEval_EvalCode(code.as_ptr(), globals.as_ptr(), globals.as_ptr()))?;
        Ok(globals)
    }
}
