//! The table of everything JavaScript can call: `Core` of types/native.d.ts.

use crate::attach::attach;
use crate::call::{self, answer_misuse};
use crate::convert::{keys, shapes};
use crate::environment;
use crate::errors::{ErrorClass, Misuse};
use crate::lifecycle::{self, Whose};
use crate::output;
use crate::refs::Id;
use crate::runtime::{self, SubKind};
use crate::sys::layout;
use crate::sys::node::{Args, Failed, Js, JsResult, Native, Scope};

const EXPORTS: &[(&str, Native)] = &[
    ("setup", setup),
    ("input", input),
    ("output", |scope, _| environment::output(scope)),
    ("latin", |scope, _| environment::next_latin(scope)),
    ("wide", |scope, _| environment::next_wide(scope)),
    ("blob", |scope, _| environment::next_blob(scope)),
    ("initialize", initialize),
    ("destroy", destroy),
    ("ends", |scope, _| scope.number(f64::from(runtime::ends()))),
    ("watchProcess", watch_process),
    ("atExit", at_exit),
    ("waiting", |scope, _| scope.number(f64::from(environment::waiting()))),
    ("setGrace", set_grace),
    ("setPatience", set_patience),
    ("hasOwnGil", |scope, _| scope.boolean(lifecycle::has_own_gil())),
    ("createContext", create_context),
    ("deleteContext", delete_context),
    ("intern", intern),
    ("signature", signature),
    ("keyNumber", key_number),
    ("keyText", key_text),
    ("shapeNumber", shape_number),
    ("shapeKeys", shape_keys),
    ("addClass", add_class),
    ("restrictLayout", restrict_layout),
    ("shrinkOutput", shrink_output),
    ("call", call::call),
    ("callBeside", call::call_beside),
    ("itemOf", call::item_of),
    ("run", call::run),
    ("submit", call::submit),
    ("take", take),
    ("cancel", call::cancel),
    ("isOver", |scope, args| scope.boolean(environment::is_over(number(scope, args, 0) as u32))),
    ("interrupt", interrupt),
    ("threads", threads),
    ("buffer", call::buffer),
    ("releaseBuffer", call::release_buffer),
    ("share", call::share),
    ("setKeeper", call::set_keeper),
    ("callKeeper", call::call_keeper),
    ("awaitKeeper", call::await_keeper),
    ("keep", call::keep),
    ("outlet", outlet),
    ("drain", drain),
    ("weigh", weigh),
    ("release", release),
    ("gc", gc),
    ("clear", clear),
    ("references", references),
];

/// Puts the table on the exports object.
pub fn register(scope: Scope<'_>, exports: Js<'_>) -> Result<(), Failed> {
    scope.export_bare::<call::CallNumbers>(exports, "callNumbers")?;
    scope.export_bare::<call::SubmitNumbers>(exports, "submitNumbers")?;
    scope.export_bare::<call::CallMixed>(exports, "callMixed")?;
    scope.export_bare::<call::Getattr>(exports, "getattr")?;
    scope.export_bare::<call::Next>(exports, "next")?;
    scope.export_bare::<call::Item>(exports, "item")?;
    scope.export_bare::<call::ImportModule>(exports, "importModule")?;
    EXPORTS.iter().try_for_each(|(name, function)| scope.export(exports, name, *function))
}

fn number(scope: Scope<'_>, args: &Args<'_>, index: usize) -> f64 {
    args.get(index).and_then(|value| scope.as_f64(value)).unwrap_or(f64::NAN)
}

fn text(scope: Scope<'_>, args: &Args<'_>, index: usize) -> Option<String> {
    let mut units = Vec::new();
    scope.append_utf16(args.get(index)?, &mut units).ok()?;
    String::from_utf16(&units).ok()
}

fn required<'s>(scope: Scope<'s>, args: &Args<'s>, index: usize) -> Result<Js<'s>, Failed> {
    args.get(index).ok_or_else(|| {
        scope.throw_type_error("python-ts: an argument of a native function is missing.");
        Failed
    })
}

/// Misuse of the functions that do not answer by message is thrown at once.
fn throw(scope: Scope<'_>, misuse: Misuse) -> Failed {
    let message = misuse.to_string();
    match misuse.class() {
        ErrorClass::Error => scope.throw_error(&message),
        ErrorClass::RangeError => scope.throw_range_error(&message),
        ErrorClass::TypeError => scope.throw_type_error(&message),
    }
    Failed
}

fn setup<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let shared = |index| required(scope, args, index);
    environment::setup(scope, [shared(0)?, shared(1)?, shared(2)?, shared(3)?, shared(4)?])?;
    scope.undefined()
}

fn input<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let slot = number(scope, args, 0) as usize;
    environment::set_input(scope, slot, required(scope, args, 1)?, required(scope, args, 2)?)?;
    scope.undefined()
}

fn initialize<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let executable = text(scope, args, 0)
        .ok_or_else(|| throw(scope, Misuse::Internal("the path of the executable is no well-formed text")))?;
    let main = lifecycle::start(&executable).map_err(|misuse| throw(scope, misuse))?;
    scope.number(f64::from(main))
}

/// `addClass(names)`: the number of the class.
fn add_class<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let number = match (environment::handle(), text(scope, args, 0)) {
        (Some(handle), Some(names)) => handle.add_class(names.into()),
        _ => 0,
    };
    scope.number(number as f64)
}

fn set_grace<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    lifecycle::set_grace(number(scope, args, 0));
    scope.undefined()
}

fn set_patience<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    if let Ok(interpreter) = runtime::find(number(scope, args, 0) as u32) {
        interpreter.set_patience(number(scope, args, 1) as u64);
    }
    scope.undefined()
}

fn destroy<'s>(scope: Scope<'s>, _args: &Args<'s>) -> JsResult<'s> {
    let ended = lifecycle::destroy(call::resume).map_err(|misuse| refused(scope, misuse))?;
    scope.boolean(ended)
}

fn watch_process<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let is_main = args.get(0).and_then(|value| scope.as_bool(value)) == Some(true);
    lifecycle::watch_process(if is_main { Whose::Main } else { Whose::Worker });
    scope.undefined()
}

fn at_exit<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    lifecycle::exit(number(scope, args, 0) as i32);
    scope.undefined()
}

fn create_context<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let is_shared = args.get(0).and_then(|value| scope.as_bool(value)) == Some(true);
    let kind = if is_shared { SubKind::Shared } else { SubKind::Isolated };
    let context = lifecycle::create_context(kind).map_err(|misuse| throw(scope, misuse))?;
    if is_shared {
        call::take_turns();
    }
    scope.number(f64::from(context))
}

/// Interpreters that were to end go on.
fn refused(scope: Scope<'_>, misuse: Misuse) -> Failed {
    call::take_turns();
    throw(scope, misuse)
}

fn delete_context<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let context = number(scope, args, 0) as u32;
    let deleted =
        lifecycle::delete_context(context, call::resume).map_err(|misuse| refused(scope, misuse))?;
    scope.boolean(deleted)
}

/// Names with lone surrogates have no id: they go through `run`, like those beyond the limit.
fn intern<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let id = text(scope, args, 0).and_then(|name| call::names::intern(&name));
    scope.number(id.map_or(-1.0, |id| id as f64))
}

/// The number of argument names, given by their ids, in this order; −1 when there is no room.
fn signature<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let names = (0..args.len()).map(|index| number(scope, args, index) as usize).collect();
    scope.number(call::names::intern_signature(names).map_or(-1.0, |number| number as f64))
}

/// Puts the next result of an asynchronous call before JavaScript, and answers its number; −1 when none has arrived.
fn take<'s>(scope: Scope<'s>, _args: &Args<'s>) -> JsResult<'s> {
    scope.number(environment::take(scope)?.map_or(-1.0, f64::from))
}

fn interrupt<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    if let Ok(interpreter) = runtime::find(number(scope, args, 0) as u32) {
        call::interrupt(&interpreter);
    }
    scope.undefined()
}

fn threads<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    if let Ok(interpreter) = runtime::find(number(scope, args, 0) as u32) {
        interpreter.pool.set_threads(number(scope, args, 1) as usize);
    }
    scope.undefined()
}

/// −1 for a key without a number, −2 for one without room: it crosses as text.
fn key_number<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let number = text(scope, args, 0).and_then(|key| keys::number_of(&key));
    let none = if keys::is_full() { -2.0 } else { -1.0 };
    scope.number(number.map_or(none, |number| number as f64))
}

fn key_text<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let text = keys::with_text(number(scope, args, 0) as usize, str::to_owned).ok_or(Failed)?;
    scope.utf8(&text)
}

/// −1 for a shape without a number. The numbers of its keys are the units of a string.
fn shape_number<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let mut keys = Vec::new();
    scope.append_utf16(required(scope, args, 0)?, &mut keys)?;
    scope.number(shapes::number_of(&keys).map_or(-1.0, |number| number as f64))
}

/// The numbers of its keys, as the units of a string.
fn shape_keys<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    scope.utf16(&shapes::keys_of(number(scope, args, 0) as usize).ok_or(Failed)?)
}

/// For tests: what the next message grows again.
fn shrink_output<'s>(scope: Scope<'s>, _args: &Args<'s>) -> JsResult<'s> {
    environment::shrink_output(scope)?;
    scope.undefined()
}

/// For tests: `sys::layout::restrict`.
fn restrict_layout<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    scope.number(f64::from(layout::restrict(number(scope, args, 0) as u32)))
}

fn outlet<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    output::register(scope, required(scope, args, 0)?)?;
    scope.undefined()
}

fn drain<'s>(scope: Scope<'s>, _args: &Args<'s>) -> JsResult<'s> {
    output::drain(scope);
    scope.undefined()
}

/// `weigh(bytes)`: JavaScript keeps so much more of Python's memory alive, or less. Answers how much memory outside of its heap V8 now knows of.
fn weigh<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let all = scope.adjust_external_memory(number(scope, args, 0) as i64)?;
    scope.number(all as f64)
}

fn release<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    environment::release(Id::from_f64(number(scope, args, 0)), number(scope, args, 1) as u32);
    scope.undefined()
}

fn gc<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let id = Id::from_f64(number(scope, args, 0));
    let count = environment::take_held(id);
    let released = attach(id.interpreter(), |attached| {
        let is_there = attached.object(id).is_ok();
        attached.give_back(id, count);
        is_there && count > 0
    });
    scope.boolean(released.unwrap_or(false))
}

fn clear<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let interpreter = number(scope, args, 0) as u32;
    let held = environment::take_all_held(interpreter);
    let count = held.len();
    let cleared = attach(interpreter, |attached| {
        for (id, count) in held {
            attached.give_back(id, count);
        }
    });
    scope.number(if cleared.is_ok() { count as f64 } else { 0.0 })
}

fn references<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    match attach(number(scope, args, 0) as u32, |attached| attached.with(|state| state.table.len())) {
        Ok(count) => scope.number(count as f64),
        Err(misuse) => answer_misuse(scope, &misuse),
    }
}
