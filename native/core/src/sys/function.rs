//! Functions of this core that Python code can call.

use super::heap_type::answer;
use super::object::{Object, PyResult, owned};
use pyo3::{Bound, Python, ffi};
use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr;

/// A function of Python's, by the type that stands for it.
pub trait Function: 'static {
    const NAME: &'static CStr;
    /// Runs attached, with the tuple of the arguments.
    fn call<'py>(args: &Object<'py>) -> PyResult<'py, Object<'py>>;
}

/// Its description, which CPython keeps and only reads.
struct Definition<F>(PhantomData<F>);

impl<F: Function> Definition<F> {
    const TABLE: &'static ffi::PyMethodDef = &ffi::PyMethodDef {
        ml_name: F::NAME.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: enter::<F> },
        ml_flags: ffi::METH_VARARGS,
        ml_doc: ptr::null(),
    };
}

/// The function as an object of the interpreter that this thread is attached to.
pub fn function<'py, F: Function>(py: Python<'py>) -> PyResult<'py, Object<'py>> {
    let definition = (&raw const *Definition::<F>::TABLE).cast_mut();
    // SAFETY: the definition is static and never written to; no receiver, no module.
    owned(py, unsafe { ffi::PyCFunction_NewEx(definition, ptr::null_mut(), ptr::null_mut()) })
}

unsafe extern "C" fn enter<F: Function>(
    _this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython passes the tuple of the arguments, as METH_VARARGS says, and calls this attached.
    answer(|py| F::call(&unsafe { Bound::from_borrowed_ptr(py, args) }))
}
