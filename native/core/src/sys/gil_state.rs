//! Which thread state `PyGILState_Ensure` takes, before CPython 3.12.
//!
//! There it is the first that the thread ever had. In a thread that was attached to the main interpreter first, a function of C that is called in a
//! sub-interpreter and calls back (ctypes, NumPy's warnings) then waits for the GIL that this very thread holds, for ever, or goes on in the wrong
//! interpreter. CPython 3.12 takes the state that the thread is attached by, and so does this: it writes what CPython keeps for the thread
//! under a key of its own, which is found by making thread states and looking for them under all keys.

use super::thread::{InterpreterState, ThreadState};
use pyo3::ffi;
use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(windows)]
mod keys {
    use super::{c_int, c_void};

    pub type Key = u32;
    pub const COUNT: Key = 1_088;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        #[link_name = "TlsGetValue"]
        pub fn get(key: Key) -> *mut c_void;
        #[link_name = "TlsSetValue"]
        pub fn set(key: Key, value: *const c_void) -> c_int;
    }
}

#[cfg(not(windows))]
mod keys {
    use super::{c_int, c_void};

    #[cfg(target_vendor = "apple")]
    pub type Key = std::ffi::c_ulong;
    #[cfg(not(target_vendor = "apple"))]
    pub type Key = std::ffi::c_uint;
    /// As many as glibc has; others have fewer.
    pub const COUNT: Key = if cfg!(target_os = "linux") { 1_024 } else { 512 };

    unsafe extern "C" {
        #[link_name = "pthread_getspecific"]
        pub fn get(key: Key) -> *mut c_void;
        #[link_name = "pthread_setspecific"]
        pub fn set(key: Key, value: *const c_void) -> c_int;
    }
}

/// Whether there are interpreters to tell apart, from the first sub-interpreter on.
static APART: AtomicBool = AtomicBool::new(false);
static KEY: OnceLock<Option<keys::Key>> = OnceLock::new();

/// A sub-interpreter begins, before CPython 3.12; this thread is attached to it by `state`.
pub fn set_apart(interpreter: InterpreterState, state: ThreadState) {
    if KEY.get_or_init(|| find(interpreter)).is_some() {
        APART.store(true, Ordering::Release);
        attached(state);
    }
}

/// This thread is attached by `state` now.
#[inline]
pub fn attached(state: ThreadState) {
    if APART.load(Ordering::Relaxed) {
        keep(state.0.as_ptr());
    }
}

/// This thread is about to detach: what calls Python from outside is served by a new state of the main interpreter.
#[inline]
pub fn detaching() {
    if APART.load(Ordering::Relaxed) {
        keep(std::ptr::null_mut());
    }
}

#[cold]
fn keep(state: *mut ffi::PyThreadState) {
    if let Some(Some(key)) = KEY.get() {
        // SAFETY: `find` has seen that CPython keeps its thread states under this key.
        unsafe { keys::set(*key, state.cast()) };
    }
}

/// The one key whose value is `PyGILState_GetThisThreadState()` in a thread that has none at first, then one, and then another.
fn find(interpreter: InterpreterState) -> Option<keys::Key> {
    const TRIES: usize = 4;
    let look = move || {
        let mut found: Vec<keys::Key> = (0..keys::COUNT).collect();
        for _ in 0..TRIES {
            // SAFETY: the thread that waits for this one holds the GIL. Keys that nobody made have no values.
            unsafe {
                found.retain(|key| keys::get(*key).is_null());
                let state = ThreadState::create(interpreter).0.as_ptr();
                found.retain(|key| keys::get(*key) == state.cast());
                ffi::PyThreadState_Clear(state);
                ffi::PyThreadState_Delete(state);
            }
        }
        found
    };
    match std::thread::spawn(look).join().ok()?.as_slice() {
        [key] => Some(*key),
        _ => None,
    }
}
