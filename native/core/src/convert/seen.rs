//! The identity cache of a message to JavaScript.

use crate::sys::object::Address;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The index of each shareable value that may come again, by address. They are alive: their containers hold them.
pub type Seen = HashMap<Address, usize, BuildHasherDefault<AddressHasher>>;

/// Addresses of objects, as they are aligned, need no better hash than this.
#[derive(Default)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    #[inline]
    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64 >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(self.0 as usize ^ usize::from(byte) << 4);
        }
    }
}
