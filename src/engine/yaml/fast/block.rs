//! Literal and folded block scalars.

use super::{Fast, Token};

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Clip,
    Strip,
    Keep,
}

impl<'t> Fast<'t> {
    /// The block scalar whose indicator stands here. Its lines stand deeper than the collection around
    /// it.
    pub(super) fn block(&mut self, least: usize) -> Option<Token<'t>> {
        let start = self.cursor.at;
        let folded = self.cursor.here() == b'>';
        self.cursor.at += 1;
        let (chomping, increment) = self.header()?;
        self.scratch.clear();
        // What comes before the first line, which says how deep they stand.
        let (mut breaks, deepest) = self.empty_lines(increment.map(|by| indentation(least, by)))?;
        let indent = match increment {
            Some(by) => indentation(least, by),
            None => deepest.max(least).max(1),
        };
        let mut after_break = false;
        let mut after_blank = false;
        while self.cursor.at - self.cursor.line == indent {
            let begins_blank = matches!(self.cursor.here(), b' ' | b'\t');
            if folded && after_break && !after_blank && !begins_blank {
                self.fold(breaks);
            } else {
                let breaks = breaks + usize::from(after_break);
                self.scratch.extend(std::iter::repeat_n('\n', breaks));
            }
            after_blank = begins_blank;
            let begin = self.cursor.at;
            let end = self.cursor.line_end(begin);
            self.keep(begin, end)?;
            self.cursor.at = end;
            self.cursor.break_line();
            after_break = true;
            (breaks, _) = self.empty_lines(Some(indent))?;
        }
        if after_break && chomping != Chomping::Strip {
            self.scratch.push('\n');
        }
        if chomping == Chomping::Keep {
            self.scratch.extend(std::iter::repeat_n('\n', breaks));
        }
        // It ends with its last line; where the next token is, is another question.
        self.cursor.fresh = true;
        Some(Token {
            start,
            end: self.cursor.line,
            written: None,
            plain: false,
        })
    }

    /// Reads the indicators up to the end of their line.
    fn header(&mut self) -> Option<(Chomping, Option<usize>)> {
        let mut chomping = None;
        let mut increment = None;
        loop {
            match self.cursor.here() {
                b'+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                b'-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                digit @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(usize::from(digit - b'0'));
                }
                _ => break,
            }
            self.cursor.at += 1;
        }
        self.cursor.spaces();
        if self.cursor.here() == b'#' {
            self.cursor.at = self.cursor.line_end(self.cursor.at);
        }
        if self.cursor.here() != b'\n' {
            return None;
        }
        self.cursor.break_line();
        Some((chomping.unwrap_or(Chomping::Clip), increment))
    }

    /// Passes empty lines, and of the next one the spaces up to `indent`: how many lines, and the most
    /// spaces that a line began with.
    fn empty_lines(&mut self, indent: Option<usize>) -> Option<(usize, usize)> {
        let mut breaks = 0;
        let mut deepest = 0;
        loop {
            let line = self.cursor.line;
            let is_before = |at: usize| indent.is_none_or(|indent| at - line < indent);
            while self.cursor.here() == b' ' && is_before(self.cursor.at) {
                self.cursor.at += 1;
            }
            deepest = deepest.max(self.cursor.at - line);
            match self.cursor.here() {
                b'\n' => {}
                b'\t' if is_before(self.cursor.at) => return None,
                _ => return Some((breaks, deepest)),
            }
            self.cursor.break_line();
            breaks += 1;
        }
    }
}

/// Where lines begin that stand so much deeper than the collection around them.
fn indentation(least: usize, by: usize) -> usize {
    least.saturating_sub(1) + by
}
