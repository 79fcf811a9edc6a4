//! JSON as serde_json writes it, indented or in lines. A report has many short texts, hardly one of them with anything
//! to escape: they are looked through in larger steps, and written where they will leave from.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

mod serializer;

/// So many bytes are written at once: what waits for that many itself takes them without a copy.
const FULL: usize = 64 << 10;

/// How values are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Each on a line of its own, two spaces further in for each collection that it is in.
    Indented,
    /// All on one line, without spaces.
    Line,
}

/// Writes `value` to `out`, indented by two spaces a level.
pub(super) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::to(out, Layout::Indented);
    value.serialize(&mut page)?;
    page.flush()
}

/// Writes each of `values` to `out` as a line of its own.
pub(super) fn lines<T: Serialize>(
    values: impl Iterator<Item = io::Result<T>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::to(out, Layout::Line);
    for value in values {
        value?.serialize(&mut page)?;
        page.raw(b"\n");
        page.turn()?;
    }
    page.flush()
}

/// Elements of an array, as they are written `depth` levels deep, but for what is before the first.
pub(super) fn elements<T: Serialize>(
    values: impl Iterator<Item = io::Result<T>>,
    depth: usize,
) -> io::Result<Written> {
    let mut page = Page {
        bytes: Vec::with_capacity(FULL),
        ..Page::apart(Layout::Indented, depth)
    };
    for (index, value) in values.enumerate() {
        if index > 0 {
            page.line(true);
        }
        value?.serialize(&mut page)?;
    }
    Ok(Written(page.bytes))
}

/// A value as it is written `depth` levels deep.
pub(super) fn written(
    value: &(impl Serialize + ?Sized),
    layout: Layout,
    depth: usize,
) -> io::Result<Written> {
    let mut page = Page::apart(layout, depth);
    value.serialize(&mut page)?;
    Ok(Written(page.bytes))
}

/// The fields of a value as they are written in an object that stands `depth` levels deep, but for what
/// is before the first: to be those of another one, under the name [`FIELDS`].
pub(super) fn fields(value: &impl Serialize, layout: Layout, depth: usize) -> io::Result<Written> {
    let Written(bytes) = written(value, layout, depth)?;
    let inside = bytes.strip_prefix(b"{").unwrap_or(&bytes);
    let inside = inside.strip_suffix(b"}").unwrap_or(inside);
    Ok(Written(inside.trim_ascii().to_vec()))
}

/// What fields are called that are written already.
const FIELDS: &str = "$fields";

/// What is written already: a value to what writes here, and to nothing else.
pub(super) struct Written(Vec<u8>);

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Nothing in JSON is called bytes.
        serializer.serialize_bytes(&self.0)
    }
}

/// Collects what is written.
struct Page<'o> {
    bytes: Vec<u8>,
    layout: Layout,
    /// How many collections are open.
    depth: usize,
    /// Where full pages go.
    out: Option<&'o mut dyn Write>,
}

/// A line's beginning; deeper than it is long lines are begun in pieces.
const LINE: &[u8] = b",\n                                                                ";

impl<'o> Page<'o> {
    /// What fills up goes to `out`.
    fn to(out: &'o mut dyn Write, layout: Layout) -> Page<'o> {
        Page {
            bytes: Vec::with_capacity(FULL + FULL / 8),
            out: Some(out),
            ..Page::apart(layout, 0)
        }
    }

    /// For what is to become a part of another one.
    fn apart(layout: Layout, depth: usize) -> Page<'o> {
        Page {
            bytes: Vec::new(),
            layout,
            depth,
            out: None,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(out) = &mut self.out {
            out.write_all(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(())
    }

    /// Lets a full page go.
    fn turn(&mut self) -> io::Result<()> {
        if self.bytes.len() < FULL {
            return Ok(());
        }
        self.flush()
    }

    #[inline]
    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn written(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.out {
            Some(out) if bytes.len() >= FULL => {
                out.write_all(&self.bytes)?;
                self.bytes.clear();
                out.write_all(bytes)
            }
            _ => {
                self.raw(bytes);
                Ok(())
            }
        }
    }

    /// Begins a line, behind another value or not.
    #[inline]
    fn line(&mut self, comma: bool) {
        if self.layout == Layout::Line {
            self.raw(if comma { b"," } else { b"" });
            return;
        }
        let mut left = 2 * self.depth;
        let room = LINE.len() - 2;
        let begun = left.min(room);
        self.raw(LINE.get(usize::from(!comma)..2 + begun).unwrap_or_default());
        left -= begun;
        while left > 0 {
            let more = left.min(room);
            self.raw(LINE.get(2..2 + more).unwrap_or_default());
            left -= more;
        }
    }

    /// What stands between a name and its value.
    #[inline]
    fn colon(&mut self) {
        self.raw(match self.layout {
            Layout::Indented => b": ",
            Layout::Line => b":",
        });
    }

    #[inline]
    fn text(&mut self, text: &str) -> io::Result<()> {
        if is_plain(text) {
            self.quoted(text);
            return Ok(());
        }
        Ok(serde_json::to_writer(&mut self.bytes, text)?)
    }

    /// A text in which nothing is to be escaped.
    #[inline]
    fn quoted(&mut self, text: &str) {
        self.bytes.reserve(text.len() + 2);
        self.bytes.push(b'"');
        self.raw(text.as_bytes());
        self.bytes.push(b'"');
    }

    /// A number, or another word of JSON's own.
    fn word(&mut self, value: impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(&mut self.bytes, &value)?)
    }
}

/// Whether JSON writes `text` as it is.
#[inline]
fn is_plain(text: &str) -> bool {
    let plain = |byte: &u8| (*byte >= b' ') & (*byte != b'"') & (*byte != b'\\');
    // All of a step at once, without an end in its middle: that is what vectors are for.
    let all = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & plain(byte));
    let (steps, rest) = text.as_bytes().as_chunks::<32>();
    steps.iter().all(|step| all(step)) && all(rest)
}
