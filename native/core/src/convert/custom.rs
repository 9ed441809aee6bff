//! Types that JavaScript has registered a converter for.

use crate::attach::Attached;
use crate::errors::Result;
use crate::runtime::{ConverterClass, Keep};
use crate::sys::class;
use crate::sys::object::{self, Kept, Object};
use crate::sys::value;

/// The number of the converter for an object that goes to `environment`: the one registered last, for its class or a base of it.
#[inline]
pub fn converter_of<'py>(
    attached: Attached<'py>,
    environment: u64,
    object: &Object<'py>,
) -> Result<'py, Option<u32>> {
    match attached.with(|state| state.converters.len()) {
        0 => Ok(None),
        count => search(attached, environment, object, count),
    }
}

#[cold]
fn search<'py>(
    attached: Attached<'py>,
    environment: u64,
    object: &Object<'py>,
    count: usize,
) -> Result<'py, Option<u32>> {
    for index in (0..count).rev() {
        let number = attached.with(|state| {
            let converter = state.converters.get(index)?;
            (converter.environment == environment).then_some(converter.number)
        });
        if let Some(number) = number
            && class_at(attached, index)?.is_some_and(|class| class::derives_from(object, &class))
        {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// The class of a converter; `None` as long as nobody has imported it.
fn class_at<'py>(attached: Attached<'py>, index: usize) -> Result<'py, Option<Object<'py>>> {
    let known = attached.with(|state| match &state.converters.get(index)?.class {
        ConverterClass::Known(class) => Some(Ok(class.get(attached.py))),
        ConverterClass::Named(name) => Some(Err(name.clone())),
    });
    match known {
        None => Ok(None),
        Some(Ok(class)) => Ok(Some(class)),
        Some(Err(name)) => find(attached, index, &name),
    }
}

#[cold]
fn find<'py>(attached: Attached<'py>, index: usize, name: &str) -> Result<'py, Option<Object<'py>>> {
    let Some(find_class) = attached.kept(Keep::FindClass) else { return Ok(None) };
    let class = object::call(&find_class, &[&value::str_from_utf8(attached.py, name)?], None)?;
    if value::kind(&class) == value::Kind::None {
        return Ok(None);
    }
    let known = Kept::new(class.clone());
    let unused = attached.with(|state| match state.converters.get_mut(index).map(|found| &mut found.class) {
        Some(ConverterClass::Named(before)) if before == name => {
            state.converters[index].class = ConverterClass::Known(known);
            None
        }
        _ => Some(known),
    });
    drop(unused.map(|known| known.into_object(attached.py)));
    Ok(Some(class))
}
