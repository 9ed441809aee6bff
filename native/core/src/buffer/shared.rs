//! Memory of SharedArrayBuffers in Python, and who keeps it.
//!
//! A SharedArrayBuffer lives as long as one of the JavaScript threads that know it. The main thread's own are kept by references, and that thread
//! lives as long as the process. A worker can end while Python still uses the memory: so its SharedArrayBuffer is sent to the main thread, which keeps it.
//! From the sending on the memory stays: a message that was not read yet holds it, too.

use super::HALF_FORMAT;
use crate::attach::Attached;
use crate::environment;
use crate::runtime::Keep;
use crate::sys::buffer::{self, Foreign};
use crate::sys::node::{Failed, Js, Persistent, Scope, SharedBytes};
use crate::sys::object::{self, Object, PyResult};
use crate::sys::thread;
use crate::sys::value;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

thread_local! {
    /// Shared memory that Python uses, kept alive here.
    static SHARES: RefCell<HashMap<u32, Persistent>> = RefCell::default();
    /// What opens this thread for the memory of others.
    static OPEN: RefCell<Option<Persistent>> = const { RefCell::new(None) };
}

/// What is kept for threads that may end.
struct Keepers {
    /// The environment of the thread that keeps; 0 where there is none.
    environment: u64,
    /// Whether another thread has asked for it.
    is_wanted: bool,
    /// Whether it takes memory.
    is_open: bool,
    /// Memory on its way to the keeper.
    sent: Option<HashSet<u32>>,
    last: u32,
}

static KEEPERS: Mutex<Keepers> =
    Mutex::new(Keepers { environment: 0, is_wanted: false, is_open: false, sent: None, last: 0 });
static OPENED: Condvar = Condvar::new();

/// How long a thread waits for one that keeps: its event loop has to turn once.
const PATIENCE: Duration = Duration::from_secs(5);

fn keepers() -> MutexGuard<'static, Keepers> {
    KEEPERS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keepers {
    fn next(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1).max(1);
        self.last
    }

    /// Whether the memory of that number was on its way, and nobody waits for it from now on.
    fn take(&mut self, number: u32) -> bool {
        self.sent.get_or_insert_default().remove(&number)
    }
}

/// This thread keeps memory for others, once it is asked: `open` makes it ready to.
pub fn set_keeper(scope: Scope<'_>, open: Js<'_>) -> Result<(), Failed> {
    OPEN.set(Some(scope.persist(open)?));
    let is_wanted = {
        let mut keepers = keepers();
        (keepers.environment, keepers.is_open) = (environment::current(), false);
        keepers.is_wanted
    };
    if is_wanted { open_here(scope) } else { Ok(()) }
}

/// Asks the keeper to open. Does not wait.
pub fn call_keeper() {
    let environment = {
        let mut keepers = keepers();
        if std::mem::replace(&mut keepers.is_wanted, true) {
            return;
        }
        keepers.environment
    };
    if let Some(handle) = environment::find(environment) {
        let _ = handle.channel.try_send(|cx| {
            let scope = Scope::of(&cx);
            if open_here(scope).is_err() {
                scope.clear_exception();
            }
            Ok(())
        });
    }
}

fn open_here(scope: Scope<'_>) -> Result<(), Failed> {
    let Some(open) = OPEN.with_borrow(|open| open.as_ref().map(|open| scope.get(open))) else {
        return Ok(());
    };
    scope.call(open?, &[])?;
    let mut keepers = keepers();
    if keepers.environment == environment::current() {
        keepers.is_open = true;
        OPENED.notify_all();
    }
    Ok(())
}

/// A number for memory that is about to be sent to the keeper; `None` where nobody keeps it.
pub fn await_keeper() -> Option<u32> {
    let has_none = |keepers: &Keepers| environment::find(keepers.environment).is_none();
    let is_waiting = |keepers: &mut Keepers| !keepers.is_open && !has_none(keepers);
    let waited = OPENED.wait_timeout_while(keepers(), PATIENCE, is_waiting);
    let (mut keepers, _) = waited.unwrap_or_else(PoisonError::into_inner);
    if !keepers.is_open || has_none(&keepers) {
        return None;
    }
    let number = keepers.next();
    keepers.sent.get_or_insert_default().insert(number);
    Some(number)
}

/// The memory of that number has arrived here.
pub fn keep(scope: Scope<'_>, number: u32, memory: Js<'_>) -> Result<(), Failed> {
    if keepers().take(number) {
        let kept = scope.persist(memory)?;
        SHARES.with_borrow_mut(|shares| shares.insert(number, kept));
    }
    Ok(())
}

/// Keeps a SharedArrayBuffer alive, from whatever thread it is dropped.
struct Share {
    environment: u64,
    number: u32,
}

impl Drop for Share {
    fn drop(&mut self) {
        let number = self.number;
        if keepers().take(number) {
            return;
        }
        // An environment that is gone, or was given to another copy of the library, keeps what it has until its end.
        if let Some(handle) = environment::find_living(self.environment) {
            let _ = handle.channel.try_send(move |cx| {
                if let Some(kept) = SHARES.with_borrow_mut(|shares| shares.remove(&number)) {
                    Scope::of(&cx).forget(kept);
                }
                Ok(())
            });
        }
    }
}

/// Memory of a SharedArrayBuffer, and what keeps it.
pub struct Shared {
    memory: SharedBytes,
    share: Share,
}

/// The memory that a Uint8Array over a SharedArrayBuffer shows. With a number of `await_keeper`, the keeper keeps it, otherwise this thread.
pub fn shared(scope: Scope<'_>, view: Js<'_>, number: Option<u32>) -> Result<Shared, Failed> {
    let share = match number {
        Some(number) => Share { environment: keepers().environment, number },
        None => {
            let number = keepers().next();
            let kept = scope.persist(view)?;
            SHARES.with_borrow_mut(|shares| shares.insert(number, kept));
            Share { environment: environment::current(), number }
        }
    };
    Ok(Shared { memory: scope.shared_bytes(view)?, share })
}

/// A memoryview of that format over shared memory.
pub fn share<'py>(attached: Attached<'py>, shared: Shared, format: &str) -> PyResult<'py, Object<'py>> {
    let Shared { memory, share } = shared;
    let class = attached.keep(Keep::SharedMemory, |attached| {
        buffer::new_exporter_type::<Share>(
            attached.py,
            c"python_ts.SharedMemory",
            c"Memory of a JavaScript SharedArrayBuffer.",
        )
    })?;
    let foreign = Foreign::new(memory, share);
    if format == HALF_FORMAT && !thread::casts_halves() {
        return value::memoryview(&buffer::new_exporter(&class, foreign.into_halves())?);
    }
    let bytes = value::memoryview(&buffer::new_exporter(&class, foreign)?)?;
    object::call(&object::attr(&bytes, c"cast")?, &[&value::str_from_utf8(attached.py, format)?], None)
}
