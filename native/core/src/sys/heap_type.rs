//! Python types implemented in Rust: heap types of one interpreter, made from a spec of the stable ABI.

use super::call_slot::{self, HAVE_VECTORCALL, VectorCall, call, vectorcall};
use super::object::{Object, PyResult, done, owned, restore};
pub use super::source::{cstr, run_source, run_source_among};
use pyo3::{Bound, Python, ffi};
use std::ffi::{CStr, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// What an instance of such a type holds, and what its slots do. Each function runs attached.
pub trait HeapObject: Sized + 'static {
    fn getattr<'py>(this: &Object<'py>, data: &Self, name: &Object<'py>) -> PyResult<'py, Object<'py>>;
    /// `None` deletes.
    fn setattr<'py>(
        this: &Object<'py>,
        data: &Self,
        name: &Object<'py>,
        value: Option<&Object<'py>>,
    ) -> PyResult<'py, ()>;
    fn repr<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    fn call<'py>(
        data: &Self,
        py: Python<'py>,
        args: &[Object<'py>],
        kwargs: Option<&Object<'py>>,
    ) -> PyResult<'py, Object<'py>>;
    fn next<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Option<Object<'py>>>;
    fn awaiter<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    fn getitem<'py>(data: &Self, key: &Object<'py>) -> PyResult<'py, Object<'py>>;
    /// `None` deletes.
    fn setitem<'py>(data: &Self, key: &Object<'py>, value: Option<&Object<'py>>) -> PyResult<'py, ()>;
    fn contains<'py>(data: &Self, item: &Object<'py>) -> PyResult<'py, bool>;
    /// `__dir__()`
    fn dir<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>>;
    /// `__ask__(operation, fallback, *args, **kwargs)`: one operation of the other side, or the fallback where it gives nothing.
    fn ask<'py>(data: &Self, args: &Object<'py>, kwargs: Option<&Object<'py>>) -> PyResult<'py, Object<'py>>;
    /// `__is_home__()`: whether this thread is the one that the value belongs to.
    fn is_home(data: &Self) -> bool;
    /// The last act, before weak references are told; must not run Python code.
    fn drop(self, py: Python<'_>);
}

/// Which slots a type has besides those of all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Value,
    Callable,
    Iterator,
}

#[repr(C)]
struct Instance<T> {
    object: ffi::PyObject,
    /// CPython's, by way of `__weaklistoffset__`.
    weak_references: *mut ffi::PyObject,
    /// Never null in an instance that Python code can reach.
    data: *mut T,
    /// CPython's, by way of `__vectorcalloffset__`.
    vectorcall: VectorCall,
}

/// Makes a heap type in the interpreter that this thread is attached to. The type of shape `Value` is the base of the others. Python classes may derive from
/// them, but only `new_instance` makes instances.
pub fn new_type<'py, T: HeapObject>(
    py: Python<'py>,
    name: &'static CStr,
    shape: Shape,
    base: Option<&Object<'py>>,
) -> PyResult<'py, Object<'py>> {
    let mut slots = match shape {
        Shape::Value => value_slots::<T>(),
        Shape::Callable => vec![
            slot_of(ffi::Py_tp_call, call::<T> as *mut c_void),
            slot_of(ffi::Py_tp_members, (&raw const Methods::<T>::CALLABLE_MEMBERS[0]).cast_mut().cast()),
        ],
        Shape::Iterator => vec![
            slot_of(ffi::Py_tp_iter, itself as *mut c_void),
            slot_of(ffi::Py_tp_iternext, iternext::<T> as *mut c_void),
        ],
    };
    slots.push(slot_of(0, ptr::null_mut()));
    let extra = if shape == Shape::Callable { HAVE_VECTORCALL } else { 0 };
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: size_of::<Instance<T>>() as c_int,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE | extra) as u32,
        slots: slots.as_mut_ptr(),
    };
    let bases = base.map(|base| super::value::tuple(py, std::slice::from_ref(base))).transpose()?;
    let bases = bases.as_ref().map_or(ptr::null_mut(), |bases| bases.as_ptr());
    // SAFETY: the name is static; CPython copies the slots; every function has the type that its slot demands; the base, if any, was made by
    // `new_type::<T>`, so that the instances have one layout.
    owned(py, unsafe { ffi::PyType_FromSpecWithBases(&mut spec, bases) })
}

fn slot_of(slot: c_int, pfunc: *mut c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot { slot, pfunc }
}

fn value_slots<T: HeapObject>() -> Vec<ffi::PyType_Slot> {
    vec![
        slot_of(ffi::Py_tp_new, refuse as *mut c_void),
        slot_of(ffi::Py_tp_dealloc, dealloc::<T> as *mut c_void),
        slot_of(ffi::Py_tp_getattro, getattro::<T> as *mut c_void),
        slot_of(ffi::Py_tp_setattro, setattro::<T> as *mut c_void),
        slot_of(ffi::Py_tp_repr, repr::<T> as *mut c_void),
        slot_of(ffi::Py_mp_subscript, subscript::<T> as *mut c_void),
        slot_of(ffi::Py_mp_ass_subscript, ass_subscript::<T> as *mut c_void),
        slot_of(ffi::Py_sq_contains, contains::<T> as *mut c_void),
        slot_of(ffi::Py_nb_bool, truth as *mut c_void),
        slot_of(ffi::Py_tp_methods, (&raw const Methods::<T>::TABLE[0]).cast_mut().cast()),
        slot_of(ffi::Py_tp_members, (&raw const Methods::<T>::MEMBERS[0]).cast_mut().cast()),
    ]
}

/// `tp_new`: no class derived from ours can be called, so `data` is never null.
unsafe extern "C" fn refuse(
    _class: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    answer(|py| {
        let text = "JavaScript values are made by JavaScript: their Python classes cannot be called.";
        Err(super::exception::Builtin::TypeError.raise(py, text))
    })
}

/// An instance of a type made by `new_type::<T>`.
pub fn new_instance<'py, T: HeapObject>(class: &Object<'py>, data: T) -> PyResult<'py, Object<'py>> {
    let py = class.py();
    // SAFETY: the class was made by `new_type::<T>`, or derives from such a class without members of its own (the callers'); PyType_GenericAlloc gives zeroed memory of basicsize.
    unsafe {
        let object = owned(py, ffi::PyType_GenericAlloc(class.as_ptr().cast(), 0))?;
        let instance = object.as_ptr().cast::<Instance<T>>();
        (*instance).data = Box::into_raw(Box::new(data));
        (*instance).vectorcall = vectorcall::<T>;
        // Classes of Python's have garbage collection, but an instance refers to no object that it could find.
        if ffi::PyType_GetFlags(class.as_ptr().cast()) & ffi::Py_TPFLAGS_HAVE_GC != 0 {
            ffi::PyObject_GC_UnTrack(object.as_ptr().cast());
        }
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
pub(super) unsafe fn data<'a, T>(object: *mut ffi::PyObject) -> &'a T {
    // SAFETY: the caller's.
    unsafe { &*(*object.cast::<Instance<T>>()).data }
}

/// Generic attribute lookup: what the type itself offers (`__class__`, `__doc__`, methods).
pub fn generic_getattr<'py>(object: &Object<'py>, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: two valid objects.
    owned(object.py(), unsafe { ffi::PyObject_GenericGetAttr(object.as_ptr(), name.as_ptr()) })
}

pub fn generic_setattr<'py>(
    object: &Object<'py>,
    name: &Object<'py>,
    value: Option<&Object<'py>>,
) -> PyResult<'py, ()> {
    let value = value.map_or(ptr::null_mut(), |value| value.as_ptr());
    // SAFETY: valid objects; a null value deletes.
    done(object.py(), unsafe { ffi::PyObject_GenericSetAttr(object.as_ptr(), name.as_ptr(), value) })
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

pub(super) fn borrowed(py: Python<'_>, object: *mut ffi::PyObject) -> Object<'_> {
    // SAFETY: CPython passes valid objects to slots.
    unsafe { Bound::from_borrowed_ptr(py, object) }
}

pub(super) fn optional(py: Python<'_>, object: *mut ffi::PyObject) -> Option<Object<'_>> {
    (!object.is_null()).then(|| borrowed(py, object))
}

unsafe extern "C" fn dealloc<T: HeapObject>(this: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, attached, when no reference is left; heap types are released with their instances; `tp_free` is that of
    // the class (every class has one), whose allocator made the instance. An exception that is pending meanwhile is put aside, since callbacks of weak references are other code.
    unsafe {
        let (mut kind, mut value, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        ffi::PyErr_Fetch(&mut kind, &mut value, &mut traceback);
        let class = ffi::Py_TYPE(this);
        let instance = this.cast::<Instance<T>>();
        if !(*instance).data.is_null() {
            let data = *Box::from_raw((*instance).data);
            slot((), |py| {
                data.drop(py);
                Ok(())
            });
        }
        if !(*instance).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(this);
        }
        let free: ffi::freefunc = std::mem::transmute(ffi::PyType_GetSlot(class, ffi::Py_tp_free));
        free(this.cast());
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
        T::setattr(&borrowed(py, this), data, &borrowed(py, name), optional(py, value).as_ref()).map(|()| 0)
    })
}

unsafe extern "C" fn repr<T: HeapObject>(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a slot of `new_type::<T>`.
    answer(|py| T::repr(unsafe { data(this) }, py))
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

unsafe extern "C" fn contains<T: HeapObject>(this: *mut ffi::PyObject, item: *mut ffi::PyObject) -> c_int {
    slot(-1, |py| {
        // SAFETY: a slot of `new_type::<T>`.
        T::contains(unsafe { data(this) }, &borrowed(py, item)).map(c_int::from)
    })
}

/// The methods and members of a type. CPython only reads the tables.
struct Methods<T>(std::marker::PhantomData<T>);

const fn method(name: &'static CStr, ml_meth: ffi::PyMethodDefPointer, ml_flags: c_int) -> ffi::PyMethodDef {
    ffi::PyMethodDef { ml_name: name.as_ptr(), ml_meth, ml_flags, ml_doc: ptr::null() }
}

impl<T: HeapObject> Methods<T> {
    const TABLE: &'static [ffi::PyMethodDef; 5] = &[
        method(c"__dir__", ffi::PyMethodDefPointer { PyCFunction: dir::<T> }, ffi::METH_NOARGS),
        method(
            c"__ask__",
            ffi::PyMethodDefPointer { PyCFunctionWithKeywords: ask::<T> },
            ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ),
        method(c"__is_home__", ffi::PyMethodDefPointer { PyCFunction: is_home::<T> }, ffi::METH_NOARGS),
        method(c"__awaiter__", ffi::PyMethodDefPointer { PyCFunction: awaiter::<T> }, ffi::METH_NOARGS),
        ffi::PyMethodDef::zeroed(),
    ];

    const MEMBERS: &'static [ffi::PyMemberDef; 2] = &[
        ffi::PyMemberDef {
            name: c"__weaklistoffset__".as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: std::mem::offset_of!(Instance<T>, weak_references) as ffi::Py_ssize_t,
            flags: ffi::Py_READONLY,
            doc: ptr::null(),
        },
        // SAFETY: null pointers and zeros end the table.
        unsafe { std::mem::zeroed() },
    ];

    const CALLABLE_MEMBERS: &'static [ffi::PyMemberDef; 2] = &[
        call_slot::member(std::mem::offset_of!(Instance<T>, vectorcall)),
        // SAFETY: as above.
        unsafe { std::mem::zeroed() },
    ];
}

unsafe extern "C" fn dir<T: HeapObject>(
    this: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a method of `new_type::<T>`.
    answer(|py| T::dir(unsafe { data(this) }, py))
}

unsafe extern "C" fn ask<T: HeapObject>(
    this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    answer(|py| {
        // SAFETY: a method of `new_type::<T>`.
        let data = unsafe { data::<T>(this) };
        T::ask(data, &borrowed(py, args), optional(py, kwargs).as_ref())
    })
}

unsafe extern "C" fn is_home<T: HeapObject>(
    this: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a method of `new_type::<T>`.
    answer(|py| Ok(super::value::bool(py, T::is_home(unsafe { data(this) }))))
}

unsafe extern "C" fn awaiter<T: HeapObject>(
    this: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a method of `new_type::<T>`.
    answer(|py| T::awaiter(unsafe { data(this) }, py))
}

unsafe extern "C" fn truth(_this: *mut ffi::PyObject) -> c_int {
    1
}
