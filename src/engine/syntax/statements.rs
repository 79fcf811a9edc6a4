//! Statements and bodies.

use super::lexer::TokenKind;
use super::parse::{Parsed, Parser};
use super::tree::{Body, Kind, Name, Statement, StatementKind, With};
use crate::engine::fault::{Fault, FaultKind};

/// How many statements a body may have: each loop among them is a piece of the evaluating thread's
/// stack.
const STATEMENTS: usize = 1_000;

impl Parser {
    /// Statements up to `close`, at least one.
    pub(super) fn body(&mut self, close: &str) -> Parsed<Body> {
        self.deeper(|parser| {
            let mut body = Vec::new();
            loop {
                if body.len() >= STATEMENTS {
                    let message = format!("a body has more than {STATEMENTS} statements");
                    return Err(Fault::new(FaultKind::Limit, parser.place(), message));
                }
                body.push(parser.statement()?);
                if parser.accept(close) {
                    return Ok(body);
                }
                if parser.accept(";") {
                    if parser.accept(close) {
                        return Ok(body);
                    }
                } else if !parser.token().first {
                    return Err(parser.unexpected(&format!("a new line, `;` or `{close}`")));
                }
            }
        })
    }

    /// One statement with what it is evaluated `with`.
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let place = self.place();
        let negated = self.accept_keyword("not");
        let kind = if !negated && self.accept_keyword("some") {
            self.some()?
        } else if self.is_keyword("every") {
            if negated {
                return Err(self.fault("`every` cannot be negated"));
            }
            self.advance();
            self.every()?
        } else {
            let left = self.full_term()?;
            if self.accept(":=") {
                StatementKind::Assign(left, self.full_term()?)
            } else if self.accept("=") {
                StatementKind::Unify(left, self.full_term()?)
            } else {
                StatementKind::Term(left)
            }
        };
        let mut with = Vec::new();
        while self.accept_keyword("with") {
            let target = self.term()?;
            if !self.accept_keyword("as") {
                return Err(self.unexpected("`as`"));
            }
            with.push(With {
                target,
                value: self.full_term()?,
            });
        }
        self.ends(place);
        Ok(Statement {
            place,
            negated,
            kind,
            with,
        })
    }

    fn some(&mut self) -> Parsed<StatementKind> {
        let mut terms = vec![self.term()?];
        while self.accept(",") {
            terms.push(self.term()?);
        }
        if self.is_keyword("in") {
            let (key, value) = match (terms.pop(), terms.pop(), terms.pop()) {
                (Some(value), key, None) => (key, value),
                _ => return Err(self.fault("expected at most a key and a value before `in`")),
            };
            self.advance();
            let collection = self.full_term()?;
            return Ok(StatementKind::SomeIn(key, value, collection));
        }
        let mut names = Vec::new();
        for term in terms {
            match term.kind {
                Kind::Var(text) => names.push(Name {
                    place: term.place,
                    text,
                }),
                _ if matches!(&self.token().kind, TokenKind::Name(name) if name == "in") => {
                    return Err(self.unexpected("a new line, `;` or `}`"));
                }
                _ => {
                    return Err(Fault::new(
                        FaultKind::Parse,
                        term.place,
                        "expected a variable after `some`",
                    ));
                }
            }
        }
        Ok(StatementKind::Some(names))
    }

    fn every(&mut self) -> Parsed<StatementKind> {
        let first = self.name("a variable after `every`")?;
        let second = if self.accept(",") {
            Some(self.name("a variable")?)
        } else {
            None
        };
        if !self.accept_keyword("in") {
            return Err(self.unexpected("`in`"));
        }
        let domain = self.full_term()?;
        self.expect("{")?;
        let body = self.body("}")?;
        Ok(match second {
            Some(value) => StatementKind::Every(Some(first), value, domain, body),
            None => StatementKind::Every(None, first, domain, body),
        })
    }
}
