//! JavaScript values: made and read.

use super::{Failed, Js, JsResult, Scope, extra, make, ok};
use crate::sys::large::{self, LARGE};
use neon::sys::bindings::{self as napi, ValueType};
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr;

impl<'s> Scope<'s> {
    // SAFETY (all functions below): a Scope exists only inside a Node-API call on the environment's thread, and every
    // Js<'s> was made in it; out-pointers point at locals.

    #[inline]
    pub fn undefined(self) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { napi::get_undefined(self.env(), out) })
    }

    #[inline]
    pub fn null(self) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { napi::get_null(self.env(), out) })
    }

    #[inline]
    pub fn boolean(self, value: bool) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { napi::get_boolean(self.env(), value, out) })
    }

    #[inline]
    pub fn number(self, value: f64) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { napi::create_double(self.env(), value, out) })
    }

    pub fn latin1(self, text: &[u8]) -> JsResult<'s> {
        // SAFETY: see above; pointer and length of the slice.
        make(|out| unsafe {
            (extra().create_string_latin1)(self.env(), text.as_ptr().cast(), text.len(), out)
        })
    }

    pub fn utf16(self, units: &[u16]) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { (extra().create_string_utf16)(self.env(), units.as_ptr(), units.len(), out) })
    }

    pub fn utf8(self, text: &str) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { napi::create_string_utf8(self.env(), text.as_ptr().cast(), text.len(), out) })
    }

    /// A bigint from its sign and magnitude, lowest word first.
    pub fn bigint(self, negative: bool, words: &[u64]) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe {
            napi::create_bigint_words(self.env(), negative.into(), words.len(), words.as_ptr(), out)
        })
    }

    /// A Node Buffer holding a copy.
    pub fn buffer(self, data: &[u8]) -> JsResult<'s> {
        large::give(data.len());
        if data.len() >= LARGE {
            return self.large_buffer(data);
        }
        // SAFETY: see above; Node copies the bytes into memory of its own.
        make(|out| unsafe {
            (extra().create_buffer_copy)(self.env(), data.len(), data.as_ptr().cast(), ptr::null_mut(), out)
        })
    }

    fn large_buffer(self, data: &[u8]) -> JsResult<'s> {
        let (buffer, memory) = self.new_buffer(data.len())?;
        // SAFETY: new memory of that length.
        unsafe { large::copy(data, memory.cast()) };
        Ok(buffer)
    }

    /// A Node Buffer, and its memory, which the caller fills: Node writes nothing there.
    pub(super) fn new_buffer(self, bytes: usize) -> Result<(Js<'s>, *mut c_void), Failed> {
        let mut memory = ptr::null_mut();
        // SAFETY: see above.
        let buffer = make(|out| unsafe { (extra().create_buffer)(self.env(), bytes, &mut memory, out) })?;
        Ok((buffer, memory))
    }

    pub fn array(self, items: &[Js<'s>]) -> JsResult<'s> {
        // SAFETY: see above.
        let array = make(|out| unsafe { napi::create_array_with_length(self.env(), items.len(), out) })?;
        for (index, item) in items.iter().enumerate() {
            // SAFETY: see above.
            ok(unsafe { napi::set_element(self.env(), array.0, index as u32, item.0) })?;
        }
        Ok(array)
    }

    #[inline]
    pub fn type_of(self, value: Js<'s>) -> ValueType {
        let mut kind = ValueType::Undefined;
        // SAFETY: see above.
        let _ = unsafe { napi::typeof_value(self.env(), value.0, &mut kind) };
        kind
    }

    #[inline]
    pub fn as_f64(self, value: Js<'s>) -> Option<f64> {
        let mut number = 0.0;
        // SAFETY: see above; anything but a number is refused.
        ok(unsafe { napi::get_value_double(self.env(), value.0, &mut number) }).ok()?;
        Some(number)
    }

    #[inline]
    pub fn as_bool(self, value: Js<'s>) -> Option<bool> {
        let mut flag = false;
        // SAFETY: see above.
        ok(unsafe { napi::get_value_bool(self.env(), value.0, &mut flag) }).ok()?;
        Some(flag)
    }

    /// Appends the UTF-16 units of a string to `units`: at one call of Node-API, where they fit in what `units` has room for.
    pub fn append_utf16(self, value: Js<'s>, units: &mut Vec<u16>) -> Result<(), Failed> {
        const SHORT: usize = 64;
        units.reserve(SHORT);
        let room = units.capacity() - units.len();
        if self.write_utf16(value, units)? < room - 1 {
            return Ok(());
        }
        let (start, mut length) = (units.len() + 1 - room, 0);
        units.truncate(start);
        // SAFETY: see above; a null buffer asks for the length.
        ok(unsafe { napi::get_value_string_utf16(self.env(), value.0, ptr::null_mut(), 0, &mut length) })?;
        units.reserve(length + 1);
        self.write_utf16(value, units).map(|_| ())
    }

    /// Appends as many units of a string as `units` has room for, but for one; says how many.
    fn write_utf16(self, value: Js<'s>, units: &mut Vec<u16>) -> Result<usize, Failed> {
        let mut written = 0;
        let room = units.spare_capacity_mut();
        // SAFETY: see above; the terminating zero is counted in the room.
        ok(unsafe {
            napi::get_value_string_utf16(
                self.env(),
                value.0,
                room.as_mut_ptr().cast(),
                room.len(),
                &mut written,
            )
        })?;
        // SAFETY: Node-API has written so many units behind those that were there, within the capacity.
        unsafe { units.set_len(units.len() + written) };
        Ok(written)
    }

    /// The sign and magnitude of a bigint.
    pub fn as_bigint(self, value: Js<'s>) -> Option<(bool, Vec<u64>)> {
        let (mut sign, mut count) = (0, 0);
        // SAFETY: see above; null pointers ask for the count.
        ok(unsafe {
            napi::get_value_bigint_words(self.env(), value.0, ptr::null_mut(), &mut count, ptr::null_mut())
        })
        .ok()?;
        let mut words = vec![0; count];
        // SAFETY: see above; room for `count` words. Neon declares the sign wider than node_api.h does: it starts as zero.
        ok(unsafe {
            napi::get_value_bigint_words(self.env(), value.0, &mut sign, &mut count, words.as_mut_ptr())
        })
        .ok()?;
        Some((sign != 0, words))
    }

    pub fn array_length(self, array: Js<'s>) -> Option<u32> {
        let mut length = 0;
        // SAFETY: see above; anything but an array is refused.
        ok(unsafe { napi::get_array_length(self.env(), array.0, &mut length) }).ok()?;
        Some(length)
    }

    pub fn element(self, array: Js<'s>, index: u32) -> JsResult<'s> {
        // SAFETY: see above.
        make(|out| unsafe { napi::get_element(self.env(), array.0, index, out) })
    }

    /// Passes the bytes that a Uint8Array shows; `f` must not run JavaScript.
    pub fn with_bytes<R>(self, view: Js<'s>, f: impl FnOnce(&[u8]) -> R) -> Result<R, Failed> {
        let Window { data, bytes, .. } = self.window(view)?;
        if data.is_null() {
            return Ok(f(&[]));
        }
        // SAFETY: the memory stays in place while no JavaScript runs on this thread (another thread may write into a SharedArrayBuffer meanwhile:
        // the bytes copied are then old or new ones).
        Ok(f(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), bytes) }))
    }

    /// What a Uint8Array shows.
    pub(super) fn window(self, view: Js<'s>) -> Result<Window<'s>, Failed> {
        let (mut kind, mut bytes, mut data) = (napi::TypedArrayType::U8, 0, ptr::null_mut());
        let (mut owner, mut offset) = (ptr::null_mut(), 0);
        // SAFETY: see above; anything but a typed array is refused.
        ok(unsafe {
            napi::get_typedarray_info(
                self.env(),
                view.0,
                &mut kind,
                &mut bytes,
                &mut data,
                &mut owner,
                &mut offset,
            )
        })?;
        Ok(Window { data, bytes, owner: Js(owner, PhantomData), offset })
    }
}

/// Memory that a Uint8Array shows, and where in its ArrayBuffer that lies.
pub(super) struct Window<'s> {
    pub data: *mut c_void,
    pub bytes: usize,
    pub owner: Js<'s>,
    pub offset: usize,
}
