//! Ids of thread states that are one interpreter's alone.
//!
//! Each interpreter counts its thread states from 1. A context variable made in C keeps its last value by the id of the thread state alone, so where the
//! interpreters of a process share the variable (that of `decimal` before CPython 3.13), one of them is given the value of another: the precision
//! set there, or an object that is gone. The ids of a sub-interpreter are therefore counted from a number that no other one reaches.
//!
//! CPython has no function for it. Where the count and the id stand is found by making thread states and seeing which words follow their ids; where
//! that is not plain, nothing is written.

use super::thread::{InterpreterState, ThreadState};
use pyo3::ffi;
use std::sync::OnceLock;

/// How many thread states are made to find out.
const TRIES: usize = 8;
/// How far the count is looked for (3.10 has it at word 431, 3.11 at 1, 3.12 at 8, 3.13 at 917; the smallest interpreter has 13,000 words).
const COUNT_WITHIN: usize = 1_024;
/// How far the id is looked for (28 to 32; a thread state has 45 at least).
const ID_WITHIN: usize = 40;
/// The ids that each interpreter has to itself: 2 to the power of this.
const BITS: u32 = 32;

/// In words, from the beginning.
#[derive(Clone, Copy)]
struct Places {
    count: usize,
    id: usize,
}

static PLACES: OnceLock<Option<Places>> = OnceLock::new();

/// For an interpreter that was just made; this thread is attached to it by `state`, its only one.
pub fn set_apart(interpreter: InterpreterState, state: ThreadState) {
    if !cfg!(target_pointer_width = "64") {
        return;
    }
    let Some(places) = *PLACES.get_or_init(|| find(interpreter, state)) else { return };
    // SAFETY: the interpreter is alive. Ids of interpreters are counted up, and never used again.
    let first = unsafe { ffi::PyInterpreterState_GetID(interpreter.0.as_ptr()) } << BITS;
    // SAFETY: `find` has seen that these words are the count and the id; no other thread knows of the interpreter.
    unsafe {
        *words(interpreter.0.as_ptr()).add(places.count) += first;
        *words(state.0.as_ptr()).add(places.id) += first;
    }
}

fn words<T>(structure: *mut T) -> *mut i64 {
    structure.cast()
}

fn find(interpreter: InterpreterState, state: ThreadState) -> Option<Places> {
    let mut counts: Vec<usize> = (0..COUNT_WITHIN).collect();
    let mut ids: Vec<usize> = (0..ID_WITHIN).collect();
    let mut look = |state: *mut ffi::PyThreadState| {
        // SAFETY: both are alive, and longer than what is read; a word that another thread writes meanwhile is one that is not looked for.
        unsafe {
            let id = ffi::PyThreadState_GetID(state);
            counts.retain(|at| words(interpreter.0.as_ptr()).add(*at).read_volatile() == id);
            ids.retain(|at| words(state).add(*at).read_volatile() == id);
        }
    };
    look(state.0.as_ptr());
    for _ in 0..TRIES {
        // SAFETY: attached to the interpreter, whose state the new one never becomes.
        unsafe {
            let other = ffi::PyThreadState_New(interpreter.0.as_ptr());
            look(other);
            ffi::PyThreadState_Clear(other);
            ffi::PyThreadState_Delete(other);
        }
    }
    match (counts.as_slice(), ids.as_slice()) {
        ([count], [id]) => Some(Places { count: *count, id: *id }),
        _ => None,
    }
}
