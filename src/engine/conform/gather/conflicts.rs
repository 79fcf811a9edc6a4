//! Which definitions can never give two values.

use std::collections::BTreeSet;

use crate::engine::syntax::tree::{Body, Head, Kind, Rule, StatementKind, Term};
use crate::engine::syntax::visit::{Part, parts};

/// Whether every definition gives the same constant, or the only one gives one value at most.
pub(super) fn cannot_conflict(rules: &[Rule]) -> bool {
    let value = |rule: &Rule| match &rule.head {
        Head::Value { value: None, .. } => Some("true".to_owned()),
        Head::Value {
            value: Some(term), ..
        } => scalar(term),
        Head::Set { .. } => None,
    };
    let is_function = rules.iter().any(|rule| rule.args().is_some());
    if is_function && rules.iter().any(|rule| rule.is_default) {
        return false;
    }
    if !rules.iter().all(takes_anything) || rules.iter().any(|rule| !rule.otherwise.is_empty()) {
        return false;
    }
    let own: Vec<&Rule> = rules.iter().filter(|rule| !rule.is_default).collect();
    if let [only] = own.as_slice()
        && !iterates(only)
    {
        return true;
    }
    let values: BTreeSet<Option<String>> = own.iter().map(|rule| value(rule)).collect();
    values.len() == 1 && !values.contains(&None)
}

/// Whether a rule with `else` gives one value at most: the first part that holds counts, and none holds
/// in more than one way.
pub(super) fn is_one_chain(rules: &[Rule]) -> bool {
    let [rule] = rules else {
        return false;
    };
    let is_plain = takes_anything(rule) && !rule.is_default && !rule.otherwise.is_empty();
    is_plain
        && !iterates(rule)
        && !rule
            .otherwise
            .iter()
            .any(|other| may_hold_twice(rule, other.body.as_ref(), other.value.as_ref()))
}

/// Whether a rule's arguments, if it has any, are names, each of which is its own.
fn takes_anything(rule: &Rule) -> bool {
    let mut known = BTreeSet::new();
    rule.args()
        .into_iter()
        .flatten()
        .all(|arg| match &arg.kind {
            Kind::Var(name) => name == "_" || known.insert(name),
            _ => false,
        })
}

pub(super) fn scalar(term: &Term) -> Option<String> {
    match &term.kind {
        Kind::Null => Some("null".to_owned()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Number(text) => Some(text.clone()),
        Kind::String(text) => Some(format!("{text:?}")),
        _ => None,
    }
}

/// Whether the only part of a rule can hold in more than one way.
fn iterates(rule: &Rule) -> bool {
    let value = match &rule.head {
        Head::Value { value, .. } => value.as_ref(),
        Head::Set { .. } => None,
    };
    may_hold_twice(rule, rule.body.as_ref(), value)
}

/// Whether a part of `rule`, its body in order, can hold in more than one way, or have more than one value.
fn may_hold_twice(rule: &Rule, body: Option<&Body>, value: Option<&Term>) -> bool {
    let mut bound: BTreeSet<&str> = BTreeSet::new();
    for arg in rule.args().into_iter().flatten() {
        names(arg, &mut bound);
    }
    for statement in body.into_iter().flatten() {
        let looks = match &statement.kind {
            StatementKind::SomeIn(..) => true,
            StatementKind::Some(_) => false,
            StatementKind::Every(_, _, domain, _) => looks_up(domain, &bound),
            StatementKind::Term(term) => looks_up(term, &bound),
            StatementKind::Assign(left, right) | StatementKind::Unify(left, right) => {
                let found = looks_up(left, &bound) || looks_up(right, &bound);
                names(left, &mut bound);
                names(right, &mut bound);
                found
            }
        };
        if looks {
            return true;
        }
    }
    value.is_some_and(|value| looks_up(value, &bound))
}

fn names<'a>(term: &'a Term, bound: &mut BTreeSet<&'a str>) {
    match &term.kind {
        Kind::Var(name) if name != "_" => {
            bound.insert(name);
        }
        Kind::Array(items) => items.iter().for_each(|item| names(item, bound)),
        Kind::Object(fields) => fields.iter().for_each(|(_, value)| names(value, bound)),
        _ => {}
    }
}

/// Whether a term has a reference with an unbound variable in its brackets.
fn looks_up(term: &Term, bound: &BTreeSet<&str>) -> bool {
    if let Kind::Ref(_, path) = &term.kind {
        let free = path.iter().any(|part| match &part.kind {
            Kind::Var(name) => !bound.contains(name.as_str()),
            Kind::Array(_) | Kind::Object(_) => true,
            _ => false,
        });
        if free {
            return true;
        }
    }
    if matches!(
        term.kind,
        Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..)
    ) {
        return false;
    }
    let mut found = false;
    parts(term, &mut |part| {
        if let Part::Term(inner) = part {
            found |= looks_up(inner, bound);
        }
    });
    found
}
