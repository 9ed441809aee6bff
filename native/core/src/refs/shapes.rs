//! The shapes that one interpreter knows: by the addresses of their keys, which are the strs that `Keys` keeps.

use crate::sys::bulk::Record;
use crate::sys::object::Kept;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// How many shapes are found without a guess, and how many hashes of shapes that came once are remembered. Powers of two.
const PLACES: usize = 512;
const ONCE: usize = 512;

/// Why a dict has no shape.
pub enum Unknown {
    Never,
    /// It is to be looked at.
    Perhaps,
}

#[derive(Default)]
struct Shape {
    number: usize,
    keys: Box<[usize]>,
    /// The shapes that followed it last: records come in rows, and inside of others.
    next: [usize; 2],
}

/// What dicts of a shape are made from.
pub struct Blank {
    /// The numbers of the keys.
    pub keys: Arc<[u16]>,
    /// A dict of these keys, where copies of one can be filled.
    pub dict: Option<Kept>,
}

pub struct Shapes {
    /// The first one is none.
    known: Vec<Shape>,
    /// Where in `known`, by what `place_of` says; 0 for none.
    places: Box<[u16]>,
    once: Box<[u32]>,
    last: usize,
    /// How many more shapes that have no number are looked at: most may never come again.
    patience: u32,
    /// By number.
    blanks: Vec<Option<Blank>>,
}

const PATIENCE: u32 = 4096;
/// What is gained by a shape that came again.
const GAIN: u32 = 64;

impl Default for Shapes {
    fn default() -> Self {
        Self {
            known: vec![Shape::default()],
            places: Box::default(),
            once: Box::default(),
            last: 0,
            patience: PATIENCE,
            blanks: Vec::new(),
        }
    }
}

impl Shapes {
    /// The number of the shape of a dict.
    #[inline]
    pub fn find(&mut self, record: &Record<'_, '_>) -> Result<usize, Unknown> {
        let next = self.known[self.last].next;
        for guess in next {
            if has_keys(record, &self.known[guess].keys) {
                self.last = guess;
                return Ok(self.known[guess].number);
            }
        }
        self.look_up(record)
    }

    fn look_up(&mut self, record: &Record<'_, '_>) -> Result<usize, Unknown> {
        let found = usize::from(self.places.get(place_of(record)).copied().unwrap_or(0));
        if found == 0 || !has_keys(record, &self.known[found].keys) {
            return Err(if self.patience == 0 { Unknown::Never } else { Unknown::Perhaps });
        }
        let next = &mut self.known[self.last].next;
        *next = [found, next[0]];
        self.last = found;
        Ok(self.known[found].number)
    }

    /// Whether these keys came before; from now on they did.
    pub fn came_before(&mut self, numbers: &[u16]) -> bool {
        self.patience -= 1;
        if self.once.is_empty() {
            self.once = vec![0; ONCE].into();
        }
        let mut hasher = DefaultHasher::new();
        numbers.hash(&mut hasher);
        let hash = hasher.finish() as u32 | 1;
        std::mem::replace(&mut self.once[(hash >> 1) as usize & (ONCE - 1)], hash) == hash
    }

    /// Knows a shape from now on. Another one may have had its place: that is found by guesses, if at all.
    pub fn insert(&mut self, number: usize, record: &Record<'_, '_>) {
        if self.places.is_empty() {
            self.places = vec![0; PLACES].into();
        }
        let known = self.known.iter().skip(1).position(|shape| has_keys(record, &shape.keys));
        let index = known.map_or(self.known.len(), |before| before + 1);
        if known.is_none() {
            self.known.push(Shape { number, keys: record.addresses().collect(), next: [0; 2] });
        }
        self.patience = (self.patience + GAIN).min(PATIENCE);
        self.places[place_of(record)] = index as u16;
        self.last = index;
    }

    /// There is no room for more shapes.
    pub fn close(&mut self) {
        self.patience = 0;
    }

    /// What dicts of a shape are made from, where that is known.
    #[inline]
    pub fn blank(&self, number: usize) -> Option<&Blank> {
        self.blanks.get(number)?.as_ref()
    }

    /// Gives back the dict, where there was one already.
    pub fn set_blank(&mut self, number: usize, blank: Blank) -> Option<Kept> {
        while self.blanks.len() <= number {
            self.blanks.push(None);
        }
        match &mut self.blanks[number] {
            Some(_) => blank.dict,
            none => {
                *none = Some(blank);
                None
            }
        }
    }

    /// Forgets everything; what is kept is to be dropped before the interpreter ends.
    pub fn take(&mut self) -> Vec<Kept> {
        let blanks = std::mem::take(self).blanks;
        blanks.into_iter().flatten().filter_map(|blank| blank.dict).collect()
    }
}

#[inline]
fn has_keys(record: &Record<'_, '_>, keys: &[usize]) -> bool {
    record.len() == keys.len() && record.addresses().zip(keys).all(|(address, &key)| address == key)
}

/// By its first and last key, and how many there are.
#[inline]
fn place_of(record: &Record<'_, '_>) -> usize {
    let mut addresses = record.addresses();
    let first = addresses.next().unwrap_or(0) >> 4;
    let last = addresses.next_back().unwrap_or(first) >> 4;
    (first ^ last.wrapping_mul(31) ^ record.len().wrapping_mul(131)) & (PLACES - 1)
}
