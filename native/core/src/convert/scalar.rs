//! NumPy scalars convert like the Python value they hold.

use crate::attach::Attached;
use crate::runtime::Keep;
use crate::sys::class;
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value::{self, Kind};
use std::ffi::CStr;

/// `generic` first: it is asked first, and most objects are none.
const TYPES: [&CStr; 6] = [c"generic", c"bool_", c"integer", c"floating", c"str_", c"bytes_"];

/// The Python value of a NumPy scalar, or `None` for anything else. Scalars without an exact Python equal (longdouble, complex,
/// datetime64, void) are none of ours: they stay live objects.
pub fn numpy_value<'py>(attached: Attached<'py>, object: &Object<'py>) -> PyResult<'py, Option<Object<'py>>> {
    let Some(types) = scalar_types(attached) else {
        return Ok(None);
    };
    let derives =
        |index| value::tuple_get(&types, index).is_some_and(|class| class::derives_from(object, &class));
    if !derives(0) || !(1..TYPES.len()).any(derives) {
        return Ok(None);
    }
    let item = object::call(&object::attr(object, c"item")?, &[], None)?;
    Ok((value::kind(&item) != Kind::Other).then_some(item))
}

fn scalar_types(attached: Attached<'_>) -> Option<Object<'_>> {
    if let Some(types) = attached.kept(Keep::NumpyScalars) {
        return Some(types);
    }
    let numpy = attached.loaded_module(Keep::NumpyName, "numpy")?;
    let classes: Result<Vec<_>, _> = TYPES.iter().map(|name| object::attr(&numpy, name)).collect();
    // numpy is in sys.modules before it is complete.
    let classes = classes.ok()?;
    attached.keep(Keep::NumpyScalars, |attached| value::tuple(attached.py, &classes)).ok()
}
