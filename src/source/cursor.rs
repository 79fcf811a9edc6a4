//! Byte offset to line and column.

use std::ops::Range;

/// A place in a text: what an editor shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1. `\n`, `\r\n` and a lone `\r` each end one.
    pub line: u32,
    /// Column, from 1, in characters (Unicode scalar values).
    pub column: u32,
}

/// Walks a text and counts its lines. Asked in ascending order it reads every byte once; asked for
/// an earlier place it starts again.
#[derive(Clone, Debug)]
pub struct Cursor<'t> {
    text: &'t str,
    /// Where the text begins.
    first: Place,
    /// Up to here the breaks are counted.
    seen: usize,
    line: u32,
    /// Characters between the start of the line and there.
    characters: usize,
}

impl<'t> Cursor<'t> {
    /// A cursor at the start of `text`.
    pub fn new(text: &'t str) -> Cursor<'t> {
        Cursor::from(text, Place { line: 1, column: 1 })
    }

    /// A cursor at the start of `text`, which begins at `first` of a larger one.
    pub fn from(text: &'t str, first: Place) -> Cursor<'t> {
        Cursor {
            first,
            ..Cursor::at(text, 0, first)
        }
    }

    /// A cursor at the byte `offset`, which is known to stand at `place`.
    pub fn at(text: &'t str, offset: usize, place: Place) -> Cursor<'t> {
        Cursor {
            text,
            first: Place { line: 1, column: 1 },
            seen: offset,
            line: place.line,
            characters: usize::try_from(place.column.saturating_sub(1)).unwrap_or(0),
        }
    }

    /// The place of the byte at `offset`; past the end: the place after the last character.
    pub fn place(&mut self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        if offset < self.seen {
            *self = Cursor::from(self.text, self.first);
        }
        let bytes = self.text.as_bytes();
        let mut from = self.seen;
        for next in breaks(bytes, from..offset) {
            self.line = self.line.saturating_add(1);
            self.characters = 0;
            from = next;
        }
        self.characters += count(bytes.get(from..offset).unwrap_or_default());
        self.seen = offset;
        let column = u32::try_from(self.characters + 1).unwrap_or(u32::MAX);
        Place {
            line: self.line,
            column,
        }
    }
}

/// Where lines begin after the breaks in the bytes `within`.
pub(super) fn breaks(bytes: &[u8], within: Range<usize>) -> impl Iterator<Item = usize> {
    let start = within.start;
    let searched = bytes.get(within).unwrap_or_default();
    memchr::memchr2_iter(b'\n', b'\r', searched).filter_map(move |at| {
        let at = start + at;
        // Of `\r\n` only the second half ends the line.
        let is_half = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
        (!is_half).then_some(at + 1)
    })
}

/// Characters, not bytes: continuation bytes do not count.
pub(super) fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}
