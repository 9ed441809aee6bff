//! Ints that come again: the values of lists and records repeat, and to make and free an int is most of what it costs (bench: list).
//!
//! As for keys, the second time counts: an int that comes once leaves nothing but its value, and takes no other's place. And where most
//! ints are new, none is looked for: to look in vain costs as much again.

use crate::sys::object::{Kept, Object};
use pyo3::Python;

/// One for the lowest bits of each value. A power of two.
const PLACES: usize = 4096;

/// Credit is gained by an int that is found and lost by one that is not: four in five must be found.
const LOSS: i32 = 4;
const FIRST_CREDIT: i32 = 8 * LOSS;
const MOST_CREDIT: i32 = 16 * LOSS;
/// How many ints are not looked for once credit is spent.
const PAUSE: u32 = 1024;

#[derive(Default)]
struct Place {
    /// The value of `kept`.
    value: i32,
    /// What came last, and was not kept.
    once: i32,
    kept: Option<Kept>,
}

/// What is known of a value.
pub enum Found<'py> {
    Int(Object<'py>),
    /// The int that is to be made is to be noted.
    Missing,
    Unknown,
}

pub struct Ints {
    places: Vec<Place>,
    credit: i32,
    pause: u32,
}

impl Default for Ints {
    fn default() -> Self {
        Self { places: Vec::new(), credit: FIRST_CREDIT, pause: 0 }
    }
}

impl Ints {
    #[inline]
    pub fn find<'py>(&mut self, py: Python<'py>, value: i32) -> Found<'py> {
        if self.pause > 0 {
            self.pause -= 1;
            return Found::Unknown;
        }
        match self.places.get(place_of(value)) {
            Some(Place { value: known, kept: Some(kept), .. }) if *known == value => {
                self.credit = (self.credit + 1).min(MOST_CREDIT);
                Found::Int(kept.get(py))
            }
            _ => self.lose(),
        }
    }

    fn lose<'py>(&mut self) -> Found<'py> {
        self.credit -= LOSS;
        if self.credit < 0 {
            (self.credit, self.pause) = (FIRST_CREDIT, PAUSE);
        }
        Found::Missing
    }

    /// Notes an int that was missing. Gives back what is kept no longer.
    pub fn note(&mut self, value: i32, int: &Object<'_>) -> Option<Kept> {
        if self.places.is_empty() {
            self.places.resize_with(PLACES, Place::default);
        }
        let place = &mut self.places[place_of(value)];
        if std::mem::replace(&mut place.once, value) != value {
            return None;
        }
        place.value = value;
        place.kept.replace(Kept::new(int.clone()))
    }

    /// Everything that is kept, to be dropped before the interpreter ends.
    pub fn take(&mut self) -> Vec<Kept> {
        std::mem::take(self).places.into_iter().filter_map(|place| place.kept).collect()
    }
}

#[inline]
fn place_of(value: i32) -> usize {
    value as usize & (PLACES - 1)
}
