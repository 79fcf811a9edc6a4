//! Text to tokens.

use std::ops::Range;

use super::tree::Place;
use crate::engine::fault::{Fault, FaultKind};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    Number(String),
    String(String),
    /// `{`, `:=`, …
    Symbol(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) place: Place,
    /// Where it ends: the place after its last character.
    pub(super) end: Place,
    /// Where it stands in the text.
    pub(super) bytes: Range<usize>,
    /// Nothing stands between this token and the one before.
    pub(super) joined: bool,
    /// This token is the first of its line.
    pub(super) first: bool,
}

impl Token {
    /// How an error names the token.
    pub(super) fn describe(&self) -> String {
        match &self.kind {
            TokenKind::Name(name) => format!("`{name}`"),
            TokenKind::Number(number) => format!("`{number}`"),
            TokenKind::String(_) => "a string".to_owned(),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::End => "the end of the text".to_owned(),
        }
    }
}

/// Two characters before one: the longest match wins.
const SYMBOLS: [&str; 25] = [
    ":=", "==", "!=", "<=", ">=", "{", "}", "[", "]", "(", ")", "+", "-", "*", "/", "%", "&", "|",
    ",", ";", ".", ":", "<", ">", "=",
];

pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    place: Place,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Lexer<'a> {
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Lexer {
            text,
            at: mark,
            place: Place { line: 1, column: 1 },
        }
    }

    /// All tokens, the last of them [`TokenKind::End`].
    pub(super) fn tokens(mut self) -> Result<Vec<Token>, Fault> {
        let mut tokens = Vec::new();
        let mut line = 0;
        loop {
            let joined = !self.skip_blank();
            let place = self.place;
            let first = place.line != line;
            line = place.line;
            let start = self.at;
            let kind = self.token()?;
            let end = kind == TokenKind::End;
            tokens.push(Token {
                kind,
                place,
                end: self.place,
                bytes: start..self.at,
                joined,
                first,
            });
            // A raw string may end on a later line: what follows is not the first of its own.
            line = line.max(self.place.line);
            if end {
                return Ok(tokens);
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        if next == '\n' {
            self.place.line += 1;
            self.place.column = 1;
        } else {
            self.place.column += 1;
        }
        Some(next)
    }

    /// Whether there was any.
    fn skip_blank(&mut self) -> bool {
        let start = self.at;
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\r' | '\n' => {
                    self.bump();
                }
                '#' => {
                    while self.peek().is_some_and(|next| next != '\n') {
                        self.bump();
                    }
                }
                _ => break,
            }
        }
        self.at != start
    }

    fn fault(&self, place: Place, message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Parse, place, message)
    }

    fn token(&mut self) -> Result<TokenKind, Fault> {
        let Some(next) = self.peek() else {
            return Ok(TokenKind::End);
        };
        if next.is_ascii_alphabetic() || next == '_' {
            let rest = self.rest();
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            let name = rest.get(..end).unwrap_or("").to_owned();
            self.at += end;
            self.place.column += end as u32;
            return Ok(TokenKind::Name(name));
        }
        if next.is_ascii_digit() {
            return self.number();
        }
        if next == '"' {
            return self.string();
        }
        if next == '`' {
            return self.raw_string();
        }
        for symbol in SYMBOLS {
            if self.rest().starts_with(symbol) {
                self.at += symbol.len();
                self.place.column += symbol.len() as u32;
                return Ok(TokenKind::Symbol(symbol));
            }
        }
        if next == '$' && matches!(self.rest().chars().nth(1), Some('"' | '`')) {
            return Err(self.fault(
                self.place,
                "string interpolation is not known to Gatekeeper's OPA: use `sprintf`",
            ));
        }
        Err(self.fault(
            self.place,
            format!("`{}` is no part of Rego", next.escape_default()),
        ))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.bump();
        }
        self.at - start
    }

    fn number(&mut self) -> Result<TokenKind, Fault> {
        let (start, place) = (self.at, self.place);
        let leading_zero = self.peek() == Some('0');
        let whole = self.digits();
        if leading_zero && whole > 1 {
            return Err(self.fault(place, "expected a number without a leading zero"));
        }
        if self.peek() == Some('.') {
            self.bump();
            if self.digits() == 0 {
                return Err(self.fault(place, "expected a digit after the decimal point"));
            }
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.bump();
            if matches!(self.peek(), Some('+' | '-')) {
                self.bump();
            }
            if self.digits() == 0 {
                return Err(self.fault(place, "expected the digits of an exponent"));
            }
        }
        if self
            .peek()
            .is_some_and(|next| next.is_ascii_alphanumeric() || next == '_')
        {
            return Err(self.fault(place, "expected a decimal number"));
        }
        let text = self.text.get(start..self.at).unwrap_or("").to_owned();
        let exponent = text
            .split(['e', 'E'])
            .nth(1)
            .and_then(|digits| digits.parse::<i32>().ok());
        if text.len() > 4096
            || (text.contains(['e', 'E']) && exponent.is_none_or(|e| e.abs() > 4096))
        {
            return Err(self.fault(place, "the number is too large"));
        }
        Ok(TokenKind::Number(text))
    }

    fn string(&mut self) -> Result<TokenKind, Fault> {
        let place = self.place;
        self.bump();
        let mut value = String::new();
        loop {
            let at = self.place;
            match self.bump() {
                None | Some('\n') => {
                    return Err(self.fault(place, "the string does not end on its line"));
                }
                Some('"') => return Ok(TokenKind::String(value)),
                Some('\\') => value.push(self.escape(at)?),
                Some(control) if control < ' ' && control != '\t' => {
                    return Err(self.fault(
                        at,
                        "a control character in a string is written as an escape",
                    ));
                }
                Some(plain) => value.push(plain),
            }
        }
    }

    fn escape(&mut self, place: Place) -> Result<char, Fault> {
        Ok(match self.bump() {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let first = self.hex(place)?;
                if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
                    let back = (self.at, self.place);
                    self.bump();
                    self.bump();
                    let second = self.hex(place)?;
                    if (0xdc00..0xe000).contains(&second) {
                        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    (self.at, self.place) = back;
                }
                // Go writes the replacement character for half a pair.
                char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => {
                return Err(self.fault(
                    place,
                    "expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
                ));
            }
        })
    }

    fn hex(&mut self, place: Place) -> Result<u32, Fault> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|next| next.to_digit(16)) else {
                return Err(self.fault(place, "expected four hexadecimal digits after `\\u`"));
            };
            self.bump();
            code = code * 16 + digit;
        }
        Ok(code)
    }

    fn raw_string(&mut self) -> Result<TokenKind, Fault> {
        let place = self.place;
        self.bump();
        let Some(length) = self.rest().find('`') else {
            return Err(self.fault(place, "the raw string does not end"));
        };
        // Go drops carriage returns from raw strings.
        let value = self.rest().get(..length).unwrap_or("").replace('\r', "");
        let end = self.at + length;
        while self.at < end {
            self.bump();
        }
        self.bump();
        Ok(TokenKind::String(value))
    }
}
