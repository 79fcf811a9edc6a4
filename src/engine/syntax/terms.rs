//! Terms, the comprehensions among them included.

use super::lexer::TokenKind;
use super::parse::{Parsed, Parser};
use super::tree::{Body, Kind, Op, Term};
use crate::engine::fault::{Fault, FaultKind};

/// Binding strengths of the infix operators, the loosest first; `in` is looser than all.
const RELATION: u8 = 0;
const TIGHTEST: u8 = 4;

impl Parser {
    /// A term as it stands alone: `key, value in xs` is one.
    pub(super) fn full_term(&mut self) -> Parsed<Term> {
        self.deeper(|parser| {
            let place = parser.place();
            let first = parser.infix(RELATION, None)?;
            if parser.is(",") && parser.in_force("in") {
                let back = parser.at;
                parser.advance();
                let second = parser.infix(RELATION, None);
                match second {
                    Ok(second) if parser.is_keyword("in") => {
                        parser.advance();
                        let collection = parser.infix(RELATION, None)?;
                        let kind = Kind::Member(
                            Some(Box::new(first)),
                            Box::new(second),
                            Box::new(collection),
                        );
                        return parser.members(Term::new(place, kind));
                    }
                    Ok(_) => parser.at = back,
                    Err(fault) => parser.think_again(back, fault)?,
                }
            }
            parser.members(first)
        })
    }

    /// A term as an item of a list: `a, b in c` are two.
    fn listed_term(&mut self) -> Parsed<Term> {
        self.deeper(|parser| {
            let first = parser.infix(RELATION, None)?;
            parser.members(first)
        })
    }

    /// `in` after a term, as often as it stands there.
    fn members(&mut self, mut left: Term) -> Parsed<Term> {
        while self.accept_keyword("in") {
            let right = self.infix(RELATION, None)?;
            left = Term::new(
                left.place,
                Kind::Member(None, Box::new(left), Box::new(right)),
            );
        }
        Ok(left)
    }

    fn operator(&self, strength: u8) -> Option<Op> {
        let TokenKind::Symbol(symbol) = self.token().kind else {
            return None;
        };
        Some(match (strength, symbol) {
            (0, "==") => Op::Equal,
            (0, "!=") => Op::NotEqual,
            (0, "<") => Op::Less,
            (0, "<=") => Op::LessEqual,
            (0, ">") => Op::Greater,
            (0, ">=") => Op::GreaterEqual,
            (1, "|") => Op::Or,
            (2, "&") => Op::And,
            (3, "+") => Op::Add,
            (3, "-") => Op::Subtract,
            (4, "*") => Op::Multiply,
            (4, "/") => Op::Divide,
            (4, "%") => Op::Remainder,
            _ => return None,
        })
    }

    /// Operators from `strength` on; `start` is the leftmost term where it has been read already.
    fn infix(&mut self, strength: u8, start: Option<Term>) -> Parsed<Term> {
        if strength > TIGHTEST {
            return match start {
                Some(term) => Ok(term),
                None => self.term(),
            };
        }
        let mut left = self.infix(strength + 1, start)?;
        let mut length = 0u32;
        while let Some(op) = self.operator(strength) {
            length += 1;
            if length > 200 {
                return Err(Fault::new(
                    FaultKind::Limit,
                    self.place(),
                    "more than 200 operators in one row",
                ));
            }
            self.advance();
            let right = self.infix(strength + 1, None)?;
            left = Term::new(
                left.place,
                Kind::Binary(op, Box::new(left), Box::new(right)),
            );
        }
        Ok(left)
    }

    /// One term without operators around it.
    pub(super) fn term(&mut self) -> Parsed<Term> {
        self.deeper(Parser::term_here)
    }

    fn term_here(&mut self) -> Parsed<Term> {
        let place = self.place();
        let kind = match self.token().kind.clone() {
            TokenKind::Name(name) => match name.as_str() {
                "null" => Kind::Null,
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                "set" if self.next_is_joined("(") && self.set_is_empty() => {
                    self.at += 3;
                    return self.tail(Term::new(place, Kind::Set(Vec::new())));
                }
                // `contains` is also a built-in.
                "contains" if self.next_is_joined("(") => {
                    self.advance();
                    return self.tail(Term::var(place, name));
                }
                _ if self.in_force(&name) => return Err(self.unexpected("a term")),
                _ => {
                    self.advance();
                    return self.tail(Term::var(place, name));
                }
            },
            TokenKind::Number(number) => Kind::Number(number),
            TokenKind::String(text) => Kind::String(text),
            TokenKind::Symbol("-") => {
                self.advance();
                if let TokenKind::Number(number) = self.token().kind.clone()
                    && self.token().joined
                {
                    self.advance();
                    return Ok(Term::new(place, Kind::Number(format!("-{number}"))));
                }
                let term = self.term()?;
                let zero = Term::new(place, Kind::Number("0".to_owned()));
                return Ok(Term::new(
                    place,
                    Kind::Binary(Op::Subtract, Box::new(zero), Box::new(term)),
                ));
            }
            TokenKind::Symbol("(") => {
                self.advance();
                let inner = self.full_term()?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Symbol("[") => {
                let array = self.array()?;
                return self.tail(array);
            }
            TokenKind::Symbol("{") => {
                let braced = self.braced()?;
                return self.tail(braced);
            }
            _ => return Err(self.unexpected("a term")),
        };
        self.advance();
        Ok(Term::new(place, kind))
    }

    fn set_is_empty(&mut self) -> bool {
        let at = self.at;
        self.at += 2;
        let empty = self.is(")");
        self.at = at;
        empty
    }

    /// `.name`, `[term]` and `(arguments)` that follow a term without a gap.
    fn tail(&mut self, mut term: Term) -> Parsed<Term> {
        let mut calls = 0;
        while self.token().joined {
            if self.is(".") {
                self.advance();
                let place = self.place();
                match self.token().kind.clone() {
                    TokenKind::Name(name) if self.token().joined => {
                        self.advance();
                        term = step(term, Term::string(place, name));
                    }
                    _ => return Err(self.unexpected("a name right after `.`")),
                }
            } else if self.is("[") {
                self.advance();
                let index = self.full_term()?;
                self.expect("]")?;
                term = step(term, index);
            } else if self.is("(") {
                if term.names().is_none() {
                    return Err(self.unexpected("no call here: only a name is called"));
                }
                calls += 1;
                if calls > 1 {
                    return Err(self.unexpected("no second call"));
                }
                self.advance();
                let arguments = self.list(")")?;
                term = Term::new(term.place, Kind::Call(Box::new(term), arguments));
            } else {
                break;
            }
        }
        Ok(term)
    }

    /// Terms up to `close`; one comma may follow the last.
    pub(super) fn list(&mut self, close: &str) -> Parsed<Vec<Term>> {
        let mut items = Vec::new();
        while !self.is(close) {
            items.push(self.listed_term()?);
            if !self.accept(",") {
                break;
            }
        }
        self.expect(close)?;
        Ok(items)
    }

    /// Reads `head | body close` where `head` is one term; the head alone where that is not what stands there.
    fn comprehension(&mut self, close: &str) -> Parsed<Result<(Term, Body), Option<Term>>> {
        let start = self.at;
        let head = match self.term() {
            Ok(head) => head,
            Err(fault) => {
                self.think_again(start, fault)?;
                return Ok(Err(None));
            }
        };
        if !self.is("|") {
            return Ok(Err(Some(head)));
        }
        let bar = self.at;
        self.advance();
        match self.body(close) {
            Ok(body) => Ok(Ok((head, body))),
            Err(fault) => {
                let reached = self.at;
                self.think_again(bar, fault.clone())?;
                // A union of two terms at most goes on from here; anything else is the comprehension's own fault.
                if reached > bar + 2 && self.was_query(bar) {
                    return Err(fault);
                }
                Ok(Err(Some(head)))
            }
        }
    }

    /// Whether what follows the `|` can only be a query: it assigns, or begins with a keyword.
    fn was_query(&mut self, bar: usize) -> bool {
        let back = self.at;
        self.at = bar + 1;
        let keyword = self.is_keyword("some") || self.is_keyword("not") || self.is_keyword("every");
        let assigns =
            !keyword && self.infix(RELATION, None).is_ok() && (self.is(":=") || self.is("="));
        self.at = back;
        keyword || assigns
    }

    fn array(&mut self) -> Parsed<Term> {
        let place = self.place();
        self.advance();
        if self.accept("]") {
            return Ok(Term::new(place, Kind::Array(Vec::new())));
        }
        let kind = match self.comprehension("]")? {
            Ok((head, body)) => Kind::ArrayOf(Box::new(head), body),
            Err(head) => Kind::Array(self.rest_of_list(head, "]")?),
        };
        Ok(Term::new(place, kind))
    }

    /// A list whose first term has been read in part.
    fn rest_of_list(&mut self, head: Option<Term>, close: &str) -> Parsed<Vec<Term>> {
        let Some(head) = head else {
            return self.list(close);
        };
        let first = self.infix(RELATION, Some(head))?;
        let mut items = vec![self.members(first)?];
        if self.accept(",") {
            items.extend(self.list(close)?);
        } else {
            self.expect(close)?;
        }
        Ok(items)
    }

    /// A set, an object or a comprehension of either.
    fn braced(&mut self) -> Parsed<Term> {
        let place = self.place();
        self.advance();
        if self.accept("}") {
            return Ok(Term::new(place, Kind::Object(Vec::new())));
        }
        let key = match self.comprehension("}")? {
            Ok((head, body)) => return Ok(Term::new(place, Kind::SetOf(Box::new(head), body))),
            Err(Some(head)) => {
                let first = self.infix(RELATION, Some(head))?;
                self.members(first)?
            }
            Err(None) => self.listed_term()?,
        };
        if !self.accept(":") {
            let mut items = vec![key];
            if self.accept(",") {
                items.extend(self.list("}")?);
            } else {
                self.expect("}")?;
            }
            return Ok(Term::new(place, Kind::Set(items)));
        }
        let value = match self.comprehension("}")? {
            Ok((value, body)) => {
                return Ok(Term::new(
                    place,
                    Kind::ObjectOf(Box::new(key), Box::new(value), body),
                ));
            }
            Err(Some(head)) => {
                let first = self.infix(RELATION, Some(head))?;
                self.members(first)?
            }
            Err(None) => self.listed_term()?,
        };
        let mut fields = vec![(key, value)];
        while self.accept(",") && !self.is("}") {
            let key = self.listed_term()?;
            self.expect(":")?;
            fields.push((key, self.listed_term()?));
        }
        self.expect("}")?;
        Ok(Term::new(place, Kind::Object(fields)))
    }
}

/// `term[index]`, one reference for any number of steps.
fn step(term: Term, index: Term) -> Term {
    match term.kind {
        Kind::Ref(head, mut path) => {
            path.push(index);
            Term::new(term.place, Kind::Ref(head, path))
        }
        _ => Term::new(
            term.place,
            Kind::Ref(Box::new(Term { ..term }), vec![index]),
        ),
    }
}
