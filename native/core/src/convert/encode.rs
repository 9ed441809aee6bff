//! Python → JavaScript: values become words; everything else becomes a reference.

use super::message::Message;
use super::tags::{MAX_DEPTH, SHAPED, constant, ext, tag};
use super::{custom, exception, keys, live, number, scalar, shapes, time};
use crate::attach::Attached;
use crate::callback;
use crate::errors::{Misuse, Result};
use crate::refs::NumberHash;
use crate::sys::bulk::{self, Record};
use crate::sys::class;
use crate::sys::object::{self, Address, Object};
use crate::sys::value::{self, Kind, Units};
use std::collections::HashMap;

/// Writes values into a message; one encoder is one conversion, with one identity cache.
pub struct Encoder<'m, 'py> {
    pub(super) attached: Attached<'py>,
    pub message: &'m mut Message,
    /// The environment the message goes to.
    pub(super) environment: u64,
    /// The index of each shareable value that may come again: the identity cache. They are alive: their containers hold them.
    seen: HashMap<Address, usize, NumberHash>,
    shareable: usize,
}

/// Encodes one value. If it fails, nothing stays handed out and the message is empty.
pub fn encode<'py>(
    attached: Attached<'py>,
    message: &mut Message,
    environment: u64,
    object: &Object<'py>,
) -> Result<'py, ()> {
    let mut encoder = Encoder::new(attached, message, environment);
    let encoded = encoder.root(object);
    if encoded.is_err() {
        encoder.abandon();
    }
    encoded
}

impl<'m, 'py> Encoder<'m, 'py> {
    pub fn new(attached: Attached<'py>, message: &'m mut Message, environment: u64) -> Self {
        Self { attached, message, environment, seen: HashMap::default(), shareable: 0 }
    }

    /// Gives back what was handed out, and empties the message.
    pub fn abandon(&mut self) {
        for id in std::mem::take(&mut self.message.handed_out) {
            self.attached.give_back(id, 1);
        }
        self.message.clear();
    }

    /// A value of its own: others may refer to it, so it is remembered in any case.
    pub fn root(&mut self, object: &Object<'py>) -> Result<'py, ()> {
        self.value(object, value::kind(object), true, 0)
    }

    /// A subclass of a by-value type as its base; `false` if the object has no value.
    pub fn root_by_base(&mut self, object: &Object<'py>) -> Result<'py, bool> {
        let (exact, base) = (value::kind(object), value::base_kind(object));
        let kind = if exact == Kind::Other { base } else { exact };
        if kind == Kind::Other && !self.has_scalar_value(object)? {
            return Ok(false);
        }
        self.value(object, kind, true, 0)?;
        Ok(true)
    }

    fn has_scalar_value(&self, object: &Object<'py>) -> Result<'py, bool> {
        Ok(time::is_datetime(self.attached, object) || scalar::numpy_value(self.attached, object)?.is_some())
    }

    fn item(&mut self, object: &Object<'py>, depth: usize) -> Result<'py, ()> {
        self.value(object, value::kind(object), false, depth)
    }

    fn value(&mut self, object: &Object<'py>, kind: Kind, is_root: bool, depth: usize) -> Result<'py, ()> {
        match kind {
            Kind::Str => self.text(object)?,
            Kind::Int => number::encode_int(self.message, object)?,
            Kind::Float => self.message.put_double(tag::FLOAT, value::float_value(object)),
            Kind::None => self.message.put(tag::CONST, constant::NONE),
            Kind::Bool => {
                let which = if value::is_true_singleton(object) { constant::TRUE } else { constant::FALSE };
                self.message.put(tag::CONST, which);
            }
            Kind::Other => self.other(object, is_root, depth)?,
            _ => self.shareable(object, kind, is_root, depth)?,
        }
        Ok(())
    }

    fn shareable(
        &mut self,
        object: &Object<'py>,
        kind: Kind,
        is_root: bool,
        depth: usize,
    ) -> Result<'py, ()> {
        if !self.remember(object, is_root) {
            return Ok(());
        }
        if depth >= MAX_DEPTH {
            return Err(Misuse::TooDeep(MAX_DEPTH).into());
        }
        match kind {
            Kind::List => self.list(object, depth + 1),
            Kind::Tuple => self.tuple(object, depth + 1),
            Kind::Dict => self.dict(object, depth + 1),
            Kind::Set | Kind::FrozenSet => self.set(object, depth + 1),
            Kind::MemoryView => {
                let copy = object::call(&object::attr(object, c"tobytes")?, &[], None)?;
                self.message.put_blob(value::bytes_slice(&copy, Kind::Bytes).to_vec());
                Ok(())
            }
            _ => {
                self.message.put_blob(value::bytes_slice(object, kind).to_vec());
                Ok(())
            }
        }
    }

    /// Gives a shareable value its index; or writes a BACK to the first time it came, and says `false`.
    ///
    /// What only its container refers to cannot come again, and is not looked up: most values.
    #[inline]
    fn remember(&mut self, object: &Object<'py>, is_root: bool) -> bool {
        if is_root || !class::is_unshared(object) {
            match self.seen.entry(object::address(object)) {
                std::collections::hash_map::Entry::Occupied(entry) => {
                    let index = *entry.get();
                    self.message.put(tag::BACK, index);
                    return false;
                }
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(self.shareable);
                }
            }
        }
        self.shareable += 1;
        true
    }

    fn list(&mut self, list: &Object<'py>, depth: usize) -> Result<'py, ()> {
        let head = self.message.open();
        let mut length = 0;
        loop {
            length = bulk::list_scan(list, length, |item| self.scalar(item));
            let Some(item) = bulk::list_get(list, length) else { break };
            self.item(&item, depth)?;
            length += 1;
        }
        Ok(self.message.close(head, tag::LIST, length)?)
    }

    fn tuple(&mut self, tuple: &Object<'py>, depth: usize) -> Result<'py, ()> {
        let head = self.message.open();
        let mut length = 0;
        loop {
            length = bulk::tuple_scan(tuple, length, |item| self.scalar(item));
            let Some(item) = bulk::tuple_get(tuple, length) else { break };
            self.item(&item, depth)?;
            length += 1;
        }
        Ok(self.message.close(head, tag::LIST, length)?)
    }

    fn dict(&mut self, dict: &Object<'py>, depth: usize) -> Result<'py, ()> {
        if !bulk::dict_has_only_str_keys(dict) {
            return self.map(dict, depth);
        }
        let is_record = value::dict_len(dict) <= keys::MAX_RECORD;
        if is_record
            && let Some(record) = bulk::record(dict)
            && let Some(shape) = shapes::find(self.attached, &record)
        {
            return self.record(dict, &record, shape, depth);
        }
        let head = self.message.open();
        let (mut position, mut length) = (0, 0);
        loop {
            if is_record {
                length += bulk::dict_scan(dict, &mut position, |key, item| self.pair(key, item));
            }
            let Some((key, item)) = bulk::dict_next(dict, &mut position) else { break };
            match (value::kind(&key), is_record) {
                (Kind::Str, true) => self.key(&key)?,
                (Kind::Str, false) => self.text(&key)?,
                _ => return Err(Misuse::Internal("a dict changed while it was converted").into()),
            }
            self.item(&item, depth)?;
            length += 1;
        }
        // V8 makes no object with so many properties, and the bit has another meaning.
        if length >= SHAPED {
            return Err(Misuse::TooMany(length).into());
        }
        Ok(self.message.close(head, tag::DICT, length)?)
    }

    /// The values of a dict whose shape has a number.
    fn record(
        &mut self,
        dict: &Object<'py>,
        record: &Record<'_, 'py>,
        shape: usize,
        depth: usize,
    ) -> Result<'py, ()> {
        self.message.put(tag::DICT, SHAPED | shape);
        let mut index = 0;
        loop {
            index = record.scan(index, |item| self.scalar(item));
            let Some(item) = record.get(index) else { break };
            self.item(&item, depth)?;
            index += 1;
        }
        if index < record.len() { self.changed(dict, shape, index, depth) } else { Ok(()) }
    }

    /// The other values of a dict that Python code has changed meanwhile: those of now, and None for a key that is gone.
    #[cold]
    fn changed(&mut self, dict: &Object<'py>, shape: usize, index: usize, depth: usize) -> Result<'py, ()> {
        let keys = shapes::keys_of(shape).unwrap_or_default();
        for &number in keys.iter().skip(index) {
            let key = keys::lent(self.attached, usize::from(number))?;
            let item = value::dict_get(dict, &key).unwrap_or_else(|| object::none(self.attached.py));
            self.item(&item, depth)?;
        }
        Ok(())
    }

    /// Writes a key that has a number, and a scalar, without running Python code; `false`, and nothing, for everything else.
    #[inline]
    fn pair(&mut self, key: &Object<'py>, item: &Object<'py>) -> bool {
        let Some(number) = keys::known(self.attached, key) else { return false };
        self.message.put(tag::INT, number);
        let is_written = self.scalar(item);
        if !is_written {
            self.message.words.pop();
        }
        is_written
    }

    fn map(&mut self, dict: &Object<'py>, depth: usize) -> Result<'py, ()> {
        let head = self.message.open();
        let (mut position, mut length) = (0, 0);
        while let Some((key, item)) = bulk::dict_next(dict, &mut position) {
            self.item(&key, depth)?;
            self.item(&item, depth)?;
            length += 1;
        }
        Ok(self.message.close(head, tag::MAP, length)?)
    }

    /// A key of a DICT: its number, or its text.
    #[inline]
    fn key(&mut self, key: &Object<'py>) -> Result<'py, ()> {
        match keys::find(self.attached, key) {
            Some(number) => {
                self.message.put(tag::INT, number);
                Ok(())
            }
            None => self.text(key),
        }
    }

    fn set(&mut self, set: &Object<'py>, depth: usize) -> Result<'py, ()> {
        let head = self.message.open();
        let mut length = 0;
        let items = object::iter(set)?;
        while let Some(item) = object::next(&items)? {
            self.item(&item, depth)?;
            length += 1;
        }
        Ok(self.message.close(head, tag::SET, length)?)
    }

    pub fn text(&mut self, str: &Object<'py>) -> Result<'py, ()> {
        match value::units(str) {
            Some(Units::Ascii(text) | Units::Latin(text)) => Ok(self.message.put_latin(text)?),
            Some(Units::Wide(units)) => Ok(self.message.put_wide(units)?),
            Some(Units::Points(points)) => Ok(self.message.put_points(points)?),
            None => self.text_by_calls(str),
        }
    }

    fn text_by_calls(&mut self, str: &Object<'py>) -> Result<'py, ()> {
        match value::ascii(str) {
            Some(text) => self.message.put_latin(text)?,
            None => value::points(str, |points| self.message.put_points(points))??,
        }
        Ok(())
    }

    /// Writes a number, a str, a constant, without running Python code; `false`, and nothing, for everything else.
    #[inline]
    fn scalar(&mut self, object: &Object<'py>) -> bool {
        match value::kind(object) {
            Kind::Int => number::encode_small(self.message, object),
            Kind::Str => value::knows_ascii(self.attached.py) && self.text(object).is_ok(),
            Kind::Float => {
                self.message.put_double(tag::FLOAT, value::float_value(object));
                true
            }
            Kind::None => {
                self.message.put(tag::CONST, constant::NONE);
                true
            }
            _ => false,
        }
    }

    /// What is not of a built-in by-value type: a datetime, a NumPy scalar, a JavaScript value coming home, or a live object.
    fn other(&mut self, object: &Object<'py>, is_root: bool, depth: usize) -> Result<'py, ()> {
        if live::is_surely(self.attached, object) {
            return self.reference(object);
        }
        if let Some(js) = callback::js_ref_of(self.attached, object)
            && js.environment == self.environment
        {
            return self.homecoming(js);
        }
        if let Some(js) = callback::javascript_class(self.attached, object)
            && js.environment == self.environment
        {
            return self.homecoming(js);
        }
        if let Some(inner) = exception::js_error_value(self.attached, object, self.environment) {
            // What it holds may be an exception again, and so on.
            return if depth < MAX_DEPTH {
                self.item(&inner, depth + 1)
            } else {
                Err(Misuse::TooDeep(MAX_DEPTH).into())
            };
        }
        if let Some(converter) = custom::converter_of(self.attached, self.environment, object)? {
            self.message.put(tag::EXT, ext::CUSTOM);
            self.message.words.push(converter as i32);
            return self.reference(object);
        }
        if time::is_datetime(self.attached, object) {
            return self.date(object, is_root);
        }
        match scalar::numpy_value(self.attached, object)? {
            Some(plain) => self.item(&plain, depth),
            None => self.reference(&live::marked(self.attached, object)?),
        }
    }

    fn homecoming(&mut self, js: callback::Home) -> Result<'py, ()> {
        self.message.put(tag::EXT, ext::JSREF);
        self.message.homecoming.push(js.reference);
        self.message.words.extend([js.reference as i32, js.kind]);
        Ok(())
    }

    fn date(&mut self, object: &Object<'py>, is_root: bool) -> Result<'py, ()> {
        if self.remember(object, is_root) {
            let milliseconds = time::to_milliseconds(self.attached, object)?;
            self.message.put_double(tag::DATE, milliseconds);
        }
        Ok(())
    }

    /// The object itself, by reference.
    pub fn reference(&mut self, object: &Object<'py>) -> Result<'py, ()> {
        let (id, flags) = live::hand_out(self.attached, object)?;
        self.message.handed_out.push(id);
        self.message.put(tag::OBJECT, flags as usize);
        self.message.put_id(id);
        Ok(())
    }
}
