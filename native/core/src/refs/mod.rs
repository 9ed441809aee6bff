//! References: what keeps Python objects alive for JavaScript.

mod hash;
mod id;
mod ints;
mod keys;
mod release;
mod shapes;
mod table;
mod texts;

pub use hash::NumberHash;
pub use id::Id;
pub use ints::{Found, Ints};
pub use keys::{Keys, Known};
pub use release::ReleaseQueue;
pub use shapes::{Blank, Shapes, Unknown};
pub use table::Table;
pub use texts::{MOST_TEXTS, Texts};
