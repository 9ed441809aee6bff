//! Functions outside the stable ABI, looked up once by name in the libpython of this process.

use super::buffer::RawBuffer;
use libloading::Library;
use once_cell::sync::OnceCell;
use pyo3::ffi::{Py_ssize_t, PyObject, PyThreadState};
use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::AtomicI32;

/// `PyInterpreterConfig` of CPython 3.12 and later (Include/cpython/initconfig.h).
#[repr(C)]
pub struct InterpreterConfig {
    pub use_main_obmalloc: c_int,
    pub allow_fork: c_int,
    pub allow_exec: c_int,
    pub allow_threads: c_int,
    pub allow_daemon_threads: c_int,
    pub check_multi_interp_extensions: c_int,
    pub gil: c_int,
}

/// `PyStatus` (Include/cpython/initconfig.h).
#[repr(C)]
pub struct Status {
    pub kind: c_int,
    pub func: *const std::ffi::c_char,
    pub message: *const std::ffi::c_char,
    pub exitcode: c_int,
}

type Vectorcall =
    unsafe extern "C" fn(*mut PyObject, *const *mut PyObject, usize, *mut PyObject) -> *mut PyObject;
type AuditHook = unsafe extern "C" fn(*const c_char, *mut PyObject, *mut c_void) -> c_int;
type NewInterpreterFromConfig =
    unsafe extern "C" fn(*mut *mut PyThreadState, *const InterpreterConfig) -> Status;

/// Addresses in libpython: plain functions, the same for every interpreter and every start of Python.
pub struct Api {
    /// CPython 3.11 and later; 3.10 has it as an inline function only.
    pub vectorcall: Option<Vectorcall>,
    pub vectorcall_dict: Vectorcall,
    pub vectorcall_method: Vectorcall,
    pub unicode_from_kind: unsafe extern "C" fn(c_int, *const c_void, Py_ssize_t) -> *mut PyObject,
    pub unicode_new: unsafe extern "C" fn(Py_ssize_t, u32) -> *mut PyObject,
    /// CPython 3.12 and later.
    pub new_interpreter_from_config: Option<NewInterpreterFromConfig>,
    pub main_interpreter: unsafe extern "C" fn() -> *mut pyo3::ffi::PyInterpreterState,
    /// `_PyInterpreterState_HasFeature` of CPython 3.12.
    pub has_feature:
        Option<unsafe extern "C" fn(*mut pyo3::ffi::PyInterpreterState, std::ffi::c_ulong) -> c_int>,
    pub thread_ident: unsafe extern "C" fn() -> std::ffi::c_ulong,
    pub delete_current_state: unsafe extern "C" fn(),
    pub thread_head: unsafe extern "C" fn(*mut pyo3::ffi::PyInterpreterState) -> *mut PyThreadState,
    pub thread_next: unsafe extern "C" fn(*mut PyThreadState) -> *mut PyThreadState,
    /// CPython 3.13 and later; before, the same under a private name.
    pub getattr_optional:
        Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut *mut PyObject) -> c_int>,
    pub get_buffer: unsafe extern "C" fn(*mut PyObject, *mut RawBuffer, c_int) -> c_int,
    pub release_buffer: unsafe extern "C" fn(*mut RawBuffer),
    pub buffer_to_contiguous:
        unsafe extern "C" fn(*mut c_void, *const RawBuffer, Py_ssize_t, c_char) -> c_int,
    pub buffer_fill_info:
        unsafe extern "C" fn(*mut RawBuffer, *mut PyObject, *mut c_void, Py_ssize_t, c_int, c_int) -> c_int,
    pub context_new: unsafe extern "C" fn() -> *mut PyObject,
    pub context_enter: unsafe extern "C" fn(*mut PyObject) -> c_int,
    pub context_exit: unsafe extern "C" fn(*mut PyObject) -> c_int,
    pub marshal_write: unsafe extern "C" fn(*mut PyObject, c_int) -> *mut PyObject,
    pub marshal_read: unsafe extern "C" fn(*const c_char, Py_ssize_t) -> *mut PyObject,
    pub add_audit_hook: Option<unsafe extern "C" fn(AuditHook, *mut c_void) -> c_int>,
    /// `Py_UTF8Mode`: whether Python starts in its UTF-8 mode. An interpreter that is embedded does not find out by itself.
    pub utf8_mode: Option<&'static AtomicI32>,
    /// Gone from the versions that only know `PyInitConfig`.
    pub set_program_name: Option<unsafe extern "C" fn(*const WideChar)>,
}

#[cfg(windows)]
pub type WideChar = u16;
#[cfg(not(windows))]
pub type WideChar = i32;

static API: OnceCell<Api> = OnceCell::new();

/// The functions; they are looked up by the first call, which must come after libpython was opened.
#[inline]
pub fn api() -> &'static Api {
    match API.get() {
        Some(api) => api,
        None => load_slow(),
    }
}

/// Whether every function this core cannot do without is there; the name of the first that is not.
pub fn check() -> Result<(), &'static str> {
    API.get_or_try_init(load).map(|_| ())
}

#[cold]
fn load_slow() -> &'static Api {
    API.get_or_init(|| load().unwrap_or_else(|name| panic!("libpython has no {name}")))
}

fn load() -> Result<Api, &'static str> {
    let library = this_process().map_err(|_| "symbol table")?;
    // SAFETY: each type is the declaration of that function (or `int`) in CPython's own headers, unchanged from 3.10 to 3.14; the
    // addresses stay valid because libpython is never closed (the loader addon keeps it).
    unsafe {
        Ok(Api {
            vectorcall: symbol(&library, "PyObject_Vectorcall").ok(),
            vectorcall_dict: symbol(&library, "PyObject_VectorcallDict")?,
            vectorcall_method: symbol(&library, "PyObject_VectorcallMethod")?,
            unicode_from_kind: symbol(&library, "PyUnicode_FromKindAndData")?,
            unicode_new: symbol(&library, "PyUnicode_New")?,
            new_interpreter_from_config: symbol(&library, "Py_NewInterpreterFromConfig").ok(),
            main_interpreter: symbol(&library, "PyInterpreterState_Main")?,
            has_feature: symbol(&library, "_PyInterpreterState_HasFeature").ok(),
            thread_ident: symbol(&library, "PyThread_get_thread_ident")?,
            delete_current_state: symbol(&library, "PyThreadState_DeleteCurrent")?,
            thread_head: symbol(&library, "PyInterpreterState_ThreadHead")?,
            thread_next: symbol(&library, "PyThreadState_Next")?,
            getattr_optional: symbol(&library, "PyObject_GetOptionalAttr")
                .or_else(|_| symbol(&library, "_PyObject_LookupAttr"))
                .ok(),
            get_buffer: symbol(&library, "PyObject_GetBuffer")?,
            release_buffer: symbol(&library, "PyBuffer_Release")?,
            buffer_to_contiguous: symbol(&library, "PyBuffer_ToContiguous")?,
            buffer_fill_info: symbol(&library, "PyBuffer_FillInfo")?,
            context_new: symbol(&library, "PyContext_New")?,
            context_enter: symbol(&library, "PyContext_Enter")?,
            context_exit: symbol(&library, "PyContext_Exit")?,
            marshal_write: symbol(&library, "PyMarshal_WriteObjectToString")?,
            marshal_read: symbol(&library, "PyMarshal_ReadObjectFromString")?,
            add_audit_hook: symbol(&library, "PySys_AddAuditHook").ok(),
            utf8_mode: symbol(&library, "Py_UTF8Mode").ok(),
            set_program_name: symbol(&library, "Py_SetProgramName").ok(),
        })
    }
}

/// # Safety
/// `T` must be the type of the function of that name.
unsafe fn symbol<T: Copy>(library: &Library, name: &'static str) -> Result<T, &'static str> {
    // SAFETY: the caller vouches for the type.
    unsafe { library.get::<T>(name.as_bytes()) }.map(|symbol| *symbol).map_err(|_| name)
}

#[cfg(unix)]
fn this_process() -> Result<Library, libloading::Error> {
    Ok(libloading::os::unix::Library::this().into())
}

#[cfg(windows)]
fn this_process() -> Result<Library, libloading::Error> {
    // SAFETY: Py_GetVersion may be called at any time, and returns a static string.
    let version = unsafe { std::ffi::CStr::from_ptr(pyo3::ffi::Py_GetVersion()) }.to_string_lossy();
    let digits: String = version.split('.').take(2).collect();
    libloading::os::windows::Library::open_already_loaded(format!("python{digits}.dll")).map(Into::into)
}
