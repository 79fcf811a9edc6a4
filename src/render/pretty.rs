//! Indented JSON as serde_json writes it, in fewer and larger pieces: a report has many short ones.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use serde_json::value::RawValue;

/// So many bytes are written at once: what waits for that many itself takes them without a copy.
const FULL: usize = 64 << 10;

/// Writes `value` to `out`, indented by two spaces a level.
pub(super) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let bytes = Vec::with_capacity(FULL + FULL / 8);
    let mut page = Page { bytes, out };
    value.serialize(&mut Serializer::with_formatter(
        &mut page,
        Indented::default(),
    ))?;
    page.flush()
}

/// `value` as it is written `depth` levels deep.
pub(super) fn raw(value: &impl Serialize, depth: usize) -> serde_json::Result<Box<RawValue>> {
    let mut bytes = Vec::new();
    let indented = Indented {
        depth,
        ..Indented::default()
    };
    value.serialize(&mut Serializer::with_formatter(&mut bytes, indented))?;
    RawValue::from_string(String::from_utf8(bytes).map_err(serde::ser::Error::custom)?)
}

/// Collects what is written.
struct Page<'o> {
    bytes: Vec<u8>,
    out: &'o mut dyn Write,
}

impl Write for Page<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            // Every second piece is a quote or a bracket.
            [byte] => self.bytes.push(*byte),
            _ => self.bytes.extend_from_slice(bytes),
        }
        if self.bytes.len() < FULL {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

/// What serde_json's own `PrettyFormatter` writes, each line's beginning at once.
#[derive(Default)]
struct Indented {
    depth: usize,
    /// Whether the collection that ends has something in it.
    has_value: bool,
}

/// A line's beginning; deeper than it is long lines are begun in pieces.
const LINE: &[u8] = b",\n                                                                ";

impl Indented {
    #[inline]
    fn open<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(bracket)
    }

    #[inline]
    fn close<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.has_value {
            self.line(writer, true)?;
        }
        self.has_value = true;
        writer.write_all(bracket)
    }

    #[inline]
    fn line<W: Write + ?Sized>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        let mut left = 2 * self.depth;
        let from = usize::from(first);
        let room = LINE.len() - 2;
        let begun = left.min(room);
        writer.write_all(LINE.get(from..2 + begun).unwrap_or_default())?;
        left -= begun;
        while left > 0 {
            let more = left.min(room);
            writer.write_all(LINE.get(2..2 + more).unwrap_or_default())?;
            left -= more;
        }
        Ok(())
    }
}

impl Formatter for Indented {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.line(writer, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.line(writer, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}
