//! Attached scopes: the only places where Python objects are touched.

use crate::errors::{Error, Misuse, Result};
use crate::refs::Id;
use crate::runtime::{self, Attachment, Converter, ConverterClass, Interpreter, Keep, State};
use crate::sys::object::{self, Address, Kept, Object, PyResult};
use crate::sys::thread::{self, AttachProof};
use crate::sys::value;
use pyo3::Python;
use std::sync::Arc;

/// This thread, attached to an interpreter.
#[derive(Clone, Copy)]
pub struct Attached<'py> {
    pub py: Python<'py>,
    pub interpreter: &'py Interpreter,
}

/// Detaches when the scope ends, also by a panic.
struct Guard(Attachment);

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        let proof = AttachProof::assert();
        self.0.detach_and_leave(thread::token(&proof));
    }
}

/// Attaches this thread to the interpreter, drops what JavaScript has released, runs `f`, and detaches. Waits for the GIL; no lock may be held.
#[inline]
pub fn attach<R>(
    interpreter: u32,
    f: impl for<'py> FnOnce(Attached<'py>) -> R,
) -> std::result::Result<R, Misuse> {
    attach_only(interpreter, |attached| {
        if attached.interpreter.released.is_waiting() {
            attached.drain_released();
        }
        f(attached)
    })
}

/// The same without dropping anything, which can run Python code, and wait.
#[inline]
pub fn attach_only<R>(
    interpreter: u32,
    f: impl for<'py> FnOnce(Attached<'py>) -> R,
) -> std::result::Result<R, Misuse> {
    let attachment = runtime::attach_state(interpreter)?;
    attachment.state.attach();
    let guard = Guard(attachment);
    let proof = AttachProof::assert();
    Ok(f(Attached { py: thread::token(&proof), interpreter: &guard.0.interpreter }))
}

impl<'py> Attached<'py> {
    /// A scope for code that Python called: the thread is attached already.
    pub fn assume(py: Python<'py>, interpreter: &'py Interpreter) -> Self {
        Self { py, interpreter }
    }

    /// The interpreter's guarded state; see `Interpreter::with`.
    #[inline]
    pub fn with<R>(self, f: impl FnOnce(&mut State) -> R) -> R {
        self.interpreter.with(self.py, f)
    }

    /// The object that an id stands for.
    #[inline]
    pub fn object(self, id: Id) -> Result<'py, Object<'py>> {
        if id.interpreter() != self.interpreter.number() {
            return Err(Error::Foreign(id));
        }
        self.with(|state| state.table.get(id).map(|kept| kept.get(self.py))).ok_or(Error::Released(id))
    }

    /// Hands an object out to JavaScript: every call is to be matched by one `give_back`.
    pub fn hand_out(self, object: &Object<'py>) -> Result<'py, Id> {
        if let Some(id) = self.with(|state| state.table.hand_out_again(object::address(object))) {
            return Ok(id);
        }
        let kept = Kept::new(object.clone());
        match self.with(|state| state.table.insert(kept)) {
            Ok(id) => Ok(id),
            Err(kept) => {
                drop(kept.into_object(self.py));
                Err(Misuse::TooManyObjects(Id::MAX_INDEX + 1).into())
            }
        }
    }

    pub fn give_back(self, id: Id, count: u32) {
        let removed = self.with(|state| state.table.give_back(id, count));
        drop(removed.map(|removed| removed.0.into_object(self.py)));
    }

    /// Releases every object.
    fn clear(self) {
        let removed = self.with(|state| state.table.drain());
        for removed in removed {
            drop(removed.0.into_object(self.py));
        }
    }

    #[cold]
    pub fn drain_released(self) {
        for (id, count) in self.interpreter.released.take() {
            self.give_back(id, count);
        }
        for buffer in self.interpreter.released.take_buffers() {
            buffer.release(self.py);
        }
    }

    /// The kept object, made by `make` when first asked for.
    pub fn keep(
        self,
        which: Keep,
        make: impl FnOnce(Self) -> PyResult<'py, Object<'py>>,
    ) -> PyResult<'py, Object<'py>> {
        if let Some(object) = self.kept(which) {
            return Ok(object);
        }
        let made = make(self)?;
        let before = self.with(|state| state.kept[which as usize].replace(Kept::new(made.clone())));
        drop(before.map(|kept| kept.into_object(self.py)));
        Ok(made)
    }

    /// The same, where two threads must not have different ones: the first that is made is kept.
    pub fn keep_first(
        self,
        which: Keep,
        make: impl FnOnce(Self) -> PyResult<'py, Object<'py>>,
    ) -> PyResult<'py, Object<'py>> {
        if let Some(object) = self.kept(which) {
            return Ok(object);
        }
        let made = make(self)?;
        Ok(self.with(|state| {
            state.kept[which as usize].get_or_insert_with(|| Kept::new(made.clone())).get(self.py)
        }))
    }

    /// The module of that name, if it is loaded; `which` keeps the name.
    pub fn loaded_module(self, which: Keep, name: &str) -> Option<Object<'py>> {
        let name = self.keep(which, |attached| value::interned(attached.py, name)).ok()?;
        object::loaded_module_named(self.py, &name)
    }

    /// The interpreter, to be kept beyond this scope.
    pub fn shared(self) -> std::result::Result<Arc<Interpreter>, Misuse> {
        runtime::find(self.interpreter.number())
    }

    #[inline]
    pub fn kept(self, which: Keep) -> Option<Object<'py>> {
        self.with(|state| state.kept[which as usize].as_ref().map(|kept| kept.get(self.py)))
    }

    #[inline]
    pub fn kept_address(self, which: Keep) -> Option<Address> {
        self.with(|state| state.kept[which as usize].as_ref().map(Kept::address))
    }

    pub fn drop_converter(self, converter: Converter) {
        if let ConverterClass::Known(class) = converter.class {
            drop(class.into_object(self.py));
        }
    }

    /// Drops everything the interpreter keeps: before it ends.
    pub fn release_all(self) {
        self.clear();
        for converter in self.with(|state| std::mem::take(&mut state.converters)) {
            self.drop_converter(converter);
        }
        for text in self.with(|state| state.texts.drain()) {
            drop(text.into_object(self.py));
        }
        let (names, kept, keys, shapes, ints, classes, derived) = self.with(|state| {
            let State { names, signatures, kept, keys, ints, shapes, js_classes, derived, .. } = state;
            let classes = (std::mem::take(js_classes), std::mem::take(derived));
            let names = (std::mem::take(names), std::mem::take(signatures));
            (names, std::mem::take(kept), keys.take(), shapes.take(), ints.take(), classes.0, classes.1)
        });
        let kept =
            names.0.into_iter().chain(names.1).chain(kept).flatten().chain(keys).chain(shapes).chain(ints);
        for kept in kept.chain(derived.into_values()).chain(classes.into_values()) {
            drop(kept.into_object(self.py));
        }
    }

    /// Runs `f` with this thread detached: whenever JavaScript runs, and whenever one side waits for the other.
    pub fn detached<R>(self, f: impl FnOnce() -> R) -> R {
        thread::detached(self.py, f)
    }
}
