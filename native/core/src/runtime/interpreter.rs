//! One interpreter and everything of it that lives between calls.

use super::pool::Pool;
use super::threads::Entries;
use crate::refs::{Ints, Keys, NumberHash, ReleaseQueue, Shapes, Table, Texts};
use crate::sys::gil_cell::GilCell;
use crate::sys::object::{Address, Kept};
use crate::sys::thread::{InterpreterState, ThreadIdent, ThreadState};
use pyo3::Python;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Objects that an interpreter keeps for speed; each is made when first needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    DateTime,
    /// `datetime(1970, 1, 1, tzinfo=timezone.utc)`
    Epoch,
    NaiveEpoch,
    TimeDelta,
    /// A tuple of the NumPy scalar types that convert by value.
    NumpyScalars,
    /// The names of convert/traceback.py.
    Traceback,
    /// `described` of convert/traceback.py.
    Described,
    JsValue,
    JsClassOf,
    /// The names of callback/node.py.
    Node,
    /// The names of callback/refusal.py.
    Refusal,
    /// The names of callback/subclass.py.
    Subclass,
    JsError,
    /// Stands for `undefined` where JavaScript threw that.
    Undefined,
    Await,
    /// The names of protocols.py.
    Protocols,
    /// `find_class` of protocols.py, once a converter was registered.
    FindClass,
    /// `Live` of protocols.py: what it holds goes by reference.
    Live,
    /// The names of output/output.py.
    Output,
    /// The names of call/asyncio.py.
    Asyncio,
    /// The type of what exports JavaScript's shared memory.
    SharedMemory,
    /// The type of copies of a Float16Array, before CPython 3.12.
    Float16Array,
    /// `'datetime'`, as a str.
    DateTimeName,
    /// `'numpy'`, as a str.
    NumpyName,
    Count,
}

/// A type whose objects JavaScript converts by a function of its own.
pub struct Converter {
    /// The environment that registered it, and that it is for.
    pub environment: u64,
    pub number: u32,
    pub class: ConverterClass,
}

pub enum ConverterClass {
    /// Not imported when it was last looked for.
    Named(String),
    Known(Kept),
}

/// Guarded by the GIL of the interpreter.
pub struct State {
    /// What JavaScript holds of this interpreter.
    pub table: Table,
    /// Interned attribute names, by name id.
    pub names: Vec<Option<Kept>>,
    /// Tuples of argument names, by signature.
    pub signatures: Vec<Option<Kept>>,
    /// Dict keys by number.
    pub keys: Keys,
    /// The keys of records, in order.
    pub shapes: Shapes,
    /// Ints that come again.
    pub ints: Ints,
    /// Strs that JavaScript knows by number.
    pub texts: Texts,
    /// See `Keep`.
    pub kept: [Option<Kept>; Keep::Count as usize],
    /// The Python classes of JavaScript classes that extend Python ones.
    pub derived: HashMap<Address, Kept>,
    /// The Python classes of JavaScript values, by kind and the names of their JavaScript classes.
    pub js_classes: HashMap<(i32, Option<Arc<str>>), Kept>,
    /// The types that JavaScript has converters for, in the order of registration.
    pub converters: Vec<Converter>,
    /// The Python object for a JavaScript value, by environment and reference id: borrowed, removed by that object's dealloc.
    pub js_refs: HashMap<(u64, u32), Address, NumberHash>,
}

const ALIVE: u8 = 0;
/// Open only to the thread that is about to end Python.
const CLOSED: u8 = 1;
const ENDED: u8 = 2;

pub struct Interpreter {
    number: u32,
    life: AtomicU8,
    /// Valid while alive.
    pub(super) state: InterpreterState,
    pub released: ReleaseQueue,
    /// In milliseconds; see `patience`.
    patience: AtomicU64,
    /// How many views of memory of this interpreter JavaScript has.
    pub views: AtomicU32,
    /// What runs apart from the threads that call.
    pub pool: Pool,
    /// The thread state it was started with, once that thread is gone. CPython 3.12 aborts when an interpreter without thread states
    /// gets one, so the first one stays as long as the interpreter.
    orphan: Mutex<Option<ThreadState>>,
    /// The threads that have a state of it.
    pub(super) entries: Entries,
    guarded: GilCell<State>,
}

/// Five seconds.
const PATIENCE: u64 = 5000;

impl Interpreter {
    /// How long a thread waits for a JavaScript thread that does not leave one call to Python: that call may be waiting for this very thread.
    pub fn patience(&self) -> Duration {
        Duration::from_millis(self.patience.load(Ordering::Relaxed))
    }

    pub fn set_patience(&self, milliseconds: u64) {
        self.patience.store(milliseconds, Ordering::Relaxed);
    }

    pub(super) fn new(number: u32, serial: u32, state: InterpreterState) -> Self {
        Self {
            number,
            life: AtomicU8::new(ALIVE),
            state,
            released: ReleaseQueue::default(),
            patience: AtomicU64::new(PATIENCE),
            views: AtomicU32::new(0),
            pool: Pool::new(),
            orphan: Mutex::new(None),
            entries: Entries::default(),
            guarded: GilCell::new(State {
                table: Table::new(number, serial.wrapping_mul(7919)),
                names: Vec::new(),
                signatures: Vec::new(),
                keys: Keys::default(),
                shapes: Shapes::default(),
                ints: Ints::default(),
                texts: Texts::default(),
                kept: Default::default(),
                derived: HashMap::new(),
                js_classes: HashMap::new(),
                converters: Vec::new(),
                js_refs: HashMap::default(),
            }),
        }
    }

    pub fn number(&self) -> u32 {
        self.number
    }

    pub fn is_main(&self) -> bool {
        self.number == 0
    }

    #[inline]
    pub fn is_alive(&self) -> bool {
        self.life.load(Ordering::Acquire) == ALIVE
    }

    pub fn has_ended(&self) -> bool {
        self.life.load(Ordering::Acquire) == ENDED
    }

    /// Closes the interpreter to all threads but the one that ends Python, or opens it again.
    pub(super) fn close(&self, is_closed: bool) {
        if !self.has_ended() {
            self.life.store(if is_closed { CLOSED } else { ALIVE }, Ordering::Release);
        }
    }

    pub(super) fn end(&self) {
        self.life.store(ENDED, Ordering::Release);
    }

    /// Interrupts the calls that JavaScript threads are in, but for that of `caller`. This thread is attached.
    pub fn interrupt_calls(&self, py: Python<'_>, caller: ThreadIdent) {
        self.entries.interrupt_calls(py, caller);
    }

    pub(super) fn leave_orphan(&self, state: ThreadState) {
        *self.orphan.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    pub(super) fn take_orphan(&self) -> Option<ThreadState> {
        self.orphan.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The guarded state. `f` must not run Python code, and so must not drop a reference: it hands it out instead.
    #[inline]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut State) -> R) -> R {
        self.guarded.with(py, f)
    }
}
