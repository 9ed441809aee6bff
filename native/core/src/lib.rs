//! The core addon of python-ts: CPython in the Node.js process. ARCHITECTURE.md tells how it hangs together.
#![deny(unsafe_code)]

mod attach;
mod buffer;
mod call;
mod callback;
mod convert;
mod environment;
mod errors;
mod exports;
mod inflight;
mod lifecycle;
mod output;
mod refs;
mod runtime;
mod sys;

use neon::prelude::*;
use sys::node::{self, Scope};

// The macro exports the unsafe entry points that Node-API demands.
#[allow(unsafe_code)]
#[neon::main]
fn main(mut cx: ModuleContext) -> NeonResult<()> {
    if let Err(error) = node::load() {
        return cx.throw_error(format!("python-ts: this runtime lacks a Node-API function: {error}"));
    }
    let exports = cx.exports_object()?;
    let scope = Scope::of(&cx);
    // Failed means that a JavaScript exception is pending.
    exports::register(scope, node::from_neon(scope, &*exports))
        .or_else(|node::Failed| cx.throw_error("python-ts: the exports could not be set"))
}
