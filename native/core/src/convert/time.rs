//! `datetime` and Date: exact to the millisecond, through integers.

use crate::attach::Attached;
use crate::errors::Result;
use crate::runtime::Keep;
use crate::sys::class;
use crate::sys::object::{self, Object, PyResult};
use crate::sys::value::{self, Kind};

const MS_PER_DAY: i64 = 86_400_000;

/// Whether the object is exactly a `datetime.datetime`.
#[inline]
pub fn is_datetime(attached: Attached<'_>, object: &Object<'_>) -> bool {
    match attached.kept_address(Keep::DateTime) {
        Some(class) => class::has_type(object, class),
        None => is_datetime_slow(attached, object),
    }
}

/// As long as nobody has imported datetime, no object is one.
#[cold]
fn is_datetime_slow(attached: Attached<'_>, object: &Object<'_>) -> bool {
    let Some(module) = attached.loaded_module(Keep::DateTimeName, "datetime") else {
        return false;
    };
    let class = attached.keep(Keep::DateTime, |_| object::attr(&module, c"datetime"));
    class.is_ok_and(|class| class::has_type(object, value::class_address(&class)))
}

/// Milliseconds since the epoch, cut below the millisecond (floor). A naive datetime is local time.
pub fn to_milliseconds<'py>(attached: Attached<'py>, datetime: &Object<'py>) -> Result<'py, f64> {
    let offset = object::call(&object::attr(datetime, c"utcoffset")?, &[], None)?;
    if value::kind(&offset) != Kind::None {
        return Ok(milliseconds(&subtract(datetime, &epoch(attached)?)?)? as f64);
    }
    let wall_clock = milliseconds(&subtract(datetime, &naive_epoch(attached)?)?)?;
    Ok((wall_clock - milliseconds(&local_offset(attached, datetime)?)?) as f64)
}

/// The UTC offset of local time at a naive datetime. At either end of the calendar, where CPython cannot tell it, that of two days further in.
fn local_offset<'py>(attached: Attached<'py>, naive: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let offset_of = |naive: &Object<'py>| {
        let aware = object::call(&object::attr(naive, c"astimezone")?, &[], None)?;
        object::call(&object::attr(&aware, c"utcoffset")?, &[], None)
    };
    offset_of(naive).or_else(|_| {
        let inwards = if milliseconds(&subtract(naive, &naive_epoch(attached)?)?)? < 0 { 2 } else { -2 };
        let days = object::call(&timedelta(attached)?, &[&value::int_from_i64(attached.py, inwards)?], None)?;
        offset_of(&object::call(&object::attr(naive, c"__add__")?, &[&days], None)?)
    })
}

fn subtract<'py>(datetime: &Object<'py>, epoch: &Object<'py>) -> PyResult<'py, Object<'py>> {
    object::call(&object::attr(datetime, c"__sub__")?, &[epoch], None)
}

/// The whole milliseconds of a timedelta.
fn milliseconds<'py>(delta: &Object<'py>) -> PyResult<'py, i64> {
    let part = |name| object::attr(delta, name).map(|part| value::int_as_i64(&part).unwrap_or(0));
    Ok(part(c"days")? * MS_PER_DAY + part(c"seconds")? * 1000 + part(c"microseconds")?.div_euclid(1000))
}

/// An aware UTC datetime; lib/codec has checked that the year is within 1–9999.
pub fn from_milliseconds<'py>(attached: Attached<'py>, milliseconds: f64) -> Result<'py, Object<'py>> {
    let milliseconds = milliseconds as i64;
    let int = |n| value::int_from_i64(attached.py, n);
    let (days, rest) = (milliseconds.div_euclid(MS_PER_DAY), milliseconds.rem_euclid(MS_PER_DAY));
    let delta = object::call(
        &timedelta(attached)?,
        &[&int(days)?, &int(rest / 1000)?, &int(rest % 1000 * 1000)?],
        None,
    )?;
    Ok(object::call(&object::attr(&epoch(attached)?, c"__add__")?, &[&delta], None)?)
}

fn module(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    object::import_static(attached.py, c"datetime")
}

fn timedelta(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::TimeDelta, |attached| object::attr(&module(attached)?, c"timedelta"))
}

fn naive_epoch(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::NaiveEpoch, |attached| {
        let int = |n| value::int_from_i64(attached.py, n);
        let class = object::attr(&module(attached)?, c"datetime")?;
        object::call(&class, &[&int(1970)?, &int(1)?, &int(1)?], None)
    })
}

fn epoch(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    attached.keep(Keep::Epoch, |attached| {
        let module = module(attached)?;
        let utc = object::attr(&object::attr(&module, c"timezone")?, c"utc")?;
        let from_timestamp = object::attr(&object::attr(&module, c"datetime")?, c"fromtimestamp")?;
        object::call(&from_timestamp, &[&value::int_from_i64(attached.py, 0)?, &utc], None)
    })
}
