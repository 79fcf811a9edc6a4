//! Scalars without quotes.

use super::cursor::Cursor;
use super::{Fast, Token};

/// Whether a plain scalar can begin with those two bytes.
pub(super) fn begins(first: u8, second: u8, flow: bool) -> bool {
    match first {
        b'-' => !matches!(second, b' ' | b'\t' | b'\n'),
        b'?' | b':' => !flow && !matches!(second, b' ' | b'\t' | b'\n'),
        0..=b' '
        | b','
        | b'['
        | b']'
        | b'{'
        | b'}'
        | b'#'
        | b'&'
        | b'*'
        | b'!'
        | b'|'
        | b'>'
        | b'\''
        | b'"'
        | b'%'
        | b'@'
        | b'`' => false,
        _ => true,
    }
}

impl<'t> Fast<'t> {
    /// The plain scalar that begins here, in a block. Its later lines stand deeper than the
    /// collection around it.
    pub(super) fn plain(&mut self, least: usize) -> Option<Token<'t>> {
        let start = self.cursor.at;
        let (mut end, stop) = piece(&self.cursor, start)?;
        self.cursor.pass(stop);
        if self.cursor.here() != b'\n' {
            return self.written(start..end, start..end, true);
        }
        let mut breaks = self.next_line();
        if !self.goes_on(least) {
            return self.written(start..end, start..end, true);
        }
        self.scratch.clear();
        self.keep(start, end)?;
        loop {
            self.fold(breaks);
            let begin = self.cursor.at;
            let stop;
            (end, stop) = piece(&self.cursor, begin)?;
            self.keep(begin, end)?;
            self.cursor.pass(stop);
            match self.cursor.here() {
                b'\n' => breaks = self.next_line(),
                b'#' => break,
                // No key is longer than a line.
                _ => return None,
            }
            if !self.goes_on(least) {
                break;
            }
        }
        Some(Token {
            start,
            end,
            written: None,
            plain: true,
        })
    }

    /// Goes on to what comes after this line break; how many lines between are empty.
    pub(super) fn next_line(&mut self) -> usize {
        self.cursor.break_line();
        let mut breaks = 0;
        loop {
            self.cursor.spaces();
            if self.cursor.here() != b'\n' {
                return breaks;
            }
            self.cursor.break_line();
            breaks += 1;
        }
    }

    /// Whether a plain scalar goes on in the line that the cursor has come to.
    fn goes_on(&self, least: usize) -> bool {
        let column = self.cursor.column();
        column.is_some_and(|column| column >= least) && self.cursor.here() != b'#'
    }

    /// A line break inside a scalar, before so many empty lines.
    pub(super) fn fold(&mut self, breaks: usize) {
        if breaks == 0 {
            self.scratch.push(' ');
        }
        self.scratch.extend(std::iter::repeat_n('\n', breaks));
    }

    /// A plain scalar inside a flow collection, on one line.
    pub(super) fn plain_in_flow(&mut self) -> Option<Token<'t>> {
        let start = self.cursor.at;
        let (end, stop) = piece_in_flow(&self.cursor, start)?;
        self.cursor.pass(stop);
        if self.cursor.here() == b'\n' {
            self.next_line();
            // Else it goes on there.
            if !matches!(self.cursor.here(), b',' | b']' | b'}' | b'#') {
                return None;
            }
        }
        self.written(start..end, start..end, true)
    }
}

/// What a line has of a plain scalar: its end without the spaces before what comes next, and where
/// that is: a colon that makes a key of it, a comment, the end of the line.
fn piece(cursor: &Cursor<'_>, start: usize) -> Option<(usize, usize)> {
    let mut from = start;
    loop {
        let stops = |byte: &u8| matches!(byte, b':' | b'#' | b'\n' | b'\t');
        let at = from + cursor.rest(from).iter().position(stops)?;
        match cursor.byte(at) {
            b':' if !matches!(cursor.byte(at + 1), b' ' | b'\n') => {}
            b'#' if cursor.byte(at - 1) != b' ' => {}
            b'\t' => return None,
            _ => return Some((before_spaces(cursor, start, at), at)),
        }
        from = at + 1;
    }
}

/// The same inside a flow collection.
fn piece_in_flow(cursor: &Cursor<'_>, start: usize) -> Option<(usize, usize)> {
    let mut from = start;
    loop {
        let at = from + cursor.rest(from).iter().position(stops_in_flow)?;
        match (cursor.byte(at), cursor.byte(at + 1)) {
            (b'\t', _) => return None,
            (b':', b' ' | b'\n') => return Some((before_spaces(cursor, start, at), at)),
            // libyaml refuses that.
            (b':', b',' | b'?' | b'[' | b']' | b'{' | b'}') => return None,
            (b':', _) => {}
            (b'#', _) if cursor.byte(at - 1) != b' ' => {}
            _ => return Some((before_spaces(cursor, start, at), at)),
        }
        from = at + 1;
    }
}

fn stops_in_flow(byte: &u8) -> bool {
    matches!(
        byte,
        b':' | b'#' | b'\n' | b'\t' | b',' | b'[' | b']' | b'{' | b'}'
    )
}

/// Where the spaces begin that end at `stop`.
fn before_spaces(cursor: &Cursor<'_>, start: usize, stop: usize) -> usize {
    let mut end = stop;
    while end > start && cursor.byte(end - 1) == b' ' {
        end -= 1;
    }
    end
}
