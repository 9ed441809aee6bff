//! Python source that is part of this core.

use super::object::{Object, PyResult, owned};
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
    let globals = super::value::dict(py)?;
    for (name, object) in names {
        super::value::dict_set(&globals, &super::value::str_from_utf8(py, name)?, object)?;
    }
    let builtins = super::object::import_static(py, c"builtins")?;
    super::value::dict_set(&globals, &super::value::str_from_utf8(py, "__builtins__")?, &builtins)?;
    run(source, file, globals)
}

/// The same in a namespace that begins with those of another such file.
pub fn run_source_among<'py>(
    py: Python<'py>,
    source: &'static CStr,
    file: &'static CStr,
    names: &Object<'py>,
) -> PyResult<'py, Object<'py>> {
    // SAFETY: PyDict_Copy refuses what is no dict.
    run(source, file, owned(py, unsafe { ffi::PyDict_Copy(names.as_ptr()) })?)
}

fn run<'py>(source: &CStr, file: &CStr, globals: Object<'py>) -> PyResult<'py, Object<'py>> {
    let py = globals.py();
    // SAFETY: zero-terminated text, a dict; Py_CompileString and PyEval_EvalCode give new references or null.
    unsafe {
        let code = owned(py, ffi::Py_CompileString(source.as_ptr(), file.as_ptr(), ffi::Py_file_input))?;
        owned(py, ffi::PyEval_EvalCode(code.as_ptr(), globals.as_ptr(), globals.as_ptr()))?;
    }
    Ok(globals)
}
