//! `sys._current_frames()` and `sys._current_exceptions()` beside interpreters with their own GIL.
//!
//! CPython makes frame objects for the running threads of all interpreters, with the allocator of the one that asks; the others free them with theirs, and
//! touch them meanwhile without its GIL, which corrupts memory. Both functions raise an audit event first, and are refused there.

use pyo3::ffi;
use std::ffi::c_int;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many interpreters with their own GIL there are.
static APART: AtomicUsize = AtomicUsize::new(0);

pub fn interpreter_began() {
    APART.fetch_add(1, Ordering::Relaxed);
}

pub fn interpreter_ended() {
    APART.fetch_sub(1, Ordering::Relaxed);
}

/// The answer of the audit hook: -1 with a RuntimeError pending, or 0. To be called attached.
pub fn permit() -> c_int {
    if APART.load(Ordering::Relaxed) == 0 {
        return 0;
    }
    let text = c"CPython cannot show the frames of all threads while there are contexts with a GIL of their own: it would corrupt their memory.";
    // SAFETY: attached (the caller's); the text is zero-terminated.
    unsafe { ffi::PyErr_SetString(ffi::PyExc_RuntimeError, text.as_ptr()) };
    -1
}
