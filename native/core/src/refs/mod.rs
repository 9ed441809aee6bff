//! References: what keeps Python objects alive for JavaScript.

mod id;
mod release;
mod table;

pub use id::Id;
pub use release::ReleaseQueue;
pub use table::Table;
