//! Memory that both languages see: buffers of Python objects as ArrayBuffers, and shared memory of JavaScript's as memoryviews.
//!
//! Python's memory is held (by a `Py_buffer`) from the making of an ArrayBuffer until JavaScript cannot see it any more: because the ArrayBuffer was
//! collected, or because it was detached. An interpreter does not end while somebody sees its memory who cannot be made not to.

mod shared;

pub use shared::{await_keeper, call_keeper, keep, set_keeper, share, shared};

use crate::attach::{Attached, attach};
use crate::environment;
use crate::errors::{Misuse, Result};
use crate::runtime::{Interpreter, Keep};
use crate::sys::buffer::{self, Foreign, HeldBuffer, Layout};
use crate::sys::node::{Failed, Js, JsResult, Keeper, Persistent, Scope};
use crate::sys::object::{self, Object, PyResult};
use crate::sys::thread;
use crate::sys::value;
use pyo3::Python;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// Python memory behind one ArrayBuffer.
struct Hold {
    number: u32,
    interpreter: Arc<Interpreter>,
    buffer: Mutex<Option<HeldBuffer>>,
}

/// One of this thread's ArrayBuffers over Python memory.
struct View {
    hold: Arc<Hold>,
    /// The ArrayBuffer, weakly.
    seen: Persistent,
}

thread_local! {
    static VIEWS: RefCell<HashMap<u32, View>> = RefCell::default();
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

fn next_number() -> u32 {
    NEXT.replace(NEXT.get().wrapping_add(1))
}

impl Hold {
    fn new(interpreter: Arc<Interpreter>, buffer: HeldBuffer) -> Arc<Self> {
        interpreter.views.fetch_add(1, Ordering::AcqRel);
        Arc::new(Self { number: next_number(), interpreter, buffer: Mutex::new(Some(buffer)) })
    }

    /// The buffer, the first time; JavaScript does not see it any more.
    fn take(&self) -> Option<HeldBuffer> {
        let taken = self.buffer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if taken.is_some() {
            self.interpreter.views.fetch_sub(1, Ordering::AcqRel);
        }
        taken
    }

    fn release_later(&self) {
        if let Some(buffer) = self.take() {
            self.interpreter.released.push_buffer(buffer);
        }
    }
}

impl Keeper for Hold {
    fn collected(&self) {
        self.release_later();
        // The thread may be ending.
        let _ = VIEWS.try_with(|views| views.borrow_mut().remove(&self.number));
    }
}

/// `[ArrayBuffer, number of the view or 0, format or null, bytes of an item, readonly, alignment, offset, dimensions, ...shape, ...strides]`: the memory
/// of an object itself where it may be written to, and a copy where not, or where it is asked for. Lengths are in bytes.
pub fn view<'s, 'py>(
    scope: Scope<'s>,
    attached: Attached<'py>,
    object: &Object<'py>,
    is_copy: bool,
) -> Result<'py, Js<'s>> {
    let held = buffer::hold(object)?;
    let Some(layout) = held.layout() else {
        held.release(attached.py);
        return Err(Misuse::Internal("a buffer is larger than memory").into());
    };
    if layout.format.as_deref().is_some_and(has_addresses) {
        held.release(attached.py);
        return Err(Misuse::Addresses.into());
    }
    // Writing to what Python holds for constant would be writing to constants, or to memory that the system protects.
    if is_copy || layout.is_readonly || layout.span == 0 {
        return copied(scope, attached, held, layout);
    }
    let interpreter = crate::runtime::find(attached.interpreter.number())?;
    let lowest = held.lowest(&layout);
    let hold = Hold::new(interpreter, held);
    match scope.external_array_buffer(lowest, layout.span, hold.clone()) {
        Ok(Some(seen)) => {
            let number = hold.number;
            remember(scope, seen, hold)?;
            describe(scope, seen, number, &layout).map_err(|Failed| NO_VALUE.into())
        }
        Ok(None) => match hold.take() {
            Some(held) => copied(scope, attached, held, layout),
            None => Err(NO_VALUE.into()),
        },
        Err(Failed) => {
            scope.clear_exception();
            Err(Misuse::BytesTooLong(layout.span).into())
        }
    }
}

/// Whether items of a format (PEP 3118) hold addresses: of Python objects, of text, of functions. Whoever could write one could crash Python.
fn has_addresses(format: &str) -> bool {
    let mut is_name = false;
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        let is_complex = character == 'Z' && matches!(characters.peek(), Some('f' | 'd' | 'g'));
        match character {
            ':' => is_name = !is_name,
            'O' | 'P' | 'z' | 'Z' | 'X' | '&' if !is_name && !is_complex => return true,
            _ => {}
        }
    }
    false
}

const NO_VALUE: Misuse = Misuse::Internal("Node-API made no value");
/// No ArrayBuffer of more bytes is asked for: where there is no room, V8 would end the process.
const MOST_COPIED: usize = 1 << 32;

fn remember<'py>(scope: Scope<'_>, seen: Js<'_>, hold: Arc<Hold>) -> Result<'py, ()> {
    let seen = scope.persist_weakly(seen).map_err(|Failed| NO_VALUE)?;
    VIEWS.with_borrow_mut(|views| views.insert(hold.number, View { hold, seen }));
    Ok(())
}

fn copied<'s, 'py>(
    scope: Scope<'s>,
    attached: Attached<'py>,
    held: HeldBuffer,
    layout: Layout,
) -> Result<'py, Js<'s>> {
    let made: Result<'py, JsResult<'s>> = match held.len() {
        bytes if bytes > MOST_COPIED => Err(Misuse::BytesTooLong(bytes).into()),
        _ => scope.array_buffer_copy(attached.py, &held).map_err(Into::into),
    };
    let strides = layout.c_strides();
    held.release(attached.py);
    let layout = Layout { strides, offset: 0, alignment: 0, ..layout };
    made?.and_then(|copy| describe(scope, copy, 0, &layout)).map_err(|Failed| NO_VALUE.into())
}

fn describe<'s>(
    scope: Scope<'s>,
    memory: Js<'s>,
    number: u32,
    layout: &Layout,
) -> std::result::Result<Js<'s>, Failed> {
    let count = |number: usize| scope.number(number as f64);
    let mut parts = vec![memory, scope.number(f64::from(number))?];
    parts.push(layout.format.as_ref().map_or_else(|| scope.null(), |format| scope.utf8(format))?);
    parts.extend([count(layout.itemsize)?, scope.boolean(layout.is_readonly)?]);
    parts.extend([count(layout.alignment)?, count(layout.offset)?, count(layout.shape.len())?]);
    for &length in layout.shape.iter().chain(&layout.strides) {
        parts.push(scope.number(length as f64)?);
    }
    scope.array(&parts)
}

/// Takes the memory of a view from JavaScript, and gives it back to Python. False where JavaScript has given it on (`ArrayBuffer.prototype.transfer`), or
/// does not see it any more: then it goes back when it is collected.
pub fn release(scope: Scope<'_>, number: u32) -> bool {
    let Some(hold) = VIEWS.with_borrow(|views| views.get(&number).map(|view| view.hold.clone())) else {
        return false;
    };
    if !disappear(scope, number) {
        return false;
    }
    // Deno and Bun finalize the memory as they detach it: then it is in the release queue, which attaching empties.
    let mut left = hold.take();
    let _ = attach(hold.interpreter.number(), |attached| {
        if std::ptr::eq(attached.interpreter, &*hold.interpreter)
            && let Some(buffer) = left.take()
        {
            buffer.release(attached.py);
        }
    });
    if let Some(buffer) = left {
        hold.interpreter.released.push_buffer(buffer);
    }
    true
}

/// Detaches the ArrayBuffer of a view. False if JavaScript may still see the memory, or if it was collected.
fn disappear(scope: Scope<'_>, number: u32) -> bool {
    let seen = VIEWS.with_borrow(|views| views.get(&number).and_then(|view| scope.upgrade(&view.seen)));
    let is_gone = seen.is_some_and(|seen| !scope.is_detached(seen) && scope.detach(seen).is_ok());
    if is_gone && let Some(view) = VIEWS.with_borrow_mut(|views| views.remove(&number)) {
        scope.forget(view.seen);
    }
    is_gone
}

/// How a view of this thread can be ended.
enum Sight {
    /// It can be detached, or was collected.
    Ends,
    /// JavaScript has given the memory on.
    Stays,
}

fn sight(scope: Scope<'_>, view: &View) -> Sight {
    match scope.upgrade(&view.seen) {
        Some(seen) if scope.is_detached(seen) => Sight::Stays,
        _ => Sight::Ends,
    }
}

/// The views that this thread has of an interpreter's memory.
fn views_of(interpreter: &Interpreter) -> Vec<u32> {
    let is_its = |view: &&View| std::ptr::eq(&*view.hold.interpreter, interpreter);
    VIEWS.with_borrow(|views| views.values().filter(is_its).map(|view| view.hold.number).collect())
}

/// Whether all that JavaScript sees of an interpreter's memory can be taken from it by this thread.
pub fn check_end(interpreter: &Interpreter) -> std::result::Result<(), Misuse> {
    let all = interpreter.views.load(Ordering::Acquire) as usize;
    let ends = environment::scope(environment::current()).map_or(0, |scope| {
        let ends = |number: &u32| {
            VIEWS.with_borrow(|views| {
                views.get(number).is_some_and(|view| matches!(sight(scope, view), Sight::Ends))
            })
        };
        views_of(interpreter).iter().filter(|number| ends(number)).count()
    });
    if all > ends { Err(Misuse::Viewed) } else { Ok(()) }
}

/// Takes all memory of an interpreter from this thread's JavaScript: the interpreter is about to end.
pub fn end(py: Python<'_>, interpreter: &Interpreter) {
    let Some(scope) = environment::scope(environment::current()) else { return };
    for number in views_of(interpreter) {
        let view = VIEWS.with_borrow_mut(|views| views.remove(&number));
        let Some(View { hold, seen }) = view else { continue };
        if let Some(seen) = scope.upgrade(&seen) {
            let _ = scope.detach(seen);
        }
        scope.forget(seen);
        if let Some(buffer) = hold.take() {
            buffer.release(py);
        }
    }
}

/// The struct format of half-precision floats, which `memoryview.cast` knows from CPython 3.12 on.
const HALF_FORMAT: &str = "e";

/// A memoryview of that format over a copy of bytes.
pub fn copy<'py>(attached: Attached<'py>, bytes: &[u8], format: &str) -> PyResult<'py, Object<'py>> {
    if format == HALF_FORMAT && !thread::casts_halves() {
        return halves(attached, bytes);
    }
    let py = attached.py;
    // `cast` refuses an empty view: one element is cast, and none of it shown.
    let memory = value::bytearray(py, if bytes.is_empty() { &[0; 8] } else { bytes })?;
    let view = value::memoryview(&memory)?;
    let view = object::call(&object::attr(&view, c"cast")?, &[&value::str_from_utf8(py, format)?], None)?;
    if bytes.is_empty() { object::getitem(&view, &value::empty_slice(py)?) } else { Ok(view) }
}

fn halves<'py>(attached: Attached<'py>, bytes: &[u8]) -> PyResult<'py, Object<'py>> {
    let class = attached.keep(Keep::Float16Array, |attached| {
        buffer::new_exporter_type::<Vec<u8>>(
            attached.py,
            c"python_ts.Float16Array",
            c"A copy of a JavaScript Float16Array.",
        )
    })?;
    let foreign = Foreign::of_bytes(bytes.to_vec()).into_halves();
    value::memoryview(&buffer::new_exporter(&class, foreign)?)
}

#[cfg(test)]
mod tests {
    use super::has_addresses;

    #[test]
    fn formats_with_addresses() {
        for format in ["O", "P", "<z", "<Z", "&<i", "X{}", "T{d:a:O:b:}", "2O", "T{T{P:x:}:y:}"] {
            assert!(has_addresses(format), "{format}");
        }
        for format in ["d", "<i", "Zd", "Zf", "T{d:O:=i:P:}", "(2,3)d", "?", "16s", "2w"] {
            assert!(!has_addresses(format), "{format}");
        }
    }
}
