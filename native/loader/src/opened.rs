//! Which libpython this process opened. Every Node environment (worker thread) shares the answer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::sys;

struct Opened {
    /// As it was asked for; what `opened()` answers.
    path: PathBuf,
    /// Free of links; two paths are the same library when this is the same.
    real_path: PathBuf,
    version: String,
}

/// Held while the system's loader runs, which runs the library's own initializers. They know nothing of Node or of
/// this addon, so they cannot come back here.
static OPENED: Mutex<Option<Opened>> = Mutex::new(None);

/// Opens libpython once per process and returns its `Py_GetVersion()`. The library stays open until the process ends.
pub fn open(path: &Path) -> Result<String, Error> {
    if !path.is_absolute() {
        return Err(Error::NotAbsolute(path.to_owned()));
    }
    let real_path =
        path.canonicalize().map_err(|source| Error::NotFound { path: path.to_owned(), source })?;

    let mut slot = lock();
    if let Some(opened) = slot.as_ref() {
        return opened.again(path, &real_path);
    }
    let version = sys::open_libpython(path)?;
    *slot = Some(Opened { path: path.to_owned(), real_path, version: version.clone() });
    Ok(version)
}

/// The path of the libpython opened by this process.
pub fn path() -> Option<PathBuf> {
    lock().as_ref().map(|opened| opened.path.clone())
}

impl Opened {
    fn again(&self, path: &Path, real_path: &Path) -> Result<String, Error> {
        if self.real_path == real_path {
            return Ok(self.version.clone());
        }
        Err(Error::Different { opened: self.path.clone(), asked: path.to_owned() })
    }
}

/// The slot is written in one step, after everything that can fail, so a poisoned lock guards a whole value.
fn lock() -> MutexGuard<'static, Option<Opened>> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner)
}
