//! All `unsafe` of the core: the raw C-API of CPython and the raw Node-API behind safe functions.
//!
//! Two tokens carry the invariants. `Python<'py>` says that this thread is attached to an interpreter; only
//! `sys::thread` makes one. `Scope<'s>` says that this is a JavaScript thread inside a Node-API call; only
//! `sys::node` makes one. Everything that takes a token may rely on what it says.
#![allow(unsafe_code)]

pub mod api;
pub mod audit;
pub mod buffer;
pub mod bulk;
mod call_slot;
pub mod class;
pub mod clock;
pub mod closure;
pub mod context;
mod exception;
mod frames;
pub mod function;
pub mod gil_cell;
mod gil_state;
pub mod heap_type;
pub mod imports;
pub mod iteration;
mod large;
pub mod layout;
mod locale;
pub mod node;
pub mod object;
pub mod source;
mod stdio;
pub mod sub_interpreter;
mod text;
pub mod thread;
mod thread_ids;
pub mod value;
mod vetting;
