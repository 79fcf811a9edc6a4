//! Values that are written out and can never be of the type that a function takes.
//!
//! OPA infers the types of all variables; only literals, comprehensions, the results of operators and
//! what is [`Inferred`] at a glance are looked at here. What is not seen is a built-in error, or
//! undefined, when it is evaluated.

use super::inference::Inferred;
use super::signatures;
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{Kind, Module, Op, Term};

pub(super) fn check(module: &Module, inferred: &Inferred) -> Vec<Fault> {
    let mut checker = Checker {
        inferred,
        faults: Vec::new(),
    };
    for rule in &module.rules {
        rule.every_term(&mut |term| match &term.kind {
            Kind::Call(function, arguments) => {
                let path = function.names().unwrap_or_default();
                let name = path.join(".");
                if let Some(wanted) = inferred.arguments(&path) {
                    let wanted = wanted.iter().map(|want| want.as_deref().unwrap_or("*"));
                    checker.compare(&name, arguments, wanted, term);
                } else if let Some(wanted) = signatures::arguments(&name) {
                    checker.compare(&name, arguments, wanted, term);
                }
            }
            Kind::Binary(op, left, right) => {
                if let Some(wanted) = signatures::arguments(op.name()) {
                    checker.compare(op.name(), [&**left, &**right], wanted, term);
                }
            }
            _ => {}
        });
    }
    checker.faults
}

struct Checker<'i> {
    inferred: &'i Inferred,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn compare<'a>(
        &mut self,
        name: &str,
        arguments: impl IntoIterator<Item = &'a Term>,
        wanted: impl IntoIterator<Item = &'a str>,
        term: &Term,
    ) {
        for (argument, want) in arguments.into_iter().zip(wanted) {
            let (types, items) = want.split_once(':').unwrap_or((want, "*"));
            let culprit = if self.may_be(argument, types) {
                match &argument.kind {
                    Kind::Array(found) | Kind::Set(found) => {
                        found.iter().find(|item| !self.may_be(item, items))
                    }
                    _ => None,
                }
            } else {
                Some(argument)
            };
            if let Some(culprit) = culprit {
                let want = if std::ptr::eq(culprit, argument) {
                    types
                } else {
                    items
                };
                let message = format!(
                    "{name}: invalid argument: expected {}, found {}",
                    words(want),
                    self.types(culprit).map_or_else(String::new, words)
                );
                self.faults.push(Fault::new(
                    FaultKind::Type,
                    if culprit.place.line > 0 {
                        culprit.place
                    } else {
                        term.place
                    },
                    message,
                ));
            }
        }
    }

    /// The letters of the types that a term can have; `None`: any.
    fn types(&self, term: &Term) -> Option<&str> {
        match &term.kind {
            Kind::Ref(..) => self.inferred.value(&term.names()?),
            Kind::Call(function, _) => self.inferred.value(&function.names()?),
            _ => literal(term),
        }
    }

    fn may_be(&self, term: &Term, wanted: &str) -> bool {
        let fits = |found: &str| found.chars().any(|letter| wanted.contains(letter));
        wanted == "*" || self.types(term).is_none_or(fits)
    }
}

/// The letters of the types that what is written out can have; `None`: any.
pub(super) fn literal(term: &Term) -> Option<&'static str> {
    Some(match &term.kind {
        Kind::Null => "z",
        Kind::Bool(_) => "b",
        Kind::Number(_) => "n",
        Kind::String(_) => "s",
        Kind::Array(_) | Kind::ArrayOf(..) => "a",
        Kind::Object(_) | Kind::ObjectOf(..) => "o",
        Kind::Set(_) | Kind::SetOf(..) => "t",
        Kind::Binary(Op::Add | Op::Multiply | Op::Divide | Op::Remainder, ..) => "n",
        Kind::Binary(Op::Subtract, ..) => "nt",
        Kind::Binary(Op::And | Op::Or, ..) => "t",
        Kind::Binary(..) | Kind::Member(..) => "b",
        Kind::Var(_) | Kind::Ref(..) | Kind::Call(..) => return None,
    })
}

fn words(letters: &str) -> String {
    let words: Vec<&str> = letters
        .chars()
        .map(|letter| match letter {
            'z' => "null",
            'b' => "boolean",
            'n' => "number",
            's' => "string",
            'a' => "array",
            'o' => "object",
            't' => "set",
            _ => "any",
        })
        .collect();
    words.join(" or ")
}
