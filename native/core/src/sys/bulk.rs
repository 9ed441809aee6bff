//! Lists, tuples and dicts, many items at a time: by what is known of their layout, else by the stable ABI.

use super::layout::{self, fact};
use super::object::{Object, PyResult, Raised, done, owned};
use pyo3::{Borrowed, Bound, Python, ffi};
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::{self, NonNull};

/// A strong reference, counted without a call where counts are known (bench: document).
pub struct Held<'py>(ManuallyDrop<Object<'py>>);

impl<'py> Held<'py> {
    /// # Safety
    /// A valid object, and this thread is attached to its interpreter.
    #[inline]
    unsafe fn take(py: Python<'py>, object: *mut ffi::PyObject) -> Self {
        // SAFETY: the caller's; the count that was taken is given back by the Drop below.
        unsafe {
            layout::take(object);
            Self(ManuallyDrop::new(Bound::from_owned_ptr(py, object)))
        }
    }
}

impl<'py> Deref for Held<'py> {
    type Target = Object<'py>;

    #[inline]
    fn deref(&self) -> &Object<'py> {
        &self.0
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        give(self.0.as_ptr());
    }
}

/// Gives up what a Bound, or a Held, owned.
#[inline]
fn give(object: *mut ffi::PyObject) {
    // SAFETY: the callers own the reference and use it no more; a Bound proves that this thread is attached.
    unsafe { layout::give(object) }
}

/// A list of `length` items that `next` makes, which must not run Python code: until it is full, the list has holes.
#[inline]
pub fn list_of<'py, E: From<Raised<'py>>>(
    py: Python<'py>,
    length: usize,
    mut next: impl FnMut() -> Result<Object<'py>, E>,
) -> Result<Object<'py>, E> {
    // SAFETY: attached; a list of that length that no one else has seen; PyList_SetItem takes over the reference, and so does what is written.
    unsafe {
        let list = owned(py, ffi::PyList_New(length as ffi::Py_ssize_t))?;
        if layout::holds(fact::ITEMS) {
            let items = layout::list_items(list.as_ptr());
            for index in 0..length {
                *items.add(index) = next()?.into_ptr();
            }
        } else {
            for index in 0..length {
                ffi::PyList_SetItem(list.as_ptr(), index as ffi::Py_ssize_t, next()?.into_ptr());
            }
        }
        Ok(list)
    }
}

/// An empty list with room for `length` items, where that is possible.
pub fn list_with_room(py: Python<'_>, length: usize) -> PyResult<'_, Object<'_>> {
    let is_known = layout::holds(fact::ITEMS);
    // SAFETY: attached; the new list has nothing but nulls.
    unsafe {
        let list = owned(py, ffi::PyList_New(if is_known { length as ffi::Py_ssize_t } else { 0 }))?;
        if is_known {
            layout::list_begin(list.as_ptr());
        }
        Ok(list)
    }
}

/// Appends an item.
#[inline]
pub fn list_push<'py>(list: &Object<'py>, item: Object<'py>) -> PyResult<'py, ()> {
    let item = item.into_ptr();
    // SAFETY: a list and an owned reference: the list takes it, or it is given up after PyList_Append has taken its own.
    unsafe {
        if layout::holds(fact::ITEMS) && layout::list_put(list.as_ptr(), item) {
            return Ok(());
        }
        let appended = ffi::PyList_Append(list.as_ptr(), item);
        give(item);
        done(list.py(), appended)
    }
}

/// The item at `index`, or `None` past the end (a list may shrink while Python code runs).
#[inline]
pub fn list_get<'py>(list: &Object<'py>, index: usize) -> Option<Held<'py>> {
    // SAFETY: a list, whose length is read now; the borrowed item is made strong at once.
    unsafe {
        if index >= ffi::Py_SIZE(list.as_ptr()) as usize {
            return None;
        }
        Some(Held::take(list.py(), ffi::PyList_GetItem(list.as_ptr(), index as ffi::Py_ssize_t)))
    }
}

/// The same for a tuple.
#[inline]
pub fn tuple_get<'py>(tuple: &Object<'py>, index: usize) -> Option<Held<'py>> {
    // SAFETY: as above.
    unsafe {
        if index >= ffi::Py_SIZE(tuple.as_ptr()) as usize {
            return None;
        }
        Some(Held::take(tuple.py(), ffi::PyTuple_GetItem(tuple.as_ptr(), index as ffi::Py_ssize_t)))
    }
}

/// Passes the items of a list from `index` on to `f`, until it refuses one; the index of that one, or the length.
///
/// The items are borrowed, which saves two calls of the stable ABI an item (bench: list): `f` must not run Python code.
#[inline]
pub fn list_scan<'py>(
    list: &Object<'py>,
    mut index: usize,
    mut f: impl FnMut(&Object<'py>) -> bool,
) -> usize {
    // SAFETY: a list, whose length is read at each step; the list owns the item, and no Python code runs before the borrow ends.
    unsafe {
        if layout::holds(fact::ITEMS) {
            let (items, length) = (layout::list_items(list.as_ptr()), ffi::Py_SIZE(list.as_ptr()) as usize);
            while index < length && f(&Borrowed::from_ptr(list.py(), *items.add(index))) {
                index += 1;
            }
            return index;
        }
        while (index as ffi::Py_ssize_t) < ffi::Py_SIZE(list.as_ptr()) {
            let item = ffi::PyList_GetItem(list.as_ptr(), index as ffi::Py_ssize_t);
            if item.is_null() || !f(&Borrowed::from_ptr(list.py(), item)) {
                break;
            }
            index += 1;
        }
    }
    index
}

/// The same for a tuple.
#[inline]
pub fn tuple_scan<'py>(
    tuple: &Object<'py>,
    mut index: usize,
    mut f: impl FnMut(&Object<'py>) -> bool,
) -> usize {
    // SAFETY: as above; a tuple never changes.
    unsafe {
        if layout::holds(fact::ITEMS) {
            let (items, length) =
                (layout::tuple_items(tuple.as_ptr()), ffi::Py_SIZE(tuple.as_ptr()) as usize);
            while index < length && f(&Borrowed::from_ptr(tuple.py(), *items.add(index))) {
                index += 1;
            }
            return index;
        }
        while (index as ffi::Py_ssize_t) < ffi::Py_SIZE(tuple.as_ptr()) {
            let item = ffi::PyTuple_GetItem(tuple.as_ptr(), index as ffi::Py_ssize_t);
            if item.is_null() || !f(&Borrowed::from_ptr(tuple.py(), item)) {
                break;
            }
            index += 1;
        }
    }
    index
}

/// Puts an item under a key.
#[inline]
pub fn dict_put<'py>(dict: &Object<'py>, key: &Object<'py>, item: Object<'py>) -> PyResult<'py, ()> {
    let item = item.into_ptr();
    // SAFETY: a dict, a valid key, and an owned reference, which is given up after the dict has taken its own.
    unsafe {
        let put = ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), item);
        give(item);
        done(dict.py(), put)
    }
}

/// Whether every key of a dict is exactly a str.
#[inline]
pub fn dict_has_only_str_keys(dict: &Object<'_>) -> bool {
    // SAFETY: a dict.
    if unsafe { layout::says_text_keys(dict.as_ptr()) } {
        return true;
    }
    let (mut position, mut key) = (0, ptr::null_mut());
    // SAFETY: a dict; the key is borrowed, its type is compared, and no Python code runs.
    unsafe {
        while ffi::PyDict_Next(dict.as_ptr(), &mut position, &mut key, ptr::null_mut()) != 0 {
            if ffi::Py_TYPE(key) != &raw mut ffi::PyUnicode_Type {
                return false;
            }
        }
    }
    true
}

/// Passes the pairs of a dict that have an exact str as key to `f`, from `position` on, until it refuses one; how many it took.
///
/// Key and value are borrowed, which saves four calls of the stable ABI a pair (bench: dict, document): `f` must not run Python code.
#[inline]
pub fn dict_scan<'py>(
    dict: &Object<'py>,
    position: &mut ffi::Py_ssize_t,
    mut f: impl FnMut(&Object<'py>, &Object<'py>) -> bool,
) -> usize {
    let (mut next, mut taken) = (*position, 0);
    let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
    let py = dict.py();
    // SAFETY: as for `list_scan`; PyDict_Next checks the position against the dict's present size.
    unsafe {
        while ffi::PyDict_Next(dict.as_ptr(), &mut next, &mut key, &mut value) != 0
            && ffi::Py_TYPE(key) == &raw mut ffi::PyUnicode_Type
            && f(&Borrowed::from_ptr(py, key), &Borrowed::from_ptr(py, value))
        {
            *position = next;
            taken += 1;
        }
    }
    taken
}

/// The next pair after `position` (0 at first); the pair is made strong at once.
#[inline]
pub fn dict_next<'py>(dict: &Object<'py>, position: &mut ffi::Py_ssize_t) -> Option<(Held<'py>, Held<'py>)> {
    let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: a dict; PyDict_Next checks the position against its present size, and gives borrowed references.
    unsafe {
        if ffi::PyDict_Next(dict.as_ptr(), position, &mut key, &mut value) == 0 {
            return None;
        }
        Some((Held::take(dict.py(), key), Held::take(dict.py(), value)))
    }
}

/// The pairs of a dict as they are stored, until the dict changes.
pub struct Record<'a, 'py> {
    dict: &'a Object<'py>,
    pairs: NonNull<[layout::Entry]>,
}

/// The pairs of a dict that has nothing but exact strs as keys, where it has some and it is known where they are.
#[inline]
pub fn record<'a, 'py>(dict: &'a Object<'py>) -> Option<Record<'a, 'py>> {
    // SAFETY: a dict.
    let pairs = unsafe { layout::entries(dict.as_ptr()) }.filter(|pairs| !pairs.is_empty())?;
    Some(Record { dict, pairs })
}

impl<'py> Record<'_, 'py> {
    #[inline]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether the dict still has as many pairs in the same place: that is asked each time, because Python code may have run.
    #[inline]
    fn is_there(&self) -> bool {
        // SAFETY: a dict.
        let pairs = unsafe { layout::entries(self.dict.as_ptr()) };
        pairs.is_some_and(|pairs| std::ptr::eq(pairs.as_ptr(), self.pairs.as_ptr()))
    }

    /// The pairs, if they are there.
    #[inline]
    fn entries(&self) -> Option<&[layout::Entry]> {
        if !self.is_there() {
            return None;
        }
        // SAFETY: they are there; the callers run no Python code while they use them.
        Some(unsafe { self.pairs.as_ref() })
    }

    /// Puts a value in the place of that at `index`, which is not the last reference to it; gives it back where the dict has changed.
    #[inline]
    pub fn replace(&self, index: usize, value: Object<'py>) -> Result<(), Object<'py>> {
        if index >= self.len() || !self.is_there() {
            return Err(value);
        }
        // SAFETY: the pair is there; the dict takes the reference, and gives up the one that it had.
        unsafe {
            let place = &raw mut (*self.pairs.cast::<layout::Entry>().as_ptr().add(index)).value;
            if (*place).is_null() {
                return Err(value);
            }
            give(place.replace(value.into_ptr()));
        }
        Ok(())
    }

    /// The addresses of the keys, in order.
    #[inline]
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = usize> + DoubleEndedIterator {
        self.entries().unwrap_or_default().iter().map(|entry| entry.key as usize)
    }

    /// What `f`, which must not run Python code, makes of the keys; `None` where it refuses one.
    pub fn map_keys<R>(&self, mut f: impl FnMut(&Object<'py>) -> Option<R>) -> Option<Vec<R>> {
        // SAFETY: the pairs are there, and the dict owns the keys.
        let key = |entry: &layout::Entry| unsafe { f(&Borrowed::from_ptr(self.dict.py(), entry.key)) };
        self.entries()?.iter().map(key).collect()
    }

    /// Passes the values from `index` on to `f`, which must not run Python code, until it refuses one; the index of that one, or the number of all.
    /// Nothing is passed where the dict has changed.
    #[inline]
    pub fn scan(&self, mut index: usize, mut f: impl FnMut(&Object<'py>) -> bool) -> usize {
        let entries = self.entries().unwrap_or_default();
        let values = entries.iter().skip(index).map(|entry| {
            // SAFETY: the pairs are there, the dict owns the values, and no Python code runs before the borrow ends.
            unsafe { Borrowed::from_ptr(self.dict.py(), entry.value) }
        });
        for value in values {
            if !f(&value) {
                break;
            }
            index += 1;
        }
        index
    }

    /// The value at `index`; `None` past the end, and where the dict has changed.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Held<'py>> {
        // SAFETY: the pair is there; its value is made strong at once.
        self.entries()?.get(index).map(|entry| unsafe { Held::take(self.dict.py(), entry.value) })
    }
}

/// A copy of a dict, in which the pairs are where they are in the dict.
#[inline]
pub fn dict_copy<'py>(dict: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a dict.
    owned(dict.py(), unsafe { ffi::PyDict_Copy(dict.as_ptr()) })
}

/// Whether the garbage collector knows an object: a dict of scalars alone it does not.
pub fn is_tracked(object: &Object<'_>) -> bool {
    // SAFETY: a valid object.
    unsafe { ffi::PyObject_GC_IsTracked(object.as_ptr()) != 0 }
}
