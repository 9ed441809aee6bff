//! The hot paths of iteration and of items (`npm run bench -- --rows items,getitem`). The registers say what they are for, as those of `direct`.

use super::answer::{Outcome, answer_direct};
use super::arguments::{argument, number};
use super::direct::{self, register};
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::sys::iteration::{self, Step};
use crate::sys::node::{Args, Bare, JsResult, Scope};
use crate::sys::object::{self, Object};

/// `next()`: the object is an iterator.
pub struct Next;

impl Bare for Next {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = direct::registers(scope)?;
        let id = direct::id(registers);
        answer_direct(scope, registers, id.interpreter(), |attached| {
            let iterator = attached.object(id)?;
            step(attached, &iterator)
        })
    }
}

/// The next item of an iterator, or its end.
#[inline]
pub fn step<'py>(_attached: Attached<'py>, iterator: &Object<'py>) -> Result<'py, Outcome<'py>> {
    Ok(match iteration::advance(iterator)? {
        Step::Item(item) => Outcome::Value(item),
        Step::End(value) => Outcome::Stop(value),
    })
}

/// `item()`: the item of the object by a number.
pub struct Item;

impl Bare for Item {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = direct::registers(scope)?;
        let (id, key) = (direct::id(registers), registers.get(register::FIRST));
        answer_direct(scope, registers, id.interpreter(), |attached| {
            let object = attached.object(id)?;
            Ok(Outcome::Value(object::getitem(&object, &number(attached, key)?)?))
        })
    }
}

/// `itemOf(key)`: the same by another primitive.
pub fn item_of<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let registers = direct::registers(scope)?;
    let id = direct::id(registers);
    answer_direct(scope, registers, id.interpreter(), |attached| {
        let object = attached.object(id)?;
        let key = args.get(0).ok_or(Misuse::Internal("an item has no key"))?;
        Ok(Outcome::Value(object::getitem(&object, &argument(scope, attached, key)?)?))
    })
}
