//! Node-API: arguments, values, functions and the shared buffers of one JavaScript environment.

mod again;
mod export;
mod external;
mod memory;
mod registers;
mod value;

pub use again::Again;
pub use export::{Args, Bare, Native};
pub use external::{Keeper, SharedBytes};
pub use memory::{Persistent, Shared};
pub use registers::Registers;

use libloading::Library;
use neon::sys::bindings as napi;
use once_cell::sync::OnceCell;
use std::ffi::{c_char, c_void};
use std::marker::PhantomData;
use std::ptr;

/// Inside a Node-API call, on the thread of its environment.
#[derive(Clone, Copy)]
pub struct Scope<'s>(napi::Env, PhantomData<&'s ()>);

/// A JavaScript value, valid while its scope is open.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Js<'s>(napi::Value, PhantomData<&'s ()>);

/// A Node-API call failed: a JavaScript exception is pending, or the environment is shutting down.
#[derive(Debug)]
pub struct Failed;

pub type JsResult<'s> = Result<Js<'s>, Failed>;

/// What an argument is, by `napi_typeof`.
pub use napi::ValueType;

/// `napi_create_external_arraybuffer`; the status as a number, since later ones are not in Neon's enumeration.
type CreateExternal = unsafe extern "C" fn(
    napi::Env,
    *mut c_void,
    usize,
    Option<external::Finalize>,
    *mut c_void,
    *mut napi::Value,
) -> i32;

/// The functions Neon does not bind.
struct Extra {
    create_string_latin1:
        unsafe extern "C" fn(napi::Env, *const c_char, usize, *mut napi::Value) -> napi::Status,
    create_string_utf16: unsafe extern "C" fn(napi::Env, *const u16, usize, *mut napi::Value) -> napi::Status,
    create_buffer_copy: unsafe extern "C" fn(
        napi::Env,
        usize,
        *const c_void,
        *mut *mut c_void,
        *mut napi::Value,
    ) -> napi::Status,
    create_buffer: unsafe extern "C" fn(napi::Env, usize, *mut *mut c_void, *mut napi::Value) -> napi::Status,
    adjust_external_memory: unsafe extern "C" fn(napi::Env, i64, *mut i64) -> napi::Status,
    /// Electron's V8 has no external memory; other runtimes may lack these three.
    create_external_arraybuffer: Option<CreateExternal>,
    detach_arraybuffer: Option<unsafe extern "C" fn(napi::Env, napi::Value) -> i32>,
    is_detached_arraybuffer: Option<unsafe extern "C" fn(napi::Env, napi::Value, *mut bool) -> i32>,
    throw_type_error: unsafe extern "C" fn(napi::Env, *const c_char, *const c_char) -> napi::Status,
    throw_range_error: unsafe extern "C" fn(napi::Env, *const c_char, *const c_char) -> napi::Status,
    throw_error: unsafe extern "C" fn(napi::Env, *const c_char, *const c_char) -> napi::Status,
}

static EXTRA: OnceCell<Extra> = OnceCell::new();

fn extra() -> &'static Extra {
    EXTRA.get().expect("load() ran when the addon was loaded")
}

/// Looks up the Node-API functions that Neon does not bind; part of loading the addon.
pub fn load() -> Result<(), libloading::Error> {
    #[cfg(unix)]
    let host: Library = libloading::os::unix::Library::this().into();
    #[cfg(windows)]
    let host: Library = libloading::os::windows::Library::this()?.into();
    // SAFETY: the types are the declarations of node_api.h (Node-API version 1).
    let extra = unsafe {
        Extra {
            create_string_latin1: *host.get(b"napi_create_string_latin1")?,
            create_string_utf16: *host.get(b"napi_create_string_utf16")?,
            create_buffer_copy: *host.get(b"napi_create_buffer_copy")?,
            create_buffer: *host.get(b"napi_create_buffer")?,
            adjust_external_memory: *host.get(b"napi_adjust_external_memory")?,
            create_external_arraybuffer: host.get(b"napi_create_external_arraybuffer").ok().map(|f| *f),
            detach_arraybuffer: host.get(b"napi_detach_arraybuffer").ok().map(|f| *f),
            is_detached_arraybuffer: host.get(b"napi_is_detached_arraybuffer").ok().map(|f| *f),
            throw_type_error: *host.get(b"napi_throw_type_error")?,
            throw_range_error: *host.get(b"napi_throw_range_error")?,
            throw_error: *host.get(b"napi_throw_error")?,
        }
    };
    let _ = EXTRA.set(extra);
    Ok(())
}

/// What Neon's bindings return, and what a raw function does.
trait CallStatus {
    fn succeeded(self) -> bool;
}

impl CallStatus for Result<(), napi::Status> {
    #[inline]
    fn succeeded(self) -> bool {
        self.is_ok()
    }
}

impl CallStatus for napi::Status {
    #[inline]
    fn succeeded(self) -> bool {
        self == napi::Status::Ok
    }
}

#[inline]
fn ok(status: impl CallStatus) -> Result<(), Failed> {
    if status.succeeded() { Ok(()) } else { Err(Failed) }
}

/// Runs a Node-API function that makes one value.
#[inline]
fn make<'s, S: CallStatus>(f: impl FnOnce(*mut napi::Value) -> S) -> JsResult<'s> {
    again::settle();
    let mut value = ptr::null_mut();
    ok(f(&mut value))?;
    Ok(Js(value, PhantomData))
}

impl<'s> Scope<'s> {
    /// # Panics
    /// Never; the scope is that of the Neon context it is made from.
    pub fn of<'cx: 's>(cx: &'s impl neon::context::Context<'cx>) -> Self {
        Scope(cx.to_raw(), PhantomData)
    }

    /// What a native function answers that has its result elsewhere: `undefined`.
    #[inline]
    pub fn nothing(self) -> Js<'s> {
        Js(ptr::null_mut(), PhantomData)
    }

    #[inline]
    fn env(self) -> napi::Env {
        self.0
    }

    /// A channel to this environment's event loop, which does not keep it alive.
    pub fn channel(self) -> neon::event::Channel {
        // SAFETY: see above; Neon was set up by `#[neon::main]`.
        let mut cx = unsafe { neon::context::Cx::from_raw(self.env()) };
        let mut channel = neon::event::Channel::new(&mut cx);
        channel.unref(&mut cx);
        channel
    }

    /// Whether the event loop stays alive because of the channel, which must be of this environment.
    pub fn keep_alive(self, channel: &mut neon::event::Channel, is_needed: bool) {
        if channel.has_ref() == is_needed {
            return;
        }
        // SAFETY: see above; Neon was set up by `#[neon::main]`.
        let mut cx = unsafe { neon::context::Cx::from_raw(self.env()) };
        if is_needed {
            channel.reference(&mut cx);
        } else {
            channel.unref(&mut cx);
        }
    }

    /// The environment, to be entered again by calls from Python on this thread.
    pub fn pointer(self) -> EnvironmentPointer {
        EnvironmentPointer(self.0)
    }

    // SAFETY (all functions below): a Scope exists only inside a Node-API call on the environment's thread, and every
    // Js<'s> was made in it; out-pointers point at locals.

    /// Calls a function with an undefined receiver.
    pub fn call(self, function: Js<'s>, args: &[Js<'s>]) -> JsResult<'s> {
        let receiver = self.undefined()?;
        // SAFETY: see above; Js is a transparent wrapper of a Value.
        make(|out| unsafe {
            napi::call_function(self.env(), receiver.0, function.0, args.len(), args.as_ptr().cast(), out)
        })
    }

    pub fn is_exception_pending(self) -> bool {
        let mut is_pending = false;
        // SAFETY: see above.
        let _ = unsafe { napi::is_exception_pending(self.env(), &mut is_pending) };
        is_pending
    }

    /// Takes away a pending JavaScript exception; says whether there was one.
    pub fn clear_exception(self) -> bool {
        let was_pending = self.is_exception_pending();
        let mut exception = ptr::null_mut();
        // SAFETY: see above.
        let _ = unsafe { napi::get_and_clear_last_exception(self.env(), &mut exception) };
        was_pending
    }

    /// Runs `f` in a handle scope of its own, so that what it makes can be collected.
    pub fn nested<R>(self, f: impl FnOnce(Scope<'_>) -> R) -> Result<R, Failed> {
        again::settle();
        let mut scope = ptr::null_mut();
        // SAFETY: see above; closed when `_close` is dropped.
        ok(unsafe { napi::open_handle_scope(self.env(), &mut scope) })?;
        let _close = CloseHandles(self.env(), scope);
        Ok(f(Scope(self.0, PhantomData)))
    }

    /// Tells V8 that its objects keep so many bytes more, or fewer, of memory elsewhere; answers how many they now keep.
    pub fn adjust_external_memory(self, bytes: i64) -> Result<i64, Failed> {
        let mut all = 0;
        // SAFETY: see above.
        ok(unsafe { (extra().adjust_external_memory)(self.env(), bytes, &mut all) }).map(|()| all)
    }

    pub fn throw_type_error(self, message: &str) {
        self.throw_with(extra().throw_type_error, message);
    }

    pub fn throw_range_error(self, message: &str) {
        self.throw_with(extra().throw_range_error, message);
    }

    pub fn throw_error(self, message: &str) {
        self.throw_with(extra().throw_error, message);
    }

    fn throw_with(
        self,
        throw: unsafe extern "C" fn(napi::Env, *const c_char, *const c_char) -> napi::Status,
        message: &str,
    ) {
        let text = std::ffi::CString::new(message.replace('\0', "\u{FFFD}")).unwrap_or_default();
        // SAFETY: see above; zero-terminated text.
        let _ = unsafe { throw(self.env(), ptr::null(), text.as_ptr()) };
    }
}

/// Closes a handle scope, also when a panic leaves it.
struct CloseHandles(napi::Env, napi::HandleScope);

impl Drop for CloseHandles {
    fn drop(&mut self) {
        // SAFETY: made by `nested` for the scope that it has just opened, inside it.
        let _ = unsafe { napi::close_handle_scope(self.0, self.1) };
    }
}

/// A Neon value as a value of this module.
pub fn from_neon<'s, V: neon::types::Value>(_scope: Scope<'s>, value: &V) -> Js<'s> {
    Js(value.to_raw(), PhantomData)
}

/// A Node environment; not Send, so it stays on its thread.
#[derive(PartialEq, Eq)]
pub struct EnvironmentPointer(napi::Env);

impl EnvironmentPointer {
    /// A scope for a call from Python on the JavaScript thread: some Node-API call is open below it on the stack.
    pub fn enter<'s>(&self) -> Scope<'s> {
        Scope(self.0, PhantomData)
    }
}
