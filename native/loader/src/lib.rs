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
    cx.export_function("noted", noted)?;
    cx.export_function("isFirstThread", is_first_thread)
}

fn open(mut cx: FunctionContext) -> JsResult<JsString> {
    let library = cx.argument::<JsString>(0)?.value(&mut cx);
    let note = match cx.argument_opt(1) {
        Some(note) => note.downcast_or_throw::<JsString, _>(&mut cx)?.value(&mut cx),
        None => String::new(),
    };
    match opened::open(library.as_ref(), note) {
        Ok(version) => Ok(cx.string(version)),
        Err(error) => cx.throw_error(error.to_string()),
    }
}

fn noted(mut cx: FunctionContext) -> JsResult<JsString> {
    Ok(cx.string(opened::note()))
}

fn is_first_thread(mut cx: FunctionContext) -> JsResult<JsBoolean> {
    Ok(cx.boolean(sys::is_first_thread()))
}
