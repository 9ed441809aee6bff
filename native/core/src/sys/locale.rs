//! In which encoding Python reads and writes files, names and standard streams.

use std::env;

/// Whether Python's own executable would be in its UTF-8 mode here (PEP 540): as PYTHONUTF8 says; else where the locale is `C` or `POSIX`, which it is
/// when none is named, or none that is installed.
pub fn wants_utf8() -> bool {
    match env::var_os("PYTHONUTF8") {
        Some(value) if value == "1" => true,
        Some(value) if value == "0" => false,
        _ => is_c(),
    }
}

#[cfg(unix)]
fn is_c() -> bool {
    use std::ffi::{CStr, c_char, c_int};
    use std::ptr;

    // <locale.h> of glibc and musl; of macOS and the BSDs.
    const LC_CTYPE: c_int = if cfg!(target_os = "linux") { 0 } else { 2 };

    unsafe extern "C" {
        fn setlocale(category: c_int, locale: *const c_char) -> *const c_char;
    }

    // SAFETY: as Python itself does when it starts, which is now; only this thread starts it (`runtime::lifecycle` holds a lock).
    let name = unsafe {
        setlocale(LC_CTYPE, c"".as_ptr());
        setlocale(LC_CTYPE, ptr::null())
    };
    // SAFETY: a name of the C library's, or none.
    !name.is_null() && matches!(unsafe { CStr::from_ptr(name) }.to_bytes(), b"C" | b"POSIX")
}

/// Windows has UTF-8 for names, and its code page for the rest, unless PYTHONUTF8 says otherwise.
#[cfg(not(unix))]
fn is_c() -> bool {
    false
}
