//! A message from JavaScript, copied out of its buffers.

use super::tags::{TAG_BITS, TAG_MASK, ext, tag};
use crate::callback;
use crate::errors::Misuse;
use crate::sys::node::{Js, Scope};

/// The byte sequences of a message.
pub trait Blobs {
    /// Passes blob number `index` to `f`, which must not run JavaScript.
    fn with<R>(&self, index: usize, f: impl FnOnce(&[u8]) -> R) -> Result<R, Misuse>;
}

/// Blobs copied out of JavaScript, for any thread.
pub type Copies = Vec<Vec<u8>>;

impl Blobs for Copies {
    fn with<R>(&self, index: usize, f: impl FnOnce(&[u8]) -> R) -> Result<R, Misuse> {
        self.get(index).map(|blob| f(blob)).ok_or(MALFORMED)
    }
}

/// Uint8Arrays in an Array, each read when its turn comes.
pub struct Views<'s> {
    scope: Scope<'s>,
    array: Option<Js<'s>>,
    lengths: Vec<usize>,
}

impl<'s> Views<'s> {
    pub fn new(scope: Scope<'s>, array: Option<Js<'s>>) -> Self {
        let count = array.and_then(|array| scope.array_length(array)).unwrap_or(0);
        let length = |index| scope.with_bytes(scope.element(array?, index).ok()?, <[u8]>::len).ok();
        let lengths = (0..count).map(|index| length(index).unwrap_or(0)).collect();
        Self { scope, array, lengths }
    }
}

impl Blobs for Views<'_> {
    /// Reading a message can run Python code (`__hash__`), and that JavaScript: a buffer may have changed since the message was written.
    fn with<R>(&self, index: usize, f: impl FnOnce(&[u8]) -> R) -> Result<R, Misuse> {
        let length = *self.lengths.get(index).ok_or(MALFORMED)?;
        let view = self.scope.element(self.array.ok_or(MALFORMED)?, index as u32).map_err(|_| MALFORMED)?;
        let used = self.scope.with_bytes(view, |bytes| (bytes.len() == length).then(|| f(bytes)));
        used.map_err(|_| MALFORMED)?.ok_or(Misuse::BufferChanged)
    }
}

/// The streams of a message, and how far they are read.
pub struct Incoming<B: Blobs> {
    /// The environment the message comes from.
    pub environment: u64,
    pub words: Vec<i32>,
    pub doubles: Vec<f64>,
    pub text: Vec<u16>,
    pub blobs: B,
    word: usize,
    double: usize,
    unit: usize,
    blob: usize,
}

pub const MALFORMED: Misuse = Misuse::Internal("a message of the flat encoding is malformed");

impl<B: Blobs> Incoming<B> {
    pub fn new(environment: u64, blobs: B) -> Self {
        let (words, doubles, text) = (Vec::new(), Vec::new(), Vec::new());
        Self { environment, words, doubles, text, blobs, word: 0, double: 0, unit: 0, blob: 0 }
    }

    #[inline]
    pub fn word(&mut self) -> Result<i32, Misuse> {
        let word = *self.words.get(self.word).ok_or(MALFORMED)?;
        self.word += 1;
        Ok(word)
    }

    pub fn words(&mut self, count: usize) -> Result<&[i32], Misuse> {
        let start = self.word;
        self.word = start.saturating_add(count).min(self.words.len());
        self.words.get(start..start.saturating_add(count)).ok_or(MALFORMED)
    }

    /// How many words are not read yet: no more values can follow.
    pub fn words_left(&self) -> usize {
        self.words.len() - self.word
    }

    /// The next word, if it is an INT.
    #[inline]
    pub fn int(&mut self) -> Option<i32> {
        let word = *self.words.get(self.word)?;
        let int = (word & TAG_MASK == tag::INT).then_some(word >> TAG_BITS);
        self.word += usize::from(int.is_some());
        int
    }

    /// Whether each of the next `count` words is a whole value that is made without running Python code.
    #[inline]
    pub fn are_scalars(&self, count: usize) -> bool {
        const SCALARS: u32 =
            1 << tag::INT | 1 << tag::FLOAT | 1 << tag::INT53 | 1 << tag::CONST | 1 << tag::STR;
        let words = self.words.get(self.word..self.word.saturating_add(count)).unwrap_or(&[]);
        words.len() == count && words.iter().all(|word| SCALARS >> (word & TAG_MASK) & 1 == 1)
    }

    #[inline]
    pub fn double(&mut self) -> Result<f64, Misuse> {
        let double = *self.doubles.get(self.double).ok_or(MALFORMED)?;
        self.double += 1;
        Ok(double)
    }

    #[inline]
    pub fn units(&mut self, length: usize) -> Result<&[u16], Misuse> {
        let units = self.text.get(self.unit..self.unit.saturating_add(length)).ok_or(MALFORMED)?;
        self.unit += length;
        Ok(units)
    }

    /// Passes the next blob to `f`, which must not run JavaScript.
    pub fn blob<R>(&mut self, f: impl FnOnce(&[u8]) -> R) -> Result<R, Misuse> {
        self.blob += 1;
        self.blobs.with(self.blob - 1, f)
    }
}

impl<B: Blobs> Drop for Incoming<B> {
    /// JavaScript counted each reference it sent. Those that nobody read, because of an error before, are given back.
    fn drop(&mut self) {
        while let Ok(word) = self.word() {
            let payload = (word as u32 >> TAG_BITS) as usize;
            let behind = match (word & TAG_MASK, payload) {
                (tag::BIGINT, _) => payload >> 1,
                (tag::OBJECT, _) | (tag::EXT, ext::METHOD | ext::ARGS | ext::JSREF) => 2,
                _ => 0,
            };
            let environment = self.environment;
            if let (Ok(&[reference, _]), tag::EXT, ext::JSREF) =
                (self.words(behind), word & TAG_MASK, payload)
            {
                callback::give_back(environment, reference as u32);
            }
        }
    }
}
