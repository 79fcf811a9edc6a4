//! Values that are written out and can never be of the type that a built-in takes.
//!
//! OPA infers the types of all variables; only literals, comprehensions and the results of operators
//! are looked at here. What is not seen is a built-in error when it is evaluated.

use super::signatures;
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{Kind, Module, Op, Term};

pub(super) fn check(module: &Module) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in &module.rules {
        rule.every_term(&mut |term| match &term.kind {
            Kind::Call(function, arguments) => {
                if let Some(name) = function
                    .names()
                    .filter(|path| path.first().is_some_and(|root| root != "data"))
                {
                    compare(&name.join("."), arguments.iter(), term, &mut faults);
                }
            }
            Kind::Binary(op, left, right) => {
                compare(op.name(), [&**left, &**right], term, &mut faults)
            }
            _ => {}
        });
    }
    faults
}

fn compare<'a>(
    name: &str,
    arguments: impl IntoIterator<Item = &'a Term>,
    term: &Term,
    faults: &mut Vec<Fault>,
) {
    let Some(wanted) = signatures::arguments(name) else {
        return;
    };
    for (argument, want) in arguments.into_iter().zip(wanted) {
        let (types, items) = want.split_once(':').unwrap_or((want, "*"));
        let culprit = if may_be(argument, types) {
            match &argument.kind {
                Kind::Array(found) | Kind::Set(found) => {
                    found.iter().find(|item| !may_be(item, items))
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
                found(culprit)
            );
            faults.push(Fault::new(
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
fn types(term: &Term) -> Option<&'static str> {
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

fn may_be(term: &Term, wanted: &str) -> bool {
    wanted == "*"
        || types(term).is_none_or(|found| found.chars().any(|letter| wanted.contains(letter)))
}

fn found(term: &Term) -> String {
    types(term).map_or_else(String::new, words)
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
