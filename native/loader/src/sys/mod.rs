//! The system's dynamic loader and threads: all unsafe code of this crate.

#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};
use std::path::Path;

use libloading::Library;

use crate::error::Error;

type GetVersion = unsafe extern "C" fn() -> *const c_char;

/// Opens libpython for the rest of the process's life and returns its `Py_GetVersion()`, which the C-API
/// documents as callable before Python is initialized.
pub fn open_libpython(path: &Path) -> Result<String, Error> {
    let library = open(path)
        .map_err(|error| Error::Refused { path: path.to_owned(), message: system_message(&error) })?;
    let version = version(&library).ok_or_else(|| Error::NotPython(path.to_owned()))?;
    if is_hidden(&library) {
        return Err(Error::Hidden(path.to_owned()));
    }
    // Python can neither be unloaded nor do without its code: the core addon's symbols are bound to it.
    std::mem::forget(library);
    Ok(version)
}

fn version(library: &Library) -> Option<String> {
    // SAFETY: a library that exports Py_GetVersion is Python, whose C-API gives the symbol this type in every
    // release. The caller keeps the library open while the symbol is in use.
    let get_version = unsafe { library.get::<GetVersion>(b"Py_GetVersion\0") }.ok()?;
    // SAFETY: Py_GetVersion may be called before Py_Initialize, by any thread (`opened.rs` lets one at a time in).
    // It returns a NUL-terminated string in static storage of the library, which is open here.
    let text = unsafe { CStr::from_ptr(get_version()) };
    Some(text.to_string_lossy().into_owned())
}

/// Whether a libpython that was opened before answers for this one's symbols.
#[cfg(unix)]
fn is_hidden(library: &Library) -> bool {
    // SAFETY: the addresses are compared and never used; see `version` for the type.
    unsafe {
        let global = libloading::os::unix::Library::this();
        let found = global.get::<GetVersion>(b"Py_GetVersion\0").map(|symbol| symbol.into_raw().addr());
        let own =
            library.get::<GetVersion>(b"Py_GetVersion\0").map(|symbol| symbol.into_raw().into_raw().addr());
        found.ok() != own.ok()
    }
}

/// The core addon names the library that it imports from (`python3.dll`).
#[cfg(windows)]
fn is_hidden(_library: &Library) -> bool {
    false
}

/// Global, so that C extensions and the core addon find its symbols; now, so that a missing dependency is
/// an error here and not a crash later.
#[cfg(unix)]
fn open(path: &Path) -> Result<Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};

    python_ts_isolation::isolate(path);
    // SAFETY: running the initializers of the library is what is asked for. The user chose this file as their
    // Python (`runtime_path` or discovery), and libpython's initializers need nothing from the process.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_GLOBAL) }.map(Into::into)
}

/// By full path, with the library's own folder searched for its dependencies instead of Node's.
#[cfg(windows)]
fn open(path: &Path) -> Result<Library, libloading::Error> {
    use libloading::os::windows::{LOAD_WITH_ALTERED_SEARCH_PATH, Library};

    // SAFETY: running DllMain of the library is what is asked for. The user chose this file as their Python
    // (`runtime_path` or discovery), and it takes no lock that this thread holds.
    unsafe { Library::load_with_flags(path, LOAD_WITH_ALTERED_SEARCH_PATH) }.map(Into::into)
}

/// The system's own words: `dlerror()`, or the text of `GetLastError()`.
fn system_message(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

/// Whether this is the thread that the process began with, where the system tells: the worker threads of Node are others.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn is_first_thread() -> bool {
    // SAFETY: gettid(2) takes nothing and cannot fail. Its wrapper is missing in glibc before 2.30.
    let thread = unsafe { libc::syscall(libc::SYS_gettid) };
    thread == libc::c_long::from(std::process::id() as libc::pid_t)
}

#[cfg(target_os = "macos")]
pub fn is_first_thread() -> bool {
    // SAFETY: takes nothing, and answers 1 on that thread.
    unsafe { libc::pthread_main_np() == 1 }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
pub fn is_first_thread() -> bool {
    false
}
