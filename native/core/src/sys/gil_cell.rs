//! State of one interpreter, guarded by that interpreter's GIL.

use pyo3::Python;
use std::cell::RefCell;

/// A cell that only a thread attached to the owning interpreter may enter.
///
/// The GIL is the lock: the `Python` token proves that it is held. The closure must not run Python code (which could
/// release the GIL and re-enter); a re-entry is caught by the `RefCell` as a panic instead of a data race.
pub struct GilCell<T>(RefCell<T>);

// SAFETY: `with` demands the token of an attached thread, and `Interpreter`, the only owner of such cells, hands the cell out only
// through an attached scope of its own interpreter. At most one thread is attached to an interpreter at a time.
unsafe impl<T> Sync for GilCell<T> {}
// SAFETY: as for Sync; the pointers inside are only followed while attached.
unsafe impl<T> Send for GilCell<T> {}

impl<T> GilCell<T> {
    pub const fn new(value: T) -> Self {
        Self(RefCell::new(value))
    }

    #[inline]
    pub fn with<R>(&self, _attached: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.borrow_mut())
    }
}
