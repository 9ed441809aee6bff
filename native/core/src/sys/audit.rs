//! CPython's audit events, as far as they tell which library is about to be loaded.

use super::api::api;
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

/// Events: `import` (module, filename or None, …) of Python/importdl.c, `ctypes.dlopen` (name) of Modules/_ctypes.
unsafe extern "C" fn hook(event: *const c_char, args: *mut ffi::PyObject, data: *mut c_void) -> c_int {
    // SAFETY: CPython passes a zero-terminated name.
    let index = match unsafe { CStr::from_ptr(event) }.to_bytes() {
        b"import" => 1,
        b"ctypes.dlopen" => 0,
        _ => return 0,
    };
    // SAFETY: `watch_libraries` passed an `OnLoad`.
    let on_load: OnLoad = unsafe { std::mem::transmute::<*mut c_void, OnLoad>(data) };
    // SAFETY: CPython calls the hook attached, with a tuple; the item is borrowed from it for the time of this call. Text that is no
    // UTF-8 leaves an exception, which is cleared.
    unsafe {
        if args.is_null() || ffi::PyTuple_Check(args) == 0 || ffi::PyTuple_Size(args) <= index {
            return 0;
        }
        let path = ffi::PyTuple_GetItem(args, index);
        if path.is_null() || ffi::PyUnicode_Check(path) == 0 {
            return 0;
        }
        let mut size = 0;
        let text = ffi::PyUnicode_AsUTF8AndSize(path, &mut size);
        if text.is_null() {
            ffi::PyErr_Clear();
            return 0;
        }
        if let Ok(text) = std::str::from_utf8(slice::from_raw_parts(text.cast(), size as usize)) {
            // A panic must not cross into CPython; the library is then loaded as if nobody watched.
            let _ = std::panic::catch_unwind(|| on_load(Path::new(text)));
        }
    }
    0
}
