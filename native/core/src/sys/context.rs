//! `contextvars`: which values context variables have on this thread.

use super::api::api;
use super::exception::fetch;
use super::object::{Object, owned};
use pyo3::Python;

/// Runs `f` in a new context, where no variable is set: what is set in it, nobody sees afterwards.
pub fn in_new_context<R>(py: Python<'_>, f: impl FnOnce() -> R) -> R {
    let _left_at_the_end = Entered::new(py);
    f()
}

/// A context that this thread has entered; left when this is dropped, also by a panic.
struct Entered<'py>(Object<'py>);

impl<'py> Entered<'py> {
    /// `None` where there is no memory for one.
    fn new(py: Python<'py>) -> Option<Self> {
        // SAFETY: the token proves that the thread is attached; PyContext_New gives a new reference, or null and an exception.
        let context = owned(py, unsafe { (api().context_new)() }).ok()?;
        // SAFETY: attached, and nobody else has the context.
        match unsafe { (api().context_enter)(context.as_ptr()) } {
            0 => Some(Self(context)),
            _ => {
                drop(fetch(py));
                None
            }
        }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        // SAFETY: attached, since the context is a bound object. It is not left where user code (greenlets) has entered another one since.
        if unsafe { (api().context_exit)(self.0.as_ptr()) } != 0 {
            drop(fetch(self.0.py()));
        }
    }
}
