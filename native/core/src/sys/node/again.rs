//! A function that is called again and again, in one handle scope for many calls: to open and close one for each, and to get at the function each time,
//! costs a tenth of a callback (bench: callback).
//!
//! The scope is open between two calls. Handle scopes close in the reverse order of their opening, and what is made in one ends with it. So `settle` closes it
//! before anything else makes a value or opens a scope, and before the native call ends in which it was opened.

use super::{Failed, Js, JsResult, Persistent, Registers, Scope, ok};
use neon::sys::bindings as napi;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many calls share a scope. Each leaves two handles in it.
const MOST: u32 = 128;

thread_local! {
    /// The scope that waits for the next call; none while one runs.
    static OPEN: Cell<Option<Open>> = const { Cell::new(None) };
}

/// How many are open on all threads: so long as there is none, `settle` costs a look at this.
static COUNT: AtomicU32 = AtomicU32::new(0);

#[derive(Clone, Copy)]
struct Open {
    /// Whose function it is.
    environment: u64,
    env: napi::Env,
    scope: napi::HandleScope,
    function: napi::Value,
    receiver: napi::Value,
    registers: Registers,
    /// How many calls it is still good for.
    left: u32,
}

/// The right to the next call: the scope waits again when it is dropped, or is closed.
pub struct Again<'s>(Open, PhantomData<&'s ()>);

impl<'s> Again<'s> {
    /// Goes on where the last call of the function of this environment has left off.
    #[inline]
    pub fn resume(environment: u64) -> Option<Self> {
        let mut open = OPEN.take()?;
        if open.environment == environment {
            open.left -= 1;
            return Some(Self(open, PhantomData));
        }
        OPEN.set(Some(open));
        None
    }

    /// Begins anew. The native call that this one happens in must be one of `export`, since that one closes what is open.
    pub fn begin(scope: Scope<'s>, environment: u64, function: &Persistent) -> Result<Self, Failed> {
        settle();
        let registers = Registers::of_this_thread().ok_or(Failed)?;
        let (env, mut handles) = (scope.env(), ptr::null_mut());
        // SAFETY: a Scope exists only inside a Node-API call on its thread; closed by `close`.
        ok(unsafe { napi::open_handle_scope(env, &mut handles) })?;
        COUNT.fetch_add(1, Ordering::Relaxed);
        let none = ptr::null_mut();
        let open =
            Open { environment, env, scope: handles, function: none, receiver: none, registers, left: 0 };
        let mut again = Self(open, PhantomData);
        again.0.function = scope.get(function)?.0;
        again.0.receiver = scope.undefined()?.0;
        again.0.left = MOST - 1;
        Ok(again)
    }

    #[inline]
    pub fn scope(&self) -> Scope<'_> {
        Scope(self.0.env, PhantomData)
    }

    /// Those of this thread, by which the arguments go.
    #[inline]
    pub fn registers(&self) -> Registers {
        self.0.registers
    }

    /// Calls the function without arguments.
    #[inline]
    pub fn call(&self) -> JsResult<'_> {
        let Open { env, function, receiver, .. } = self.0;
        let mut value = ptr::null_mut();
        // SAFETY: inside the Node-API call that `begin` was in; function and receiver were made in the scope that is still open.
        ok(unsafe { napi::call_function(env, receiver, function, 0, ptr::null(), &mut value) })?;
        Ok(Js(value, PhantomData))
    }

    /// Closes the scope, with what the call has left in it.
    pub fn end(mut self) {
        self.0.left = 0;
    }
}

impl Drop for Again<'_> {
    #[inline]
    fn drop(&mut self) {
        let is_good = self.0.left > 0;
        if let Some(later) = OPEN.replace(is_good.then_some(self.0)) {
            close(later);
        }
        if !is_good {
            close(self.0);
        }
    }
}

/// Closes the scope that waits for the next call, if this thread has one.
#[inline]
pub(super) fn settle() {
    if COUNT.load(Ordering::Relaxed) != 0 {
        settle_slow();
    }
}

#[inline(never)]
fn settle_slow() {
    if let Some(open) = OPEN.take() {
        close(open);
    }
}

fn close(open: Open) {
    COUNT.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: opened by `begin`, in the native call that has not ended; every scope that was opened later is closed.
    let _ = unsafe { napi::close_handle_scope(open.env, open.scope) };
}
