//! The loader addon: opens libpython, so that the core addon, whose Python symbols are undefined, can be
//! loaded after it. `Loader` in types/native.d.ts is its contract.

#![deny(unsafe_code)]

mod error;
mod opened;
mod sys;

use neon::prelude::*;

#[neon::main]
fn main(mut cx: ModuleContext) -> NeonResult<()> {
    cx.export_function("open", open)?;
    cx.export_function("opened", opened)
}

fn open(mut cx: FunctionContext) -> JsResult<JsString> {
    let library = cx.argument::<JsString>(0)?.value(&mut cx);
    match opened::open(library.as_ref()) {
        Ok(version) => Ok(cx.string(version)),
        Err(error) => cx.throw_error(error.to_string()),
    }
}

fn opened(mut cx: FunctionContext) -> JsResult<JsValue> {
    Ok(match opened::path() {
        Some(path) => cx.string(path.to_string_lossy()).upcast(),
        None => cx.null().upcast(),
    })
}
