//! The reference table of one interpreter: every Python object that JavaScript holds.
//!
//! An object has at most one place, so the same object always has the same id. A place counts how often its id was handed
//! out; JavaScript gives the counts back when its object dies, so a dying JavaScript object cannot release the reference that a
//! younger one for the same Python object was given meanwhile.

use super::{Id, NumberHash};
use crate::sys::object::{Address, Kept};
use std::collections::HashMap;

struct Place {
    generation: u32,
    handed_out: u32,
    object: Option<Kept>,
}

/// An object that left the table: its reference must be dropped outside of the table's borrow, since that may run Python code.
#[must_use]
pub struct Removed(pub Kept);

pub struct Table {
    interpreter: u32,
    first_generation: u32,
    places: Vec<Place>,
    free: Vec<usize>,
    by_address: HashMap<Address, usize, NumberHash>,
}

impl Table {
    /// `first_generation` differs from one interpreter to the next, so that ids of an ended one are not taken for new ones.
    pub fn new(interpreter: u32, first_generation: u32) -> Self {
        Self {
            interpreter,
            first_generation,
            places: Vec::new(),
            free: Vec::new(),
            by_address: HashMap::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.by_address.len()
    }

    /// Hands the object out once more, if it has a place.
    pub fn hand_out_again(&mut self, address: Address) -> Option<Id> {
        let index = *self.by_address.get(&address)?;
        let place = self.places.get_mut(index)?;
        place.handed_out = place.handed_out.saturating_add(1);
        Some(Id::new(self.interpreter, place.generation, index))
    }

    /// Gives the object a place and hands it out for the first time. Gives it back when the table is full.
    pub fn insert(&mut self, object: Kept) -> Result<Id, Kept> {
        let address = object.address();
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.places.len() > Id::MAX_INDEX => return Err(object),
            None => {
                self.places.push(Place { generation: self.first_generation, handed_out: 0, object: None });
                self.places.len() - 1
            }
        };
        let place = &mut self.places[index];
        place.handed_out = 1;
        place.object = Some(object);
        self.by_address.insert(address, index);
        Ok(Id::new(self.interpreter, place.generation, index))
    }

    #[inline]
    pub fn get(&self, id: Id) -> Option<&Kept> {
        let place = self.places.get(id.index())?;
        if id != Id::new(self.interpreter, place.generation, id.index()) {
            return None;
        }
        place.object.as_ref()
    }

    /// Takes back `count` of the times the id was handed out; the object leaves with the last. A stale id does nothing.
    pub fn give_back(&mut self, id: Id, count: u32) -> Option<Removed> {
        self.get(id)?;
        let place = &mut self.places[id.index()];
        place.handed_out = place.handed_out.saturating_sub(count);
        if place.handed_out > 0 { None } else { self.remove(id) }
    }

    /// Removes the object at once, however often it was handed out.
    fn remove(&mut self, id: Id) -> Option<Removed> {
        self.get(id)?;
        let place = &mut self.places[id.index()];
        let object = place.object.take()?;
        place.generation = place.generation.wrapping_add(1);
        place.handed_out = 0;
        self.by_address.remove(&object.address());
        // A place whose generations have all been used is not used again: an old id would be taken for a new one.
        if !Id::is_same_generation(place.generation, self.first_generation) {
            self.free.push(id.index());
        }
        Some(Removed(object))
    }

    /// Removes every object.
    pub fn drain(&mut self) -> Vec<Removed> {
        let ids: Vec<Id> = self
            .by_address
            .values()
            .map(|&index| Id::new(self.interpreter, self.places[index].generation, index))
            .collect();
        ids.into_iter().filter_map(|id| self.remove(id)).collect()
    }
}
