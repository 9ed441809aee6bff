//! The name of a reference, as JavaScript holds it: an integer below 2⁵³, never an address.

const INDEX_BITS: u32 = 26;
const GENERATION_BITS: u32 = 17;
const INTERPRETER_BITS: u32 = 10;

/// Index in the table of an interpreter (bits 0–25), generation of that place (26–42), number of the interpreter (43–52).
///
/// The generation changes each time a place is used again, so an old id is recognised as released; any other number is too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(u64);

impl Id {
    pub const MAX_INDEX: usize = (1 << INDEX_BITS) - 1;
    pub const MAX_INTERPRETERS: usize = 1 << INTERPRETER_BITS;

    pub fn new(interpreter: u32, generation: u32, index: usize) -> Self {
        let generation = u64::from(generation) & ((1 << GENERATION_BITS) - 1);
        Self(
            index as u64
                | generation << INDEX_BITS
                | u64::from(interpreter) << (INDEX_BITS + GENERATION_BITS),
        )
    }

    /// Whether two generations look the same in an id.
    pub fn is_same_generation(a: u32, b: u32) -> bool {
        (a ^ b) & ((1 << GENERATION_BITS) - 1) == 0
    }

    /// Any number from JavaScript gives some id; one that was never handed out is never found.
    #[inline]
    pub fn from_f64(number: f64) -> Self {
        Self(number as u64)
    }

    /// As JavaScript has it: below 2⁵³, so exact.
    #[inline]
    pub fn as_f64(self) -> f64 {
        self.0 as f64
    }

    pub fn from_words(low: i32, high: i32) -> Self {
        Self(u64::from(low as u32) | u64::from(high as u32) << 32)
    }

    pub fn words(self) -> [i32; 2] {
        [self.0 as i32, (self.0 >> 32) as i32]
    }

    #[inline]
    pub fn index(self) -> usize {
        (self.0 & Self::MAX_INDEX as u64) as usize
    }

    #[inline]
    pub fn interpreter(self) -> u32 {
        (self.0 >> (INDEX_BITS + GENERATION_BITS)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back() {
        let id = Id::new(1023, (1 << 17) - 1, Id::MAX_INDEX);
        assert_eq!(id.interpreter(), 1023);
        assert_eq!(id.index(), Id::MAX_INDEX);
        assert_eq!(Id::from_words(id.words()[0], id.words()[1]), id);
        assert_eq!(Id::from_f64(id.0 as f64), id);
    }

    #[test]
    fn odd_numbers_are_harmless() {
        for number in [f64::NAN, -1.0, f64::INFINITY, 1e300, 0.5] {
            let _ = Id::from_f64(number).interpreter();
        }
    }
}
