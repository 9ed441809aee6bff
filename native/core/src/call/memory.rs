//! Memory that both languages see: see `buffer`.

use super::answer::{Outcome, answer, answer_made};
use crate::buffer;
use crate::refs::Id;
use crate::sys::node::{Args, Failed, JsResult, Scope};

fn number(scope: Scope<'_>, args: &Args<'_>, index: usize) -> f64 {
    args.get(index).and_then(|value| scope.as_f64(value)).unwrap_or(f64::NAN)
}

/// `buffer(object, copy)`
pub fn buffer<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let id = Id::from_f64(number(scope, args, 0));
    let is_copy = args.get(1).and_then(|copy| scope.as_bool(copy)) == Some(true);
    answer_made(scope, id.interpreter(), |attached| {
        buffer::view(scope, attached, &attached.object(id)?, is_copy)
    })
}

/// `releaseBuffer(view)`
pub fn release_buffer<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    scope.boolean(buffer::release(scope, number(scope, args, 0) as u32))
}

/// `share(view, format, interpreter, number)`
pub fn share<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let mut format = Vec::new();
    scope.append_utf16(args.get(1).ok_or(Failed)?, &mut format)?;
    let format = String::from_utf16_lossy(&format);
    let number_of_keeper = Some(number(scope, args, 3) as u32).filter(|number| *number > 0);
    let shared = buffer::shared(scope, args.get(0).ok_or(Failed)?, number_of_keeper)?;
    answer(scope, number(scope, args, 2) as u32, |attached| {
        Ok(Outcome::Reference(buffer::share(attached, shared, &format)?))
    })
}

/// `setKeeper(open)`
pub fn set_keeper<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    buffer::set_keeper(scope, args.get(0).ok_or(Failed)?)?;
    scope.undefined()
}

/// `callKeeper()`
pub fn call_keeper<'s>(scope: Scope<'s>, _args: &Args<'s>) -> JsResult<'s> {
    buffer::call_keeper();
    scope.undefined()
}

/// `awaitKeeper()`
pub fn await_keeper<'s>(scope: Scope<'s>, _args: &Args<'s>) -> JsResult<'s> {
    scope.number(f64::from(buffer::await_keeper().unwrap_or(0)))
}

/// `keep(number, memory)`
pub fn keep<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    buffer::keep(scope, number(scope, args, 0) as u32, args.get(1).ok_or(Failed)?)?;
    scope.undefined()
}
