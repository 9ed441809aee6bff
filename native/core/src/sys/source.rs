//! Python source that is part of this core.

use super::object::{Object, PyResult, done, owned};
use pyo3::{Python, ffi};
use std::ffi::CStr;

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
