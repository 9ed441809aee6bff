//! Attribute names by number, so that a name crosses once, and its str is interned once per interpreter.

use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::Id;
use crate::sys::object::{Kept, Lent, Object};
use crate::sys::value;
use indexmap::IndexSet;
use once_cell::sync::Lazy;
use std::sync::{PoisonError, RwLock};

/// Names of the process, in order of their ids.
static NAMES: Lazy<RwLock<IndexSet<String>>> = Lazy::new(RwLock::default);

/// More names than this are not kept: a program that reads attributes by ever new names must not grow for ever.
pub const LIMIT: usize = 65536;

/// The id of a name; `None` when there are too many.
pub fn intern(name: &str) -> Option<usize> {
    let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
    match names.get_index_of(name) {
        Some(id) => Some(id),
        None if names.len() >= LIMIT => None,
        None => Some(names.insert_full(name.to_owned()).0),
    }
}

/// An object and the interned str of a name, with one look into the interpreter's state.
#[inline]
pub fn with_object<'py>(
    attached: Attached<'py>,
    id: Id,
    name: usize,
) -> Result<'py, (Object<'py>, Lent<'py>)> {
    let known = attached.with(|state| {
        let name = state.names.get(name)?.as_ref()?.lend(attached.py);
        Some((state.table.get(id)?.get(attached.py), name))
    });
    match known {
        Some(both) if id.interpreter() == attached.interpreter.number() => Ok(both),
        _ => Ok((attached.object(id)?, text(attached, name)?)),
    }
}

/// The interned str of a name.
pub fn text(attached: Attached<'_>, name: usize) -> Result<'_, Lent<'_>> {
    let known = || attached.with(|state| Some(state.names.get(name)?.as_ref()?.lend(attached.py)));
    if let Some(text) = known() {
        return Ok(text);
    }
    make(attached, name)?;
    Ok(known().ok_or(Misuse::Internal("an attribute name was not kept"))?)
}

/// Keeps the interned str of a name in this interpreter, until it ends.
#[cold]
fn make(attached: Attached<'_>, id: usize) -> Result<'_, ()> {
    let text = NAMES.read().unwrap_or_else(PoisonError::into_inner).get_index(id).cloned();
    let text = text.ok_or(Misuse::Internal("an attribute name has no such id"))?;
    let name = value::interned(attached.py, &text)?;
    attached.with(|state| {
        if state.names.len() <= id {
            state.names.resize_with(id + 1, || None);
        }
        // What others may have been lent stays.
        state.names[id].get_or_insert_with(|| Kept::new(name.clone()));
    });
    Ok(())
}

/// The names of keyword arguments of a call, in order: by name id.
static SIGNATURES: Lazy<RwLock<IndexSet<Vec<usize>>>> = Lazy::new(RwLock::default);

/// More signatures than this are not kept.
const MOST_SIGNATURES: usize = 4096;

/// The number of a signature; `None` when there are too many.
pub fn intern_signature(names: Vec<usize>) -> Option<usize> {
    let mut signatures = SIGNATURES.write().unwrap_or_else(PoisonError::into_inner);
    match signatures.get_index_of(&names) {
        Some(number) => Some(number),
        None if signatures.len() >= MOST_SIGNATURES => None,
        None => Some(signatures.insert_full(names).0),
    }
}

/// The tuple of the names of a signature.
#[inline]
pub fn signature(attached: Attached<'_>, number: usize) -> Result<'_, Lent<'_>> {
    let known = || attached.with(|state| Some(state.signatures.get(number)?.as_ref()?.lend(attached.py)));
    if let Some(names) = known() {
        return Ok(names);
    }
    make_signature(attached, number)?;
    Ok(known().ok_or(Misuse::Internal("a signature was not kept"))?)
}

#[cold]
fn make_signature(attached: Attached<'_>, number: usize) -> Result<'_, ()> {
    let names = SIGNATURES.read().unwrap_or_else(PoisonError::into_inner).get_index(number).cloned();
    let names = names.ok_or(Misuse::Internal("a signature has no such number"))?;
    let names =
        names.into_iter().map(|name| Ok(text(attached, name)?.to_owned())).collect::<Result<Vec<_>>>()?;
    let tuple = value::tuple(attached.py, &names)?;
    attached.with(|state| {
        if state.signatures.len() <= number {
            state.signatures.resize_with(number + 1, || None);
        }
        // What others may have been lent stays.
        state.signatures[number].get_or_insert_with(|| Kept::new(tuple.clone()));
    });
    Ok(())
}
