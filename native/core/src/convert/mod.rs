//! Conversion by value, through the flat encoding.

mod custom;
mod decode;
mod encode;
mod exception;
mod incoming;
pub mod keys;
pub mod live;
pub mod message;
mod number;
mod registry;
mod scalar;
pub mod shapes;
pub mod tags;
mod time;

pub use decode::{Arguments, Decoded, Decoder};
pub use encode::{Encoder, encode};
pub use exception::{UNDEFINED, encode_error, put_misuse, type_name, undefined, with_javascript};
pub use incoming::{Copies, Incoming, Views};
pub use live::is_awaitable;
pub use message::{Message, utf16};
pub use number::{as_safe_integer, as_safe_integer_i64, big_words, int_from_words, put_big};
