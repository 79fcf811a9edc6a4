//! Where the lines of a piece of text begin: made once, asked in any order.

use std::ops::Range;

use super::Place;
use super::cursor::{breaks, count};

/// In longer lines there are marks as well, so that nobody counts far.
const FAR: usize = 1024;

/// The lines of a piece of text.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// Bytes whose places are known, in their order.
    marks: Vec<(usize, Place)>,
}

impl Lines {
    /// The lines in the bytes `within` of `text`, which begin at the place `first`.
    pub(crate) fn new(text: &str, within: Range<usize>, first: Place) -> Lines {
        let mut lines = Lines {
            marks: vec![(within.start, first)],
        };
        let mut place = first;
        for at in breaks(text.as_bytes(), within.clone()) {
            lines.mark_far(text, place, at);
            place = Place {
                line: place.line.saturating_add(1),
                column: 1,
            };
            lines.marks.push((at, place));
        }
        lines.mark_far(text, place, within.end);
        lines
    }

    /// Puts marks into the line that goes on up to `end`.
    fn mark_far(&mut self, text: &str, mut place: Place, end: usize) {
        while let Some((from, _)) = self.marks.last()
            && end.saturating_sub(*from) > FAR
        {
            let next = from + FAR;
            place = after(text, (*from, place), next);
            self.marks.push((next, place));
        }
    }

    /// Where a byte of the text stands.
    pub(crate) fn place(&self, text: &str, byte: usize) -> Place {
        let byte = byte.min(text.len());
        let after_it = self.marks.partition_point(|(mark, _)| *mark <= byte);
        match self.marks.get(after_it.saturating_sub(1)) {
            Some(mark) => after(text, *mark, byte),
            None => Place { line: 1, column: 1 },
        }
    }
}

/// The place of `byte` in the same line as one that is known.
fn after(text: &str, (known, place): (usize, Place), byte: usize) -> Place {
    let between = text.as_bytes().get(known..byte).unwrap_or_default();
    let characters = u32::try_from(count(between)).unwrap_or(u32::MAX);
    Place {
        column: place.column.saturating_add(characters),
        ..place
    }
}
