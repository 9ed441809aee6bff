//! Registering the types that JavaScript converts by functions of its own.

use super::answer::Outcome;
use super::operations::none;
use super::protocols::named;
use crate::attach::Attached;
use crate::environment;
use crate::errors::{Misuse, Result};
use crate::runtime::{Converter, ConverterClass, Keep};
use crate::sys::object::{self, Kept, Object};
use crate::sys::value::{self, Kind, Text};

/// `(number, class or its qualified name, whether on)`
pub fn set<'py>(attached: Attached<'py>, args: &[Object<'py>]) -> Result<'py, Outcome<'py>> {
    let number = value::int_as_i64(&args[0]).ok_or(Misuse::Internal("a converter has no number"))? as u32;
    let environment = environment::current();
    let class = if object::is_true(&args[2])? { Some(class_of(attached, &args[1])?) } else { None };
    remove(attached, |converter| {
        let is_this = converter.environment == environment && converter.number == number;
        is_this || environment::find_living(converter.environment).is_none()
    });
    if let Some(class) = class {
        attached.with(|state| state.converters.push(Converter { environment, number, class }));
    }
    none(attached)
}

/// Removes the converter in question, and those of environments that have ended.
fn remove(attached: Attached<'_>, is_over: impl Fn(&Converter) -> bool) {
    let over: Vec<_> = attached.with(|state| {
        let (over, stay) = std::mem::take(&mut state.converters).into_iter().partition(is_over);
        state.converters = stay;
        over
    });
    for converter in over {
        attached.drop_converter(converter);
    }
}

/// The class, where it is known already; a name is looked for again when an object is converted.
fn class_of<'py>(attached: Attached<'py>, given: &Object<'py>) -> Result<'py, ConverterClass> {
    let function = |name| named(attached, &value::str_from_utf8(attached.py, name)?);
    let check = function("converter_class")?;
    let find_class = function("find_class")?;
    attached.keep(Keep::FindClass, |_| Ok(find_class))?;
    let class = object::call(&check, &[given], None)?;
    if value::kind(&class) != Kind::None {
        return Ok(ConverterClass::Known(Kept::new(class)));
    }
    match value::text(given)? {
        Text::Ascii(name) => Ok(ConverterClass::Named(String::from_utf8_lossy(name).into_owned())),
        Text::Utf8(name) => Ok(ConverterClass::Named(name.to_owned())),
        Text::Points(_) => Err(Misuse::Internal("the name of a class has a lone surrogate").into()),
    }
}
