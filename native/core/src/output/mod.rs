//! What Python gives to JavaScript without waiting for it: output, log records, warnings.
//!
//! The data goes into a queue of the JavaScript environment it is for. On that environment's own thread it is passed on at once, in the order of the
//! queue; from any other thread, by a task of the event loop.

mod python;
mod queue;

pub use python::call;
pub use queue::{drain, register};
