//! Calls from JavaScript: their arguments, what they do, and how the result goes back.

mod answer;
mod arguments;
mod direct;
pub mod names;
mod operations;
mod run;

pub use answer::answer_misuse;
pub use direct::{call, call_method, getattr};
pub use run::run;
