//! Python's protocols for JavaScript: generators, context managers, operators by name, and templates.

use super::answer::Outcome;
use super::asyncio::Awaiting;
use super::operations::{boolean, none};
use crate::attach::Attached;
use crate::callback;
use crate::errors::{Error, Result};
use crate::runtime::Keep;
use crate::sys::class;
use crate::sys::heap_type;
use crate::sys::object::{self, Builtin, Object, PyResult};
use crate::sys::value;
use std::ffi::CStr;

/// The outcome of a step of an iterator: StopIteration is its end, and no error.
fn step<'py>(stepped: PyResult<'py, Object<'py>>) -> Result<'py, Outcome<'py>> {
    match stepped {
        Ok(item) => Ok(Outcome::Value(item)),
        Err(raised) if Builtin::StopIteration.is_instance(&raised.0) => {
            Ok(Outcome::Stop(object::attr(&raised.0, c"value")?))
        }
        Err(raised) => Err(raised.into()),
    }
}

pub fn next<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    super::items::step(attached, &args[0])
}

/// The method of a generator, or of what has one of that name; `None` where there is none.
fn optional<'py>(iterator: &Object<'py>, name: &CStr) -> Result<'py, Option<Object<'py>>> {
    let name = value::interned(iterator.py(), &name.to_string_lossy())?;
    Ok(object::getattr_optional(iterator, &name)?)
}

/// An iterator that takes no values goes on without this one, as one of JavaScript's does.
pub fn send<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    match optional(&args[0], c"send")? {
        Some(send) => step(object::call(&send, &[&args[1]], None)),
        None => next(attached, args),
    }
}

/// What JavaScript threw, raised where a generator stands; any other iterator just ends with it.
pub fn throw<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let exception = callback::raise(attached, &args[1], &args[2]).0;
    match optional(&args[0], c"throw")? {
        Some(throw) => step(object::call(&throw, &[&exception], None)),
        None => Err(Error::Raised(exception)),
    }
}

/// Generators have a `close`; so may other iterators, which is not ours to call.
pub fn close<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    if class::is_generator(&args[0]) {
        object::call(&object::attr(&args[0], c"close")?, &[], None)?;
    }
    none(attached)
}

/// A method of the protocol of context managers, which Python looks up in the type.
fn manager_method<'py>(manager: &Object<'py>, name: &CStr) -> Result<'py, Object<'py>> {
    let class = class::type_of(manager);
    let text = value::interned(manager.py(), &name.to_string_lossy())?;
    object::getattr_optional(&class, &text)?.ok_or_else(|| {
        let name = name.to_string_lossy();
        let message = format!("the object does not support the context manager protocol (it has no {name})");
        Builtin::TypeError.raise(manager.py(), &message).into()
    })
}

pub fn enter<'py>(_attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let enter = manager_method(&args[0], c"__enter__")?;
    manager_method(&args[0], c"__exit__")?;
    Ok(Outcome::Value(object::call(&enter, &[&args[0]], None)?))
}

/// An async context manager, which the loop is to enter.
pub fn enter_async<'py>(manager: &Object<'py>) -> Result<'py, Outcome<'py>> {
    manager_method(manager, c"__aenter__")?;
    manager_method(manager, c"__aexit__")?;
    Ok(Outcome::Await(Awaiting::Enter, manager.clone()))
}

/// What `__exit__` answers to `[manager, whether something was thrown, what, its frames]`.
fn left<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Object<'py>> {
    let exit = manager_method(&args[0], c"__exit__")?;
    if !object::is_true(&args[1])? {
        let none = object::none(attached.py);
        return Ok(object::call(&exit, &[&args[0], &none, &none, &none], None)?);
    }
    let exception = callback::raise(attached, &args[2], &args[3]).0;
    let kind = class::type_of(&exception);
    let traceback = object::attr(&exception, c"__traceback__")?;
    let call = || object::call(&exit, &[&args[0], &kind, &exception, &traceback], None);
    Ok(object::while_handled(&exception, call)?)
}

/// Whether `__exit__` suppresses what was thrown.
pub fn exit<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let answer = left(attached, args)?;
    boolean(attached, object::is_true(&answer)?)
}

const SOURCE: &CStr = match CStr::from_bytes_with_nul(
    concat!(
        include_str!("protocols.py"),
        "\n\n",
        include_str!("values.py"),
        "\n\n",
        include_str!("files.py"),
        "\0"
    )
    .as_bytes(),
) {
    Ok(source) => source,
    Err(_) => panic!("the source has a NUL"),
};

/// What protocols.py defines under that name.
pub(super) fn named<'py>(attached: Attached<'py>, name: &Object<'py>) -> Result<'py, Object<'py>> {
    let names = attached.keep(Keep::Protocols, |attached| {
        heap_type::run_source(attached.py, SOURCE, c"<python_ts.protocols>", &[])
    })?;
    attached
        .keep(Keep::Live, |attached| object::getitem(&names, &value::str_from_utf8(attached.py, "Live")?))?;
    Ok(object::getitem(&names, name)?)
}

/// `(name, ...arguments)`: calls what protocols.py defines under that name.
pub fn operate<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let operation = named(attached, &args[0])?;
    let rest: Vec<_> = args[1..].iter().collect();
    Ok(Outcome::Value(object::call(&operation, &rest, None)?))
}

/// `(kind, parts joined by NUL, ...values)`: the value of a template.
pub fn template<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let template = named(attached, &value::str_from_utf8(attached.py, "template")?)?;
    let function = object::call(&template, &[&args[0], &args[1]], None)?;
    let values: Vec<_> = args[2..].iter().collect();
    Ok(Outcome::Value(object::call(&function, &values, None)?))
}
