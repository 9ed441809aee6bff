//! A message of the flat encoding, on its way from Python to JavaScript: plain data that any thread may carry.

use super::tags::{MAX_PAYLOAD, TAG_BITS, TAG_MASK, tag, word};
use crate::errors::Misuse;
use crate::refs::Id;
use crate::runtime;

/// Text and the places where it is cut into chunks. A JavaScript string cut from a chunk keeps the whole chunk alive, so chunks are short.
pub struct Chunks<T> {
    units: Vec<T>,
    cuts: Vec<usize>,
    next: usize,
}

const CHUNK: usize = 16 * 1024;

impl<T: Copy> Chunks<T> {
    const fn new() -> Self {
        Self { units: Vec::new(), cuts: Vec::new(), next: 0 }
    }

    /// Appends one string, which never spans two chunks.
    fn push(&mut self, units: &[T]) {
        self.begin(units.len());
        self.units.extend_from_slice(units);
    }

    /// The same for units that are converted one by one.
    fn push_each(&mut self, units: impl Iterator<Item = T>, length: usize) {
        self.begin(length);
        self.units.extend(units);
    }

    #[inline]
    fn begin(&mut self, length: usize) {
        let start = self.cuts.last().copied().unwrap_or(0);
        if self.units.len() > start && self.units.len() - start + length > CHUNK {
            self.cuts.push(self.units.len());
        }
    }

    /// The next chunk to be read.
    pub fn read(&mut self) -> &[T] {
        let start = if self.next == 0 { 0 } else { self.cuts[self.next - 1] };
        let end = self.cuts.get(self.next).copied().unwrap_or(self.units.len());
        self.next = (self.next + 1).min(self.cuts.len());
        &self.units[start..end]
    }

    fn clear(&mut self) {
        self.units.clear();
        self.units.shrink_to(1 << 20);
        self.cuts.clear();
        self.next = 0;
    }
}

pub struct Message {
    pub words: Vec<i32>,
    pub doubles: Vec<f64>,
    pub latin: Chunks<u8>,
    pub wide: Chunks<u16>,
    blobs: Vec<Vec<u8>>,
    next_blob: usize,
    /// The references handed out in this message, to be given back if it does not arrive.
    pub handed_out: Vec<Id>,
    /// The JavaScript references in it.
    pub homecoming: Vec<u32>,
}

impl Drop for Message {
    /// What was handed out in a message that did not arrive is given back.
    fn drop(&mut self) {
        for id in self.handed_out.drain(..) {
            if let Ok(interpreter) = runtime::find(id.interpreter()) {
                interpreter.released.push(id, 1);
            }
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

impl Message {
    pub const fn new() -> Self {
        Self {
            words: Vec::new(),
            doubles: Vec::new(),
            latin: Chunks::new(),
            wide: Chunks::new(),
            blobs: Vec::new(),
            next_blob: 0,
            handed_out: Vec::new(),
            homecoming: Vec::new(),
        }
    }

    /// Empties the message, keeping its memory (up to a bound) for the next one.
    pub fn clear(&mut self) {
        self.words.clear();
        self.words.shrink_to(1 << 18);
        self.doubles.clear();
        self.doubles.shrink_to(1 << 17);
        self.latin.clear();
        self.wide.clear();
        self.blobs = Vec::new();
        self.next_blob = 0;
        self.handed_out.clear();
        self.homecoming.clear();
    }

    #[inline]
    pub fn put(&mut self, tag: i32, payload: usize) {
        self.words.push(word(tag, payload));
    }

    pub fn put_double(&mut self, tag: i32, value: f64) {
        self.put(tag, 0);
        self.doubles.push(value);
    }

    pub fn put_id(&mut self, id: Id) {
        self.words.extend(id.words());
    }

    pub fn put_latin(&mut self, text: &[u8]) -> Result<(), Misuse> {
        self.put(tag::STR, checked(text.len())?);
        self.latin.push(text);
        Ok(())
    }

    /// A str of code points that are not all ASCII, lone surrogates among them perhaps.
    pub fn put_points(&mut self, points: &[u32]) -> Result<(), Misuse> {
        let all = points.iter().fold(0, |all, point| all | point);
        if all < 0x100 {
            self.put(tag::STR, checked(points.len())?);
            self.latin.push_each(points.iter().map(|&point| point as u8), points.len());
            return Ok(());
        }
        if all < 0x1_0000 {
            self.put(tag::WIDE, checked(points.len())?);
            self.wide.push_each(points.iter().map(|&point| point as u16), points.len());
            return Ok(());
        }
        self.put_wide(&utf16(points))
    }

    pub fn put_wide(&mut self, units: &[u16]) -> Result<(), Misuse> {
        self.put(tag::WIDE, checked(units.len())?);
        self.wide.push(units);
        Ok(())
    }

    pub fn put_utf8(&mut self, text: &str) -> Result<(), Misuse> {
        if text.is_ascii() {
            return self.put_latin(text.as_bytes());
        }
        if text.chars().all(|c| c <= '\u{FF}') {
            let length = text.chars().count();
            self.put(tag::STR, checked(length)?);
            self.latin.push_each(text.chars().map(|c| c as u8), length);
            return Ok(());
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        self.put_wide(&units)
    }

    pub fn put_blob(&mut self, bytes: Vec<u8>) {
        self.put(tag::BYTES, 0);
        self.blobs.push(bytes);
    }

    pub fn read_blob(&mut self) -> Vec<u8> {
        let blob = self.blobs.get_mut(self.next_blob).map(std::mem::take).unwrap_or_default();
        self.next_blob += 1;
        blob
    }

    /// The flags and the id, where the message is one live object and nothing else.
    #[inline]
    pub fn only_object(&self) -> Option<(u32, Id)> {
        let &[word, low, high] = self.words.as_slice() else { return None };
        (word & TAG_MASK == tag::OBJECT).then(|| (word as u32 >> TAG_BITS, Id::from_words(low, high)))
    }

    /// Keeps a place for the head of a container, whose length is known after its items.
    pub fn open(&mut self) -> usize {
        self.words.push(0);
        self.words.len() - 1
    }

    pub fn close(&mut self, at: usize, tag: i32, length: usize) -> Result<(), Misuse> {
        self.words[at] = word(tag, checked(length)?);
        Ok(())
    }
}

/// UTF-16 units of code points that may be lone surrogates.
pub fn utf16(points: &[u32]) -> Vec<u16> {
    let mut units = Vec::with_capacity(points.len());
    for &point in points {
        match char::from_u32(point) {
            Some(c) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            None => units.push(point as u16),
        }
    }
    units
}

fn checked(length: usize) -> Result<usize, Misuse> {
    if length <= MAX_PAYLOAD { Ok(length) } else { Err(Misuse::TooMany(length)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_stay_within_a_chunk() {
        let mut message = Message::new();
        let lengths = [10, CHUNK, 1, CHUNK - 1, 2 * CHUNK, 5, 5];
        for length in lengths {
            message.put_latin(&vec![b'x'; length]).expect("short enough");
        }
        let mut chunk = message.latin.read().len();
        let mut used = 0;
        for length in lengths {
            if used + length > chunk {
                assert_eq!(used, chunk, "a chunk ends with a string");
                chunk = message.latin.read().len();
                used = 0;
            }
            used += length;
        }
        assert_eq!(used, chunk);
    }
}
