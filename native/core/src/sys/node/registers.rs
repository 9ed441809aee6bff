//! The registers of a JavaScript thread: a few doubles shared with `lib/codec/registers.ts`, in which the hot calls pass ids, numbers
//! and small results. A Node-API value costs a function call each way (`npm run bench -- --rows method,add`).

use super::Shared;
use std::cell::Cell;
use std::ptr::NonNull;

/// How many registers there are.
pub const REGISTERS: usize = 32;

/// The registers of this thread.
#[derive(Clone, Copy)]
pub struct Registers(NonNull<Cell<f64>>, u64);

thread_local! {
    static OF_THIS_THREAD: Cell<Option<Registers>> = const { Cell::new(None) };
}

impl Registers {
    /// Makes this memory the registers of this thread, of the environment with that number; false if it is too small. `environment` keeps it as long as the thread can be
    /// called by JavaScript.
    pub fn share(memory: &Shared<f64>, environment: u64) -> bool {
        if memory.length < REGISTERS {
            return false;
        }
        OF_THIS_THREAD.set(NonNull::new(memory.data.cast()).map(|data| Self(data, environment)));
        true
    }

    #[inline]
    pub fn of_this_thread() -> Option<Self> {
        OF_THIS_THREAD.get()
    }

    /// Whose they are.
    #[inline]
    pub fn environment(&self) -> u64 {
        self.1
    }

    #[inline]
    fn cells(&self) -> &[Cell<f64>; REGISTERS] {
        // SAFETY: `share` has checked the length; `environment::setup` keeps the ArrayBuffer, which `lib/codec` never exposes, transfers or
        // resizes; the type is not Send, and the only other user of the memory, JavaScript, does not run on this thread meanwhile.
        unsafe { self.0.cast().as_ref() }
    }

    /// `index` is below REGISTERS.
    #[inline]
    pub fn get(&self, index: usize) -> f64 {
        self.cells()[index].get()
    }

    #[inline]
    pub fn set(&self, index: usize, value: f64) {
        self.cells()[index].set(value);
    }
}
