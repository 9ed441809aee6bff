//! Promises in asyncio.

use super::JsRef;
use super::dispatch::{Ask, tell};
use crate::attach::Attached;
use crate::runtime::Keep;
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value;

/// `awaiter(subscribe)` of awaitable.py.
fn factory(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::Await, |attached| {
        let names = heap_type::run_source(
            attached.py,
            const { cstr(concat!(include_str!("awaitable.py"), "\0")) },
            c"<python_ts.awaitable>",
            &[],
        )?;
        object::getitem(&names, &value::str_from_utf8(attached.py, "awaiter")?)
    })
}

/// The iterator that `__await__` returns: of an asyncio future, settled from the JavaScript thread.
pub fn awaiter<'py>(attached: Attached<'py>, promise: &JsRef) -> PyResult<'py, Object<'py>> {
    let pair = object::call(&factory(attached)?, &[], None)?;
    let (future, settle) = (value::tuple_get(&pair, 0), value::tuple_get(&pair, 1));
    let (Some(future), Some(settle)) = (future, settle) else {
        return Ok(object::none(attached.py));
    };
    // Without waiting: the loop goes on meanwhile.
    tell(attached, promise, Ask::THEN, &[settle])?;
    object::call(&object::attr(&future, c"__await__")?, &[], None)
}
