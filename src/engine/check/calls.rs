//! Who is called, and with how many arguments.

use super::Allowances;
use super::index::Index;
use super::signatures;
use crate::engine::catalogue;
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Op, Place, Statement, StatementKind, Term,
};
use crate::engine::syntax::visit::{PartMut, parts_mut, statement_parts_mut};

/// Built-ins that are operators when they are called by name.
const OPERATORS: [(&str, Op); 14] = [
    ("and", Op::And),
    ("div", Op::Divide),
    ("eq", Op::Equal),
    ("equal", Op::Equal),
    ("gt", Op::Greater),
    ("gte", Op::GreaterEqual),
    ("lt", Op::Less),
    ("lte", Op::LessEqual),
    ("minus", Op::Subtract),
    ("mul", Op::Multiply),
    ("neq", Op::NotEqual),
    ("or", Op::Or),
    ("plus", Op::Add),
    ("rem", Op::Remainder),
];

/// Checks all calls of a module. A call that gives its result to its last argument (`count(xs, n)`)
/// becomes `n = count(xs)`, an operator called by name becomes the operator, and `walk`, which has
/// many results, the iteration over them.
pub(super) fn check(module: &mut Module, index: &Index, allowed: &Allowances<'_>) -> Vec<Fault> {
    let mut caller = Caller {
        index,
        allowed,
        faults: Vec::new(),
    };
    for rule in &mut module.rules {
        rule.path.iter_mut().for_each(|part| caller.term(part));
        match &mut rule.head {
            Head::Value { args, value } => {
                args.iter_mut().flatten().for_each(|arg| caller.term(arg));
                value.iter_mut().for_each(|value| caller.term(value));
            }
            Head::Set { key } => caller.term(key),
        }
        rule.body.iter_mut().for_each(|body| caller.body(body));
        for other in &mut rule.otherwise {
            other.value.iter_mut().for_each(|value| caller.term(value));
            other.body.iter_mut().for_each(|body| caller.body(body));
        }
    }
    caller.faults
}

struct Caller<'a> {
    index: &'a Index,
    allowed: &'a Allowances<'a>,
    faults: Vec<Fault>,
}

impl Caller<'_> {
    fn fault(&mut self, kind: FaultKind, place: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, place, message));
    }

    fn body(&mut self, body: &mut Body) {
        body.iter_mut()
            .for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &mut Statement) {
        for with in &statement.with {
            let known =
                with.target
                    .names()
                    .is_some_and(|path| match path.first().map(String::as_str) {
                        Some("input" | "data") => true,
                        _ => self.arity(&path).is_some(),
                    });
            if !known {
                let message =
                    "with keyword target must reference existing input, data, or a function";
                self.faults
                    .push(Fault::new(FaultKind::Type, with.target.place, message));
            }
        }
        if let StatementKind::Term(Term {
            place,
            kind: Kind::Call(function, arguments),
        }) = &mut statement.kind
            && let Some(path) = function.names()
        {
            if path == ["print"] {
                arguments
                    .iter_mut()
                    .for_each(|argument| self.term(argument));
                return;
            }
            if let Some(arity) = self.arity(&path)
                && arguments.len() == arity + 1
                && let Some(result) = arguments.pop()
            {
                let call = Term::new(
                    *place,
                    Kind::Call(function.clone(), std::mem::take(arguments)),
                );
                statement.kind = StatementKind::Unify(result, call);
            }
        }
        statement_parts_mut(statement, &mut |part| match part {
            PartMut::Term(term) => self.term(term),
            PartMut::Body(body) => self.body(body),
        });
    }

    /// The number of arguments of what is called by `path`.
    fn arity(&self, path: &[String]) -> Option<usize> {
        if path.first().is_some_and(|root| root == "data") {
            return self.index.arity(path);
        }
        let name = path.join(".");
        if let Some((_, arity)) = self
            .allowed
            .functions
            .iter()
            .find(|(known, _)| *known == name)
        {
            return Some(usize::from(*arity));
        }
        if name == "eq" {
            return Some(2);
        }
        signatures::arguments(&name).map(|arguments| arguments.len())
    }

    fn term(&mut self, term: &mut Term) {
        parts_mut(term, &mut |part| match part {
            PartMut::Term(inner) => self.term(inner),
            PartMut::Body(body) => self.body(body),
        });
        let place = term.place;
        if fraction_index(term) {
            return;
        }
        let Kind::Call(function, arguments) = &mut term.kind else {
            return;
        };
        let path = function.names().unwrap_or_default();
        let name = path.join(".");
        if arguments.is_empty() && self.arity(&path).is_none() && self.index.rules.contains(&path) {
            *term = (**function).clone();
            return;
        }
        let Some(arity) = self.arity(&path) else {
            if name == "print" {
                self.fault(FaultKind::Type, place, "print(...) used as value");
            } else if name == "rego.metadata.rule" || name == "rego.metadata.chain" {
                self.fault(
                    FaultKind::UnknownFunction,
                    place,
                    format!("the built-in {name} is not supported"),
                );
            } else {
                self.fault(
                    FaultKind::UnknownFunction,
                    place,
                    format!("undefined function {name}"),
                );
            }
            return;
        };
        if arguments.len() != arity {
            let message = format!(
                "{name}: arity mismatch: expected {arity} arguments, found {}",
                arguments.len()
            );
            self.fault(FaultKind::Arity, place, message);
            return;
        }
        let is_own = path.first().is_some_and(|root| root == "data")
            || self
                .allowed
                .functions
                .iter()
                .any(|(known, _)| *known == name);
        if is_own {
            return;
        }
        if let Some((_, op)) = OPERATORS.iter().find(|(known, _)| *known == name) {
            if let (Some(right), Some(left)) = (arguments.pop(), arguments.pop()) {
                term.kind = Kind::Binary(*op, Box::new(left), Box::new(right));
            }
        } else if name == "walk" {
            **function = Term::path(place, &["sekisho".to_owned(), "walk".to_owned()]);
            let call = std::mem::replace(term, Term::new(place, Kind::Null));
            term.kind = Kind::Ref(Box::new(call), vec![Term::var(place, "_")]);
        } else if signatures::reaches_outside(&name) {
            if !self.allowed.outside {
                let message = format!(
                    "the built-in {name} reaches outside of the evaluation, which is not allowed"
                );
                self.fault(FaultKind::Outside, place, message);
            }
        } else if !catalogue::is_supported(&name) {
            self.fault(
                FaultKind::UnknownFunction,
                place,
                format!("the built-in {name} is not supported"),
            );
        }
    }
}

/// `xs[1.0]`: no index of an array, though regorus would take it for one.
fn fraction_index(term: &mut Term) -> bool {
    let place = term.place;
    let Kind::Ref(_, path) = &term.kind else {
        return false;
    };
    let is_fraction =
        |part: &Term| matches!(&part.kind, Kind::Number(text) if text.contains(['.', 'e', 'E']));
    let Some(at) = path.iter().position(is_fraction) else {
        return false;
    };
    let Kind::Ref(head, mut front) = std::mem::replace(&mut term.kind, Kind::Null) else {
        return false;
    };
    let rest = front.split_off(at + 1);
    let Some(index) = front.pop() else {
        return false;
    };
    let collection = if front.is_empty() {
        *head
    } else {
        Term::new(place, Kind::Ref(head, front))
    };
    let function = Term::path(place, &["sekisho".to_owned(), "at".to_owned()]);
    let call = Term::new(
        place,
        Kind::Call(Box::new(function), vec![collection, index]),
    );
    *term = if rest.is_empty() {
        call
    } else {
        Term::new(place, Kind::Ref(Box::new(call), rest))
    };
    true
}
