//! What types rules have and functions take, where that can be seen at a glance: rules whose every
//! definition is a literal, arguments that are compared with one or given to a built-in.
//!
//! OPA infers much more. What is not seen here has any type, so that nothing is refused that OPA takes.

use std::collections::{BTreeMap, BTreeSet};

use super::Named;
use super::index::{RuleKind, package_path};
use super::signatures;
use super::types::literal;
use crate::engine::syntax::tree::{Head, Kind, Op, Rule, Statement, StatementKind, Term};
use crate::engine::syntax::visit::{Part, every_term, parts, statement_parts};

/// The letters of the types that something may have; `None`: any.
type Letters = Option<BTreeSet<char>>;

#[derive(Default)]
pub(super) struct Inferred {
    values: BTreeMap<Vec<String>, Option<String>>,
    arguments: BTreeMap<Vec<String>, Vec<Option<String>>>,
}

impl Inferred {
    /// The types of the rule at `path`, or of what the function there answers.
    pub(super) fn value(&self, path: &[String]) -> Option<&str> {
        self.values.get(path)?.as_deref()
    }

    /// What the function at `path` takes.
    pub(super) fn arguments(&self, path: &[String]) -> Option<&[Option<String>]> {
        self.arguments.get(path).map(Vec::as_slice)
    }

    pub(super) fn of(modules: &[Named]) -> Inferred {
        let mut values: BTreeMap<Vec<String>, Letters> = BTreeMap::new();
        let mut arguments: BTreeMap<Vec<String>, Vec<Letters>> = BTreeMap::new();
        let replaced = replaced(modules);
        for module in modules {
            for rule in &module.tree.rules {
                let mut path = package_path(&module.tree.package);
                path.push(rule.name.text.clone());
                join(&mut values, path.clone(), value(rule));
                if let Some(args) = rule.args() {
                    let found = args.iter().map(|arg| argument(rule, arg));
                    match arguments.get_mut(&path) {
                        Some(known) => {
                            for (known, found) in known.iter_mut().zip(found) {
                                merge(known, found);
                            }
                        }
                        None => drop(arguments.insert(path, found.collect())),
                    }
                }
            }
        }
        let kept = |path: &[String]| !replaced.iter().any(|target| path.starts_with(target));
        let text = |letters: Letters| letters.map(|letters| letters.into_iter().collect());
        let values = values.into_iter().filter(|(path, _)| kept(path));
        let arguments = arguments.into_iter().filter(|(path, _)| kept(path));
        Inferred {
            values: values.map(|(path, found)| (path, text(found))).collect(),
            arguments: arguments
                .map(|(path, found)| (path, found.into_iter().map(text).collect()))
                .collect(),
        }
    }
}

fn join(all: &mut BTreeMap<Vec<String>, Letters>, path: Vec<String>, found: Letters) {
    match all.get_mut(&path) {
        Some(known) => merge(known, found),
        None => drop(all.insert(path, found)),
    }
}

fn merge(known: &mut Letters, found: Letters) {
    match (known.as_mut(), found) {
        (Some(known), Some(found)) => known.extend(found),
        _ => *known = None,
    }
}

fn letters(text: &str) -> Letters {
    (!text.contains('*')).then(|| text.chars().collect())
}

/// What one definition gives.
fn value(rule: &Rule) -> Letters {
    let of = |value: &Option<Term>| match value {
        None => letters("b"),
        Some(term) => literal(term).and_then(letters),
    };
    match (RuleKind::of(rule), &rule.head) {
        (RuleKind::Set, _) if rule.path.is_empty() => letters("t"),
        (RuleKind::Object, _) if rule.path.len() == 1 => letters("o"),
        (_, Head::Value { value, .. }) if rule.path.is_empty() => {
            let mut found = of(value);
            for other in &rule.otherwise {
                merge(&mut found, of(&other.value));
            }
            found
        }
        _ => None,
    }
}

/// What one definition takes for the argument `arg`.
fn argument(rule: &Rule, arg: &Term) -> Letters {
    if rule.is_default || !rule.otherwise.is_empty() {
        return None;
    }
    let Kind::Var(name) = &arg.kind else {
        return literal(arg).and_then(letters);
    };
    let body = rule.body.iter().flatten();
    body.filter(|statement| statement.with.is_empty())
        .find_map(|statement| demanded(statement, name))
        .and_then(letters)
}

/// What a statement demands of the variable `name`.
fn demanded(statement: &Statement, name: &str) -> Option<&'static str> {
    let is_it = |term: &Term| matches!(&term.kind, Kind::Var(found) if found == name);
    let equal = |left: &Term, right: &Term| match (is_it(left), is_it(right)) {
        (true, false) => literal(right),
        (false, true) => literal(left),
        _ => None,
    };
    match &statement.kind {
        StatementKind::Unify(left, right) => equal(left, right),
        StatementKind::Term(term) => match &term.kind {
            Kind::Binary(Op::Equal, left, right) => equal(left, right),
            Kind::Call(function, arguments) => {
                let wanted = signatures::arguments(&function.names()?.join("."))?;
                let at = arguments.iter().position(is_it)?;
                let types = wanted.get(at)?.split(':').next()?;
                (types != "*").then_some(types)
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is replaced by `with` somewhere.
pub(crate) fn replaced(modules: &[Named]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for rule in modules.iter().flat_map(|module| &module.tree.rules) {
        targets(rule, &mut found);
    }
    found
}

/// What one rule replaces.
fn targets(rule: &Rule, found: &mut BTreeSet<Vec<String>>) {
    fn in_statement(statement: &Statement, found: &mut BTreeSet<Vec<String>>) {
        for with in &statement.with {
            found.extend(with.target.names());
        }
        statement_parts(statement, &mut |part| in_part(part, found));
    }
    fn in_part(part: Part<'_>, found: &mut BTreeSet<Vec<String>>) {
        match part {
            Part::Term(term) => every_term(term, &mut |term| {
                parts(term, &mut |part| {
                    if let Part::Body(body) = part {
                        body.iter()
                            .for_each(|statement| in_statement(statement, found));
                    }
                });
            }),
            Part::Body(body) => body
                .iter()
                .for_each(|statement| in_statement(statement, found)),
        }
    }
    rule.every_statement(&mut |statement| in_statement(statement, found));
    match &rule.head {
        Head::Value { args, value } => {
            let terms = args.iter().flatten().chain(value);
            terms.for_each(|term| in_part(Part::Term(term), found));
        }
        Head::Set { key } => in_part(Part::Term(key), found),
    }
    let others = rule
        .otherwise
        .iter()
        .filter_map(|other| other.value.as_ref());
    others
        .chain(&rule.path)
        .for_each(|term| in_part(Part::Term(term), found));
}
