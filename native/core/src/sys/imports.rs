//! The locks of Python's import system.

use super::source::{cstr, run_source};
use pyo3::Python;

/// Releases those that this thread holds, which has left its calls. An interrupt can come between the taking of a lock and the block that
/// releases it: then no other thread could import any more.
#[cold]
pub fn release_locks(py: Python<'_>) {
    let source = const { cstr(concat!(include_str!("imports.py"), "\0")) };
    // What it raises, who could be told?
    let _ = run_source(py, source, c"<python_ts.imports>", &[]);
}
