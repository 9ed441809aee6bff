//! What can go wrong, by who is at fault.

use crate::refs::Id;
use crate::sys::object::{Object, Raised};

/// Misuse by the caller, or a limit: always one full sentence.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Misuse {
    #[error("Python is not running: create a `new Python()` first.")]
    NotRunning,
    #[error("Python has ended with this process and cannot be used any more.")]
    Exited,
    #[error("This Python context was deleted; create a new Python.")]
    ContextDeleted,
    #[error("The value is nested more than {0} levels deep, which is the limit.")]
    TooDeep(usize),
    #[error("The string has {0} characters, more than JavaScript can hold.")]
    TextTooLong(usize),
    #[error(
        "A container, or a text in one, has {0} items or characters; at most 2**28 - 1 can cross at a time."
    )]
    TooMany(usize),
    #[error("The int has more bits than a BigInt can hold, which is 2**30.")]
    IntTooLarge,
    #[error("The bytes are {0}, more than a Buffer can hold.")]
    BytesTooLong(usize),
    #[error("A buffer was detached or resized while it was passed to Python.")]
    BufferChanged,
    #[error("JavaScript holds too many Python objects: the limit is {0}.")]
    TooManyObjects(usize),
    #[error("There are too many Python contexts: the limit is {0} at the same time.")]
    TooManyContexts(usize),
    #[error("Python could not start a new context: {0}.")]
    ContextFailed(&'static str),
    #[error("This libpython cannot be used: it has no {0}.")]
    UnsupportedPython(&'static str),
    #[error(
        "Python runs in this process already: another addon, or another copy of python-ts, has started it. A process has one Python and one python-ts."
    )]
    StartedElsewhere,
    #[error("Python is being destroyed by another thread.")]
    Ending,
    #[error("Python cannot be destroyed: another thread is inside it and did not leave within a second.")]
    Busy,
    #[error(
        "A Python context cannot be deleted, nor Python destroyed, from inside a call of that same context."
    )]
    InUse,
    #[error("The system has no thread left for an asynchronous call.")]
    NoThread,
    #[error(
        "This Python cannot end yet: JavaScript sees memory of it that cannot be taken away here, because a `py.buffer()` is of another thread or was transferred; release it there."
    )]
    Viewed,
    #[error("The items of this buffer hold addresses of Python's, which JavaScript must not see.")]
    Addresses,
    #[error("python-ts: internal error: {0}.")]
    Internal(&'static str),
}

/// The JavaScript error class that a misuse becomes; the numbers are `Misuse` of lib/codec/tags.ts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    Error = 0,
    RangeError = 1,
    TypeError = 2,
}

impl Misuse {
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::TooDeep(_)
            | Self::TextTooLong(_)
            | Self::TooMany(_)
            | Self::BytesTooLong(_)
            | Self::IntTooLarge
            | Self::TooManyObjects(_)
            | Self::TooManyContexts(_) => ErrorClass::RangeError,
            Self::BufferChanged | Self::Addresses => ErrorClass::TypeError,
            _ => ErrorClass::Error,
        }
    }
}

/// Why an operation gave no result.
#[derive(Debug, thiserror::Error)]
pub enum Error<'py> {
    #[error("a Python exception")]
    Raised(Object<'py>),
    #[error("the Python object was released")]
    Released(Id),
    #[error("the Python object belongs to another context")]
    Foreign(Id),
    #[error(transparent)]
    Misuse(#[from] Misuse),
}

pub type Result<'py, T> = std::result::Result<T, Error<'py>>;

impl<'py> From<Raised<'py>> for Error<'py> {
    fn from(raised: Raised<'py>) -> Self {
        Self::Raised(raised.0)
    }
}
