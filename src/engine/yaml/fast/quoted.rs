//! Scalars in quotes.

use super::{Fast, Token};

impl<'t> Fast<'t> {
    /// The quoted scalar that begins here.
    pub(super) fn quoted(&mut self) -> Option<Token<'t>> {
        let start = self.cursor.at;
        let quote = self.cursor.here();
        let inside = start + 1;
        let stop = self.special(inside, quote)?;
        let is_doubled = quote == b'\'' && self.cursor.byte(stop + 1) == b'\'';
        if self.cursor.byte(stop) == quote && !is_doubled {
            self.cursor.pass(stop + 1);
            return self.written(start..stop + 1, inside..stop, false);
        }
        self.scratch.clear();
        self.cursor.pass(inside);
        self.unquote(quote)?;
        self.cursor.fresh = false;
        Some(Token {
            start,
            end: self.cursor.at,
            written: None,
            plain: false,
        })
    }

    /// The next byte that does not stand for itself.
    fn special(&self, from: usize, quote: u8) -> Option<usize> {
        let rest = self.cursor.rest(from);
        let found = match quote {
            b'"' => memchr::memchr3(b'"', b'\\', b'\n', rest),
            _ => memchr::memchr2(quote, b'\n', rest),
        };
        found.map(|found| from + found)
    }

    /// Keeps what is written up to the closing quote, and passes that.
    fn unquote(&mut self, quote: u8) -> Option<()> {
        loop {
            let start = self.cursor.at;
            let stop = self.special(start, quote)?;
            self.cursor.at = stop;
            match self.cursor.here() {
                b'\n' => {
                    self.keep(start, self.before_blanks(start, stop))?;
                    let breaks = self.blank_lines()?;
                    self.fold(breaks);
                }
                b'\\' => {
                    self.keep(start, stop)?;
                    self.escape()?;
                }
                _ => {
                    self.keep(start, stop)?;
                    self.cursor.at = stop + 1;
                    if quote == b'"' || self.cursor.here() != quote {
                        return Some(());
                    }
                    self.scratch.push('\'');
                    self.cursor.at += 1;
                }
            }
        }
    }

    /// Where the blanks begin that end at `stop`.
    fn before_blanks(&self, start: usize, stop: usize) -> usize {
        let mut end = stop;
        while end > start && matches!(self.cursor.byte(end - 1), b' ' | b'\t') {
            end -= 1;
        }
        end
    }

    /// Goes on from a line break to the next line with something in it; how many between are empty.
    fn blank_lines(&mut self) -> Option<usize> {
        let mut breaks = 0;
        self.cursor.break_line();
        loop {
            match self.cursor.here() {
                b' ' | b'\t' => self.cursor.at += 1,
                b'\n' => {
                    breaks += 1;
                    self.cursor.break_line();
                }
                _ => break,
            }
        }
        (!self.cursor.is_marker()).then_some(breaks)
    }

    /// Keeps what an escape stands for, and passes it.
    fn escape(&mut self) -> Option<()> {
        let at = self.cursor.at + 1;
        let mut digits = 0;
        let character = match self.cursor.byte(at) {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0B',
            b'f' => '\x0C',
            b'r' => '\r',
            b'e' => '\x1B',
            b' ' => ' ',
            b'"' => '"',
            b'/' => '/',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            letter @ (b'x' | b'u' | b'U') => {
                digits = match letter {
                    b'x' => 2,
                    b'u' => 4,
                    _ => 8,
                };
                self.code(at + 1, digits)?
            }
            // A line that goes on in the next one.
            b'\n' => {
                self.cursor.at = at;
                let breaks = self.blank_lines()?;
                self.scratch.extend(std::iter::repeat_n('\n', breaks));
                return Some(());
            }
            _ => return None,
        };
        self.scratch.push(character);
        self.cursor.at = at + 1 + digits;
        Some(())
    }

    /// The character of that number in hexadecimal digits.
    fn code(&self, from: usize, digits: usize) -> Option<char> {
        let mut number: u32 = 0;
        for digit in self.cursor.rest(from).get(..digits)? {
            number = number.checked_mul(16)? + char::from(*digit).to_digit(16)?;
        }
        char::from_u32(number)
    }
}
