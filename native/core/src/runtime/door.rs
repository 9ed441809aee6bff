//! How threads that are no part of the runtime enter an interpreter.

use super::Interpreter;
use crate::sys::thread::{self, AttachProof, ThreadState};
use pyo3::Python;

/// A thread state for a thread to come, to enter an interpreter once.
pub struct Door(ThreadState);

impl Door {
    /// The interpreter lives, and does not end before the door was used.
    pub fn to(interpreter: &Interpreter) -> Self {
        Self(ThreadState::create(interpreter.state))
    }

    /// Runs `f` attached.
    pub fn enter(self, f: impl FnOnce(Python<'_>)) {
        self.0.attach();
        {
            let proof = AttachProof::assert();
            f(thread::token(&proof));
        }
        self.0.delete_attached();
    }
}
