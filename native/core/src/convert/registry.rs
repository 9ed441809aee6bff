//! Numbers of the process for what both sides keep: they never change their meaning.

use indexmap::{Equivalent, IndexSet};
use once_cell::sync::Lazy;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

/// Values by number, in the order in which they came; no more than `limit`, because a program that makes ever new ones must not grow for ever.
pub struct Registry<T: ?Sized> {
    values: Lazy<RwLock<IndexSet<Box<T>>>>,
    limit: usize,
}

impl<T: ?Sized + Hash + Eq> Registry<T> {
    pub const fn new(limit: usize) -> Self {
        Self { values: Lazy::new(RwLock::default), limit }
    }

    /// The number of a value, which gets one now if there is room.
    pub fn number_of<'a>(&self, value: &'a T) -> Option<usize>
    where
        Box<T>: From<&'a T>,
        T: Equivalent<Box<T>>,
    {
        let known = self.values.read().unwrap_or_else(PoisonError::into_inner).get_index_of(value);
        known.or_else(|| self.add(value))
    }

    #[cold]
    fn add<'a>(&self, value: &'a T) -> Option<usize>
    where
        Box<T>: From<&'a T>,
        T: Equivalent<Box<T>>,
    {
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        let has_room = values.len() < self.limit || values.contains(value);
        has_room.then(|| values.insert_full(value.into()).0)
    }

    /// Whether nothing more gets a number.
    pub fn is_full(&self) -> bool {
        self.values.read().unwrap_or_else(PoisonError::into_inner).len() >= self.limit
    }

    /// Passes the value of a number to `f`.
    pub fn with<R>(&self, number: usize, f: impl FnOnce(&T) -> R) -> Option<R> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        values.get_index(number).map(|value| f(value))
    }
}
