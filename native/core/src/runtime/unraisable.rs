//! An interrupt that is raised where nothing can be raised, in a finalizer or the callback of a weak reference: CPython reports it and goes on, and the call
//! that was meant would never end. It is raised again, where it can be.

use super::Interpreter;
use crate::sys::closure::{Closure, new_closure};
use crate::sys::object::{self, Builtin, Object, PyResult};
use crate::sys::thread::{self, AttachProof, ThreadIdent};
use pyo3::Python;
use std::sync::{Arc, Weak};

/// `sys.unraisablehook` of an interpreter.
struct Unraisable(Weak<Interpreter>);

/// Installs the hook in an interpreter that was just made, to which this thread is attached; unless its site has installed one.
pub(super) fn watch(interpreter: &Arc<Interpreter>) {
    let proof = AttachProof::assert();
    // Where it fails, some interrupts are without effect; there is nobody to tell.
    let _ = install(thread::token(&proof), interpreter);
}

fn install<'py>(py: Python<'py>, interpreter: &Arc<Interpreter>) -> PyResult<'py, ()> {
    let sys = object::import_static(py, c"sys")?;
    let (present, default) =
        (object::attr(&sys, c"unraisablehook")?, object::attr(&sys, c"__unraisablehook__")?);
    if !object::is_same(&present, &default) {
        return Ok(());
    }
    let hook = new_closure(py, Unraisable(Arc::downgrade(interpreter)))?;
    object::setattr(&sys, &object::attr(&present, c"__name__")?, &hook)
}

impl Closure for Unraisable {
    const NAME: &'static std::ffi::CStr = c"unraisablehook";

    /// `args`: one `UnraisableHookArgs`.
    fn call<'py>(&self, py: Python<'py>, args: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
        if let [unraisable] = args
            && self.is_interrupted()
        {
            let class = object::attr(unraisable, c"exc_type")?;
            for interrupt in [Builtin::KeyboardInterrupt, Builtin::SystemExit] {
                if object::is_same(&class, &interrupt.object(py)) {
                    ThreadIdent::current().raise(py, interrupt);
                    return Ok(object::none(py));
                }
            }
        }
        let sys = object::import_static(py, c"sys")?;
        let args: Vec<_> = args.iter().collect();
        object::call(&object::attr(&sys, c"__unraisablehook__")?, &args, None)
    }
}

impl Unraisable {
    /// Whether the call that this thread is in was interrupted.
    fn is_interrupted(&self) -> bool {
        let this = ThreadIdent::current();
        self.0.upgrade().is_some_and(|interpreter| {
            interpreter.pool.is_interrupted(this) || interpreter.entries.is_interrupted(this)
        })
    }
}
