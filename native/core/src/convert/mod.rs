//! Conversion by value, through the flat encoding.

mod custom;
mod decode;
mod encode;
mod exception;
mod incoming;
pub mod keys;
pub mod message;
mod number;
mod scalar;
pub mod tags;
mod time;

pub use decode::{Arguments, Decoded, Decoder};
pub use encode::{Encoder, encode, is_awaitable};
pub use exception::{encode_error, put_misuse, type_name, with_javascript};
pub use incoming::{Copies, Incoming, Views};
pub use message::{Message, utf16};
pub use number::{as_safe_integer, as_safe_integer_i64, big_words, int_from_words, put_big};
