//! The dict keys that one interpreter knows by number, in both directions.
//!
//! Numbers are given by the process (`convert::keys`) and never change their text. Here is, for each number used in this interpreter,
//! the one str that dicts made for JavaScript get, and the way back from a str to its number: by address for that very str, by hash and
//! text for every other.

use crate::sys::object::{Address, Kept, Object, address};
use crate::sys::value;

/// How many addresses are remembered, and how many hashes of keys that came once. Powers of two.
const RECENT: usize = 1024;
const ONCE: usize = 1024;
const FIRST_SLOTS: usize = 256;

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Number(usize),
    /// It came before, and has no number yet.
    Again,
    /// It comes for the first time for a while: most such keys are data, and do not come again.
    New,
}

#[derive(Default)]
pub struct Keys {
    by_number: Vec<Option<Kept>>,
    /// Number + 1 by hash, open addressing; 0 is free.
    slots: Vec<(u32, u32)>,
    used: usize,
    /// By address, for strs of `by_number` alone: those stay alive.
    recent: Vec<(usize, u32)>,
    once: Vec<u32>,
}

impl Keys {
    /// The str of a number, where this interpreter has it.
    #[inline]
    pub fn get(&self, number: usize) -> Option<&Kept> {
        self.by_number.get(number)?.as_ref()
    }

    /// The number of an exact str, or whether it came before. Runs no Python code.
    #[inline]
    pub fn find(&mut self, key: &Object<'_>) -> Known {
        match self.number(key) {
            Some(number) => Known::Number(number),
            None => self.came_before(value::str_hash(key)),
        }
    }

    /// The number of an exact str, if it has one. Runs no Python code.
    #[inline]
    pub fn number(&mut self, key: &Object<'_>) -> Option<usize> {
        let address = address(key).as_ptr() as usize;
        match self.recent.get(recent_place(address)) {
            Some(&(known, number)) if known == address => Some(number as usize),
            _ => self.number_of_text(key),
        }
    }

    /// The number of an exact str, if it is the very one that is kept. Runs no Python code.
    pub fn number_of_kept(&mut self, key: &Object<'_>) -> Option<usize> {
        self.number(key).filter(|&number| self.get(number).is_some_and(|kept| kept.address() == address(key)))
    }

    fn number_of_text(&mut self, key: &Object<'_>) -> Option<usize> {
        let hash = value::str_hash(key);
        let mut place = hash as usize;
        while let Some(&(slot_hash, filled @ 1..)) = self.slots.get(place & self.slots.len().wrapping_sub(1))
        {
            let number = (filled - 1) as usize;
            if slot_hash == hash && self.is_text_of(number, key) {
                return Some(number);
            }
            place += 1;
        }
        None
    }

    /// The str of `number` has the text of `key`; if it is `key`, its address is remembered.
    fn is_text_of(&mut self, number: usize, key: &Object<'_>) -> bool {
        let Some(kept) = self.by_number.get(number).and_then(Option::as_ref) else {
            return false;
        };
        if kept.address() == address(key) {
            self.remember(kept.address(), number);
            return true;
        }
        value::is_same_text(&kept.get(key.py()), key)
    }

    fn remember(&mut self, address: Address, number: usize) {
        let address = address.as_ptr() as usize;
        self.recent.resize(RECENT, (0, 0));
        self.recent[recent_place(address)] = (address, number as u32);
    }

    fn came_before(&mut self, hash: u32) -> Known {
        self.once.resize(ONCE, 0);
        let before = std::mem::replace(&mut self.once[hash as usize & (ONCE - 1)], hash);
        if before == hash { Known::Again } else { Known::New }
    }

    /// Keeps the str of a number. Gives it back if there is one already.
    pub fn insert(&mut self, number: usize, key: Kept, hash: u32) -> Option<Kept> {
        if self.get(number).is_some() {
            return Some(key);
        }
        if self.by_number.len() <= number {
            self.by_number.resize_with(number + 1, || None);
        }
        self.remember(key.address(), number);
        self.by_number[number] = Some(key);
        self.fill_slot(number, hash);
        None
    }

    fn fill_slot(&mut self, number: usize, hash: u32) {
        if self.used * 2 >= self.slots.len() {
            let larger = (self.slots.len() * 2).max(FIRST_SLOTS);
            for (hash, filled) in std::mem::replace(&mut self.slots, vec![(0, 0); larger]) {
                if filled > 0 {
                    self.put(hash, filled);
                }
            }
        }
        self.used += 1;
        self.put(hash, number as u32 + 1);
    }

    fn put(&mut self, hash: u32, filled: u32) {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        while self.slots[place].1 != 0 {
            place = (place + 1) & mask;
        }
        self.slots[place] = (hash, filled);
    }

    /// Everything that is kept, to be dropped before the interpreter ends.
    pub fn take(&mut self) -> Vec<Kept> {
        std::mem::take(self).by_number.into_iter().flatten().collect()
    }
}

/// Objects are aligned to 16 bytes.
#[inline]
fn recent_place(address: usize) -> usize {
    (address >> 4) & (RECENT - 1)
}
