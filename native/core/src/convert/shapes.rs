//! Shapes: the keys of a dict in order, as one number. Of a dict whose shape is known, only the values cross (bench: dict, document, records).
//!
//! A shape is a series of key numbers (`keys`), and its number belongs to the process as theirs do. Those that come a second time get one.

use super::keys;
use super::registry::Registry;
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::{Blank, Unknown};
use crate::sys::bulk::{self, Record};
use crate::sys::object::{Kept, Object};
use crate::sys::value;
use std::sync::Arc;

/// Each key as a number, of which there are fewer than 2¹⁶.
static SHAPES: Registry<[u16]> = Registry::new(LIMIT);

const LIMIT: usize = 2048;

/// The number of a shape; `None` when there are too many.
pub fn number_of(keys: &[u16]) -> Option<usize> {
    SHAPES.number_of(keys)
}

/// The keys of a shape.
pub fn keys_of(number: usize) -> Option<Box<[u16]>> {
    SHAPES.with(number, |keys| keys.into())
}

/// The shape of a dict, if it has one or comes often enough to get one. Runs no Python code.
#[inline]
pub fn find<'py>(attached: Attached<'py>, record: &Record<'_, 'py>) -> Option<usize> {
    match attached.with(|state| state.shapes.find(record)) {
        Ok(number) => Some(number),
        Err(Unknown::Never) => None,
        Err(Unknown::Perhaps) => admit(attached, record),
    }
}

#[cold]
fn admit<'py>(attached: Attached<'py>, record: &Record<'_, 'py>) -> Option<usize> {
    attached.with(|state| {
        let numbers = record.map_keys(|key| Some(state.keys.number_of_kept(key)? as u16));
        let numbers = numbers.filter(|numbers| state.shapes.came_before(numbers))?;
        let number = number_of(&numbers);
        match number {
            Some(number) => state.shapes.insert(number, record),
            None => state.shapes.close(),
        }
        number
    })
}

/// A dict to be filled with the values of a shape.
pub struct Form<'py> {
    pub dict: Object<'py>,
    /// The numbers of its keys, in order.
    pub keys: Arc<[u16]>,
}

/// A dict that has the keys of a shape already, or none. A copy need not grow: to Python, a dict of 100 keys takes 3.5 µs instead of 5.9 (bench: dict, document, records).
#[inline]
pub fn form<'py>(attached: Attached<'py>, number: usize) -> Result<'py, Form<'py>> {
    let known = attached.with(|state| {
        let blank = state.shapes.blank(number)?;
        Some((blank.keys.clone(), blank.dict.as_ref().map(|dict| dict.lend(attached.py))))
    });
    let (keys, blank) = match known {
        Some(known) => known,
        None => return make_blank(attached, number).and_then(|()| form(attached, number)),
    };
    let dict = match blank.filter(|blank| bulk::record(blank).is_some()) {
        Some(blank) => bulk::dict_copy(&blank)?,
        None => value::dict(attached.py)?,
    };
    Ok(Form { dict, keys })
}

impl<'py> Form<'py> {
    /// Puts the value at `index`: in its place, or under its key.
    #[inline]
    pub fn put(
        &self,
        attached: Attached<'py>,
        record: Option<&Record<'_, 'py>>,
        index: usize,
        item: Object<'py>,
    ) -> Result<'py, ()> {
        let item = match record {
            Some(record) => match record.replace(index, item) {
                Ok(()) => return Ok(()),
                Err(item) => item,
            },
            None => item,
        };
        let key = keys::lent(attached, usize::from(self.keys[index]))?;
        Ok(bulk::dict_put(&self.dict, &key, item)?)
    }
}

/// The values of the dict are a list, for which the garbage collector knows it, and so its copies: they may get to hold each other.
#[cold]
fn make_blank<'py>(attached: Attached<'py>, number: usize) -> Result<'py, ()> {
    const UNKNOWN: Misuse = Misuse::Internal("a shape has no such number");
    let keys: Arc<[u16]> = keys_of(number).ok_or(UNKNOWN)?.into();
    let (dict, list) = (value::dict(attached.py)?, value::list(attached.py)?);
    for &key in &*keys {
        bulk::dict_put(&dict, &*keys::lent(attached, usize::from(key))?, list.clone())?;
    }
    let copy = bulk::dict_copy(&dict)?;
    let can_fill = bulk::is_tracked(&copy) && value::dict_len(&copy) == keys.len();
    let dict = can_fill.then(|| Kept::new(dict));
    let left = attached.with(|state| state.shapes.set_blank(number, Blank { keys, dict }));
    drop(left.map(|kept| kept.into_object(attached.py)));
    Ok(())
}
