//! Which definitions can never give two values.

use std::collections::BTreeSet;

use crate::engine::syntax::tree::{Head, Kind, Rule, StatementKind, Term};
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
    let patterns = rules
        .iter()
        .flat_map(|rule| rule.args())
        .flatten()
        .any(|arg| !matches!(arg.kind, Kind::Var(_)));
    let repeated = rules.iter().any(|rule| {
        let names: Vec<&String> = rule
            .args()
            .into_iter()
            .flatten()
            .filter_map(|arg| match &arg.kind {
                Kind::Var(name) if name != "_" => Some(name),
                _ => None,
            })
            .collect();
        names.iter().collect::<BTreeSet<_>>().len() != names.len()
    });
    if patterns || repeated || rules.iter().any(|rule| !rule.otherwise.is_empty()) {
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

pub(super) fn scalar(term: &Term) -> Option<String> {
    match &term.kind {
        Kind::Null => Some("null".to_owned()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Number(text) => Some(text.clone()),
        Kind::String(text) => Some(format!("{text:?}")),
        _ => None,
    }
}

/// Whether the rule's body, which is in order, can succeed in more than one way.
fn iterates(rule: &Rule) -> bool {
    let mut bound: BTreeSet<&str> = BTreeSet::new();
    for arg in rule.args().into_iter().flatten() {
        names(arg, &mut bound);
    }
    for statement in rule.body.iter().flatten() {
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
    match &rule.head {
        Head::Value {
            value: Some(value), ..
        } => looks_up(value, &bound),
        _ => false,
    }
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
