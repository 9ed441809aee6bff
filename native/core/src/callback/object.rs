//! The Python types of JavaScript values: JsObject, JsFunction, JsPromise and JsIterator.

use super::dispatch::{Ask, ask};
use super::{error, promise};
use crate::attach::Attached;
use crate::convert::Decoded;
use crate::convert::tags::js_kind;
use crate::environment;
use crate::runtime::{self, Interpreter, Keep};
use crate::sys::class;
use crate::sys::heap_type::{self, HeapObject, Shape};
use crate::sys::object::{self, Address, Builtin, Object, PyResult};
use crate::sys::value;
use pyo3::Python;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A JavaScript value held by Python.
pub struct JsRef {
    pub environment: u64,
    pub reference: u32,
    pub kind: i32,
    /// How often JavaScript sent the reference: given back in one piece when the Python object dies.
    received: AtomicU32,
    interpreter: Arc<Interpreter>,
}

/// Which type a kind has, and where the interpreter keeps it.
fn class_of(attached: Attached<'_>, kind: i32) -> PyResult<'_, Object<'_>> {
    let (keep, name, doc, shape) = match kind {
        js_kind::FUNCTION => {
            (Keep::JsFunction, c"python_ts.JsFunction", c"A JavaScript function.", Shape::Callable)
        }
        js_kind::PROMISE => {
            (Keep::JsPromise, c"python_ts.JsPromise", c"A JavaScript promise.", Shape::Awaitable)
        }
        js_kind::ITERATOR => {
            (Keep::JsIterator, c"python_ts.JsIterator", c"A JavaScript iterator.", Shape::Iterator)
        }
        _ => (Keep::JsObject, c"python_ts.JsObject", c"A JavaScript object.", Shape::Object),
    };
    attached.keep(keep, |attached| heap_type::new_type::<JsRef>(attached.py, name, doc, shape))
}

/// The Python object for a JavaScript value that was sent once more: the same one as long as it lives.
pub fn js_object<'py>(
    attached: Attached<'py>,
    environment: u64,
    reference: u32,
    kind: i32,
) -> PyResult<'py, Object<'py>> {
    // An iterator is an object of its own: the same JavaScript value may be known as a plain object too.
    let before = if kind == js_kind::ITERATOR { None } else { known(attached, environment, reference) };
    let object = match before {
        Some(object) => {
            heap_type::data_of::<JsRef>(&object).received.fetch_add(1, Ordering::Relaxed);
            object
        }
        None => make(attached, environment, reference, kind)?,
    };
    if kind == js_kind::ERROR { error::exception_for(attached, &object) } else { Ok(object) }
}

fn known<'py>(attached: Attached<'py>, environment: u64, reference: u32) -> Option<Object<'py>> {
    let address = attached.with(|state| state.js_refs.get(&(environment, reference)).copied())?;
    Some(object::from_address(attached.py, address))
}

fn make<'py>(
    attached: Attached<'py>,
    environment: u64,
    reference: u32,
    kind: i32,
) -> PyResult<'py, Object<'py>> {
    let interpreter = runtime::find(attached.interpreter.number())
        .map_err(|misuse| Builtin::RuntimeError.raise(attached.py, &misuse.to_string()))?;
    let data = JsRef { environment, reference, kind, received: AtomicU32::new(1), interpreter };
    let object = heap_type::new_instance(&class_of(attached, kind)?, data)?;
    if kind != js_kind::ITERATOR {
        let address = object::address(&object);
        attached.with(|state| state.js_refs.insert((environment, reference), address));
    }
    Ok(object)
}

/// Gives back a reference that was sent and never became an object.
pub fn give_back(environment: u64, reference: u32) {
    if let Some(handle) = environment::find_living(environment) {
        handle.drop_reference(reference, 1);
    }
}

/// What JavaScript value a Python object stands for.
pub struct Home {
    pub environment: u64,
    pub reference: u32,
    pub kind: i32,
}

/// The JavaScript value that a Python object stands for, if it is one of ours.
pub fn js_ref_of(attached: Attached<'_>, object: &Object<'_>) -> Option<Home> {
    let is = |keep| attached.kept_address(keep).is_some_and(|class: Address| class::has_type(object, class));
    if ![Keep::JsFunction, Keep::JsObject, Keep::JsPromise, Keep::JsIterator].into_iter().any(is) {
        return None;
    }
    let data = heap_type::data_of::<JsRef>(object);
    Some(Home { environment: data.environment, reference: data.reference, kind: data.kind })
}

/// Asks, with the answer's lifetime freed from the borrow of the data: the interpreter is kept by a clone.
fn asked<'py>(
    data: &JsRef,
    py: Python<'py>,
    what: Ask,
    args: &[Object<'py>],
    kwargs: Option<&Object<'py>>,
) -> PyResult<'py, Answer<'py>> {
    let interpreter = data.interpreter.clone();
    let answer = ask(Attached::assume(py, &interpreter), data, what, args, kwargs);
    match answer {
        Ok(Decoded::Value(value)) | Ok(Decoded::Thrown(value, _)) => {
            Ok(Answer::Value(object::rebind(py, &value)))
        }
        Ok(Decoded::Absent) => Ok(Answer::Absent),
        Ok(Decoded::Stop) => Ok(Answer::Stop),
        Err(raised) => Err(object::rebind_raised(py, &raised)),
    }
}

enum Answer<'py> {
    Value(Object<'py>),
    Absent,
    Stop,
}

impl<'py> Answer<'py> {
    fn value(self, py: Python<'py>) -> Object<'py> {
        match self {
            Self::Value(value) => value,
            Self::Absent | Self::Stop => object::none(py),
        }
    }
}

impl HeapObject for JsRef {
    fn getattr<'py>(this: &Object<'py>, data: &Self, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
        let py = this.py();
        if is_dunder(name) {
            return heap_type::generic_getattr(this, name);
        }
        match asked(data, py, Ask::Get, std::slice::from_ref(name), None)? {
            Answer::Value(value) => Ok(value),
            _ => heap_type::generic_getattr(this, name),
        }
    }

    fn setattr<'py>(
        data: &Self,
        name: &Object<'py>,
        value: Option<&Object<'py>>,
        py: Python<'py>,
    ) -> PyResult<'py, ()> {
        match value {
            Some(value) => {
                asked(data, py, Ask::Set, &[name.clone(), value.clone()], None)?;
            }
            None => {
                let deleted = asked(data, py, Ask::Delete, std::slice::from_ref(name), None)?;
                if !object::is_true(&deleted.value(py))? {
                    return Err(Builtin::AttributeError.raise_with(py, name));
                }
            }
        }
        Ok(())
    }

    fn repr<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>> {
        Ok(asked(data, py, Ask::Repr, &[], None)?.value(py))
    }

    fn call<'py>(
        data: &Self,
        args: &Object<'py>,
        kwargs: Option<&Object<'py>>,
    ) -> PyResult<'py, Object<'py>> {
        let items: Vec<_> =
            (0..value::tuple_len(args)).filter_map(|index| value::tuple_get(args, index)).collect();
        Ok(asked(data, args.py(), Ask::Call, &items, kwargs)?.value(args.py()))
    }

    fn iter<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>> {
        match asked(data, py, Ask::Iter, &[], None)? {
            Answer::Value(iterator) => Ok(iterator),
            _ => Err(Builtin::TypeError.raise(py, "the JavaScript object is not iterable")),
        }
    }

    fn next<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Option<Object<'py>>> {
        match asked(data, py, Ask::Next, &[], None)? {
            Answer::Value(value) => Ok(Some(value)),
            _ => Ok(None),
        }
    }

    fn awaiter<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>> {
        if environment::current() == data.environment {
            return Err(Builtin::RuntimeError.raise(
                py,
                "A JavaScript promise cannot be awaited on the JavaScript thread: it could never settle meanwhile.",
            ));
        }
        let interpreter = data.interpreter.clone();
        let made = promise::awaiter(Attached::assume(py, &interpreter), data);
        made.map(|object| object::rebind(py, &object)).map_err(|raised| object::rebind_raised(py, &raised))
    }

    fn getitem<'py>(data: &Self, key: &Object<'py>) -> PyResult<'py, Object<'py>> {
        let py = key.py();
        match asked(data, py, Ask::GetItem, std::slice::from_ref(key), None)? {
            Answer::Value(value) => Ok(value),
            _ if value::kind(key) == value::Kind::Int => {
                Err(Builtin::IndexError.raise(py, "the JavaScript object has no such item"))
            }
            _ => Err(Builtin::KeyError.raise_with(py, key)),
        }
    }

    fn setitem<'py>(data: &Self, key: &Object<'py>, value: Option<&Object<'py>>) -> PyResult<'py, ()> {
        match value {
            Some(value) => {
                asked(data, key.py(), Ask::SetItem, &[key.clone(), value.clone()], None)?;
            }
            None => {
                let deleted = asked(data, key.py(), Ask::DeleteItem, std::slice::from_ref(key), None)?;
                if !object::is_true(&deleted.value(key.py()))? {
                    return Err(Builtin::KeyError.raise_with(key.py(), key));
                }
            }
        }
        Ok(())
    }

    fn length<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, usize> {
        match asked(data, py, Ask::Length, &[], None)? {
            Answer::Value(value) => Ok(value::int_as_i64(&value).unwrap_or(0).max(0) as usize),
            _ => Err(Builtin::TypeError.raise(py, "the JavaScript object has no length")),
        }
    }

    fn contains<'py>(data: &Self, item: &Object<'py>) -> PyResult<'py, bool> {
        object::is_true(
            &asked(data, item.py(), Ask::Contains, std::slice::from_ref(item), None)?.value(item.py()),
        )
    }

    fn dir<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>> {
        Ok(asked(data, py, Ask::Dir, &[], None)?.value(py))
    }

    fn drop(self, py: Python<'_>) {
        if self.kind != js_kind::ITERATOR {
            self.interpreter.with(py, |state| state.js_refs.remove(&(self.environment, self.reference)));
        }
        if let Some(handle) = environment::find_living(self.environment) {
            handle.drop_reference(self.reference, self.received.load(Ordering::Relaxed));
        }
    }
}

/// Names with two underscores at each end are Python's own: JavaScript is not asked for them.
fn is_dunder(name: &Object<'_>) -> bool {
    matches!(value::text(name), Ok(value::Text::Ascii(text)) if text.starts_with(b"__") && text.ends_with(b"__"))
}
