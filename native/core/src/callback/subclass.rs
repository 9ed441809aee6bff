//! JavaScript classes that extend Python classes: their Python classes, made by subclass.py.

use super::object::{Home, js_ref_of};
use crate::attach::Attached;
use crate::runtime::Keep;
use crate::sys::class;
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Kept, Object, PyResult};
use crate::sys::value;

fn names(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::Subclass, |attached| {
        let source = const { cstr(concat!(include_str!("subclass.py"), "\0")) };
        let name = value::str_from_utf8(attached.py, "python_ts.subclass")?;
        heap_type::run_source(attached.py, source, c"<python_ts.subclass>", &[("__name__", name)])
    })
}

/// Calls a function of subclass.py.
pub fn call<'py>(
    attached: Attached<'py>,
    name: &Object<'py>,
    args: &[Object<'py>],
) -> PyResult<'py, Object<'py>> {
    let args: Vec<_> = args.iter().collect();
    object::call(&object::getitem(&names(attached)?, name)?, &args, None)
}

/// `derive(name, base, members, javascript)` of subclass.py. The class lives as long as its interpreter, as the JavaScript class does for it.
pub fn derive<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
    let class = call(attached, &value::str_from_utf8(attached.py, "derive")?, args)?;
    let kept = Kept::new(class.clone());
    attached.with(|state| state.derived.insert(kept.address(), kept));
    Ok(class)
}

/// Whether JavaScript defined the class of an object.
#[inline]
pub fn is_derived(attached: Attached<'_>, object: &Object<'_>) -> bool {
    attached.with(|state| {
        !state.derived.is_empty() && state.derived.contains_key(&object::address(&class::type_of(object)))
    })
}

/// The JavaScript class that a Python class was made for.
#[inline]
pub fn javascript_class(attached: Attached<'_>, object: &Object<'_>) -> Option<Home> {
    let is_one = attached
        .with(|state| !state.derived.is_empty() && state.derived.contains_key(&object::address(object)));
    if !is_one {
        return None;
    }
    js_ref_of(attached, &object::attr(object, c"__javascript__").ok()?)
}
