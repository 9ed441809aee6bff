//! What CPython keeps inside its objects, and where. The stable ABI does not say, and asks a function for each item (a third of the time of a list;
//! bench: list, document), so each fact is used only where two things hold: this CPython is of a version that the tests run on, and `probe` has found
//! the fact true of objects whose contents are known. Everywhere else, and in every later version, the functions of the stable ABI are called.

mod containers;
mod counts;
mod dicts;
mod numbers;
mod text;

pub use containers::{list_begin, list_items, list_put, tuple_items};
pub use counts::{give, take};
pub use dicts::{Entry, entries, says_text_keys};
pub use numbers::{float, small_int};
pub use text::{StrHead, Units, new_units, units};

use super::object::{Object, attr};
use super::{class, value};
use pyo3::{Python, ffi};
use std::ffi::CStr;
use std::sync::atomic::{AtomicU32, Ordering};

/// One bit each.
pub mod fact {
    /// Lists and tuples: where the items are.
    pub const ITEMS: u32 = 1;
    /// Small ints: one digit, its sign in the size (before CPython 3.12).
    pub const SIGNED_INTS: u32 = 2;
    /// Small ints: one digit, its sign in a tag.
    pub const TAGGED_INTS: u32 = 4;
    pub const FLOATS: u32 = 8;
    /// Reference counts (before CPython 3.12).
    pub const COUNTS: u32 = 16;
    /// Reference counts, with immortal objects.
    pub const MORTAL_COUNTS: u32 = 32;
    /// Strs: their lengths, kinds and units (before CPython 3.12).
    pub const LONG_STRS: u32 = 64;
    /// The same, with a shorter head.
    pub const SHORT_STRS: u32 = 128;
    /// Dicts say whether all their keys are exact strs (from CPython 3.11 on).
    pub const KEY_KINDS: u32 = 256;
    /// Dicts of exact strs: where the pairs are (from CPython 3.11 on).
    pub const DICT_ENTRIES: u32 = 512;
}

/// What was found, once Python has started.
static FOUND: AtomicU32 = AtomicU32::new(0);
/// What of it is used. Every fact by itself: what was made by one way is read by any other.
static USED: AtomicU32 = AtomicU32::new(0);

#[inline]
fn found() -> u32 {
    FOUND.load(Ordering::Relaxed)
}

#[inline]
fn used() -> u32 {
    USED.load(Ordering::Relaxed)
}

/// Whether one of these facts holds here.
#[inline]
pub fn holds(facts: u32) -> bool {
    used() & facts != 0
}

/// Uses no other facts than these from now on; what was used before. For tests: every way must do the same.
pub fn restrict(facts: u32) -> u32 {
    USED.swap(found() & facts, Ordering::Relaxed)
}

/// The versions that the tests run on.
const TESTED: [&str; 4] = ["3.10.", "3.11.", "3.12.", "3.13."];

/// Finds out what holds in this libpython. Runs once for each start of Python; no user's code runs.
pub fn probe(py: Python<'_>) {
    let is_tested = cfg!(target_pointer_width = "64") && TESTED.into_iter().any(is_version);
    let found = if is_tested { find(py) } else { 0 };
    FOUND.store(found, Ordering::Relaxed);
    USED.store(found, Ordering::Relaxed);
}

fn is_version(prefix: &str) -> bool {
    // SAFETY: a static string.
    unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_bytes().starts_with(prefix.as_bytes())
}

fn find(py: Python<'_>) -> u32 {
    type Check = fn(Python<'_>) -> Option<bool>;
    const CHECKS: [(u32, Check); 10] = [
        (fact::ITEMS, containers::items_hold),
        (fact::SIGNED_INTS, |py| numbers::ints_hold(py, fact::SIGNED_INTS)),
        (fact::TAGGED_INTS, |py| numbers::ints_hold(py, fact::TAGGED_INTS)),
        (fact::FLOATS, numbers::floats_hold),
        (fact::COUNTS, |py| counts::hold(py, false)),
        (fact::MORTAL_COUNTS, |py| counts::hold(py, true)),
        (fact::LONG_STRS, |py| text::strs_hold(py, fact::LONG_STRS)),
        (fact::SHORT_STRS, |py| text::strs_hold(py, fact::SHORT_STRS)),
        (fact::KEY_KINDS, dicts::key_kinds_hold),
        (fact::DICT_ENTRIES, dicts::entries_hold),
    ];
    CHECKS.iter().filter(|(_, check)| check(py) == Some(true)).fold(0, |facts, (fact, _)| facts | fact)
}

/// `type(object).__basicsize__`: builds with more in the head of every object (`Py_TRACE_REFS`, no GIL) have another one.
fn basic_size(object: &Object<'_>) -> Option<i64> {
    value::int_as_i64(&attr(&class::type_of(object), c"__basicsize__").ok()?)
}
