//! The interpreters of the running Python, by number.

use super::Interpreter;
use crate::errors::Misuse;
use crate::refs::Id;
use crate::sys::thread::InterpreterState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Registry {
    interpreters: Vec<Option<Arc<Interpreter>>>,
    /// How many interpreters there have ever been.
    serial: u32,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { interpreters: Vec::new(), serial: 0 });

fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The interpreter of that number, if it lives.
pub fn find(number: u32) -> Result<Arc<Interpreter>, Misuse> {
    living(&lock(), number)
}

fn living(registry: &Registry, number: u32) -> Result<Arc<Interpreter>, Misuse> {
    match registry.interpreters.get(number as usize) {
        Some(Some(interpreter)) => Ok(interpreter.clone()),
        _ if number == 0 => Err(Misuse::NotRunning),
        _ => Err(Misuse::ContextDeleted),
    }
}

/// The same, and what `f` makes of it before it can end.
pub(super) fn find_and<R>(
    number: u32,
    f: impl FnOnce(&Interpreter) -> R,
) -> Result<(Arc<Interpreter>, R), Misuse> {
    let registry = lock();
    let interpreter = living(&registry, number)?;
    let made = f(&interpreter);
    Ok((interpreter, made))
}

/// All living interpreters, the main one first.
pub fn interpreters() -> Vec<Arc<Interpreter>> {
    lock().interpreters.iter().flatten().cloned().collect()
}

/// Registers an interpreter under the lowest free number; the main one is the first, number 0.
pub(super) fn add(state: InterpreterState) -> Result<Arc<Interpreter>, Misuse> {
    let mut registry = lock();
    let number = free_number(&registry)?;
    registry.serial = registry.serial.wrapping_add(1);
    let interpreter = Arc::new(Interpreter::new(number as u32, registry.serial, state));
    if number == registry.interpreters.len() {
        registry.interpreters.push(None);
    }
    registry.interpreters[number] = Some(interpreter.clone());
    Ok(interpreter)
}

/// Whether one more interpreter has room.
pub(super) fn has_room() -> Result<(), Misuse> {
    free_number(&lock()).map(|_| ())
}

fn free_number(registry: &Registry) -> Result<usize, Misuse> {
    let places = &registry.interpreters;
    let number = places.iter().position(Option::is_none).unwrap_or(places.len());
    if number < Id::MAX_INTERPRETERS {
        Ok(number)
    } else {
        // Beside the main interpreter.
        Err(Misuse::TooManyContexts(Id::MAX_INTERPRETERS - 1))
    }
}

/// Takes the interpreter off the list and marks it as ended; threads that still hold it see that.
pub(super) fn remove(interpreter: &Interpreter) {
    interpreter.end();
    if let Some(place) = lock().interpreters.get_mut(interpreter.number() as usize) {
        *place = None;
    }
}
