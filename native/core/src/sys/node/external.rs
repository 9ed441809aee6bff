//! ArrayBuffers over memory of others, and the memory of JavaScript's.

use super::value::Window;
use super::{Failed, Js, JsResult, Scope, extra, make};
use crate::sys::buffer::HeldBuffer;
use crate::sys::large::{self, LARGE};
use crate::sys::object::PyResult;
use neon::sys::bindings as napi;
use pyo3::Python;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

/// Who keeps external memory for JavaScript.
pub trait Keeper: Send + Sync + 'static {
    /// JavaScript does not see the memory any more. Called once, on the thread of the environment, maybe while that ends: no JavaScript may run.
    fn collected(&self);
}

pub(super) type Finalize = unsafe extern "C" fn(napi::Env, *mut c_void, *mut c_void);

/// `napi_no_external_buffers_allowed` (node_api.h): this V8 keeps all its memory in a sandbox.
const NO_EXTERNAL_BUFFERS: i32 = 22;

/// Memory behind a view of a SharedArrayBuffer.
pub struct SharedBytes {
    pub data: *mut c_void,
    pub bytes: usize,
}

// SAFETY: shared memory is there for all threads; who holds this keeps the SharedArrayBuffer.
unsafe impl Send for SharedBytes {}

impl<'s> Scope<'s> {
    // SAFETY (all functions below): a Scope exists only inside a Node-API call on the environment's thread, and every
    // Js<'s> was made in it; out-pointers point at locals.

    /// An ArrayBuffer over the memory that `keeper` keeps until it is told. `None` where V8 has no external memory.
    pub fn external_array_buffer<K: Keeper>(
        self,
        data: *mut c_void,
        bytes: usize,
        keeper: Arc<K>,
    ) -> Result<Option<Js<'s>>, Failed> {
        let Some(create) = extra().create_external_arraybuffer else { return Ok(None) };
        let hint = Arc::into_raw(keeper);
        let mut value = ptr::null_mut();
        // SAFETY: see above; the keeper keeps `bytes` bytes at `data` until `finalize` was called, which takes over the count that `hint` is.
        match unsafe { create(self.env(), data, bytes, Some(finalize::<K>), hint as *mut c_void, &mut value) }
        {
            0 => Ok(Some(Js(value, std::marker::PhantomData))),
            NO_EXTERNAL_BUFFERS => {
                // SAFETY: refused before anything was made: nobody else has the count.
                drop(unsafe { Arc::from_raw(hint) });
                Ok(None)
            }
            // Node may have called, or may yet call, the finalizer: the count stays its own.
            _ => Err(Failed),
        }
    }

    /// Takes the memory from an ArrayBuffer: it has no bytes afterwards.
    pub fn detach(self, buffer: Js<'s>) -> Result<(), Failed> {
        let detach = extra().detach_arraybuffer.ok_or(Failed)?;
        // SAFETY: see above; anything but a detachable ArrayBuffer is refused.
        if unsafe { detach(self.env(), buffer.0) } == 0 { Ok(()) } else { Err(Failed) }
    }

    pub fn is_detached(self, buffer: Js<'s>) -> bool {
        let mut is_detached = false;
        let Some(ask) = extra().is_detached_arraybuffer else { return false };
        // SAFETY: see above.
        unsafe { ask(self.env(), buffer.0, &mut is_detached) == 0 && is_detached }
    }

    /// An ArrayBuffer with a copy of the items of a buffer, in C order.
    pub fn array_buffer_copy<'py>(self, py: Python<'py>, buffer: &HeldBuffer) -> PyResult<'py, JsResult<'s>> {
        let made = if buffer.len() < LARGE { self.zeros(buffer.len()) } else { self.unwritten(buffer.len()) };
        let Ok((made, memory)) = made else { return Ok(Err(Failed)) };
        if buffer.len() > 0 {
            buffer.copy_to(py, memory)?;
        }
        Ok(Ok(made))
    }

    fn zeros(self, bytes: usize) -> Result<(Js<'s>, *mut c_void), Failed> {
        let mut data = ptr::null_mut();
        // SAFETY: see above.
        let made = make(|out| unsafe { napi::create_arraybuffer(self.env(), bytes, &mut data, out) })?;
        Ok((made, data))
    }

    /// The ArrayBuffer of a Buffer, for the caller to fill: all others are filled with zeros first (bench: array-copied).
    fn unwritten(self, bytes: usize) -> Result<(Js<'s>, *mut c_void), Failed> {
        large::give(bytes);
        let (buffer, memory) = self.new_buffer(bytes)?;
        let window = self.window(buffer)?;
        if window.offset == 0 { Ok((window.owner, memory)) } else { self.zeros(bytes) }
    }

    /// The memory that a Uint8Array over a SharedArrayBuffer shows; it stays where it is for as long as the SharedArrayBuffer lives.
    pub fn shared_bytes(self, view: Js<'s>) -> Result<SharedBytes, Failed> {
        let Window { data, bytes, .. } = self.window(view)?;
        if data.is_null() { Err(Failed) } else { Ok(SharedBytes { data, bytes }) }
    }
}

unsafe extern "C" fn finalize<K: Keeper>(_env: napi::Env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: Node calls this once, with the hint of `external_array_buffer`.
    let keeper = unsafe { Arc::from_raw(hint as *const K) };
    // A panic must not cross into Node; the memory then stays kept.
    let _ = catch_unwind(AssertUnwindSafe(|| keeper.collected()));
}
