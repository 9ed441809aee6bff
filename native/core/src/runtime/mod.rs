//! The running Python: its interpreters, and the thread states by which threads attach to them.
//!
//! Nothing of Python is in a process-wide static. The statics here hold Rust values (a list of interpreters, a
//! state), so Python can end and start again, and every interpreter stands alone.

mod door;
mod interpreter;
pub mod lifecycle;
mod phase;
mod pool;
mod registry;
mod search;
mod threads;
pub mod turns;
mod unraisable;

pub use crate::sys::sub_interpreter::SubKind;
pub use door::Door;
pub use interpreter::{Converter, ConverterClass, Interpreter, Keep, State};
pub use phase::{ends, is_running};
pub use pool::{Demand, Job, Lane, Pool, Urgency, Worker};
pub use registry::{find, interpreters};
pub use search::Search;
pub use threads::{Activity, Attachment, activity, attach_state, is_inside, retire};
