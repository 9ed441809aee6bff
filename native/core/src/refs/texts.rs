//! Short strs that were results more than once. JavaScript keeps the string that it made of each, and is then told its number alone: to make a
//! string costs Node-API 250 instructions (bench: method).

use crate::sys::object::{Address, Kept};

/// Their numbers are below this. A power of two.
pub const MOST_TEXTS: usize = 256;

/// One place for all strs whose addresses lead to it.
#[derive(Default)]
struct Place {
    /// The str, and the environment that knows it. It is kept, so that its address stays its own.
    known: Option<(Kept, u64)>,
    /// Where the last other one was: a guess, since it may be gone.
    seen: Option<Address>,
}

/// Places are made when first needed.
#[derive(Default)]
pub struct Texts(Vec<Place>);

impl Texts {
    /// The number by which the environment knows the str.
    #[inline]
    pub fn find(&self, str: Address, environment: u64) -> Option<usize> {
        let number = place_of(str);
        let (kept, whose) = self.0.get(number)?.known.as_ref()?;
        (kept.address() == str && *whose == environment).then_some(number)
    }

    /// Whether the str was the last one to be seen in its place; it is now.
    pub fn see(&mut self, str: Address) -> bool {
        if self.0.is_empty() {
            self.0.resize_with(MOST_TEXTS, Place::default);
        }
        self.0[place_of(str)].seen.replace(str) == Some(str)
    }

    /// The environment is told the number of the str. Gives back what had it before.
    pub fn keep(&mut self, str: Kept, environment: u64) -> (usize, Option<Kept>) {
        let number = place_of(str.address());
        let before = self.0[number].known.replace((str, environment));
        (number, before.map(|(kept, _)| kept))
    }

    /// The environment does not know the str of that number after all. Gives it back.
    pub fn forget(&mut self, number: usize, environment: u64) -> Option<Kept> {
        self.0.get_mut(number)?.known.take_if(|(_, whose)| *whose == environment).map(|(kept, _)| kept)
    }

    pub fn drain(&mut self) -> impl Iterator<Item = Kept> + use<> {
        std::mem::take(&mut self.0).into_iter().filter_map(|place| place.known).map(|(kept, _)| kept)
    }
}

#[inline]
fn place_of(str: Address) -> usize {
    let address = str.as_ptr() as usize;
    ((address >> 4) ^ (address >> 12)) & (MOST_TEXTS - 1)
}
