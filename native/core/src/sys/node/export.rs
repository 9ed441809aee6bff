//! Functions that JavaScript calls.

use super::{Failed, Js, JsResult, Scope, again, make, ok};
use neon::sys::bindings as napi;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

impl<'s> Scope<'s> {
    /// Registers a function under a name on the exports object.
    pub fn export(self, exports: Js<'s>, name: &str, function: Native) -> Result<(), Failed> {
        self.export_raw(exports, name, trampoline, function as *mut c_void)
    }

    /// Registers a function that takes nothing from Node-API: its arguments are in the registers.
    pub fn export_bare<B: Bare>(self, exports: Js<'s>, name: &str) -> Result<(), Failed> {
        self.export_raw(exports, name, bare::<B>, ptr::null_mut())
    }

    fn export_raw(
        self,
        exports: Js<'s>,
        name: &str,
        entry: unsafe extern "C" fn(napi::Env, napi::CallbackInfo) -> napi::Value,
        data: *mut c_void,
    ) -> Result<(), Failed> {
        let key = self.utf8(name)?;
        // SAFETY: see above; the data pointer is null or a plain function, which never dies.
        let value = make(|out| unsafe {
            napi::create_function(self.env(), name.as_ptr().cast(), name.len(), Some(entry), data, out)
        })?;
        // SAFETY: see above.
        ok(unsafe { napi::set_property(self.env(), exports.0, key.0, value.0) })
    }
}

/// Most arguments a native function takes.
const MAX_ARGS: usize = 8;

/// The arguments of a call; missing ones read as `None`.
pub struct Args<'s> {
    values: [napi::Value; MAX_ARGS],
    count: usize,
    _scope: PhantomData<&'s ()>,
}

impl<'s> Args<'s> {
    #[inline]
    pub fn get(&self, index: usize) -> Option<Js<'s>> {
        (index < self.count.min(MAX_ARGS)).then(|| Js(self.values[index], PhantomData))
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.count
    }
}

/// A function callable from JavaScript.
pub type Native = for<'s> fn(Scope<'s>, &Args<'s>) -> JsResult<'s>;

/// Every call from JavaScript enters here: arguments, then the function, its panics turned into exceptions.
unsafe extern "C" fn trampoline(env: napi::Env, info: napi::CallbackInfo) -> napi::Value {
    let scope = Scope(env, PhantomData);
    let mut args = Args { values: [ptr::null_mut(); MAX_ARGS], count: MAX_ARGS, _scope: PhantomData };
    let mut data = ptr::null_mut();
    // SAFETY: Node calls this with a valid env and info; the array has room for MAX_ARGS values.
    let status = unsafe {
        napi::get_cb_info(env, info, &mut args.count, args.values.as_mut_ptr(), ptr::null_mut(), &mut data)
    };
    if ok(status).is_err() {
        return ptr::null_mut();
    }
    // SAFETY: `export`, the only user of this trampoline, stored a `Native`.
    let function: Native = unsafe { std::mem::transmute::<*mut c_void, Native>(data) };
    guarded(scope, || function(scope, &args))
}

/// A function that takes nothing from Node-API, not even its arguments.
pub trait Bare {
    fn run(scope: Scope<'_>) -> JsResult<'_>;
}

/// The entry of such a function: no Node-API call is made that it does not make itself.
unsafe extern "C" fn bare<B: Bare>(env: napi::Env, _info: napi::CallbackInfo) -> napi::Value {
    let scope = Scope(env, PhantomData);
    guarded(scope, || B::run(scope))
}

#[inline]
fn guarded<'s>(scope: Scope<'s>, f: impl FnOnce() -> JsResult<'s>) -> napi::Value {
    let result = catch_unwind(AssertUnwindSafe(f));
    again::settle();
    match result {
        Ok(Ok(value)) => value.0,
        Ok(Err(Failed)) => {
            // Without an exception the call would return undefined, which stands for "read the message".
            if !scope.is_exception_pending() {
                scope.throw_error("python-ts: internal error: a Node-API call failed.");
            }
            ptr::null_mut()
        }
        Err(panic) => {
            scope.throw_error(&format!("python-ts: internal error: {}", panic_text(&*panic)));
            ptr::null_mut()
        }
    }
}

#[cold]
fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}
