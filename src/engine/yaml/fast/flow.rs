//! Collections in brackets.

use super::{Fast, Found, KEY, Open, State, Token, What, found, plain};

impl<'t> Fast<'t> {
    /// The bracket that stands here.
    pub(super) fn flow_start(&mut self) -> Option<Found<'t>> {
        let at = self.cursor.at;
        let (open, what) = match self.cursor.here() {
            b'[' => (Open::FlowSequence, What::SequenceStart),
            _ => (Open::FlowMapping, What::MappingStart),
        };
        self.open(open)?;
        self.cursor.pass(at + 1);
        self.state = State::FlowFirst;
        found(what, at, at + 1)
    }

    /// What comes after an opening bracket.
    pub(super) fn flow_first(&mut self) -> Option<Found<'t>> {
        self.flow_skip()?;
        match (self.cursor.here(), self.open.last()?) {
            (b']', Open::FlowSequence) | (b'}', Open::FlowMapping) => self.flow_end(),
            _ => self.flow_entry(),
        }
    }

    /// What comes after an entry.
    pub(super) fn flow_next(&mut self) -> Option<Found<'t>> {
        self.flow_skip()?;
        if self.cursor.here() == b',' {
            self.cursor.at += 1;
            return self.flow_first();
        }
        match (self.cursor.here(), self.open.last()?) {
            (b']', Open::FlowSequence) | (b'}', Open::FlowMapping) => self.flow_end(),
            _ => None,
        }
    }

    fn flow_end(&mut self) -> Option<Found<'t>> {
        let at = self.cursor.at;
        let what = match self.open.pop()? {
            Open::FlowSequence => What::SequenceEnd,
            _ => What::MappingEnd,
        };
        self.cursor.pass(at + 1);
        self.state = self.after_flow();
        found(what, at, at + 1)
    }

    fn after_flow(&self) -> State<'t> {
        match self.open.last() {
            Some(Open::FlowSequence | Open::FlowMapping) => State::FlowNext,
            _ => State::Next,
        }
    }

    /// An entry of a sequence, or the key of one of a mapping.
    fn flow_entry(&mut self) -> Option<Found<'t>> {
        if let Open::FlowSequence = self.open.last()? {
            return self.flow_node();
        }
        let line = self.cursor.line;
        let token = self.flow_scalar()?;
        self.cursor.spaces();
        let colon = self.cursor.at;
        if self.cursor.here() != b':' || self.cursor.line != line || colon - token.start > KEY {
            return None;
        }
        self.cursor.pass(colon + 1);
        self.state = State::FlowValue;
        token.found()
    }

    /// What comes after the colon of an entry.
    pub(super) fn flow_value(&mut self) -> Option<Found<'t>> {
        self.flow_skip()?;
        match self.cursor.here() {
            b',' | b'}' => {
                self.state = State::FlowNext;
                let at = self.cursor.at;
                self.written(at..at, at..at, true)?.found()
            }
            _ => self.flow_node(),
        }
    }

    fn flow_node(&mut self) -> Option<Found<'t>> {
        match self.cursor.here() {
            b'[' | b'{' => self.flow_start(),
            _ => {
                self.state = State::FlowNext;
                self.flow_scalar()?.found()
            }
        }
    }

    fn flow_scalar(&mut self) -> Option<Token<'t>> {
        let first = self.cursor.here();
        match first {
            b'"' | b'\'' => self.quoted(),
            _ if plain::begins(first, self.cursor.byte(self.cursor.at + 1), true) => {
                self.plain_in_flow()
            }
            _ => None,
        }
    }

    /// Goes on to the next token, on whatever line; a document must not end before it.
    fn flow_skip(&mut self) -> Option<()> {
        self.cursor.skip();
        self.cursor.column().map(|_| ())
    }
}
