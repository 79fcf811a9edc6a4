//! What is read of `input`: references, `object.get`, and names that stand for a part of it.

use std::collections::BTreeMap;

use crate::engine::syntax::tree::{Body, Head, Kind, Module, Rule, Statement, StatementKind, Term};
use crate::engine::syntax::visit::{Part, parts, statement_parts};

/// One place at which something of `input` is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputRead {
    /// `["parameters", "labels"]`; `None`: a part that is known only while it is evaluated.
    pub path: Vec<Option<String>>,
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

type Path = Vec<Option<String>>;

pub(super) fn of(module: &Module) -> Vec<InputRead> {
    let mut reader = Reader {
        rules: BTreeMap::new(),
        vars: BTreeMap::new(),
        found: Vec::new(),
    };
    // Rules that stand for a part of `input` in one piece: until nothing new is learnt.
    loop {
        let before = reader.rules.len();
        for rule in &module.rules {
            if let Some((name, path)) = reader.alias(rule) {
                reader.rules.insert(name, path);
            }
        }
        if reader.rules.len() == before {
            break;
        }
    }
    for rule in &module.rules {
        reader.rule(rule);
    }
    let mut found = reader.found;
    found.sort_by_key(|read| (read.line, read.column));
    found.dedup();
    found
}

struct Reader {
    rules: BTreeMap<String, Path>,
    vars: BTreeMap<String, Path>,
    found: Vec<InputRead>,
}

impl Reader {
    fn alias(&self, rule: &Rule) -> Option<(String, Path)> {
        if rule.body.is_some() || rule.is_default || !rule.path.is_empty() {
            return None;
        }
        match &rule.head {
            Head::Value {
                args: None,
                value: Some(value),
            } => Some((rule.name.text.clone(), self.path(value)?)),
            _ => None,
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.vars.clear();
        if self.alias(rule).is_some() {
            if let Head::Value {
                value: Some(value), ..
            } = &rule.head
            {
                self.inner(value);
            }
            return;
        }
        self.body(rule.body.iter().flatten());
        rule.path.iter().for_each(|part| self.term(part));
        match &rule.head {
            Head::Value { args, value } => {
                args.iter().flatten().for_each(|arg| self.term(arg));
                value.iter().for_each(|value| self.term(value));
            }
            Head::Set { key } => self.term(key),
        }
        for other in &rule.otherwise {
            self.body(other.body.iter().flatten());
            other.value.iter().for_each(|value| self.term(value));
        }
    }

    fn body<'a>(&mut self, body: impl Iterator<Item = &'a Statement>) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        if let StatementKind::Assign(left, right) = &statement.kind
            && let Kind::Var(name) = &left.kind
            && statement.with.is_empty()
            && let Some(path) = self.path(right)
        {
            // Nothing is read until the name is used; a value of its own may well be all of it.
            let counts = path.len() > 1;
            if counts {
                self.add(right, path.clone());
            }
            self.vars.insert(name.clone(), path);
            return self.inner(right);
        }
        statement_parts(statement, &mut |part| match part {
            Part::Term(term) => self.term(term),
            Part::Body(body) => self.nested(body),
        });
    }

    fn nested(&mut self, body: &Body) {
        self.body(body.iter());
    }

    fn term(&mut self, term: &Term) {
        if let Some(path) = self.path(term) {
            self.add(term, path);
            return self.inner(term);
        }
        parts(term, &mut |part| match part {
            Part::Term(inner) => self.term(inner),
            Part::Body(body) => self.nested(body),
        });
    }

    /// What stands in the brackets of a reference, or behind the path of an `object.get`.
    fn inner(&mut self, term: &Term) {
        match &term.kind {
            Kind::Ref(head, path) => {
                if !matches!(head.kind, Kind::Var(_)) {
                    self.inner(head);
                }
                path.iter()
                    .filter(|part| !matches!(part.kind, Kind::String(_)))
                    .for_each(|part| self.term(part));
            }
            Kind::Call(_, arguments) => {
                let mut arguments = arguments.iter();
                arguments
                    .next()
                    .into_iter()
                    .for_each(|base| self.inner(base));
                arguments.for_each(|argument| self.term(argument));
            }
            _ => {}
        }
    }

    fn add(&mut self, term: &Term, path: Path) {
        self.found.push(InputRead {
            path,
            line: term.place.line,
            column: term.place.column,
        });
    }

    /// The part of `input` that a term stands for.
    fn path(&self, term: &Term) -> Option<Path> {
        match &term.kind {
            Kind::Var(name) if name == "input" => Some(Vec::new()),
            Kind::Var(name) => self.vars.get(name).or(self.rules.get(name)).cloned(),
            Kind::Ref(head, steps) => {
                let mut path = self.path(head)?;
                path.extend(steps.iter().map(known));
                Some(path)
            }
            Kind::Call(function, arguments) => {
                let is_get = function
                    .names()
                    .is_some_and(|name| name == ["object", "get"]);
                let (true, [base, key, _]) = (is_get, arguments.as_slice()) else {
                    return None;
                };
                let mut path = self.path(base)?;
                match &key.kind {
                    Kind::Array(steps) => path.extend(steps.iter().map(known)),
                    _ => path.push(known(key)),
                }
                Some(path)
            }
            _ => None,
        }
    }
}

fn known(term: &Term) -> Option<String> {
    match &term.kind {
        Kind::String(text) => Some(text.clone()),
        _ => None,
    }
}
