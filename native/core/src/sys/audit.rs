//! CPython's audit events, as far as they tell which library is about to be loaded, or ask for what would do harm.

use super::api::api;
use super::{frames, vetting};
use pyo3::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::slice;

/// Told the path of each shared library just before Python loads it.
pub type OnLoad = fn(&Path);

/// From the next start of Python to its finalization, in all its interpreters, `on_load` is told of every extension module and every
/// library opened by ctypes. To be called before Python starts: start-up itself can import extension modules (`.pth` files).
pub fn watch_libraries(on_load: OnLoad) {
    if let Some(add_audit_hook) = api().add_audit_hook {
        // SAFETY: PySys_AddAuditHook may be called before Py_Initialize; the data is a plain function.
        unsafe { add_audit_hook(hook, on_load as *mut c_void) };
    }
}

/// Events: `import` (module, filename or None, …) of Python/importdl.c, `ctypes.dlopen` (name) of Modules/_ctypes, and those of Python/sysmodule.c.
unsafe extern "C" fn hook(event: *const c_char, args: *mut ffi::PyObject, data: *mut c_void) -> c_int {
    // SAFETY: CPython passes a zero-terminated name, and calls the hook attached, with a tuple that lives through this call.
    let (module, path) = unsafe {
        match CStr::from_ptr(event).to_bytes() {
            b"import" => (text(args, 0), text(args, 1)),
            b"ctypes.dlopen" => (None, text(args, 0)),
            b"sys._current_frames" | b"sys._current_exceptions" => return frames::permit(),
            _ => return 0,
        }
    };
    let Some(path) = path else { return 0 };
    // SAFETY: `watch_libraries` passed an `OnLoad`.
    let on_load: OnLoad = unsafe { std::mem::transmute::<*mut c_void, OnLoad>(data) };
    // A panic must not cross into CPython; the library is then loaded as if nobody watched.
    let refusal = std::panic::catch_unwind(|| {
        on_load(Path::new(path));
        module.filter(|_| vetting::is_needed()).and_then(|module| vetting::refusal(module, path))
    });
    match refusal {
        Ok(Some(sentence)) => {
            vetting::raise(&sentence);
            -1
        }
        _ => 0,
    }
}

/// The text at `index`, if it is a well-formed str.
///
/// # Safety
/// Attached; `args` is null or a tuple, which lives as long as the text is used.
unsafe fn text<'a>(args: *mut ffi::PyObject, index: ffi::Py_ssize_t) -> Option<&'a str> {
    // SAFETY: the caller's. The item is borrowed from the tuple, and its text from the item. Text that is no UTF-8 leaves an exception, which is cleared.
    unsafe {
        if args.is_null() || ffi::PyTuple_Check(args) == 0 || ffi::PyTuple_Size(args) <= index {
            return None;
        }
        let item = ffi::PyTuple_GetItem(args, index);
        if item.is_null() || ffi::PyUnicode_Check(item) == 0 {
            return None;
        }
        let mut size = 0;
        let data = ffi::PyUnicode_AsUTF8AndSize(item, &mut size);
        if data.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        std::str::from_utf8(slice::from_raw_parts(data.cast(), size as usize)).ok()
    }
}
