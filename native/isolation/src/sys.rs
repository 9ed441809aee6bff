//! The dynamic loader, mapped files and `environ`: all unsafe code of this crate.

#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int};
use std::fs::File;
use std::path::Path;

use libloading::os::unix::{Library, RTLD_LAZY, RTLD_LOCAL, RTLD_NOW};
use memmap2::Mmap;

use crate::policy::{Binding, Step};

const RTLD_NOLOAD: c_int = 0x4; // glibc's <bits/dlfcn.h>
const RTLD_DEEPBIND: c_int = 0x8;

/// Opens a library for the rest of the process's life. A failure is for the usual load, which follows, to report.
pub fn open(step: &Step) {
    let binding = match step.binding {
        Binding::Shared => 0,
        Binding::Deep => RTLD_DEEPBIND,
    };
    // SAFETY: the initializers run that the load which follows would run: the caller of `isolate` is about to load this
    // library or one that needs it. The policy binds no C++ library deeply, the only ones that cannot bear it.
    let library = unsafe { Library::open(Some(&step.path), RTLD_NOW | RTLD_LOCAL | binding) };
    // Never closed: libraries loaded later are bound to it.
    std::mem::forget(library);
}

/// The content of a file; None if it cannot be read.
pub fn map(path: &Path) -> Option<Mmap> {
    let file = File::open(path).ok()?;
    // SAFETY: nobody writes into the file while it is mapped: the dynamic loader maps these very files, executables and
    // libraries, and whoever installs a new version must replace them for its sake, not overwrite them.
    unsafe { Mmap::map(&file) }.ok()
}

unsafe extern "C" {
    /// The executable's, as every library sees it that was not opened with `RTLD_DEEPBIND`.
    static mut environ: *const *const c_char;
}

/// Gives libraries opened with `RTLD_DEEPBIND` the environment. They see libc's own variable `environ`, which
/// stays empty when the executable is not position-independent and so has a copy of its own (Node's is one). Without it,
/// `os.environ` is empty in a libpython opened that way.
///
/// They get a snapshot: call it before an interpreter starts, as CPython reads `environ` just once for each.
/// A snapshot is never freed, since they may hold it for ever.
pub fn share_environ() {
    // SAFETY: looks up libc, which is loaded and stays; RTLD_NOLOAD runs no initializers.
    let Ok(libc) = (unsafe { Library::open(Some("libc.so.6"), RTLD_LAZY | RTLD_NOLOAD) }) else {
        return;
    };
    // SAFETY: environ(7) gives the symbol this type, and libc outlives the use of it.
    let Ok(own) = (unsafe { libc.get::<*mut *const *const c_char>(b"environ\0") }) else {
        return;
    };
    let own: *mut *const *const c_char = *own;
    if std::ptr::eq(own.cast_const(), &raw const environ) {
        return;
    }
    // SAFETY: `own` is libc's variable, distinct from the one that libc itself and the executable use, so only libraries
    // opened with RTLD_DEEPBIND read it. The callers hold the lock under which interpreters start, and the snapshot outlives everything.
    unsafe { own.write(snapshot()) };
}

fn snapshot() -> *const *const c_char {
    let mut variables = Vec::new();
    // SAFETY: as for getenv(3): valid while no other thread changes the environment. Node changes it on the JavaScript
    // thread (process.env), which is the one that starts interpreters. The array ends with a null pointer.
    unsafe {
        let mut next = environ;
        while !next.is_null() && !(*next).is_null() {
            variables.push(CStr::from_ptr(*next).to_owned().into_raw().cast_const());
            next = next.add(1);
        }
    }
    variables.push(std::ptr::null());
    variables.leak().as_ptr()
}
