//! Walking a tree without writing every node's shape again.

use super::tree::{Body, Kind, Statement, StatementKind, Term};

/// A part of a term or a statement.
pub(crate) enum Part<'a> {
    Term(&'a Term),
    /// A comprehension's or an `every`'s own statements.
    Body(&'a Body),
}

/// A part that may be changed.
pub(crate) enum PartMut<'a> {
    Term(&'a mut Term),
    Body(&'a mut Body),
}

/// The direct parts of `term`, left to right; a comprehension's body before its head, a call's name not.
pub(crate) fn parts<'a>(term: &'a Term, see: &mut dyn FnMut(Part<'a>)) {
    match &term.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Var(_) => {}
        Kind::Ref(head, path) => {
            see(Part::Term(head));
            path.iter().for_each(|part| see(Part::Term(part)));
        }
        Kind::Call(_, items) | Kind::Array(items) | Kind::Set(items) => {
            items.iter().for_each(|item| see(Part::Term(item)));
        }
        Kind::Object(fields) => fields.iter().for_each(|(key, value)| {
            see(Part::Term(key));
            see(Part::Term(value));
        }),
        Kind::ArrayOf(head, body) | Kind::SetOf(head, body) => {
            see(Part::Body(body));
            see(Part::Term(head));
        }
        Kind::ObjectOf(key, value, body) => {
            see(Part::Body(body));
            see(Part::Term(key));
            see(Part::Term(value));
        }
        Kind::Binary(_, left, right) => {
            see(Part::Term(left));
            see(Part::Term(right));
        }
        Kind::Member(key, value, collection) => {
            if let Some(key) = key {
                see(Part::Term(key));
            }
            see(Part::Term(value));
            see(Part::Term(collection));
        }
    }
}

/// As [`parts`], to be changed.
pub(crate) fn parts_mut(term: &mut Term, see: &mut dyn FnMut(PartMut<'_>)) {
    match &mut term.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Var(_) => {}
        Kind::Ref(head, path) => {
            see(PartMut::Term(head));
            path.iter_mut().for_each(|part| see(PartMut::Term(part)));
        }
        Kind::Call(_, items) | Kind::Array(items) | Kind::Set(items) => {
            items.iter_mut().for_each(|item| see(PartMut::Term(item)));
        }
        Kind::Object(fields) => fields.iter_mut().for_each(|(key, value)| {
            see(PartMut::Term(key));
            see(PartMut::Term(value));
        }),
        Kind::ArrayOf(head, body) | Kind::SetOf(head, body) => {
            see(PartMut::Body(body));
            see(PartMut::Term(head));
        }
        Kind::ObjectOf(key, value, body) => {
            see(PartMut::Body(body));
            see(PartMut::Term(key));
            see(PartMut::Term(value));
        }
        Kind::Binary(_, left, right) => {
            see(PartMut::Term(left));
            see(PartMut::Term(right));
        }
        Kind::Member(key, value, collection) => {
            if let Some(key) = key {
                see(PartMut::Term(key));
            }
            see(PartMut::Term(value));
            see(PartMut::Term(collection));
        }
    }
}

/// The direct parts of a statement; what it is evaluated `with` last, targets not.
pub(crate) fn statement_parts<'a>(statement: &'a Statement, see: &mut dyn FnMut(Part<'a>)) {
    match &statement.kind {
        StatementKind::Term(term) => see(Part::Term(term)),
        StatementKind::Assign(left, right) | StatementKind::Unify(left, right) => {
            see(Part::Term(left));
            see(Part::Term(right));
        }
        StatementKind::Some(_) => {}
        StatementKind::SomeIn(key, value, collection) => {
            if let Some(key) = key {
                see(Part::Term(key));
            }
            see(Part::Term(value));
            see(Part::Term(collection));
        }
        StatementKind::Every(_, _, domain, body) => {
            see(Part::Term(domain));
            see(Part::Body(body));
        }
    }
    statement
        .with
        .iter()
        .for_each(|with| see(Part::Term(&with.value)));
}

/// As [`statement_parts`], to be changed.
pub(crate) fn statement_parts_mut(statement: &mut Statement, see: &mut dyn FnMut(PartMut<'_>)) {
    match &mut statement.kind {
        StatementKind::Term(term) => see(PartMut::Term(term)),
        StatementKind::Assign(left, right) | StatementKind::Unify(left, right) => {
            see(PartMut::Term(left));
            see(PartMut::Term(right));
        }
        StatementKind::Some(_) => {}
        StatementKind::SomeIn(key, value, collection) => {
            if let Some(key) = key {
                see(PartMut::Term(key));
            }
            see(PartMut::Term(value));
            see(PartMut::Term(collection));
        }
        StatementKind::Every(_, _, domain, body) => {
            see(PartMut::Term(domain));
            see(PartMut::Body(body));
        }
    }
    statement
        .with
        .iter_mut()
        .for_each(|with| see(PartMut::Term(&mut with.value)));
}

/// Every term below `term`, itself included, closures included.
pub(crate) fn every_term<'a>(term: &'a Term, see: &mut dyn FnMut(&'a Term)) {
    see(term);
    parts(term, &mut |part| match part {
        Part::Term(inner) => every_term(inner, see),
        Part::Body(body) => body
            .iter()
            .for_each(|statement| every_term_in(statement, see)),
    });
}

/// Every term below a statement.
pub(crate) fn every_term_in<'a>(statement: &'a Statement, see: &mut dyn FnMut(&'a Term)) {
    statement_parts(statement, &mut |part| match part {
        Part::Term(inner) => every_term(inner, see),
        Part::Body(body) => body
            .iter()
            .for_each(|statement| every_term_in(statement, see)),
    });
}

impl super::tree::Rule {
    /// Every term of the rule: path, head, bodies.
    pub(crate) fn every_term<'a>(&'a self, see: &mut dyn FnMut(&'a Term)) {
        use super::tree::Head;
        self.path.iter().for_each(|part| every_term(part, see));
        match &self.head {
            Head::Value { args, value } => {
                args.iter().flatten().for_each(|arg| every_term(arg, see));
                value.iter().for_each(|value| every_term(value, see));
            }
            Head::Set { key } => every_term(key, see),
        }
        self.every_statement(&mut |statement| every_term_in(statement, see));
        self.otherwise
            .iter()
            .filter_map(|other| other.value.as_ref())
            .for_each(|value| every_term(value, see));
    }

    /// The statements of the rule's bodies; not those inside of comprehensions.
    pub(crate) fn every_statement<'a>(&'a self, see: &mut dyn FnMut(&'a Statement)) {
        self.body.iter().flatten().for_each(&mut *see);
        self.otherwise
            .iter()
            .filter_map(|other| other.body.as_ref())
            .flatten()
            .for_each(see);
    }
}
