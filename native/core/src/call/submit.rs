//! `submit(number, op, interpreter, slot, words, doubles, text, blobs)`: any operation, performed by a worker. Needs no GIL.

use super::direct::NumberCall;
use super::job::{Call, Work};
use super::{operations, worker};
use crate::convert::{Copies, Incoming};
use crate::environment;
use crate::errors::Misuse;
use crate::runtime;
use crate::sys::node::{Args, Failed, JsResult, Scope};

pub fn submit<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    environment::release_dropped(scope);
    let (number, op) = (size(scope, args, 0) as u32, size(scope, args, 1));
    match read(scope, args, environment::current()) {
        Ok(arguments) => send(scope, number, size(scope, args, 2) as u32, Work::Operation(op, arguments)),
        Err(misuse) => super::answer_misuse(scope, &misuse),
    }
}

/// A call with numbers alone.
pub fn submit_numbers(scope: Scope<'_>, number: u32, call: NumberCall) -> JsResult<'_> {
    environment::release_dropped(scope);
    send(scope, number, call.id.interpreter(), Work::Numbers(call))
}

fn send(scope: Scope<'_>, number: u32, interpreter: u32, work: Work) -> JsResult<'_> {
    let handle = environment::handle().ok_or(Failed)?;
    match runtime::find(interpreter) {
        Ok(interpreter) => {
            let lane = operations::lane(work.op());
            let call = Call::new(number, work, handle, interpreter.clone());
            environment::add_call(scope, number, call.clone());
            worker::submit(&interpreter, lane, call);
            scope.boolean(true)
        }
        Err(misuse) => super::answer_misuse(scope, &misuse),
    }
}

/// `cancel(number)`: nobody waits for the call any more.
pub fn cancel<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    if let Some(call) = environment::cancel_call(scope, size(scope, args, 0) as u32) {
        call.cancel();
    }
    scope.undefined()
}

fn size(scope: Scope<'_>, args: &Args<'_>, index: usize) -> usize {
    args.get(index).and_then(|value| scope.as_f64(value)).unwrap_or(0.0) as usize
}

/// Copies the message out of JavaScript, its blobs too: JavaScript goes on.
fn read(scope: Scope<'_>, args: &Args<'_>, environment: u64) -> Result<Incoming<Copies>, Misuse> {
    let mut message = Incoming::new(environment, Copies::new());
    let slot = [3, 4, 5].map(|index| size(scope, args, index));
    (message.words, message.doubles) = environment::read_input(slot[0], slot[1], slot[2])?;
    let copied = (|| {
        if let Some(string) = args.get(6) {
            scope.append_utf16(string, &mut message.text)?;
        }
        let Some(views) = args.get(7) else { return Ok(()) };
        for index in 0..scope.array_length(views).unwrap_or(0) {
            message.blobs.push(scope.with_bytes(scope.element(views, index)?, <[u8]>::to_vec)?);
        }
        Ok::<_, Failed>(())
    })();
    copied.map(|()| message).map_err(|Failed| Misuse::Internal("a message could not be copied"))
}
