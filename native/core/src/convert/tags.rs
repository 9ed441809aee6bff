//! The numbers of the flat encoding. `lib/codec/tags.ts` describes it and holds the same numbers; a test compares the two.

pub const TAG_BITS: u32 = 4;
pub const TAG_MASK: i32 = 15;
/// Payloads have 28 bits.
pub const PAYLOAD_BITS: u32 = 28;
pub const MAX_PAYLOAD: usize = (1 << PAYLOAD_BITS) - 1;
/// How deep containers may nest, in both directions.
pub const MAX_DEPTH: usize = 1200;

/// In the payload of an OBJECT, besides `Flag`: JavaScript defined the class of the object.
pub const DERIVED: u32 = 128;

/// In the payload of an OBJECT, from this bit on: the exponent of the power of two below its memory in bytes, where that is large.
pub const WEIGHT_SHIFT: u32 = 8;

/// In the payload of a DICT: the rest is the number of a shape, and only values follow.
pub const SHAPED: usize = 134217728;

pub mod tag {
    pub const INT: i32 = 0;
    pub const CONST: i32 = 1;
    pub const FLOAT: i32 = 2;
    pub const INT53: i32 = 3;
    pub const BIGINT: i32 = 4;
    pub const STR: i32 = 5;
    pub const WIDE: i32 = 6;
    pub const LIST: i32 = 7;
    pub const DICT: i32 = 8;
    pub const MAP: i32 = 9;
    pub const SET: i32 = 10;
    pub const BACK: i32 = 11;
    pub const OBJECT: i32 = 12;
    pub const DATE: i32 = 13;
    pub const BYTES: i32 = 14;
    pub const EXT: i32 = 15;
}

pub mod constant {
    pub const NONE: usize = 0;
    pub const TRUE: usize = 1;
    pub const FALSE: usize = 2;
    pub const ABSENT: usize = 3;
}

pub mod ext {
    pub const JSREF: usize = 0;
    pub const ARGS: usize = 1;
    pub const RAISED: usize = 2;
    pub const THROWN: usize = 3;
    pub const RELEASED: usize = 4;
    pub const MISUSE: usize = 5;
    pub const FOREIGN: usize = 6;
    pub const STOP: usize = 7;
    pub const METHOD: usize = 8;
    pub const CUSTOM: usize = 9;
}

/// What a hot call gave.
pub mod result {
    pub const MESSAGE: u8 = 0;
    pub const NUMBER: u8 = 1;
    pub const NULL: u8 = 2;
    pub const TRUE: u8 = 3;
    pub const FALSE: u8 = 4;
    pub const ABSENT: u8 = 5;
    pub const METHOD: u8 = 6;
    pub const OBJECT: u8 = 7;
    pub const END: u8 = 8;
    pub const TEXT: u8 = 9;
    pub const NEW_TEXT: u8 = 10;
}

pub mod js_kind {
    pub const FUNCTION: i32 = 1;
    pub const ERROR: i32 = 3;
    pub const ITERATOR: i32 = 5;
    pub const ASYNC_ITERATOR: i32 = 6;
}

/// The struct format of a BYTES value, by its payload; 0 is `bytes`.
pub const FORMATS: [Option<&str>; 12] = [
    None,
    Some("b"),
    Some("B"),
    Some("h"),
    Some("H"),
    Some("i"),
    Some("I"),
    Some("q"),
    Some("Q"),
    Some("e"),
    Some("f"),
    Some("d"),
];

/// The tag word of a payload.
#[inline]
pub const fn word(tag: i32, payload: usize) -> i32 {
    ((payload as u32) << TAG_BITS) as i32 | tag
}
