//! The lines around a place. Lines may be as long as a file: no more is looked at than is shown.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::report::{Excerpt, Line, Point};

/// So many lines before and after the marked ones.
const AROUND: usize = 2;
/// So many characters of a line.
const LONGEST: usize = 400;
/// So many of them before the mark, where the beginning of the line is too far away.
const BEFORE: usize = 100;

/// A text, and what of it was shown: findings share it.
pub(super) struct Page<'t> {
    text: &'t str,
    /// Whether anything of it is to be shown.
    is_wanted: bool,
    shown: HashMap<(usize, usize), Arc<str>>,
    /// By where they are marked, and the last line that is.
    excerpts: HashMap<(usize, u32), Excerpt>,
}

impl<'t> Page<'t> {
    pub(super) fn new(text: &'t str, is_wanted: bool) -> Page<'t> {
        Page {
            text,
            is_wanted,
            shown: HashMap::new(),
            excerpts: HashMap::new(),
        }
    }

    /// The lines of what is marked, and some around them in the same document.
    pub(super) fn around(&mut self, bytes: &Range<usize>, start: Point, end: Point) -> Excerpt {
        if !self.is_wanted {
            return Excerpt::default();
        }
        let marked = (bytes.start, end.line);
        if let Some(known) = self.excerpts.get(&marked) {
            return known.clone();
        }
        let excerpt = self.excerpt(bytes, start, end);
        self.excerpts.insert(marked, excerpt.clone());
        excerpt
    }

    fn excerpt(&mut self, bytes: &Range<usize>, start: Point, end: Point) -> Excerpt {
        let (line, span) = self.marked(bytes.start, start);
        let mut lines = vec![line];
        let mut first = start.line;
        let mut above = span.start;
        // Where the beginning was left out, nothing is known about the line above.
        let mut known = lines.first().is_some_and(|line| line.column == 1);
        while known && start.line - first < AROUND as u32 && first > 1 {
            let Some(before) = line_before(self.text, above) else {
                break;
            };
            if is_separator(self.text, &before) {
                break;
            }
            above = before.start;
            lines.insert(0, self.whole(before));
            first -= 1;
            known = first > 1;
        }
        let mut number = start.line;
        let mut cut = lines.last().is_some_and(|line| line.cut);
        let mut below = span.end;
        while !cut && number < end.line.saturating_add(AROUND as u32) {
            let Some(after) = line_after(self.text, below) else {
                break;
            };
            if is_separator(self.text, &after) {
                break;
            }
            below = after.end;
            cut = !self.text.get(below..).unwrap_or_default().is_empty()
                && !ends_line(self.text, below);
            let mut line = self.whole(after);
            line.cut = cut;
            lines.push(line);
            number += 1;
        }
        Excerpt {
            first,
            lines: lines.into(),
        }
    }

    /// The line in which something marked begins.
    pub(super) fn line(&mut self, bytes: &Range<usize>, start: Point) -> Excerpt {
        if !self.is_wanted {
            return Excerpt::default();
        }
        let (line, _) = self.marked(bytes.start, start);
        Excerpt {
            first: start.line,
            lines: [line].into(),
        }
    }

    fn marked(&mut self, at: usize, start: Point) -> (Line, Range<usize>) {
        let column = usize::try_from(start.column).unwrap_or(usize::MAX);
        let back = if column <= LONGEST / 2 {
            column - 1
        } else {
            BEFORE
        };
        let before = self.text.get(..at).unwrap_or_default();
        let begin = before
            .char_indices()
            .rev()
            .take(back)
            .last()
            .map_or(at, |(byte, _)| byte);
        let end = line_end(self.text, begin);
        let line = Line {
            column: u32::try_from(column - back).unwrap_or(u32::MAX),
            text: self.share(begin..end),
            cut: end < self.text.len() && !ends_line(self.text, end),
        };
        (line, begin..end)
    }

    fn whole(&mut self, bytes: Range<usize>) -> Line {
        Line {
            column: 1,
            text: self.share(bytes),
            cut: false,
        }
    }

    fn share(&mut self, bytes: Range<usize>) -> Arc<str> {
        let text = self.text.get(bytes.clone()).unwrap_or_default();
        let shared = self.shown.entry((bytes.start, bytes.end));
        shared.or_insert_with(|| text.into()).clone()
    }
}

/// Where the line ends that `start` is in, or [`LONGEST`] characters on.
fn line_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let near = rest.as_bytes().get(..LONGEST.min(rest.len()));
    if let Some(end) = memchr::memchr2(b'\n', b'\r', near.unwrap_or_default()) {
        return start + end;
    }
    let mut characters = rest.char_indices().take(LONGEST);
    let end = characters.find(|(_, character)| matches!(character, '\n' | '\r'));
    let end = end.map(|(at, _)| at);
    let end = end.or_else(|| rest.char_indices().nth(LONGEST).map(|(at, _)| at));
    start + end.unwrap_or(rest.len())
}

fn ends_line(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(at), Some(b'\n' | b'\r'))
}

/// The line above the one that begins at `start`; `None` where it is too long to be shown.
fn line_before(text: &str, start: usize) -> Option<Range<usize>> {
    let before = text.get(..start)?;
    let line = before.strip_suffix('\n').map_or_else(
        || before.strip_suffix('\r'),
        |line| Some(line.strip_suffix('\r').unwrap_or(line)),
    )?;
    let mut begin = line.len();
    for (count, (at, character)) in line.char_indices().rev().enumerate() {
        if matches!(character, '\n' | '\r') {
            break;
        }
        if count == LONGEST {
            return None;
        }
        begin = at;
    }
    Some(begin..line.len())
}

/// The line below the one that ends at `end`.
fn line_after(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let rest = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix(['\n', '\r']))?;
    let start = text.len() - rest.len();
    (start < text.len()).then(|| start..line_end(text, start))
}

fn is_separator(text: &str, line: &Range<usize>) -> bool {
    let line = text.get(line.clone()).unwrap_or_default();
    line == "---" || line == "..." || line.starts_with("--- ")
}
