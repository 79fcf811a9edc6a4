//! The events of YAML as manifests are written, straight from the text.
//!
//! libyaml copies and decodes each byte several times. This room knows the part of YAML in which
//! manifests are written, and says of it what libyaml says, to the byte. At the first thing that it
//! does not know for certain it gives up: `None`; then libyaml reads the text from its start. So it
//! also never says what is wrong with a text.

mod block;
mod cursor;
mod flow;
mod ordinary;
mod plain;
mod quoted;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use super::{DEPTH, Event, Kind, Scalar};
use cursor::Cursor;

/// libyaml knows no longer keys than 1024 bytes.
const KEY: usize = 1000;

pub(super) struct Fast<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    /// What the scalar says that was read last, where it is written otherwise.
    scratch: String,
    /// The collections that are not at their end, the innermost last.
    open: Vec<Open>,
    state: State<'t>,
}

/// A collection; of a block the column of its keys or dashes.
#[derive(Clone, Copy)]
enum Open {
    Mapping(usize),
    Sequence(usize),
    /// A sequence whose dashes stand right below the key that it belongs to.
    Indentless(usize),
    FlowMapping,
    FlowSequence,
}

/// What comes next.
#[derive(Clone, Copy)]
enum State<'t> {
    /// A document, if there is one; whether none was before it.
    Document {
        first: bool,
    },
    /// What a document holds that began with `---`.
    Content,
    /// What a document holds that began without.
    Root,
    /// The first key of a mapping, which has been read.
    Key(Token<'t>),
    /// What comes after the colon.
    Value,
    /// What comes after the dash that stands here.
    Entry,
    /// What comes after a node in a block or as the document.
    Next,
    /// What comes after `[` or `{`.
    FlowFirst,
    FlowValue,
    /// What comes after an entry of a flow collection.
    FlowNext,
    /// Nothing: this has given up.
    GivenUp,
}

/// A scalar in the text.
#[derive(Clone, Copy)]
struct Token<'t> {
    start: usize,
    end: usize,
    /// What it says; `None` where that is in the scratch.
    written: Option<&'t str>,
    plain: bool,
}

impl<'t> Token<'t> {
    fn found(self) -> Option<Found<'t>> {
        found(What::Scalar(self), self.start, self.end)
    }
}

/// An event that may leave what a scalar says in the scratch.
struct Found<'t> {
    what: What<'t>,
    start: usize,
    end: usize,
}

enum What<'t> {
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Scalar(Token<'t>),
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

impl<'t> Fast<'t> {
    /// Over a text that ends with a line break; `None` where a try is not worth it.
    pub(super) fn new(text: &'t str) -> Option<Fast<'t>> {
        (text.ends_with('\n') && ordinary::is_ordinary(text)).then(|| Fast {
            text,
            cursor: Cursor::new(text),
            scratch: String::new(),
            open: Vec::new(),
            state: State::Document { first: true },
        })
    }

    /// The next event; `None` where libyaml has to be asked.
    pub(super) fn next(&mut self) -> Option<Event<'_>> {
        let Some(Found { what, start, end }) = self.step() else {
            self.state = State::GivenUp;
            return None;
        };
        let kind = match what {
            What::DocumentStart => Kind::DocumentStart,
            What::DocumentEnd => Kind::DocumentEnd,
            What::StreamEnd => Kind::StreamEnd,
            What::Scalar(token) => Kind::Scalar(Scalar {
                anchor: None,
                tag: None,
                value: Cow::Borrowed(token.written.unwrap_or(&self.scratch)),
                plain: token.plain,
            }),
            What::SequenceStart => Kind::SequenceStart { anchor: None },
            What::SequenceEnd => Kind::SequenceEnd,
            What::MappingStart => Kind::MappingStart { anchor: None },
            What::MappingEnd => Kind::MappingEnd,
        };
        Some(Event { kind, start, end })
    }

    /// Whether libyaml has to be asked.
    pub(super) fn has_given_up(&self) -> bool {
        matches!(self.state, State::GivenUp)
    }

    fn step(&mut self) -> Option<Found<'t>> {
        match self.state {
            State::Document { first } => self.document(first),
            State::Content => {
                self.cursor.skip();
                self.begun_line()?;
                match self.cursor.column() {
                    None => self.empty(self.cursor.at),
                    Some(_) => self.node(true),
                }
            }
            State::Root => self.node(true),
            State::Key(token) => {
                self.state = State::Value;
                token.found()
            }
            State::Value => self.value(),
            State::Entry => self.entry(),
            State::Next => self.after_node(),
            State::FlowFirst => self.flow_first(),
            State::FlowValue => self.flow_value(),
            State::FlowNext => self.flow_next(),
            State::GivenUp => None,
        }
    }

    fn document(&mut self, first: bool) -> Option<Found<'t>> {
        loop {
            self.cursor.skip();
            self.begun_line()?;
            let at = self.cursor.at;
            if self.cursor.is_at_end() {
                return found(What::StreamEnd, at, at);
            }
            let marked = self.cursor.is_marker();
            match (marked, self.cursor.here()) {
                (true, b'-') => {
                    self.cursor.pass(at + 3);
                    self.state = State::Content;
                    return found(What::DocumentStart, at, at + 3);
                }
                (true, _) if !first => self.cursor.pass(at + 3),
                (false, _) if first => {
                    self.state = State::Root;
                    return found(What::DocumentStart, at, at);
                }
                _ => return None,
            }
        }
    }

    /// Whether nothing but spaces stands before the next token in its line.
    fn begun_line(&self) -> Option<()> {
        (self.cursor.fresh || self.cursor.is_at_end()).then_some(())
    }

    /// The least column of what stands inside the innermost block.
    fn least(&self) -> usize {
        match self.open.last() {
            Some(Open::Mapping(column) | Open::Sequence(column) | Open::Indentless(column)) => {
                column + 1
            }
            _ => 0,
        }
    }

    fn open(&mut self, open: Open) -> Option<()> {
        (self.open.len() < DEPTH).then(|| self.open.push(open))
    }

    /// A node that is not there.
    fn empty(&mut self, at: usize) -> Option<Found<'t>> {
        self.state = State::Next;
        self.written(at..at, at..at, true)?.found()
    }

    /// What comes after a key and its colon.
    fn value(&mut self) -> Option<Found<'t>> {
        let colon = self.cursor.at;
        self.cursor.skip();
        if !self.cursor.fresh {
            return self.node(false);
        }
        let least = self.least();
        match self.cursor.column() {
            Some(column) if column >= least => self.node(true),
            Some(column) if column + 1 == least && self.cursor.is_dash() => {
                self.open(Open::Indentless(column))?;
                self.state = State::Entry;
                let at = self.cursor.at;
                found(What::SequenceStart, at, at + 1)
            }
            _ => self.empty(colon),
        }
    }

    /// What comes after a dash.
    fn entry(&mut self) -> Option<Found<'t>> {
        let dash = self.cursor.at + 1;
        self.cursor.pass(dash);
        self.cursor.skip();
        let least = self.least();
        match self.cursor.column() {
            Some(column) if !self.cursor.fresh || column >= least => self.node(true),
            _ => self.empty(dash),
        }
    }

    /// What comes after a node.
    fn after_node(&mut self) -> Option<Found<'t>> {
        self.cursor.skip();
        self.begun_line()?;
        let at = self.cursor.at;
        let column = self.cursor.column();
        let what = match (self.open.last().copied(), column) {
            (None, None) => return self.document_end(),
            (Some(Open::Mapping(own)), Some(column)) if column == own => return self.key(),
            (Some(Open::Sequence(own) | Open::Indentless(own)), Some(column))
                if column == own && self.cursor.is_dash() =>
            {
                return self.entry();
            }
            (Some(Open::Mapping(own)), column) if column.is_none_or(|column| column < own) => {
                What::MappingEnd
            }
            (Some(Open::Sequence(own)), column) if column.is_none_or(|column| column < own) => {
                What::SequenceEnd
            }
            (Some(Open::Indentless(own)), column) if column.is_none_or(|column| column <= own) => {
                What::SequenceEnd
            }
            _ => return None,
        };
        self.open.pop();
        found(what, at, at)
    }

    fn document_end(&mut self) -> Option<Found<'t>> {
        let at = self.cursor.at;
        self.state = State::Document { first: false };
        // The next `---` only begins something.
        let end = if self.cursor.here() == b'.' {
            at + 3
        } else {
            at
        };
        if end > at {
            self.cursor.pass(end);
        }
        found(What::DocumentEnd, at, end)
    }

    /// The next key of a mapping.
    fn key(&mut self) -> Option<Found<'t>> {
        let line = self.cursor.line;
        let token = self.flat_scalar(self.least())?;
        let is_key = self.cursor.line == line && self.passes_colon(&token)?;
        is_key.then(|| {
            self.state = State::Value;
            token.found()
        })?
    }

    /// The node that begins here; in a block only where a key could stand, it may be one.
    fn node(&mut self, key_allowed: bool) -> Option<Found<'t>> {
        let start = self.cursor.at;
        let line = self.cursor.line;
        let least = self.least();
        self.state = State::Next;
        match self.cursor.here() {
            b'|' | b'>' => return self.block(least)?.found(),
            b'[' | b'{' => return self.flow_start(),
            b'-' if self.cursor.is_dash() => {
                if !key_allowed {
                    return None;
                }
                self.open(Open::Sequence(start - line))?;
                self.state = State::Entry;
                return found(What::SequenceStart, start, start);
            }
            _ => {}
        }
        let token = self.flat_scalar(least)?;
        if self.cursor.line != line || !self.passes_colon(&token)? {
            return token.found();
        }
        if !key_allowed {
            return None;
        }
        self.open(Open::Mapping(start - line))?;
        self.state = State::Key(token);
        found(What::MappingStart, start, start)
    }

    /// The scalar that begins here, if it is none of a block.
    fn flat_scalar(&mut self, least: usize) -> Option<Token<'t>> {
        let first = self.cursor.here();
        match first {
            b'"' | b'\'' => self.quoted(),
            _ if plain::begins(first, self.cursor.byte(self.cursor.at + 1), false) => {
                self.plain(least)
            }
            _ => None,
        }
    }

    /// Passes the colon that makes a key of what was read last: whether there is one.
    fn passes_colon(&mut self, key: &Token<'_>) -> Option<bool> {
        self.cursor.spaces();
        let colon = self.cursor.at;
        if self.cursor.here() != b':' || !matches!(self.cursor.byte(colon + 1), b' ' | b'\n') {
            return Some(false);
        }
        self.cursor.pass(colon + 1);
        (colon - key.start <= KEY).then_some(true)
    }

    /// A scalar that says what is written in the bytes `inside`.
    fn written(&self, bytes: Range<usize>, inside: Range<usize>, plain: bool) -> Option<Token<'t>> {
        Some(Token {
            start: bytes.start,
            end: bytes.end,
            written: Some(self.text.get(inside)?),
            plain,
        })
    }

    /// Keeps a part of the text as what a scalar says.
    fn keep(&mut self, start: usize, end: usize) -> Option<()> {
        self.scratch.push_str(self.text.get(start..end)?);
        Some(())
    }
}

fn found<'t>(what: What<'t>, start: usize, end: usize) -> Option<Found<'t>> {
    Some(Found { what, start, end })
}
