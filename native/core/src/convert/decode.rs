//! JavaScript → Python: words become objects.

use super::exception::undefined;
use super::incoming::{Blobs, Incoming, MALFORMED};
use super::tags::{FORMATS, MAX_DEPTH, SHAPED, TAG_BITS, TAG_MASK, constant, ext, tag};
use super::{keys, number, shapes, time};
use crate::attach::Attached;
use crate::buffer;
use crate::callback;
use crate::errors::{Misuse, Result};
use crate::refs::Id;
use crate::sys::bulk;
use crate::sys::object::{self, Object};
use crate::sys::value;

/// Reads a message into Python objects.
pub struct Decoder<'py, B: Blobs> {
    pub attached: Attached<'py>,
    message: Incoming<B>,
    shareable: Vec<Object<'py>>,
}

/// Positional and keyword arguments.
pub struct Arguments<'py> {
    pub positional: Vec<Object<'py>>,
    pub keywords: Vec<(Object<'py>, Object<'py>)>,
}

/// A value of a message, or the exception that a callback threw.
pub enum Decoded<'py> {
    Value(Object<'py>),
    /// With the JavaScript frames it has passed, innermost first.
    Thrown(Object<'py>, Object<'py>),
    Absent,
    /// The end of an iteration, with its value.
    Stop(Object<'py>),
}

impl<'py, B: Blobs> Decoder<'py, B> {
    pub fn new(attached: Attached<'py>, message: Incoming<B>) -> Self {
        Self { attached, message, shareable: Vec::new() }
    }

    pub fn arguments(&mut self) -> Result<'py, Arguments<'py>> {
        let (EXT_ARGS, count, named) = (self.word()?, self.word()? as usize, self.word()? as usize) else {
            return Err(MALFORMED.into());
        };
        let positional = (0..count).map(|_| self.value(0)).collect::<Result<Vec<_>>>()?;
        let keywords =
            (0..named).map(|_| Ok((self.value(0)?, self.value(0)?))).collect::<Result<Vec<_>>>()?;
        Ok(Arguments { positional, keywords })
    }

    /// The answer of the dispatcher.
    pub fn answer(&mut self) -> Result<'py, Decoded<'py>> {
        const THROWN: i32 = super::tags::word(tag::EXT, ext::THROWN);
        const STOP: i32 = super::tags::word(tag::EXT, ext::STOP);
        const ABSENT: i32 = super::tags::word(tag::CONST, constant::ABSENT);
        match self.message.words.first() {
            Some(&THROWN) => {
                self.word()?;
                Ok(Decoded::Thrown(self.value(0)?, self.value(0)?))
            }
            Some(&STOP) => {
                self.word()?;
                self.value(0).map(Decoded::Stop)
            }
            Some(&ABSENT) => Ok(Decoded::Absent),
            _ => self.value(0).map(Decoded::Value),
        }
    }

    #[inline]
    fn word(&mut self) -> Result<'py, i32> {
        Ok(self.message.word()?)
    }

    #[inline]
    fn double(&mut self) -> Result<'py, f64> {
        Ok(self.message.double()?)
    }

    fn value(&mut self, depth: usize) -> Result<'py, Object<'py>> {
        let py = self.attached.py;
        let word = self.word()?;
        let payload = (word as u32 >> TAG_BITS) as usize;
        match word & TAG_MASK {
            tag::INT => Ok(number::small_int(self.attached, word >> TAG_BITS)?),
            tag::CONST => self.constant(payload),
            tag::FLOAT => Ok(value::float(py, self.double()?)?),
            tag::INT53 => Ok(value::int_from_i64(py, self.double()? as i64)?),
            tag::BIGINT => self.bigint(payload),
            tag::STR => self.str(payload),
            tag::LIST => self.list(payload, depth),
            tag::DICT if payload & SHAPED != 0 => self.record(payload & !SHAPED, depth),
            tag::DICT => self.dict(payload, depth),
            tag::MAP => self.map(payload, depth),
            tag::SET => self.set(payload, depth),
            tag::BACK => self.shareable.get(payload).cloned().ok_or_else(|| MALFORMED.into()),
            tag::OBJECT => {
                let id = self.id()?;
                self.attached.object(id)
            }
            tag::DATE => {
                let milliseconds = self.double()?;
                let date = time::from_milliseconds(self.attached, milliseconds)?;
                Ok(self.share(date))
            }
            tag::BYTES => self.bytes(payload),
            tag::EXT => self.extension(payload),
            _ => Err(MALFORMED.into()),
        }
    }

    /// A value that `Incoming::are_scalars` has seen: most are small ints.
    #[inline]
    fn scalar(&mut self) -> Result<'py, Object<'py>> {
        match self.message.int() {
            Some(int) => Ok(number::small_int(self.attached, int)?),
            None => self.value(MAX_DEPTH),
        }
    }

    fn constant(&self, which: usize) -> Result<'py, Object<'py>> {
        Ok(match which {
            constant::TRUE => value::bool(self.attached.py, true),
            constant::FALSE => value::bool(self.attached.py, false),
            constant::ABSENT => undefined(self.attached)?,
            _ => object::none(self.attached.py),
        })
    }

    fn share(&mut self, object: Object<'py>) -> Object<'py> {
        self.shareable.push(object.clone());
        object
    }

    fn id(&mut self) -> Result<'py, Id> {
        Ok(Id::from_words(self.word()?, self.word()?))
    }

    fn bigint(&mut self, payload: usize) -> Result<'py, Object<'py>> {
        let (negative, count) = (payload & 1 == 1, payload >> 1);
        let words: Vec<u64> = self
            .message
            .words(count)?
            .chunks(2)
            .map(|pair| pair.iter().rev().fold(0, |word, &half| word << 32 | u64::from(half as u32)))
            .collect();
        Ok(number::int_from_words(self.attached.py, negative, &words)?)
    }

    fn str(&mut self, length: usize) -> Result<'py, Object<'py>> {
        let units = self.message.units(length)?;
        Ok(value::str_from_utf16(self.attached.py, units)?)
    }

    fn deeper(depth: usize) -> Result<'py, usize> {
        if depth < MAX_DEPTH { Ok(depth + 1) } else { Err(Misuse::TooDeep(MAX_DEPTH).into()) }
    }

    fn list(&mut self, length: usize, depth: usize) -> Result<'py, Object<'py>> {
        let depth = Self::deeper(depth)?;
        if self.message.are_scalars(length) {
            let list = bulk::list_of(self.attached.py, length, || self.scalar())?;
            return Ok(self.share(list));
        }
        let list = bulk::list_with_room(self.attached.py, length.min(self.message.words_left()))?;
        self.share(list.clone());
        for _ in 0..length {
            let item = self.value(depth)?;
            bulk::list_push(&list, item)?;
        }
        Ok(list)
    }

    fn dict(&mut self, length: usize, depth: usize) -> Result<'py, Object<'py>> {
        let depth = Self::deeper(depth)?;
        let dict = value::dict(self.attached.py)?;
        self.share(dict.clone());
        for _ in 0..length {
            self.pair(&dict, depth)?;
        }
        Ok(dict)
    }

    /// The values of a DICT whose shape has a number. It is a whole dict at each moment: Python code may run, and find it.
    fn record(&mut self, shape: usize, depth: usize) -> Result<'py, Object<'py>> {
        let depth = Self::deeper(depth)?;
        let form = shapes::form(self.attached, shape)?;
        self.share(form.dict.clone());
        let record = bulk::record(&form.dict).filter(|record| record.len() == form.keys.len());
        for index in 0..form.keys.len() {
            let item = self.value(depth)?;
            form.put(self.attached, record.as_ref(), index, item)?;
        }
        Ok(form.dict)
    }

    /// A pair of a DICT. A number in the place of a key stands for a text.
    #[inline]
    fn pair(&mut self, dict: &Object<'py>, depth: usize) -> Result<'py, ()> {
        let word = self.word()?;
        let payload = (word as u32 >> TAG_BITS) as usize;
        match word & TAG_MASK {
            tag::INT => {
                let key = keys::lent(self.attached, payload)?;
                let item = self.value(depth)?;
                bulk::dict_put(dict, &key, item)?;
            }
            tag::STR => {
                let key = self.str(payload)?;
                let item = self.value(depth)?;
                bulk::dict_put(dict, &key, item)?;
            }
            _ => return Err(MALFORMED.into()),
        }
        Ok(())
    }

    fn map(&mut self, length: usize, depth: usize) -> Result<'py, Object<'py>> {
        let depth = Self::deeper(depth)?;
        let dict = value::dict(self.attached.py)?;
        self.share(dict.clone());
        for _ in 0..length {
            let key = self.value(depth)?;
            let item = self.value(depth)?;
            value::dict_set(&dict, &key, &item)?;
        }
        Ok(dict)
    }

    fn set(&mut self, length: usize, depth: usize) -> Result<'py, Object<'py>> {
        let depth = Self::deeper(depth)?;
        let set = value::set(self.attached.py)?;
        self.share(set.clone());
        for _ in 0..length {
            let item = self.value(depth)?;
            value::set_add(&set, &item)?;
        }
        Ok(set)
    }

    fn bytes(&mut self, format: usize) -> Result<'py, Object<'py>> {
        let format = *FORMATS.get(format).ok_or(MALFORMED)?;
        let py = self.attached.py;
        let attached = self.attached;
        let object = self.message.blob(|bytes| match format {
            None => value::bytes(py, bytes),
            Some(format) => buffer::copy(attached, bytes, format),
        })??;
        Ok(self.share(object))
    }

    fn extension(&mut self, which: usize) -> Result<'py, Object<'py>> {
        match which {
            ext::JSREF => {
                let (reference, kind) = (self.word()? as u32, self.word()?);
                Ok(callback::js_object(self.attached, self.message.environment, reference, kind)?)
            }
            ext::METHOD => {
                let owner = self.id()?;
                let owner = self.attached.object(owner)?;
                let name = self.value(MAX_DEPTH)?;
                Ok(object::getattr(&owner, &name)?)
            }
            _ => Err(MALFORMED.into()),
        }
    }
}

const EXT_ARGS: i32 = super::tags::word(tag::EXT, ext::ARGS);
