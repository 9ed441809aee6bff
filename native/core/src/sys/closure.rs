//! Python functions implemented in Rust, which hold data of their own.

use super::object::{Object, PyResult, owned, restore};
use pyo3::{Bound, Python, ffi};
use std::ffi::{CStr, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// What such a function holds, and what it does. Any thread may drop it.
pub trait Closure: Send + Sync + 'static {
    const NAME: &'static CStr;

    fn call<'py>(&self, py: Python<'py>, args: &[Object<'py>]) -> PyResult<'py, Object<'py>>;
}

struct Definition<F>(std::marker::PhantomData<F>);

impl<F: Closure> Definition<F> {
    /// CPython only reads it.
    const METHOD: &'static ffi::PyMethodDef = &ffi::PyMethodDef {
        ml_name: F::NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: enter::<F> },
        ml_flags: ffi::METH_VARARGS,
        ml_doc: ptr::null(),
    };
}

/// A new function. It owns `data`, by way of a capsule that is its `__self__`.
pub fn new_closure<'py, F: Closure>(py: Python<'py>, data: F) -> PyResult<'py, Object<'py>> {
    let data = Box::into_raw(Box::new(data));
    // SAFETY: the name is static; the destructor gets the pointer that the capsule owns from here on, or it is taken back here.
    let capsule =
        owned(py, unsafe { ffi::PyCapsule_New(data.cast(), F::NAME.as_ptr(), Some(drop_data::<F>)) })
            .inspect_err(|_| drop(unsafe { Box::from_raw(data) }))?;
    // SAFETY: the definition is static; the function takes a reference to the capsule of its own.
    owned(py, unsafe {
        ffi::PyCFunction_NewEx(
            ptr::from_ref(Definition::<F>::METHOD).cast_mut(),
            capsule.as_ptr(),
            ptr::null_mut(),
        )
    })
}

/// What a function made by `new_closure::<F>` holds. The caller keeps such functions apart from others.
pub fn data_of<'a, F: Closure>(function: &'a Object<'_>) -> Option<&'a F> {
    // SAFETY: PyCapsule_GetPointer refuses what is no capsule of that name, and the function keeps its capsule alive.
    unsafe {
        let data = ffi::PyCapsule_GetPointer(ffi::PyCFunction_GetSelf(function.as_ptr()), F::NAME.as_ptr());
        data.cast::<F>().as_ref()
    }
}

unsafe extern "C" fn drop_data<F: Closure>(capsule: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, with the capsule that `new_closure::<F>` made.
    let data: *mut c_void = unsafe { ffi::PyCapsule_GetPointer(capsule, F::NAME.as_ptr()) };
    if !data.is_null() {
        // SAFETY: the pointer that `new_closure` gave away.
        let data = unsafe { Box::from_raw(data.cast::<F>()) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(data)));
    }
}

unsafe extern "C" fn enter<F: Closure>(
    capsule: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls functions attached; the token stays in this call.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: `__self__` is the capsule of `new_closure::<F>`, alive as long as its function; METH_VARARGS passes a tuple.
    let (data, args) = unsafe {
        let data = ffi::PyCapsule_GetPointer(capsule, F::NAME.as_ptr());
        (&*data.cast::<F>(), Bound::from_borrowed_ptr(py, args))
    };
    let args: Vec<_> = (0..).map_while(|index| super::value::tuple_get(&args, index)).collect();
    match catch_unwind(AssertUnwindSafe(|| data.call(py, &args))) {
        Ok(Ok(value)) => value.into_ptr(),
        Ok(Err(raised)) => {
            restore(raised);
            ptr::null_mut()
        }
        Err(_) => {
            // SAFETY: attached; static text.
            unsafe { ffi::PyErr_SetString(ffi::PyExc_SystemError, c"python-ts: internal error".as_ptr()) };
            ptr::null_mut()
        }
    }
}
