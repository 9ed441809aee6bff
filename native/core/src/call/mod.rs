//! Calls from JavaScript: their arguments, what they do, and how the result goes back.

mod answer;
mod arguments;
mod asyncio;
mod converters;
mod direct;
mod items;
mod job;
mod memory;
mod mixed;
pub mod names;
mod operations;
mod protocols;
mod run;
mod submit;
mod turns;
mod worker;

pub use answer::answer_misuse;
pub use direct::{CallNumbers, Getattr, ImportModule, SubmitNumbers, call};
pub use items::{Item, Next, item_of};
pub use memory::{await_keeper, buffer, call_keeper, keep, release_buffer, set_keeper, share};
pub use mixed::{CallMixed, call_beside};
pub use run::run;
pub use submit::{cancel, submit};
pub use turns::take_turns;
pub use worker::{interrupt, resume};
