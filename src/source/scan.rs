//! JSON looked through without a value being made of it, a block at a time. It is strict: what it lets
//! pass, a parser reads; what no manifest needs (numbers with exponents, a hundred levels) it leaves to
//! those who read a text as a whole.

use std::io::Read;

use super::Place;

/// What is read at once.
const BLOCK: u64 = 128 << 10;
/// Collections may stand in each other so deep.
const DEPTH: usize = 100;
/// A number of more characters may be out of range.
const DIGITS: usize = 100;

/// A place in the text, and how many bytes come before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) byte: u64,
    pub(super) place: Place,
}

/// Walks over JSON in UTF-8. Every answer is `None` where the text is anything else, or ends.
pub(super) struct Scanner<R> {
    reader: R,
    /// What was read; of what is passed no more than a block.
    held: Vec<u8>,
    /// The next byte.
    at: usize,
    /// Up to here it is known to be UTF-8.
    sound: usize,
    ended: bool,
    /// So many bytes were there before those that are held.
    base: u64,
    line: u32,
    /// Where the line begins, and how many bytes of it so far are no characters of their own.
    line_start: u64,
    wide: u64,
    after_return: bool,
    /// What was passed, where it is to be kept, and how many bytes that may be.
    kept: Option<(Vec<u8>, usize)>,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(reader: R) -> Scanner<R> {
        Scanner {
            reader,
            held: Vec::new(),
            at: 0,
            sound: 0,
            ended: false,
            base: 0,
            line: 1,
            line_start: 0,
            wide: 0,
            after_return: false,
            kept: None,
        }
    }

    /// Where the next byte stands.
    pub(super) fn spot(&self) -> Spot {
        let byte = self.base + self.at as u64;
        let column = byte - self.line_start - self.wide + 1;
        Spot {
            byte,
            place: Place {
                line: self.line,
                column: u32::try_from(column).unwrap_or(u32::MAX),
            },
        }
    }

    /// Keeps what is passed from here on, up to `most` bytes.
    pub(super) fn keep(&mut self, most: usize) {
        self.kept = Some((Vec::new(), most));
    }

    /// What was passed since then; `None` where that is more.
    pub(super) fn kept(&mut self) -> Option<Vec<u8>> {
        self.kept.take().map(|(kept, _)| kept)
    }

    /// The bytes that are there and not passed; none at the end.
    fn rest(&mut self) -> Option<&[u8]> {
        if self.at == self.sound && !self.ended {
            self.read()?;
        }
        self.held.get(self.at..self.sound)
    }

    fn read(&mut self) -> Option<()> {
        self.held.drain(..self.at);
        self.base += self.at as u64;
        self.sound -= self.at;
        self.at = 0;
        while self.sound == 0 && !self.ended {
            let got = (&mut self.reader)
                .take(BLOCK)
                .read_to_end(&mut self.held)
                .ok()?;
            self.ended = got == 0;
            self.sound = match std::str::from_utf8(&self.held) {
                Ok(text) => text.len(),
                // A character may go on in what is read next.
                Err(error) if error.error_len().is_none() && !self.ended => error.valid_up_to(),
                Err(_) => return None,
            };
        }
        Some(())
    }

    /// The next byte, `Some(None)` at the end.
    pub(super) fn peek(&mut self) -> Option<Option<u8>> {
        Some(self.rest()?.first().copied())
    }

    /// Passes so many bytes, which are there.
    fn pass(&mut self, count: usize) -> Option<()> {
        let end = self.at + count;
        if let Some((kept, most)) = &mut self.kept {
            kept.extend_from_slice(self.held.get(self.at..end)?);
            if kept.len() > *most {
                self.kept = None;
            }
        }
        self.at = end;
        self.after_return = false;
        Some(())
    }

    /// Passes the byte `expected`.
    pub(super) fn byte(&mut self, expected: u8) -> Option<()> {
        (self.peek()? == Some(expected)).then(|| self.pass(1))?
    }

    /// Passes the byte `wanted` if it is next: whether it was.
    pub(super) fn passes(&mut self, wanted: u8) -> Option<bool> {
        let is_next = self.peek()? == Some(wanted);
        if is_next {
            self.pass(1)?;
        }
        Some(is_next)
    }

    pub(super) fn space(&mut self) -> Option<()> {
        loop {
            let rest = self.rest()?;
            let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            let count = rest.iter().take_while(|byte| space(byte)).count();
            if count == 0 {
                return Some(());
            }
            let start = self.base + self.at as u64;
            let mut after_return = self.after_return;
            for (number, byte) in self.held.get(self.at..self.at + count)?.iter().enumerate() {
                if matches!(byte, b'\n' | b'\r') {
                    // Of `\r\n` only one half ends the line.
                    if *byte == b'\r' || !after_return {
                        self.line = self.line.saturating_add(1);
                    }
                    self.line_start = start + number as u64 + 1;
                    self.wide = 0;
                }
                after_return = *byte == b'\r';
            }
            self.pass(count)?;
            self.after_return = after_return;
        }
    }

    /// Passes a text; `Some(true)` where it is `wanted`, written without escapes.
    pub(super) fn string(&mut self, wanted: &[u8]) -> Option<bool> {
        self.byte(b'"')?;
        let mut left = Some(wanted);
        loop {
            let rest = self.rest()?;
            let end = memchr::memchr2(b'"', b'\\', rest);
            let plain = rest.get(..end.unwrap_or(rest.len()))?;
            if rest.is_empty() || plain.iter().any(|byte| *byte < b' ') {
                return None;
            }
            left = left.and_then(|left| left.strip_prefix(plain));
            let wide = plain.iter().filter(|byte| **byte & 0xC0 == 0x80).count();
            let count = plain.len();
            self.wide += wide as u64;
            self.pass(count)?;
            match end {
                None => continue,
                Some(_) if self.passes(b'"')? => return Some(left.is_some_and(<[u8]>::is_empty)),
                Some(_) => {
                    left = None;
                    self.escape()?;
                }
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        self.byte(b'\\')?;
        let kind = self.peek()??;
        self.pass(1)?;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => match self.hex()? {
                0xD800..=0xDBFF => {
                    self.byte(b'\\')?;
                    self.byte(b'u')?;
                    matches!(self.hex()?, 0xDC00..=0xDFFF).then_some(())
                }
                0xDC00..=0xDFFF => None,
                _ => Some(()),
            },
            _ => None,
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + char::from(self.peek()??).to_digit(16)?;
            self.pass(1)?;
        }
        Some(number)
    }

    fn digits(&mut self) -> Option<usize> {
        let mut count = 0;
        while self.peek()?.is_some_and(|byte| byte.is_ascii_digit()) {
            self.pass(1)?;
            count += 1;
        }
        (1..=DIGITS).contains(&count).then_some(count)
    }

    fn number(&mut self) -> Option<()> {
        self.passes(b'-')?;
        let leads = self.peek()? == Some(b'0');
        let count = self.digits()?;
        if leads && count > 1 {
            return None;
        }
        if self.passes(b'.')? {
            self.digits()?;
        }
        (!matches!(self.peek()?, Some(b'e' | b'E'))).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|byte| self.byte(*byte))
    }

    /// Passes a key and its colon, with the space around.
    pub(super) fn key(&mut self, wanted: &[u8]) -> Option<bool> {
        let is_wanted = self.string(wanted)?;
        self.space()?;
        self.byte(b':')?;
        self.space()?;
        Some(is_wanted)
    }

    /// Passes a value, `outer` levels deep; `step` is called between its parts.
    pub(super) fn value(&mut self, outer: usize, mut step: impl FnMut(&Self)) -> Option<()> {
        let mut open = Vec::new();
        loop {
            self.space()?;
            step(self);
            match self.peek()?? {
                kind @ (b'{' | b'[') => {
                    self.pass(1)?;
                    self.space()?;
                    open.push(kind);
                    if outer + open.len() > DEPTH {
                        return None;
                    }
                    // The ends of `{` and `[` come two after them.
                    if self.peek()? != Some(kind + 2) {
                        if kind == b'{' {
                            self.key(b"")?;
                        }
                        continue;
                    }
                }
                b'"' => {
                    self.string(b"")?;
                }
                b'-' | b'0'..=b'9' => self.number()?,
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => return None,
            }
            loop {
                let Some(kind) = open.last().copied() else {
                    return Some(());
                };
                self.space()?;
                if self.passes(b',')? {
                    self.space()?;
                    if kind == b'{' {
                        self.key(b"")?;
                    }
                    break;
                }
                self.byte(kind + 2)?;
                open.pop();
            }
        }
    }
}
