//! The hot paths: calls whose arguments are primitives, and attribute reads by name id. What they are for stands in the registers of the
//! thread, and so do small results; `lib/codec/registers.ts` is the other side.

use super::answer::{Outcome, answer_direct};
use super::arguments::{argument, number};
use super::names;
use crate::attach::Attached;
use crate::errors::{Misuse, Result};
use crate::refs::Id;
use crate::sys::class;
use crate::sys::node::{Args, Bare, Failed, JsResult, Registers, Scope};
use crate::sys::object::{self, Lent, Object};
use crate::sys::value::{self, Kind};

/// In: the object, the name (an id, or ITSELF), how many numbers follow, and the numbers.
pub(super) mod register {
    pub const OBJECT: usize = 0;
    pub const NAME: usize = 1;
    pub const COUNT: usize = 2;
    pub const FIRST: usize = 3;
    /// The number of an asynchronous call.
    pub const TICKET: usize = 6;
}

/// The name that stands for the object itself.
const ITSELF: f64 = -1.0;

pub(super) fn registers(scope: Scope<'_>) -> std::result::Result<Registers, Failed> {
    Registers::of_this_thread().ok_or_else(|| {
        scope.throw_error("python-ts: internal error: setup() was not called.");
        Failed
    })
}

#[inline]
pub(super) fn id(registers: Registers) -> Id {
    Id::from_f64(registers.get(register::OBJECT))
}

/// What is called: an object, or its method of that name.
pub(super) struct Callee<'py> {
    object: Object<'py>,
    method: Option<Lent<'py>>,
}

impl<'py> Callee<'py> {
    #[inline]
    pub(super) fn find(attached: Attached<'py>, id: Id, name: f64) -> Result<'py, Self> {
        if name == ITSELF {
            return Ok(Self { object: attached.object(id)?, method: None });
        }
        let (object, name) = names::with_object(attached, id, name as usize)?;
        Ok(Self { object, method: Some(name) })
    }

    #[inline]
    pub(super) fn call(&self, args: &[&Object<'py>]) -> Result<'py, Outcome<'py>> {
        let result = match &self.method {
            Some(name) => object::call_method(&self.object, name, args, None)?,
            None => object::call(&self.object, args, None)?,
        };
        Ok(Outcome::Value(result))
    }

    /// The last arguments are named by a tuple of str.
    #[inline]
    pub(super) fn call_named(&self, args: &[&Object<'py>], names: &Object<'py>) -> Result<'py, Outcome<'py>> {
        let result = match &self.method {
            Some(name) => object::call_method(&self.object, name, args, Some(names))?,
            None => object::call(&self.object, args, Some(names))?,
        };
        Ok(Outcome::Value(result))
    }
}

/// A call with up to three numbers.
pub struct NumberCall {
    pub id: Id,
    name: f64,
    count: usize,
    numbers: [f64; 3],
}

impl NumberCall {
    #[inline]
    fn read(registers: Registers) -> Self {
        Self {
            id: id(registers),
            name: registers.get(register::NAME),
            count: registers.get(register::COUNT) as usize,
            numbers: std::array::from_fn(|index| registers.get(register::FIRST + index)),
        }
    }

    #[inline]
    pub fn perform<'py>(&self, attached: Attached<'py>) -> Result<'py, Outcome<'py>> {
        let callee = Callee::find(attached, self.id, self.name)?;
        let convert = |index: usize| number(attached, self.numbers[index]);
        match self.count {
            0 => callee.call(&[]),
            1 => callee.call(&[&convert(0)?]),
            2 => callee.call(&[&convert(0)?, &convert(1)?]),
            _ => callee.call(&[&convert(0)?, &convert(1)?, &convert(2)?]),
        }
    }
}

/// `callNumbers()`: the arguments are up to three numbers.
pub struct CallNumbers;

impl Bare for CallNumbers {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = registers(scope)?;
        let call = NumberCall::read(registers);
        answer_direct(scope, registers, call.id.interpreter(), |attached| call.perform(attached))
    }
}

/// `submitNumbers()`: the same, performed by a worker.
pub struct SubmitNumbers;

impl Bare for SubmitNumbers {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = registers(scope)?;
        super::submit::submit_numbers(
            scope,
            registers.get(register::TICKET) as u32,
            NumberCall::read(registers),
        )
    }
}

/// `call(...args)`: the arguments are one to three primitives, or a Buffer.
pub fn call<'s>(scope: Scope<'s>, args: &Args<'s>) -> JsResult<'s> {
    let registers = registers(scope)?;
    let (id, name) = (id(registers), registers.get(register::NAME));
    answer_direct(scope, registers, id.interpreter(), |attached| {
        let callee = Callee::find(attached, id, name)?;
        let convert = |index| match args.get(index) {
            Some(js) => argument(scope, attached, js),
            None => Err(Misuse::Internal("too many direct arguments").into()),
        };
        match args.len() {
            0 => callee.call(&[]),
            1 => callee.call(&[&convert(0)?]),
            2 => callee.call(&[&convert(0)?, &convert(1)?]),
            _ => callee.call(&[&convert(0)?, &convert(1)?, &convert(2)?]),
        }
    })
}

/// `getattr()`
pub struct Getattr;

impl Bare for Getattr {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = registers(scope)?;
        let (id, name) = (id(registers), registers.get(register::NAME) as usize);
        answer_direct(scope, registers, id.interpreter(), |attached| {
            let (object, name) = names::with_object(attached, id, name)?;
            attribute(&object, &name)
        })
    }
}

/// `importModule()`: the object is the number of the interpreter, and the name that of the module.
pub struct ImportModule;

impl Bare for ImportModule {
    fn run(scope: Scope<'_>) -> JsResult<'_> {
        let registers = registers(scope)?;
        let (interpreter, name) = (registers.get(register::OBJECT), registers.get(register::NAME));
        answer_direct(scope, registers, interpreter as u32, |attached| {
            let name = names::text(attached, name as usize)?;
            Ok(Outcome::Value(object::import(attached.py, &name)?))
        })
    }
}

/// The attribute; absent, or a method of that very object.
pub fn attribute<'py>(object: &Object<'py>, name: &Object<'py>) -> Result<'py, Outcome<'py>> {
    Ok(match object::getattr_optional(object, name)? {
        None => Outcome::Absent,
        Some(value) if value::kind(&value) != Kind::Other => Outcome::Value(value),
        Some(value) if class::is_bound_to(&value, object) => Outcome::Method,
        Some(value) => Outcome::Value(value),
    })
}
