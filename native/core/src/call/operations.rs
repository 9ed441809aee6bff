//! The operations of `run`; `Op` of lib/codec/tags.ts says what each takes and gives.

use super::answer::Outcome;
use super::asyncio::Awaiting;
use super::direct::attribute;
use super::{converters, protocols};
use crate::attach::Attached;
use crate::callback;
use crate::convert::{Arguments, type_name};
use crate::errors::{Misuse, Result};
use crate::refs::Id;
use crate::runtime::Lane;
use crate::sys::class;
use crate::sys::object::{self, Object};
use crate::sys::value::{self, Kind};

type Operation = for<'py> fn(Attached<'py>, &[Object<'py>]) -> Result<'py, Outcome<'py>>;

/// By operation number, with the number of positional arguments.
const OPERATIONS: [(Operation, usize); 36] = [
    (call, 3),
    (call_method, 4),
    (call, 3),
    (|_, args| attribute(&args[0], &args[1]), 2),
    (setattr, 3),
    (delattr, 2),
    (hasattr, 2),
    (static_has, 2),
    (|_, args| Ok(Outcome::Value(object::dir(&args[0])?)), 1),
    (|_, args| Ok(Outcome::Value(object::str(&args[0])?)), 1),
    (|_, args| Ok(Outcome::Value(object::repr(&args[0])?)), 1),
    (|_, args| Ok(Outcome::Value(object::to_float(&args[0])?)), 1),
    (|attached, args| Ok(Outcome::Value(type_name(attached, &class::type_of(&args[0]))?)), 1),
    (|_, args| Ok(Outcome::ByBase(args[0].clone())), 1),
    (|_, args| Ok(Outcome::Reference(object::iter(&args[0])?)), 1),
    (protocols::next, 1),
    (|attached, args| boolean(attached, object::is_instance(&args[0], &args[1])?), 2),
    (|attached, args| Ok(Outcome::Value(object::import(attached.py, &args[0])?)), 1),
    (reload, 1),
    (exec, 2),
    (eval, 2),
    (add_syspath, 1),
    (|_, args| Ok(Outcome::Reference(args[0].clone())), 1),
    (protocols::close, 1),
    (protocols::send, 2),
    (protocols::throw, 3),
    (protocols::enter, 1),
    (protocols::exit, 4),
    (protocols::operate, 1),
    (protocols::template, 2),
    (output, 2),
    (converters::set, 3),
    (|attached, args| Ok(Outcome::Value(callback::derive(attached, args)?)), 4),
    (|attached, args| Ok(Outcome::Value(callback::subclass(attached, &args[0], &items(&args[1]))?)), 2),
    (unshared, 1),
    (|attached, args| Ok(Outcome::Value(callback::node(attached, &args[0], &items(&args[1]))?)), 2),
];

pub const CALL: usize = 0;
/// APPLY passes the rest of its message to the callable that comes first.
const APPLY: usize = 2;
/// Added to the number of an operation: the result goes by reference, whatever it is.
pub const LIVE: usize = 256;

pub fn perform<'py>(
    attached: Attached<'py>,
    op: usize,
    arguments: Arguments<'py>,
) -> Result<'py, Outcome<'py>> {
    if op & LIVE != 0 {
        return Ok(match perform(attached, op & !LIVE, arguments)? {
            Outcome::Value(value) => Outcome::Reference(value),
            other => other,
        });
    }
    let args = &arguments.positional;
    if op == APPLY {
        let (callable, rest) = args.split_first().ok_or(MISSING)?;
        return with_keywords(attached, callable, rest, &arguments.keywords);
    }
    if op >= AWAIT {
        return asynchronous(attached, op, args);
    }
    let (operation, count) = OPERATIONS.get(op).ok_or(Misuse::Internal("there is no such operation"))?;
    if args.len() < *count {
        return Err(MISSING.into());
    }
    operation(attached, args)
}

/// Operations of asynchronous calls alone: their numbers begin here.
const AWAIT: usize = 100;
pub const ANEXT: usize = 101;
const ACLOSE: usize = 102;
const SETTLE: usize = 103;
const ENTER_ASYNC: usize = 104;
/// From here on, they run code of the user's on the worker.
const AITER: usize = 105;
const RUN: usize = 106;

fn asynchronous<'py>(attached: Attached<'py>, op: usize, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let (subject, rest) = args.split_first().ok_or(MISSING)?;
    match op {
        AWAIT => Ok(Outcome::Await(Awaiting::Result, subject.clone())),
        ANEXT => Ok(Outcome::Await(Awaiting::NextItem, subject.clone())),
        ACLOSE => Ok(Outcome::Await(Awaiting::Close, subject.clone())),
        SETTLE => settle(attached, subject, rest),
        ENTER_ASYNC => protocols::enter_async(subject),
        AITER => {
            let aiter = object::attr(&class::type_of(subject), c"__aiter__")?;
            Ok(Outcome::Reference(object::call(&aiter, &[subject], None)?))
        }
        RUN => run_code(attached, subject, rest),
        _ => Err(Misuse::Internal("there is no such operation").into()),
    }
}

/// Runs code that may await at its top level: `('exec' or 'eval', code, globals)`. Where it does, its coroutine is to be awaited.
fn run_code<'py>(
    attached: Attached<'py>,
    kind: &Object<'py>,
    rest: &[Object<'py>],
) -> Result<'py, Outcome<'py>> {
    /// `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT` and `inspect.CO_COROUTINE`
    const ALLOWS_AWAIT: i64 = 0x2000;
    const IS_COROUTINE: i64 = 0x80;
    let [source, given] = rest else { return Err(MISSING.into()) };
    let builtin = |name| object::builtin(attached.py, name);
    let file = value::str_from_utf8(attached.py, "<string>")?;
    let flags = value::int_from_i64(attached.py, ALLOWS_AWAIT)?;
    let inherits_none = value::bool(attached.py, true);
    let code = object::call(&builtin(c"compile")?, &[source, &file, kind, &flags, &inherits_none], None)?;
    let is_coroutine =
        value::int_as_i64(&object::attr(&code, c"co_flags")?).is_some_and(|flags| flags & IS_COROUTINE != 0);
    let result = object::call(&builtin(c"eval")?, &[&code, &globals(attached, given)?], None)?;
    Ok(if is_coroutine { Outcome::Await(Awaiting::Result, result) } else { Outcome::Value(result) })
}

/// Tells Python how a promise has settled: `(settle, true, value)`, or `(settle, false, reason, frames)`.
fn settle<'py>(
    attached: Attached<'py>,
    settle: &Object<'py>,
    how: &[Object<'py>],
) -> Result<'py, Outcome<'py>> {
    let [is_fulfilled, value, frames @ ..] = how else { return Err(MISSING.into()) };
    let value = match frames {
        [frames] => callback::raise(attached, value, frames).0,
        _ => value.clone(),
    };
    with_keywords(attached, settle, &[is_fulfilled.clone(), value], &[])
}

/// Whether the result of an asynchronous call is awaited, where that can be.
pub fn awaits(op: usize) -> bool {
    let op = op & !LIVE;
    const EVAL: usize = 20;
    const TEMPLATE: usize = 29;
    (CALL..=APPLY).contains(&op) || matches!(op, EVAL | TEMPLATE | RUN)
}

/// Which workers perform an operation.
pub fn lane(op: usize) -> Lane {
    if (AWAIT..AITER).contains(&op) { Lane::Service } else { Lane::Calls }
}

const MISSING: Misuse = Misuse::Internal("an operation has too few arguments");

pub(super) fn none(attached: Attached<'_>) -> Result<'_, Outcome<'_>> {
    Ok(Outcome::Value(object::none(attached.py)))
}

pub(super) fn boolean(attached: Attached<'_>, value: bool) -> Result<'_, Outcome<'_>> {
    Ok(Outcome::Value(value::bool(attached.py, value)))
}

fn items<'py>(list: &Object<'py>) -> Vec<Object<'py>> {
    (0..).map_while(|index| value::list_get(list, index)).collect()
}

fn pairs<'py>(dict: &Object<'py>) -> Vec<(Object<'py>, Object<'py>)> {
    let mut position = 0;
    std::iter::from_fn(|| value::dict_next(dict, &mut position)).collect()
}

fn call<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    with_keywords(attached, &args[0], &items(&args[1]), &pairs(&args[2]))
}

fn call_method<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let method = object::getattr(&args[0], &args[1])?;
    with_keywords(attached, &method, &items(&args[2]), &pairs(&args[3]))
}

fn with_keywords<'py>(
    attached: Attached<'py>,
    callable: &Object<'py>,
    positional: &[Object<'py>],
    keywords: &[(Object<'py>, Object<'py>)],
) -> Result<'py, Outcome<'py>> {
    let args: Vec<_> = positional.iter().chain(keywords.iter().map(|(_, value)| value)).collect();
    let names: Vec<_> = keywords.iter().map(|(name, _)| name.clone()).collect();
    let names = if names.is_empty() { None } else { Some(value::tuple(attached.py, &names)?) };
    Ok(Outcome::Value(object::call(callable, &args, names.as_ref())?))
}

fn setattr<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    object::setattr(&args[0], &args[1], &args[2])?;
    none(attached)
}

fn delattr<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    object::delattr(&args[0], &args[1])?;
    none(attached)
}

fn hasattr<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    boolean(attached, object::getattr_optional(&args[0], &args[1])?.is_some())
}

/// `inspect.getattr_static`, which runs no descriptor and no `__getattr__`. JavaScript asks on its own account (`await`, `console.log`), so
/// where the answer cannot be had (a module named `inspect` of the user's, say), it is no.
fn static_has<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let found = object::import_static(attached.py, c"inspect")
        .and_then(|inspect| object::attr(&inspect, c"getattr_static"))
        .and_then(|getattr_static| object::call(&getattr_static, &[&args[0], &args[1]], None));
    boolean(attached, found.is_ok())
}

fn reload<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let module = match value::kind(&args[0]) {
        Kind::Str => object::import(attached.py, &args[0])?,
        _ => args[0].clone(),
    };
    let importlib = object::import_static(attached.py, c"importlib")?;
    object::call(&object::attr(&importlib, c"reload")?, &[&module], None)?;
    boolean(attached, true)
}

/// The globals given, or those of `__main__`.
fn globals<'py>(attached: Attached<'py>, given: &Object<'py>) -> Result<'py, Object<'py>> {
    match value::kind(given) {
        Kind::None => Ok(object::main_globals(attached.py)?),
        _ => Ok(given.clone()),
    }
}

fn exec<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let exec = object::builtin(attached.py, c"exec")?;
    object::call(&exec, &[&args[0], &globals(attached, &args[1])?], None)?;
    none(attached)
}

fn eval<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let eval = object::builtin(attached.py, c"eval")?;
    Ok(Outcome::Value(object::call(&eval, &[&args[0], &globals(attached, &args[1])?], None)?))
}

/// `name(environment, *args)` of output.py.
fn output<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    Ok(Outcome::Value(crate::output::call(attached, &args[0], &items(&args[1]))?))
}

/// Whether nothing but JavaScript refers to each of the objects with these ids; also true of those that are gone.
fn unshared<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let answers = value::list(attached.py)?;
    for id in items(&args[0]) {
        let id = Id::from_f64(value::int_as_i64(&id).unwrap_or(0) as f64);
        let is_unshared = attached.object(id).map_or(true, |object| class::is_unshared(&object));
        value::list_append(&answers, &value::bool(attached.py, is_unshared))?;
    }
    Ok(Outcome::Value(answers))
}

/// Puts a folder at the front of `sys.path`, once.
fn add_syspath<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let path = object::attr(&object::import_static(attached.py, c"sys")?, c"path")?;
    let known = object::call(&object::attr(&path, c"__contains__")?, &[&args[0]], None)?;
    if object::is_true(&known)? {
        return boolean(attached, false);
    }
    object::call(&object::attr(&path, c"insert")?, &[&value::int_from_i64(attached.py, 0)?, &args[0]], None)?;
    boolean(attached, true)
}
