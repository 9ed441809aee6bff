//! Exceptions: taken out of the thread state where they are met, and put back as the last act of a call from Python.

use super::object::{Object, call};
use pyo3::{Bound, Python, ffi};
use std::ptr;

/// A Python exception, taken out of the thread state at once: no exception is ever left pending.
#[derive(Debug)]
pub struct Raised<'py>(pub Object<'py>);

pub type PyResult<'py, T> = Result<T, Raised<'py>>;

/// Takes the pending exception, normalized, with its traceback.
#[cold]
pub fn fetch(py: Python<'_>) -> Raised<'_> {
    let (mut kind, mut value, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: attached; the three are owned references or null, and ours from here on.
    unsafe {
        ffi::PyErr_Fetch(&mut kind, &mut value, &mut traceback);
        ffi::PyErr_NormalizeException(&mut kind, &mut value, &mut traceback);
        if !traceback.is_null() && !value.is_null() {
            ffi::PyException_SetTraceback(value, traceback);
        }
        drop(Bound::from_owned_ptr_or_opt(py, kind));
        drop(Bound::from_owned_ptr_or_opt(py, traceback));
        match Bound::from_owned_ptr_or_opt(py, value) {
            Some(exception) => Raised(exception),
            None => Raised(new_system_error(py)),
        }
    }
}

#[cold]
fn new_system_error(py: Python<'_>) -> Object<'_> {
    // SAFETY: attached; PyExc_SystemError is a static exception type of libpython.
    unsafe {
        let text = ffi::PyUnicode_FromString(c"an error was reported without an exception".as_ptr());
        let exception =
            ffi::PyObject_CallFunctionObjArgs(ffi::PyExc_SystemError, text, ptr::null_mut::<ffi::PyObject>());
        ffi::Py_XDECREF(text);
        Bound::from_owned_ptr(py, exception)
    }
}

/// Makes the exception pending again: the last act of a function called by Python.
pub fn restore(raised: Raised<'_>) {
    let exception = raised.0;
    // SAFETY: the Bound proves attachment; PyErr_Restore takes over the three references.
    unsafe {
        let kind = ffi::Py_NewRef(ffi::Py_TYPE(exception.as_ptr()).cast());
        let traceback = ffi::PyException_GetTraceback(exception.as_ptr());
        ffi::PyErr_Restore(kind, exception.into_ptr(), traceback);
    }
}

/// `__cause__`, if there is one.
pub fn cause<'py>(exception: &Object<'py>) -> Option<Object<'py>> {
    // SAFETY: an exception (the callers'); the answer is a new reference or null, without an exception.
    unsafe { Bound::from_owned_ptr_or_opt(exception.py(), ffi::PyException_GetCause(exception.as_ptr())) }
}

/// `__context__`, if there is one.
pub fn context<'py>(exception: &Object<'py>) -> Option<Object<'py>> {
    // SAFETY: as above.
    unsafe { Bound::from_owned_ptr_or_opt(exception.py(), ffi::PyException_GetContext(exception.as_ptr())) }
}

/// Runs `f` as if in an `except` block for the exception: `sys.exc_info()` shows it, and what is raised has it as its context.
pub fn while_handled<R>(exception: &Object<'_>, f: impl FnOnce() -> R) -> R {
    let mut before = [ptr::null_mut(); 3];
    let [kind, value, traceback] = &mut before;
    // SAFETY: the Bound proves attachment; Get gives three new references (or null), and Set takes over those it is given.
    unsafe {
        ffi::PyErr_GetExcInfo(kind, value, traceback);
        let class = ffi::Py_NewRef(ffi::Py_TYPE(exception.as_ptr()).cast());
        let traceback = ffi::PyException_GetTraceback(exception.as_ptr());
        ffi::PyErr_SetExcInfo(class, exception.clone().into_ptr(), traceback);
    }
    let result = f();
    let [kind, value, traceback] = before;
    // SAFETY: the references that Get gave; they are handed back.
    unsafe { ffi::PyErr_SetExcInfo(kind, value, traceback) };
    result
}

/// The exception classes that this core raises or recognises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    AttributeError,
    Exception,
    IndexError,
    KeyError,
    KeyboardInterrupt,
    RecursionError,
    RuntimeError,
    StopAsyncIteration,
    StopIteration,
    SyntaxError,
    SystemExit,
    TypeError,
}

impl Builtin {
    fn class(self) -> *mut ffi::PyObject {
        // SAFETY: static exception types of libpython, set by Py_Initialize; a call here means that Python runs.
        unsafe {
            match self {
                Self::AttributeError => ffi::PyExc_AttributeError,
                Self::Exception => ffi::PyExc_Exception,
                Self::IndexError => ffi::PyExc_IndexError,
                Self::KeyError => ffi::PyExc_KeyError,
                Self::KeyboardInterrupt => ffi::PyExc_KeyboardInterrupt,
                Self::RecursionError => ffi::PyExc_RecursionError,
                Self::RuntimeError => ffi::PyExc_RuntimeError,
                Self::StopAsyncIteration => ffi::PyExc_StopAsyncIteration,
                Self::StopIteration => ffi::PyExc_StopIteration,
                Self::SyntaxError => ffi::PyExc_SyntaxError,
                Self::SystemExit => ffi::PyExc_SystemExit,
                Self::TypeError => ffi::PyExc_TypeError,
            }
        }
    }

    pub fn object(self, py: Python<'_>) -> Object<'_> {
        // SAFETY: a static type is a valid borrowed reference.
        unsafe { Bound::from_borrowed_ptr(py, self.class()) }
    }

    pub fn is_instance(self, object: &Object<'_>) -> bool {
        // SAFETY: both are valid objects; PyErr_GivenExceptionMatches runs no Python code for real classes.
        unsafe { ffi::PyErr_GivenExceptionMatches(object.as_ptr(), self.class()) != 0 }
    }

    /// An exception of this class with one argument.
    pub fn raise_with<'py>(self, py: Python<'py>, argument: &Object<'py>) -> Raised<'py> {
        match call(&self.object(py), &[argument], None) {
            Ok(exception) => Raised(exception),
            Err(raised) => raised,
        }
    }

    /// An exception of this class with a message.
    pub fn raise<'py>(self, py: Python<'py>, message: &str) -> Raised<'py> {
        let made =
            super::value::str_from_utf8(py, message).and_then(|text| call(&self.object(py), &[&text], None));
        match made {
            Ok(exception) => Raised(exception),
            Err(raised) => raised,
        }
    }
}
