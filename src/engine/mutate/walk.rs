//! Every place of a tree at which something can be changed, in one order: once to list them, once to
//! change one.

use std::collections::BTreeMap;

use super::{MutationKind, statement};
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Place, Rule, Statement, StatementKind, Term,
};

/// A change that can be made.
pub(super) struct Found {
    pub(super) site: usize,
    pub(super) place: Place,
    pub(super) kind: MutationKind,
    pub(super) before: String,
    pub(super) after: String,
}

pub(super) struct Walk<'a> {
    text: &'a str,
    spans: &'a BTreeMap<Place, Place>,
    /// The change that is to be made; `None`: all are listed.
    target: Option<usize>,
    next: usize,
    pub(super) found: Vec<Found>,
    /// The variable that is the message of the rule, where one is.
    message: Option<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        text: &'a str,
        spans: &'a BTreeMap<Place, Place>,
        target: Option<usize>,
    ) -> Walk<'a> {
        Walk {
            text,
            spans,
            target,
            next: 0,
            found: Vec::new(),
            message: None,
        }
    }

    /// Counts a place; true where the change is to be made.
    pub(super) fn offer(
        &mut self,
        place: Place,
        kind: MutationKind,
        before: impl FnOnce() -> String,
        after: impl Into<String>,
    ) -> bool {
        let site = self.next;
        self.next += 1;
        if self.target.is_none() {
            let (before, after) = (before(), after.into());
            self.found.push(Found {
                site,
                place,
                kind,
                before,
                after,
            });
        }
        self.target == Some(site)
    }

    fn written(&self, place: Place) -> String {
        statement(self.text, self.spans, place)
    }

    pub(super) fn module(&mut self, module: &mut Module) {
        for rule in &mut module.rules {
            // A test is no policy.
            let name = &rule.name.text;
            if !name.starts_with("test_") && !name.starts_with("todo_test_") {
                self.rule(rule);
            }
        }
    }

    fn rule(&mut self, rule: &mut Rule) {
        self.message = message(&rule.head);
        if !rule.is_default {
            let before = self.written(rule.place);
            if self.offer(rule.place, MutationKind::DropRule, || before, "") {
                let never = constant(rule.place, Kind::Bool(false));
                rule.body.get_or_insert_default().insert(0, never);
            }
        }
        if let Some(body) = &mut rule.body {
            self.body(body);
        }
        match &mut rule.head {
            Head::Value { args, value } => {
                args.iter_mut()
                    .flatten()
                    .for_each(|arg| self.term(arg, false));
                value.iter_mut().for_each(|value| self.term(value, false));
            }
            Head::Set { key } => self.term(key, false),
        }
        let mut cut = None;
        for (at, other) in rule.otherwise.iter_mut().enumerate() {
            let before = statement(self.text, self.spans, other.place);
            if self.offer(other.place, MutationKind::DropElse, || before, "") {
                cut = Some(at);
            }
            if let Some(body) = &mut other.body {
                self.body(body);
            }
            other
                .value
                .iter_mut()
                .for_each(|value| self.term(value, false));
        }
        if let Some(at) = cut {
            rule.otherwise.truncate(at);
        }
    }

    pub(super) fn body(&mut self, body: &mut Body) {
        let mut dropped = None;
        for (at, statement) in body.iter_mut().enumerate() {
            if is_print(statement) {
                continue;
            }
            let before = self.written(statement.place);
            if is_condition(statement)
                && self.offer(
                    statement.place,
                    MutationKind::DropStatement,
                    || before.clone(),
                    "",
                )
            {
                dropped = Some(at);
            }
            self.negate(statement, before);
            self.inside(statement);
        }
        if let Some(at) = dropped {
            let gone = body.remove(at);
            if body.is_empty() {
                body.push(constant(gone.place, Kind::Bool(true)));
            }
        }
    }

    fn negate(&mut self, statement: &mut Statement, before: String) {
        let StatementKind::Term(term) = &statement.kind else {
            return;
        };
        // The opposite of a comparison is another comparison.
        let compares = matches!(&term.kind, Kind::Binary(..));
        if statement.negated {
            let after = before.strip_prefix("not").unwrap_or(&before).trim();
            let after = after.to_owned();
            if self.offer(statement.place, MutationKind::Negate, || before, after) {
                statement.negated = false;
            }
        } else if !compares {
            let after = format!("not {before}");
            if self.offer(statement.place, MutationKind::Negate, || before, after) {
                statement.negated = true;
            }
        }
    }

    fn is_message(&self, term: &Term) -> bool {
        matches!(&term.kind, Kind::Var(name) if self.message.as_ref() == Some(name))
    }

    fn inside(&mut self, statement: &mut Statement) {
        match &mut statement.kind {
            StatementKind::Term(term) => self.term(term, true),
            StatementKind::Assign(left, right) => {
                let texts = !self.is_message(left);
                self.term(right, texts);
            }
            StatementKind::Unify(left, right) => {
                let texts = !self.is_message(left) && !self.is_message(right);
                self.term(left, texts);
                self.term(right, texts);
            }
            StatementKind::Some(_) => {}
            StatementKind::SomeIn(_, _, collection) => self.term(collection, true),
            StatementKind::Every(_, _, domain, body) => {
                self.term(domain, true);
                self.body(body);
            }
        }
        for with in &mut statement.with {
            self.term(&mut with.value, true);
        }
    }
}

/// The variable that a head says as `msg`.
fn message(head: &Head) -> Option<String> {
    let Head::Set { key } = head else { return None };
    let Kind::Object(fields) = &key.kind else {
        return None;
    };
    fields
        .iter()
        .find_map(|(key, value)| match (&key.kind, &value.kind) {
            (Kind::String(key), Kind::Var(name)) if key == "msg" => Some(name.clone()),
            _ => None,
        })
}

/// What gives a variable its value cannot be left out: the variable would have none.
fn is_condition(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::Term(_) | StatementKind::Unify(..) | StatementKind::Every(..)
    )
}

fn is_print(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Some(_) => true,
        StatementKind::Term(term) => match &term.kind {
            Kind::Call(function, _) => {
                matches!(&function.kind, Kind::Var(name) if name == "print" || name == "trace")
            }
            _ => false,
        },
        _ => false,
    }
}

fn constant(place: Place, kind: Kind) -> Statement {
    Statement {
        place,
        negated: false,
        kind: StatementKind::Term(Term::new(place, kind)),
        with: Vec::new(),
    }
}
