//! What goes by reference, and what JavaScript is told of it.

use super::tags::{DERIVED, WEIGHT_SHIFT};
use crate::attach::Attached;
use crate::callback;
use crate::errors::Result;
use crate::refs::Id;
use crate::runtime::Keep;
use crate::sys::buffer;
use crate::sys::class;
use crate::sys::object::{self, Object};
use crate::sys::value::{self, Kind};

/// What a `Live` of protocols.py holds; any other object is itself.
pub fn marked<'py>(attached: Attached<'py>, object: &Object<'py>) -> Result<'py, Object<'py>> {
    match attached.kept_address(Keep::Live) {
        Some(class) if class::has_type(object, class) => Ok(object::attr(object, c"value")?),
        _ => Ok(object.clone()),
    }
}

/// In bytes: what takes less memory is not worth a word.
const HEAVY: usize = 1 << 16;
/// An estimate, in bytes, of what an item of a container takes.
const ITEM: usize = 64;

/// How much memory JavaScript keeps alive by the object, for the payload of OBJECT: as far as C code can tell at once, of what exports a buffer and of containers.
fn weight(object: &Object<'_>) -> u32 {
    let bytes = match value::kind(object) {
        Kind::List | Kind::Tuple | Kind::Dict | Kind::Set | Kind::FrozenSet => {
            value::container_length(object).saturating_mul(ITEM)
        }
        _ => buffer::exported_bytes(object),
    };
    if bytes < HEAVY { 0 } else { bytes.ilog2() << WEIGHT_SHIFT }
}

const AWAITABLE: u32 = 32;

/// See `class::capabilities`; a future of concurrent.futures can be awaited too, in JavaScript.
pub fn capabilities<'py>(attached: Attached<'py>, object: &Object<'py>) -> u32 {
    let own = class::capabilities(object);
    if is_concurrent_future(attached, object) { own | AWAITABLE } else { own }
}

/// What the encoder would look at in vain: it is live, unless JavaScript converts it (bench: import, make, same).
#[inline]
pub fn is_surely(attached: Attached<'_>, object: &Object<'_>) -> bool {
    (class::is_bare(object) || class::is_module(object))
        && value::kind(object) == Kind::Other
        && attached.with(|state| state.converters.is_empty())
}

/// Hands it out; what JavaScript is told of it.
pub fn hand_out<'py>(attached: Attached<'py>, object: &Object<'py>) -> Result<'py, (Id, u32)> {
    let id = attached.hand_out(object)?;
    let derived = if callback::is_derived(attached, object) { DERIVED } else { 0 };
    Ok((id, capabilities(attached, object) | derived | weight(object)))
}

/// Whether JavaScript can await it.
pub fn is_awaitable<'py>(attached: Attached<'py>, object: &Object<'py>) -> bool {
    value::kind(object) == Kind::Other && capabilities(attached, object) & AWAITABLE != 0
}

fn is_concurrent_future<'py>(attached: Attached<'py>, object: &Object<'py>) -> bool {
    if !class::is_named(object, b"Future") {
        return false;
    }
    let class = object::loaded_module(attached.py, c"concurrent.futures._base")
        .and_then(|module| object::attr(&module, c"Future").ok());
    class.is_some_and(|class| class::derives_from(object, &class))
}
