//! The files of Python source beside javascript.py, each loaded when first needed: what most programs do without costs them nothing.

use crate::sys::closure::{self, Closure};
use crate::sys::heap_type::{cstr, run_source_among};
use crate::sys::object::{Builtin, Object, PyResult};
use crate::sys::value;
use pyo3::Python;
use std::ffi::CStr;

/// `load(file, names)`: runs the file with those names to begin with, and returns all names it has then.
struct Load;

impl Closure for Load {
    const NAME: &'static CStr = c"load";

    fn call<'py>(&self, py: Python<'py>, args: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
        let [file, names] = args else {
            return Err(Builtin::TypeError.raise(py, "load() takes a file and names."));
        };
        match source(file) {
            Some((source, title)) => run_source_among(py, source, title, names),
            None => Err(Builtin::RuntimeError.raise(py, "There is no such file.")),
        }
    }
}

fn source(file: &Object<'_>) -> Option<(&'static CStr, &'static CStr)> {
    macro_rules! source {
        ($file:literal, $title:literal) => {
            Some((const { cstr(concat!(include_str!($file), "\0")) }, $title))
        };
    }
    match value::text(file).ok()? {
        value::Text::Ascii(b"containers") => source!("containers.py", c"<python_ts.containers>"),
        value::Text::Ascii(b"iterators") => source!("iterators.py", c"<python_ts.iterators>"),
        value::Text::Ascii(b"numbers") => source!("numbers.py", c"<python_ts.numbers>"),
        value::Text::Ascii(b"promises") => source!("promises.py", c"<python_ts.promises>"),
        value::Text::Ascii(b"signatures") => source!("signatures.py", c"<python_ts.signatures>"),
        _ => None,
    }
}

pub fn loader(py: Python<'_>) -> PyResult<'_, Object<'_>> {
    closure::new_closure(py, Load)
}
