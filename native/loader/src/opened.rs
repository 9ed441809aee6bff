//! Which libpython this process opened. Every Node environment (worker thread) shares the answer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::sys;

struct Opened {
    /// As it was asked for.
    path: PathBuf,
    /// Free of links; two paths are the same library when this is the same.
    real_path: PathBuf,
    version: String,
    /// What JavaScript knows of it.
    note: String,
}

/// Held while the system's loader runs, which runs the library's own initializers. They know nothing of Node or of
/// this addon, so they cannot come back here.
static OPENED: Mutex<Option<Opened>> = Mutex::new(None);

/// Opens libpython once per process and returns its `Py_GetVersion()`. The library stays open until the process ends, and so does the first note.
pub fn open(path: &Path, note: String) -> Result<String, Error> {
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
    *slot = Some(Opened { path: path.to_owned(), real_path, version: version.clone(), note });
    Ok(version)
}

/// The note on the libpython opened by this process; empty where there is none.
pub fn note() -> String {
    lock().as_ref().map(|opened| opened.note.clone()).unwrap_or_default()
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
