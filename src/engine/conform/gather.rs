//! *Answers gathered* (compiled form only): compiled code does not notice that a function, a rule or a key
//! of an object gets two values; it takes one of them or none. So all values are gathered in a set
//! first, and a built-in of this crate gives the only one, or reports the conflict:
//!
//! ```text
//! f(1) := x if { x := input.a[_] }     f(_ska1) := _skv if {
//! f(y) := 2 if { y > 0 }                 _sks1 := {x | 1 = _ska1; x := input.a[_]};
//!                                        _sks2 := {2 | y := _ska1; y > 0};
//!                                        _skv := sekisho.only("…", [_sks1, _sks2])
//!                                      }
//! ```
//!
//! An `else` is gathered only where all before it gave nothing, a function's default likewise. Where no part
//! of a rule with `else` can hold in more than one way the rule stays one.

mod conflicts;

use std::collections::BTreeMap;

use crate::engine::check::index::RuleKind;
use crate::engine::check::names::OWN;
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Op, Place, Rule, Statement, StatementKind, Term,
};
use conflicts::{cannot_conflict, is_one_chain, scalar};

/// Gathers the rules of a module that could contradict themselves.
pub(super) fn gather(name: &str, module: &mut Module) {
    let mut groups: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
    let mut order = Vec::new();
    for rule in std::mem::take(&mut module.rules) {
        let group = groups.entry(rule.name.text.clone()).or_insert_with(|| {
            order.push(rule.name.text.clone());
            Vec::new()
        });
        group.push(rule);
    }
    for rule in order {
        let Some(rules) = groups.remove(&rule) else {
            continue;
        };
        module.rules.extend(group(name, rules));
    }
}

fn group(module: &str, rules: Vec<Rule>) -> Vec<Rule> {
    let Some(first) = rules.iter().find(|rule| !rule.is_default).cloned() else {
        return rules;
    };
    if let Some(table) = table(&first, &rules) {
        return vec![table];
    }
    let kind = RuleKind::of(&first);
    match kind {
        RuleKind::Set => rules,
        RuleKind::Complete | RuleKind::Function(_) if cannot_conflict(&rules) => rules,
        RuleKind::Complete | RuleKind::Function(_) if is_one_chain(&rules) => rules,
        RuleKind::Complete => {
            let (defaults, rules): (Vec<Rule>, Vec<Rule>) =
                rules.into_iter().partition(|rule| rule.is_default);
            let mut result = defaults;
            result.push(values(module, &first, rules, None));
            result
        }
        RuleKind::Function(_) => {
            let (defaults, rules): (Vec<Rule>, Vec<Rule>) =
                rules.into_iter().partition(|rule| rule.is_default);
            vec![values(module, &first, rules, defaults.into_iter().next())]
        }
        RuleKind::Object => vec![object(module, &first, rules)],
    }
}

/// A function that only says which constant belongs to which text is a look into an object.
fn table(first: &Rule, rules: &[Rule]) -> Option<Rule> {
    let mut fields: Vec<(Term, Term)> = Vec::new();
    let mut known: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for rule in rules {
        let Head::Value {
            args: Some(args),
            value,
        } = &rule.head
        else {
            return None;
        };
        let always = |body: &Body| {
            body.iter().all(|statement| {
                let is_true = matches!(&statement.kind, StatementKind::Term(term) if matches!(term.kind, Kind::Bool(true)));
                is_true && !statement.negated
            })
        };
        let [key] = args.as_slice() else { return None };
        let Kind::String(text) = &key.kind else {
            return None;
        };
        if rule.is_default || !rule.otherwise.is_empty() || !rule.body.iter().all(always) {
            return None;
        }
        let value = value
            .clone()
            .unwrap_or_else(|| Term::new(rule.place, Kind::Bool(true)));
        let constant = Some(scalar(&value)?);
        match known.insert(text, constant.clone()) {
            None => fields.push((key.clone(), value)),
            Some(before) if before == constant => {}
            Some(_) => return None,
        }
    }
    let place = first.place;
    let arg = own(place, "a", 1);
    let object = Term::new(place, Kind::Object(fields));
    let value = Term::new(place, Kind::Ref(Box::new(object), vec![arg.clone()]));
    Some(Rule {
        head: Head::Value {
            args: Some(vec![arg]),
            value: Some(value),
        },
        body: None,
        otherwise: Vec::new(),
        ..first.clone()
    })
}

fn statement(place: Place, kind: StatementKind) -> Statement {
    Statement {
        place,
        negated: false,
        kind,
        with: Vec::new(),
    }
}

fn own(place: Place, letter: &str, number: usize) -> Term {
    Term::var(place, format!("{OWN}{letter}{number}"))
}

fn call(place: Place, name: &str, arguments: Vec<Term>) -> Term {
    let function = Term::path(place, &["sekisho".to_owned(), name.to_owned()]);
    Term::new(place, Kind::Call(Box::new(function), arguments))
}

/// What the built-in that finds a conflict is told: what is in conflict, and the place of the last
/// definition, for that is the one that OPA names.
fn conflict(module: &str, rules: &[Rule], first: &Rule) -> Term {
    let place = rules.last().unwrap_or(first).place;
    let what = match RuleKind::of(first) {
        RuleKind::Function(_) => "functions must not produce multiple outputs for same inputs",
        RuleKind::Complete | RuleKind::Set => "complete rules must not produce multiple outputs",
        RuleKind::Object => "object keys must be unique",
    };
    Term::string(
        place,
        format!("{}:{}:{what}:{module}", place.line, place.column),
    )
}

fn empty(place: Place) -> Term {
    Term::new(place, Kind::Set(Vec::new()))
}

/// The statement that holds where a set of answers is empty.
fn nothing(set: &Term, place: Place) -> Statement {
    let none = Kind::Binary(Op::Equal, Box::new(set.clone()), Box::new(empty(place)));
    statement(place, StatementKind::Term(Term::new(place, none)))
}

/// One definition for all of a function or a complete rule.
fn values(module: &str, first: &Rule, rules: Vec<Rule>, default: Option<Rule>) -> Rule {
    let told = conflict(module, &rules, first);
    let place = first.place;
    let arity = first.args().map(Vec::len);
    let args: Option<Vec<Term>> =
        arity.map(|arity| (1..=arity).map(|at| own(place, "a", at)).collect());
    let mut body = Body::new();
    let mut sets: Vec<Term> = Vec::new();
    let mut add = |body: &mut Body, term: Term, statements: Body, place: Place| {
        let name = own(place, "s", sets.len() + 1);
        let set = Term::new(place, Kind::SetOf(Box::new(term), statements));
        body.push(statement(place, StatementKind::Assign(name.clone(), set)));
        sets.push(name.clone());
        name
    };
    for rule in rules {
        let matching: Body = match (&args, rule.args()) {
            (Some(given), Some(wanted)) => wanted
                .iter()
                .zip(given)
                .filter(|(pattern, _)| !matches!(&pattern.kind, Kind::Var(name) if name == "_"))
                .map(|(pattern, given)| {
                    statement(
                        pattern.place,
                        StatementKind::Unify(pattern.clone(), given.clone()),
                    )
                })
                .collect(),
            _ => Body::new(),
        };
        let Head::Value { value, .. } = rule.head else {
            continue;
        };
        let always = |place| Term::new(place, Kind::Bool(true));
        let filled = |mut statements: Body, place| {
            if statements.is_empty() {
                statements.push(statement(place, StatementKind::Term(always(place))));
            }
            statements
        };
        let mut before = Vec::new();
        let mut statements = matching.clone();
        statements.extend(rule.body.unwrap_or_default());
        let value = value.unwrap_or_else(|| always(rule.place));
        before.push(add(
            &mut body,
            value,
            filled(statements, rule.place),
            rule.place,
        ));
        for other in rule.otherwise {
            let place = other.place;
            let mut statements: Body = before.iter().map(|set| nothing(set, place)).collect();
            statements.extend(matching.iter().cloned());
            statements.extend(other.body.unwrap_or_default());
            let value = other.value.unwrap_or_else(|| always(place));
            before.push(add(&mut body, value, filled(statements, place), place));
        }
    }
    if let Some(Rule {
        head: Head::Value {
            value: Some(value), ..
        },
        place,
        ..
    }) = default
    {
        let guards = sets.iter().map(|set| nothing(set, place)).collect();
        let rest = own(place, "s", sets.len() + 1);
        let set = Term::new(place, Kind::SetOf(Box::new(value), guards));
        body.push(statement(place, StatementKind::Assign(rest.clone(), set)));
        sets.push(rest);
    }
    let answers = Term::new(place, Kind::Array(sets));
    let value = Term::var(place, format!("{OWN}value"));
    let only = call(place, "only", vec![told, answers]);
    body.push(statement(place, StatementKind::Assign(value.clone(), only)));
    Rule {
        head: Head::Value {
            args,
            value: Some(value),
        },
        body: Some(body),
        otherwise: Vec::new(),
        ..first.clone()
    }
}

/// One definition for all of an object.
fn object(module: &str, first: &Rule, rules: Vec<Rule>) -> Rule {
    let told = conflict(module, &rules, first);
    let place = first.place;
    let mut sets = Vec::new();
    for mut rule in rules {
        let Head::Value { value, .. } = rule.head else {
            continue;
        };
        let Some(key) = rule.path.pop() else { continue };
        let value = value.unwrap_or_else(|| Term::new(rule.place, Kind::Bool(true)));
        let pair = Term::new(rule.place, Kind::Array(vec![key, value]));
        let always = || {
            statement(
                rule.place,
                StatementKind::Term(Term::new(rule.place, Kind::Bool(true))),
            )
        };
        let body = rule.body.unwrap_or_else(|| vec![always()]);
        sets.push(Term::new(rule.place, Kind::SetOf(Box::new(pair), body)));
    }
    let value = Term::var(place, format!("{OWN}value"));
    let fields = call(
        place,
        "object",
        vec![told, Term::new(place, Kind::Array(sets))],
    );
    let body = vec![statement(
        place,
        StatementKind::Assign(value.clone(), fields),
    )];
    Rule {
        path: Vec::new(),
        head: Head::Value {
            args: None,
            value: Some(value),
        },
        body: Some(body),
        otherwise: Vec::new(),
        ..first.clone()
    }
}
