//! Where a large YAML List can be cut: between its items, as a parser of YAML sees them.

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::cut::{self, AROUND, Elements, PIECE, Piece, SHELL};
use super::scan::Spot;
use super::{Cursor, Place};
use crate::engine::yaml::{self, Events, Kind};

/// The pieces of a text; `None` where it is read as it is, as it is anything else than one List without
/// anchors, written as kubectl writes it. `lists` says of the List, by its text without items, whether
/// they are read one by one; `size` is about how long the text is.
pub(super) fn pieces(
    reader: impl Read,
    size: usize,
    lists: &dyn Fn(&str) -> bool,
) -> Option<Vec<Piece>> {
    let text = text(reader, size)?;
    let items = yaml::read(&text, |events| Items::find(events, &text))?;
    let shell = items.shell(&text)?;
    if !lists(&shell) {
        return None;
    }
    cut::joined(items.cut(&text, &shell), text.len() as u64)
}

/// The text, if it can be that of one List.
fn text(mut reader: impl Read, size: usize) -> Option<String> {
    let mut bytes = Vec::new();
    // A vector that grows is copied, and there are two of them meanwhile.
    bytes.try_reserve_exact(size.saturating_add(1)).ok()?;
    let mut searched = 0;
    while (&mut reader).take(PIECE).read_to_end(&mut bytes).ok()? > 0 {
        let new = bytes.get(searched..)?;
        let separator = |it: &[u8]| memmem::find(new, it).is_some();
        // Documents are cut elsewhere; of marks and other ends of lines nothing is known here.
        if separator(b"\n---") || separator(b"\n...") || separator("\u{FEFF}".as_bytes()) {
            return None;
        }
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if memchr::memchr(b'\r', new).is_some() || matches!(first, Some(b'%' | b'{')) {
            return None;
        }
        searched = bytes.len().saturating_sub(3);
    }
    String::from_utf8(bytes).ok()
}

/// The items of a List, in bytes of the text.
struct Items {
    /// Where the document begins.
    document: usize,
    /// The line with the key `items`, and the first one after the last item.
    around: Range<usize>,
    /// The lines with which the items begin.
    lines: Vec<usize>,
}

impl Items {
    fn find(events: &mut Events<'_>, text: &str) -> Option<Items> {
        let document = if text.starts_with("---\n") { 4 } else { 0 };
        if document == 0 && text.starts_with("---") {
            return None;
        }
        if !matches!(events.next().ok()?.kind, Kind::DocumentStart) {
            return None;
        }
        if !matches!(
            events.next().ok()?.kind,
            Kind::MappingStart { anchor: None }
        ) {
            return None;
        }
        let mut key_line = None;
        let mut lines = Vec::new();
        let mut end = None;
        loop {
            let event = events.next().ok()?;
            let is_items = match &event.kind {
                Kind::MappingEnd => break,
                Kind::Scalar(key) if key.anchor.is_none() && key.tag.is_none() => {
                    key.value == "items"
                }
                _ => return None,
            };
            let start = event.start;
            // A key of the document itself begins a line.
            if start > 0 && text.as_bytes().get(start - 1) != Some(&b'\n') {
                return None;
            }
            if key_line.is_some() {
                end.get_or_insert(start);
            }
            if !is_items {
                let shape = events.next().ok()?.kind.shape()?;
                skip(events, &shape)?;
                continue;
            }
            if key_line.replace(start).is_some() {
                return None;
            }
            if !matches!(
                events.next().ok()?.kind,
                Kind::SequenceStart { anchor: None }
            ) {
                return None;
            }
            loop {
                let event = events.next().ok()?;
                if matches!(event.kind, Kind::SequenceEnd) {
                    break;
                }
                lines.push(line_of_item(text, event.start)?);
                let shape = event.kind.shape()?;
                skip(events, &shape)?;
            }
        }
        if !matches!(events.next().ok()?.kind, Kind::DocumentEnd)
            || !matches!(events.next().ok()?.kind, Kind::StreamEnd)
        {
            return None;
        }
        let indent = |line: usize| text.get(line..).map(|line| line.find('-'));
        let first = indent(*lines.first()?);
        if lines.iter().any(|line| indent(*line) != first) {
            return None;
        }
        Some(Items {
            document,
            around: key_line?..end.unwrap_or(text.len()),
            lines,
        })
    }

    /// The text without the items.
    fn shell(&self, text: &str) -> Option<Arc<str>> {
        let (before, after) = (text.get(..self.around.start)?, text.get(self.around.end..)?);
        (before.len() + after.len() <= SHELL).then(|| format!("{before}items: []\n{after}").into())
    }

    fn cut(&self, text: &str, shell: &Arc<str>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut cursor = Cursor::new(text);
        let ends = self.lines.iter().skip(1).chain([&self.around.end]);
        let mut open: Option<(usize, usize)> = None;
        for (number, (start, end)) in self.lines.iter().zip(ends).enumerate() {
            let (first, begun) = *open.get_or_insert((number, *start));
            let is_last = number + 1 == self.lines.len();
            if !is_last && ((end - begun) as u64) < PIECE {
                continue;
            }
            open = None;
            let from = line_before(text, begun);
            let elements = Elements {
                shell: shell.clone(),
                place: Place { line: 1, column: 1 },
                first,
                count: number + 1 - first,
                are_last: is_last,
                document: Some(self.document..text.len()),
            };
            pieces.push(Piece {
                from: Spot {
                    byte: from as u64,
                    place: cursor.place(from),
                },
                read: begun as u64..*end as u64,
                next: 0,
                elements: Some(elements),
            });
        }
        pieces
    }
}

/// The line that the item at the byte `start` begins, with nothing before it but its dash.
fn line_of_item(text: &str, start: usize) -> Option<usize> {
    let before = text.get(..start)?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let dash = before.get(line..)?.trim_start_matches(' ');
    let rest = dash.strip_prefix('-')?;
    (!rest.is_empty() && rest.bytes().all(|byte| byte == b' ')).then_some(line)
}

/// The beginning of a line far enough before `start` for what is shown around it.
fn line_before(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let far = start.saturating_sub(usize::try_from(AROUND).unwrap_or(usize::MAX));
    let before = bytes.get(..far).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)
}

/// Passes what a node holds that begins so.
fn skip(events: &mut Events<'_>, shape: &Shape) -> Option<()> {
    let mut depth = usize::from(matches!(shape, Shape::Begins));
    while depth > 0 {
        match events.next().ok()?.kind.shape()? {
            Shape::Begins => depth += 1,
            Shape::Ends => depth -= 1,
            Shape::Whole => {}
        }
    }
    Some(())
}

enum Shape {
    Begins,
    Ends,
    Whole,
}

impl Kind<'_> {
    /// `None` where what stands elsewhere in the text says what it is.
    fn shape(&self) -> Option<Shape> {
        match self {
            Kind::SequenceStart { anchor: None } | Kind::MappingStart { anchor: None } => {
                Some(Shape::Begins)
            }
            Kind::SequenceEnd | Kind::MappingEnd => Some(Shape::Ends),
            Kind::Scalar(scalar) if scalar.anchor.is_none() && scalar.tag.is_none() => {
                Some(Shape::Whole)
            }
            _ => None,
        }
    }
}
