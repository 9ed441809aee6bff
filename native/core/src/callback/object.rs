//! What the Python classes of JavaScript values have in common. javascript.py and the files beside it derive the classes themselves.

use super::dispatch::{Ask, ask};
use super::{direct, error, files, promise};
use crate::attach::Attached;
use crate::convert::Decoded;
use crate::convert::tags::js_kind;
use crate::environment;
use crate::runtime::{self, Interpreter, Keep};
use crate::sys::class;
use crate::sys::heap_type::{self, HeapObject, Shape, cstr};
use crate::sys::object::{self, Builtin, Kept, Object, PyResult};
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
    pub(super) interpreter: Arc<Interpreter>,
}

/// Above a kind and its traits: the number of the JavaScript class (`CLASS_SHIFT` of lib/codec/tags.ts).
const CLASS_SHIFT: i32 = 12;

/// The class for a kind of JavaScript value (`JsKind` and `JsTrait` bits), and for its JavaScript class; made by javascript.py when it is first met.
fn class_of(attached: Attached<'_>, environment: u64, kind: i32) -> PyResult<'_, Object<'_>> {
    let names = match kind >> CLASS_SHIFT {
        0 => None,
        number => {
            environment::find_living(environment).and_then(|handle| handle.class_names(number as usize))
        }
    };
    let key = (kind & ((1 << CLASS_SHIFT) - 1), names);
    if let Some(class) = attached.with(|state| state.js_classes.get(&key).map(|kept| kept.get(attached.py))) {
        return Ok(class);
    }
    let kind_object = value::int_from_i64(attached.py, i64::from(key.0))?;
    let class =
        object::call(&class_factory(attached)?, &[&kind_object, &split(attached, key.1.as_deref())?], None)?;
    let kept = Kept::new(class.clone());
    let before = attached.with(|state| state.js_classes.insert(key, kept));
    drop(before.map(|kept| kept.into_object(attached.py)));
    Ok(class)
}

/// Names with slashes between them, as a tuple.
fn split<'py>(attached: Attached<'py>, names: Option<&str>) -> PyResult<'py, Object<'py>> {
    let names = names.into_iter().flat_map(|names| names.split('/'));
    let names: Vec<_> =
        names.map(|name| value::str_from_utf8(attached.py, name)).collect::<Result<_, _>>()?;
    value::tuple(attached.py, &names)
}

/// The class that all of them derive from.
fn base_class(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::JsValue, |attached| {
        heap_type::new_type::<JsRef>(attached.py, c"python_ts.JsValue", Shape::Value, None)
    })
}

/// `class_of` of javascript.py.
fn class_factory(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::JsClassOf, |attached| {
        let base = base_class(attached)?;
        let derived = |name, shape| heap_type::new_type::<JsRef>(attached.py, name, shape, Some(&base));
        let names = heap_type::run_source(
            attached.py,
            const { cstr(concat!(include_str!("javascript.py"), "\0")) },
            c"<python_ts.javascript>",
            &[
                ("__name__", value::str_from_utf8(attached.py, "python_ts")?),
                ("JsCallable", derived(c"python_ts.JsCallable", Shape::Callable)?),
                ("JsError", error::class(attached)?),
                ("JsNext", derived(c"python_ts.JsNext", Shape::Iterator)?),
                ("JsValue", base.clone()),
                ("load", files::loader(attached.py)?),
            ],
        )?;
        object::getitem(&names, &value::str_from_utf8(attached.py, "class_of")?)
    })
}

/// The Python object for a JavaScript value that was sent once more: the same one as long as it lives.
pub fn js_object<'py>(
    attached: Attached<'py>,
    environment: u64,
    reference: u32,
    kind: i32,
) -> PyResult<'py, Object<'py>> {
    // An iterator is an object of its own: the same JavaScript value may be known as a plain object too.
    let before = if is_iterator(kind) { None } else { known(attached, environment, reference) };
    let object = match before {
        Some(object) => {
            heap_type::data_of::<JsRef>(&object).received.fetch_add(1, Ordering::Relaxed);
            object
        }
        None => {
            make(attached, environment, reference, kind).inspect_err(|_| give_back(environment, reference))?
        }
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
    let object = heap_type::new_instance(&class_of(attached, environment, kind)?, data)?;
    if !is_iterator(kind) {
        let address = object::address(&object);
        attached.with(|state| state.js_refs.insert((environment, reference), address));
    }
    Ok(object)
}

/// The names by which Python drives a generator: JavaScript's `throw` is another one.
fn is_of_generators(name: &Object<'_>) -> bool {
    matches!(value::text(name), Ok(value::Text::Ascii(b"send" | b"throw" | b"close")))
}

fn is_iterator(kind: i32) -> bool {
    kind == js_kind::ITERATOR || kind == js_kind::ASYNC_ITERATOR
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
    let base = attached.kept(Keep::JsValue)?;
    if !class::derives_from(object, &base) {
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
        Ok(Decoded::Stop(value)) => Ok(Answer::Stop(object::rebind(py, &value))),
        Err(raised) => Err(object::rebind_raised(py, &raised)),
    }
}

enum Answer<'py> {
    Value(Object<'py>),
    Absent,
    Stop(Object<'py>),
}

impl<'py> Answer<'py> {
    fn value(self, py: Python<'py>) -> Object<'py> {
        match self {
            Self::Value(value) => value,
            Self::Absent | Self::Stop(_) => object::none(py),
        }
    }
}

impl HeapObject for JsRef {
    fn getattr<'py>(this: &Object<'py>, data: &Self, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
        let py = this.py();
        if is_dunder(name) {
            // A class of Python's cannot define `__qualname__` for its instances.
            let is_qualname = matches!(value::text(name), Ok(value::Text::Ascii(b"__qualname__")));
            let name = if is_qualname { value::str_from_utf8(py, "__name__")? } else { name.clone() };
            return heap_type::generic_getattr(this, &name);
        }
        if is_iterator(data.kind) && is_of_generators(name) {
            return heap_type::generic_getattr(this, name);
        }
        match asked(data, py, Ask::GET, std::slice::from_ref(name), None)? {
            Answer::Value(value) => Ok(value),
            _ => heap_type::generic_getattr(this, name),
        }
    }

    fn setattr<'py>(
        this: &Object<'py>,
        data: &Self,
        name: &Object<'py>,
        value: Option<&Object<'py>>,
    ) -> PyResult<'py, ()> {
        let py = this.py();
        if is_dunder(name) {
            return heap_type::generic_setattr(this, name, value);
        }
        match value {
            Some(value) => {
                asked(data, py, Ask::SET, &[name.clone(), value.clone()], None)?;
            }
            None => {
                let deleted = asked(data, py, Ask::DELETE, std::slice::from_ref(name), None)?;
                if !object::is_true(&deleted.value(py))? {
                    return Err(Builtin::AttributeError.raise_with(py, name));
                }
            }
        }
        Ok(())
    }

    fn repr<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>> {
        Ok(asked(data, py, Ask::REPR, &[], None)?.value(py))
    }

    fn call<'py>(
        data: &Self,
        py: Python<'py>,
        args: &[Object<'py>],
        kwargs: Option<&Object<'py>>,
    ) -> PyResult<'py, Object<'py>> {
        if kwargs.is_none()
            && let Some(answer) = direct::call(data, py, args)
        {
            return answer;
        }
        Ok(asked(data, py, Ask::CALL, args, kwargs)?.value(py))
    }

    fn next<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Option<Object<'py>>> {
        match asked(data, py, Ask::NEXT, &[], None)? {
            Answer::Value(value) => Ok(Some(value)),
            // The value of a generator, for `yield from`.
            Answer::Stop(value) if value::kind(&value) != value::Kind::None => {
                Err(Builtin::StopIteration.raise_with(py, &value))
            }
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
        match asked(data, py, Ask::GET_ITEM, std::slice::from_ref(key), None)? {
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
                asked(data, key.py(), Ask::SET_ITEM, &[key.clone(), value.clone()], None)?;
            }
            None => {
                let deleted = asked(data, key.py(), Ask::DELETE_ITEM, std::slice::from_ref(key), None)?;
                if !object::is_true(&deleted.value(key.py()))? {
                    return Err(Builtin::KeyError.raise_with(key.py(), key));
                }
            }
        }
        Ok(())
    }

    fn contains<'py>(data: &Self, item: &Object<'py>) -> PyResult<'py, bool> {
        object::is_true(
            &asked(data, item.py(), Ask::CONTAINS, std::slice::from_ref(item), None)?.value(item.py()),
        )
    }

    fn dir<'py>(data: &Self, py: Python<'py>) -> PyResult<'py, Object<'py>> {
        Ok(asked(data, py, Ask::DIR, &[], None)?.value(py))
    }

    fn ask<'py>(data: &Self, args: &Object<'py>, kwargs: Option<&Object<'py>>) -> PyResult<'py, Object<'py>> {
        let py = args.py();
        let number = value::tuple_get(args, 0).filter(|number| value::kind(number) == value::Kind::Int);
        let operation = number.and_then(|number| value::int_as_i64(&number)).and_then(Ask::numbered);
        let (Some(operation), Some(fallback)) = (operation, value::tuple_get(args, 1)) else {
            return Err(
                Builtin::TypeError.raise(py, "__ask__() takes the number of an operation and a fallback.")
            );
        };
        let items: Vec<_> = (2..).map_while(|index| value::tuple_get(args, index)).collect();
        match asked(data, py, operation, &items, kwargs)? {
            Answer::Value(value) => Ok(value),
            Answer::Absent | Answer::Stop(_) => Ok(fallback),
        }
    }

    fn is_home(data: &Self) -> bool {
        environment::current() == data.environment
    }

    fn drop(self, py: Python<'_>) {
        if !is_iterator(self.kind) {
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
