//! The hot paths: calls whose arguments are primitives, and attribute reads by name id.

use super::answer::{Outcome, answer};
use super::arguments::argument;
use super::names;
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::Id;
use crate::sys::class;
use crate::sys::node::{Args, JsResult, Scope};
use crate::sys::object::{self, Object};

#[inline]
fn id(scope: Scope<'_>, args: &Args<'_>) -> Id {
    Id::from_f64(args.get(0).and_then(|value| scope.as_f64(value)).unwrap_or(f64::NAN))
}

#[inline]
fn name_id(scope: Scope<'_>, args: &Args<'_>) -> usize {
    args.get(1).and_then(|value| scope.as_f64(value)).unwrap_or(f64::MAX) as usize
}

/// `call(object, ...args)`
pub fn call<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let id = id(scope, args);
    answer(scope, id.interpreter(), |attached| {
        let callable = attached.object(id)?;
        with_arguments(scope, attached, args, 1, |args| Ok(object::call(&callable, args, None)?))
    })
}

/// `callMethod(object, name, ...args)`
pub fn call_method<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let (id, name) = (id(scope, args), name_id(scope, args));
    answer(scope, id.interpreter(), |attached| {
        let (object, name) = names::with_object(attached, id, name)?;
        with_arguments(scope, attached, args, 2, |args| Ok(object::call_method(&object, &name, args)?))
    })
}

/// Converts the arguments from `first` on, and passes them to `f`.
#[inline]
fn with_arguments<'s, 'py>(
    scope: Scope<'s>,
    attached: Attached<'py>,
    args: &Args<'s>,
    first: usize,
    f: impl FnOnce(&[&Object<'py>]) -> Result<'py, Object<'py>>,
) -> Result<'py, Outcome<'py>> {
    let convert = |index| match args.get(index) {
        Some(js) => argument(scope, attached, js),
        None => Err(Misuse::Internal("too many direct arguments").into()),
    };
    match args.len() - first {
        0 => f(&[]),
        1 => f(&[&convert(first)?]),
        2 => f(&[&convert(first)?, &convert(first + 1)?]),
        count => {
            let objects = (first..first + count).map(convert).collect::<Result<Vec<_>>>()?;
            f(&objects.iter().collect::<Vec<_>>())
        }
    }
    .map(Outcome::Value)
}

/// `getattr(object, name)`
pub fn getattr<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let (id, name) = (id(scope, args), name_id(scope, args));
    answer(scope, id.interpreter(), |attached| {
        let (object, name) = names::with_object(attached, id, name)?;
        attribute(&object, &name)
    })
}

/// The attribute; absent, or a method of that very object.
pub fn attribute<'py>(object: &Object<'py>, name: &Object<'py>) -> Result<'py, Outcome<'py>> {
    Ok(match object::getattr_optional(object, name)? {
        None => Outcome::Absent,
        Some(value) if class::is_bound_to(&value, object) => Outcome::Method,
        Some(value) => Outcome::Value(value),
    })
}
