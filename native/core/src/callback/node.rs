//! The module `node` of an interpreter, made by node.py.

use crate::attach::Attached;
use crate::runtime::Keep;
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value;

/// Calls a function of node.py.
pub fn call<'py>(
    attached: Attached<'py>,
    name: &Object<'py>,
    args: &[Object<'py>],
) -> PyResult<'py, Object<'py>> {
    let names = attached.keep(Keep::Node, |attached| {
        let source = const { cstr(concat!(include_str!("node.py"), "\0")) };
        let name = value::str_from_utf8(attached.py, "python_ts.node")?;
        heap_type::run_source(attached.py, source, c"<python_ts.node>", &[("__name__", name)])
    })?;
    let args: Vec<_> = args.iter().collect();
    object::call(&object::getitem(&names, name)?, &args, None)
}
