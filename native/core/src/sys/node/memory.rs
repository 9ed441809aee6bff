//! What outlives a call: references, and memory shared with JavaScript.

use super::{Failed, Js, JsResult, Scope, make, ok};
use neon::sys::bindings as napi;
use std::ptr;

impl<'s> Scope<'s> {
    // SAFETY (all functions below): a Scope exists only inside a Node-API call on the environment's thread, and every
    // Js<'s> was made in it; out-pointers point at locals.

    /// A reference that keeps a value alive between calls.
    pub fn persist(self, value: Js<'s>) -> Result<Persistent, Failed> {
        let mut reference = ptr::null_mut();
        // SAFETY: see above.
        ok(unsafe { napi::create_reference(self.env(), value.0, 1, &mut reference) })?;
        Ok(Persistent(reference))
    }

    /// A reference that lets the value be collected.
    pub fn persist_weakly(self, value: Js<'s>) -> Result<Persistent, Failed> {
        let mut reference = ptr::null_mut();
        // SAFETY: see above.
        ok(unsafe { napi::create_reference(self.env(), value.0, 0, &mut reference) })?;
        Ok(Persistent(reference))
    }

    /// The value of a weak reference, if it was not collected.
    pub fn upgrade(self, weak: &Persistent) -> Option<Js<'s>> {
        self.get(weak).ok().filter(|value| !value.0.is_null())
    }

    pub fn get(self, persistent: &Persistent) -> JsResult<'s> {
        // SAFETY: see above; the reference was made in this environment (it lives in this thread's `Environment`).
        make(|out| unsafe { napi::get_reference_value(self.env(), persistent.0, out) })
    }

    pub fn forget(self, persistent: Persistent) {
        // SAFETY: as above; the reference is not used again.
        let _ = unsafe { napi::delete_reference(self.env(), persistent.0) };
    }

    /// New memory of `bytes` bytes owned by JavaScript.
    pub fn array_buffer(self, bytes: usize) -> JsResult<'s> {
        let mut data = ptr::null_mut();
        // SAFETY: see above.
        make(|out| unsafe { napi::create_arraybuffer(self.env(), bytes, &mut data, out) })
    }

    /// Memory shared with `lib/codec`, which never exposes, transfers or resizes it.
    pub fn shared_memory<T>(self, buffer: Js<'s>) -> Result<Shared<T>, Failed> {
        let (mut data, mut bytes) = (ptr::null_mut(), 0);
        // SAFETY: see above; anything but an ArrayBuffer is refused.
        ok(unsafe { napi::get_arraybuffer_info(self.env(), buffer.0, &mut data, &mut bytes) })?;
        Ok(Shared { data: data.cast(), length: bytes / size_of::<T>(), owner: self.persist(buffer)? })
    }
}

/// A reference to a JavaScript value; released with its environment at the latest.
pub struct Persistent(napi::Ref);

/// Memory of a JavaScript ArrayBuffer, on that JavaScript thread.
pub struct Shared<T> {
    pub(super) data: *mut T,
    pub(super) length: usize,
    owner: Persistent,
}

impl<T: Copy> Shared<T> {
    pub fn len(&self) -> usize {
        self.length
    }

    pub fn owner(&self) -> &Persistent {
        &self.owner
    }

    pub fn into_owner(self) -> Persistent {
        self.owner
    }

    /// Copies out the first `length` elements (fewer if there are fewer).
    pub fn read(&self, length: usize) -> Vec<T> {
        if self.data.is_null() {
            return Vec::new();
        }
        // SAFETY: `data` and `length` describe the ArrayBuffer that `owner` keeps alive; only this thread touches it, and not now.
        unsafe { std::slice::from_raw_parts(self.data, length.min(self.length)) }.to_vec()
    }

    /// Copies `values` to `offset`; the caller has checked that they fit.
    pub fn write(&mut self, offset: usize, values: &[T]) {
        assert!(offset + values.len() <= self.length, "the output buffer was checked before");
        // SAFETY: as for `read`; the range was just checked.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), self.data.add(offset), values.len()) }
    }
}
