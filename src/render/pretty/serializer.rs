//! The page as serde sees it.

use std::fmt;
use std::io;

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::{FIELDS, Page};

/// How serde_json hands on a number that it keeps as it was written.
const NUMBER: &str = "$serde_json::private::Number";

/// Why something was not written.
#[derive(Debug)]
pub(super) struct Fault(io::Error);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Fault {
        Fault(io::Error::other(message.to_string()))
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault(error)
    }
}

impl From<Fault> for io::Error {
    fn from(Fault(error): Fault) -> io::Error {
        error
    }
}

type Done = Result<(), Fault>;

/// A collection that is being written.
pub(super) struct Inside<'p, 'o> {
    page: &'p mut Page<'o>,
    kind: Kind,
    has_value: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Array,
    Object,
    /// No collection, though it looks like one.
    Number,
}

impl<'p, 'o> Inside<'p, 'o> {
    fn begin(page: &'p mut Page<'o>, kind: Kind) -> Self {
        match kind {
            Kind::Array => page.bytes.push(b'['),
            Kind::Object => page.bytes.push(b'{'),
            Kind::Number => {}
        }
        page.depth += 1;
        Inside {
            page,
            kind,
            has_value: false,
        }
    }

    #[inline]
    fn next(&mut self) {
        self.page.line(self.has_value);
        self.has_value = true;
    }

    fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        value.serialize(&mut *self.page)?;
        Ok(self.page.turn()?)
    }

    fn finish(self) -> Done {
        let page = self.page;
        page.depth -= 1;
        if self.has_value {
            page.line(false);
        }
        match self.kind {
            Kind::Array => page.bytes.push(b']'),
            Kind::Object => page.bytes.push(b'}'),
            Kind::Number => {}
        }
        Ok(())
    }
}

impl ser::SerializeSeq for Inside<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.next();
        self.value(value)
    }

    fn end(self) -> Done {
        self.finish()
    }
}

impl ser::SerializeTuple for Inside<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.next();
        self.value(value)
    }

    fn end(self) -> Done {
        self.finish()
    }
}

impl ser::SerializeMap for Inside<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Done {
        self.next();
        let start = self.page.bytes.len();
        key.serialize(&mut *self.page)?;
        if self.page.bytes.get(start) != Some(&b'"') {
            return Err(ser::Error::custom("a key is no text"));
        }
        self.page.colon();
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.value(value)
    }

    fn end(self) -> Done {
        self.finish()
    }
}

impl ser::SerializeStruct for Inside<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Done {
        if self.kind == Kind::Number {
            let start = self.page.bytes.len();
            value.serialize(&mut *self.page)?;
            // It comes as a text, in which nothing is to be escaped.
            self.page.bytes.pop();
            self.page.bytes.remove(start);
            return Ok(());
        }
        self.next();
        if key != FIELDS {
            // Nobody gives a field a name that would have to be escaped.
            self.page.quoted(key);
            self.page.colon();
        }
        self.value(value)
    }

    fn end(self) -> Done {
        self.finish()
    }
}

/// What no report holds.
fn unwritten<T>() -> Result<T, Fault> {
    Err(ser::Error::custom("a variant with values"))
}

impl<'p, 'o> Serializer for &'p mut Page<'o> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Inside<'p, 'o>;
    type SerializeTuple = Inside<'p, 'o>;
    type SerializeTupleStruct = Impossible<(), Fault>;
    type SerializeTupleVariant = Impossible<(), Fault>;
    type SerializeMap = Inside<'p, 'o>;
    type SerializeStruct = Inside<'p, 'o>;
    type SerializeStructVariant = Impossible<(), Fault>;

    fn serialize_str(self, text: &str) -> Done {
        Ok(self.text(text)?)
    }

    fn serialize_bool(self, value: bool) -> Done {
        self.raw(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_unit(self) -> Done {
        self.raw(b"null");
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_bytes(self, written: &[u8]) -> Done {
        Ok(self.written(written)?)
    }

    fn serialize_i8(self, value: i8) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_i16(self, value: i16) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_i32(self, value: i32) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_i64(self, value: i64) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_u8(self, value: u8) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_u16(self, value: u16) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_u32(self, value: u32) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_u64(self, value: u64) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_f32(self, value: f32) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_f64(self, value: f64) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_char(self, value: char) -> Done {
        Ok(self.word(value)?)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Done {
        unwritten()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'p, 'o>, Fault> {
        Ok(Inside::begin(self, Kind::Array))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'p, 'o>, Fault> {
        Ok(Inside::begin(self, Kind::Array))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Fault>, Fault> {
        unwritten()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Fault>, Fault> {
        unwritten()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'p, 'o>, Fault> {
        Ok(Inside::begin(self, Kind::Object))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Inside<'p, 'o>, Fault> {
        let kind = match name {
            NUMBER => Kind::Number,
            _ => Kind::Object,
        };
        Ok(Inside::begin(self, kind))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Fault>, Fault> {
        unwritten()
    }
}
