//! The module `node` of an interpreter, made by node.py; and refusal.py, which says why there is none.

use crate::attach::Attached;
use crate::runtime::Keep;
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value;

/// Calls a function of node.py, or `watch` of refusal.py.
pub fn call<'py>(
    attached: Attached<'py>,
    name: &Object<'py>,
    args: &[Object<'py>],
) -> PyResult<'py, Object<'py>> {
    let (keep, source) = match value::text(name)? {
        value::Text::Ascii(b"watch") => {
            (Keep::Refusal, const { cstr(concat!(include_str!("refusal.py"), "\0")) })
        }
        _ => (Keep::Node, const { cstr(concat!(include_str!("node.py"), "\0")) }),
    };
    let names = attached.keep(keep, |attached| {
        let name = value::str_from_utf8(attached.py, "python_ts.node")?;
        heap_type::run_source(attached.py, source, c"<python_ts.node>", &[("__name__", name)])
    })?;
    let args: Vec<_> = args.iter().collect();
    object::call(&object::getitem(&names, name)?, &args, None)
}
