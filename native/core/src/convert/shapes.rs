//! Shapes: the keys of a dict in order, as one number. Of a dict whose shape is known, only the values cross (bench: dict, document, records).
//!
//! A shape is a series of key numbers (`keys`), and its number belongs to the process as theirs do. Those that come a second time get one.

use super::registry::Registry;
use crate::attach::Attached;
use crate::refs::Unknown;
use crate::sys::bulk::Record;

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
        let keys = &state.keys;
        let numbers: Option<Vec<u16>> =
            record.addresses().map(|address| Some(keys.number_at(address)? as u16)).collect();
        let numbers = numbers.filter(|numbers| state.shapes.came_before(numbers))?;
        let number = number_of(&numbers);
        match number {
            Some(number) => state.shapes.insert(number, record),
            None => state.shapes.close(),
        }
        number
    })
}
