//! The policy applied to this process.

use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::policy::Policy;
use crate::sys::open;
pub use crate::sys::share_environ;

/// Nothing is isolated from an executable that cannot be read: then the policy is empty.
static POLICY: LazyLock<Mutex<Policy>> = LazyLock::new(|| {
    let host = std::env::current_exe().unwrap_or_default();
    Mutex::new(Policy::new(&host))
});

/// Opens, ahead of `library`, what must be bound to its own dependencies instead of to the executable, `library` itself
/// included. Call it just before an extension module is imported or a library is opened. What cannot be opened is left for that to report.
pub fn isolate(library: &Path) {
    // The lock is not held while libraries run their initializers.
    let steps = policy().steps(library);
    for step in steps {
        open(&step);
    }
}

fn policy() -> MutexGuard<'static, Policy> {
    // The policy only caches what files say, whole entries at a time; a panic leaves none half written.
    POLICY.lock().unwrap_or_else(PoisonError::into_inner)
}
