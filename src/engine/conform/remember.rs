//! *Answers remembered* (compiled form only): what a dear function answers depends on its arguments
//! alone, and policies ask the same of one object after the other, and one policy what another asked
//! before. So such a function looks first whether its answer is known:
//!
//! ```text
//! f(x) := y if { … }     f(_ska1) := _skv if {
//!                          _skv := sekisho.recall("id", [_ska1])
//!                        } else := _skv if {
//!                          _skw := data.lib.a._skf_f(_ska1);
//!                          _skv := sekisho.keep("id", [_ska1], _skw)
//!                        }
//! ```
//!
//! The id is made of all that the answer can depend on, so that two programs with the same library
//! share what they know.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

use crate::engine::catalogue;
use crate::engine::check::Named;
use crate::engine::check::index::{RuleKind, package_path};
use crate::engine::check::names::OWN;
use crate::engine::syntax::tree::{
    Body, Else, Head, Kind, Module, Place, Rule, Statement, StatementKind, Term,
};
use crate::engine::syntax::visit::{Part, parts, statement_parts};

/// Functions, by full path, with the id of what they answer.
pub(crate) type Dear = BTreeMap<Vec<String>, String>;

/// From so many statements on that its evaluation may take, a function is dear.
const DEAR: u64 = 40;
/// How often a loop is taken to turn.
const TURNS: u64 = 4;

type Rules<'a> = BTreeMap<Vec<String>, Vec<&'a Rule>>;

/// The functions of libraries that are worth remembering.
pub(crate) fn dear(trees: &[Named]) -> Dear {
    let mut rules = Rules::new();
    for named in trees {
        for rule in &named.tree.rules {
            let mut path = package_path(&named.tree.package);
            path.extend(rule.fixed_path());
            rules.entry(path).or_default().push(rule);
        }
    }
    let mut known = Known {
        rules: &rules,
        costs: BTreeMap::new(),
    };
    let is_of_library = |path: &[String]| path.get(1).is_some_and(|part| part == "lib");
    let mut dear = Dear::new();
    for (path, definitions) in &rules {
        let is_function = definitions.iter().all(|rule| rule.args().is_some());
        if !is_of_library(path) || !is_function {
            continue;
        }
        let mut needed = BTreeSet::new();
        if known.cost(path).is_some_and(|cost| cost >= DEAR) && known.collect(path, &mut needed) {
            dear.insert(path.clone(), identity(&rules, path, &needed));
        }
    }
    dear
}

/// Two functions of one id are one and the same.
fn identity(rules: &Rules<'_>, path: &[String], needed: &BTreeSet<Vec<String>>) -> String {
    struct Bytes(Sha256);
    impl Hasher for Bytes {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut bytes = Bytes(Sha256::new());
    path.hash(&mut bytes);
    for path in needed {
        path.hash(&mut bytes);
        rules.get(path).hash(&mut bytes);
    }
    data_encoding::HEXLOWER.encode(bytes.0.finalize().get(..16).unwrap_or_default())
}

struct Known<'a> {
    rules: &'a Rules<'a>,
    /// `None`: the answer depends on more than the arguments.
    costs: BTreeMap<Vec<String>, Option<u64>>,
}

impl Known<'_> {
    /// How many statements may be evaluated for an answer.
    fn cost(&mut self, path: &[String]) -> Option<u64> {
        if let Some(cost) = self.costs.get(path) {
            return *cost;
        }
        // Rules do not need themselves: that was checked before.
        self.costs.insert(path.to_vec(), None);
        let mut cost = Some(0);
        for rule in self.rules.get(path).into_iter().flatten() {
            cost = add(cost, self.rule(rule));
        }
        self.costs.insert(path.to_vec(), cost);
        cost
    }

    fn rule(&mut self, rule: &Rule) -> Option<u64> {
        let mut cost = self.body(rule.body.iter().flatten());
        let Head::Value { args, value } = &rule.head else {
            return None;
        };
        for term in args.iter().flatten().chain(value).chain(&rule.path) {
            cost = add(cost, self.term(term));
        }
        for other in &rule.otherwise {
            cost = add(cost, self.body(other.body.iter().flatten()));
            for term in other.value.iter() {
                cost = add(cost, self.term(term));
            }
        }
        cost
    }

    fn body<'s>(&mut self, body: impl Iterator<Item = &'s Statement>) -> Option<u64> {
        let mut total = 0_u64;
        let mut turns = 1_u64;
        for statement in body {
            if !statement.with.is_empty() {
                return None;
            }
            let mut cost = Some(1);
            statement_parts(statement, &mut |part| cost = add(cost, self.part(&part)));
            total = cost?.saturating_mul(turns).saturating_add(total);
            if matches!(
                statement.kind,
                StatementKind::SomeIn(..) | StatementKind::Every(..)
            ) {
                turns = TURNS.saturating_mul(turns);
            }
        }
        Some(total)
    }

    fn part(&mut self, part: &Part<'_>) -> Option<u64> {
        match part {
            Part::Term(term) => self.term(term),
            Part::Body(body) => self.body(body.iter()),
        }
    }

    fn term(&mut self, term: &Term) -> Option<u64> {
        let own = match &term.kind {
            Kind::Var(name) if name == "input" || name == "data" => return None,
            Kind::Ref(head, path) if matches!(&head.kind, Kind::Var(name) if name == "data") => {
                let mut cost = Some(0);
                // A rule is evaluated once for all who ask.
                self.cost(&self.rule_at(path)?)?;
                for part in path {
                    cost = add(cost, self.term(part));
                }
                return cost;
            }
            Kind::Call(function, _) => {
                let names = function.names()?;
                if names.first().is_some_and(|name| name == "data") {
                    self.rules.get(&names)?;
                    add(Some(1), self.cost(&names))?
                } else {
                    let name = names.join(".");
                    let pure = catalogue::number(&name).is_some();
                    (pure && !catalogue::CHANGING.contains(&&*name)).then_some(1)?
                }
            }
            _ => 0,
        };
        let mut cost = Some(own);
        parts(term, &mut |part| cost = add(cost, self.part(&part)));
        cost
    }

    /// The rule that a reference into `data` reads.
    fn rule_at(&self, path: &[Term]) -> Option<Vec<String>> {
        let mut names = vec!["data".to_owned()];
        for part in path {
            let Kind::String(text) = &part.kind else {
                return None;
            };
            names.push(text.clone());
            if self.rules.contains_key(&names) {
                return Some(names);
            }
        }
        None
    }

    /// All rules that an answer can depend on; false where they are more than can be seen.
    fn collect(&self, path: &[String], needed: &mut BTreeSet<Vec<String>>) -> bool {
        if !needed.insert(path.to_vec()) {
            return true;
        }
        let mut next = Vec::new();
        for rule in self.rules.get(path).into_iter().flatten() {
            rule.every_term(&mut |term| match &term.kind {
                Kind::Ref(head, path) if matches!(&head.kind, Kind::Var(name) if name == "data") => {
                    next.push(self.rule_at(path));
                }
                Kind::Call(function, _) => {
                    if let Some(names) = function.names()
                        && self.rules.contains_key(&names)
                    {
                        next.push(Some(names));
                    }
                }
                _ => {}
            });
        }
        next.into_iter()
            .all(|path| path.is_some_and(|path| self.collect(&path, needed)))
    }
}

fn add(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    Some(a?.saturating_add(b?))
}

/// The name of the function that does the work.
fn plain(name: &str) -> String {
    format!("{OWN}f_{name}")
}

/// The functions that [`remember`] adds.
pub(crate) fn added(dear: &Dear) -> impl Iterator<Item = Vec<String>> {
    dear.keys().filter_map(|path| {
        let (name, package) = path.split_last()?;
        Some([package, &[plain(name)]].concat())
    })
}

/// Puts a memory before the dear functions of a module.
pub(super) fn remember(module: &mut Module, dear: &Dear) {
    let package = package_path(&module.package);
    let mut before: BTreeMap<String, Rule> = BTreeMap::new();
    for rule in &mut module.rules {
        let path = [package.as_slice(), std::slice::from_ref(&rule.name.text)].concat();
        let (Some(id), RuleKind::Function(arity)) = (dear.get(&path), RuleKind::of(rule)) else {
            continue;
        };
        let name = plain(&rule.name.text);
        let make = || {
            memory(
                rule,
                arity,
                id,
                &[package.as_slice(), std::slice::from_ref(&name)].concat(),
            )
        };
        before.entry(rule.name.text.clone()).or_insert_with(make);
        rule.name.text = name;
    }
    module.rules.extend(before.into_values());
}

fn memory(rule: &Rule, arity: usize, id: &str, function: &[String]) -> Rule {
    let place = rule.place;
    let own = |letter: &str| Term::var(place, format!("{OWN}{letter}"));
    let term = |kind| Term::new(place, kind);
    let args: Vec<Term> = (1..=arity).map(|at| own(&format!("a{at}"))).collect();
    let (answer, value) = (own("w"), own("v"));
    let call = |name: &str, rest: &[Term]| {
        let function = Term::path(place, &["sekisho".to_owned(), name.to_owned()]);
        let first = [Term::string(place, id), term(Kind::Array(args.clone()))];
        term(Kind::Call(Box::new(function), [&first, rest].concat()))
    };
    let assign = |to: &Term, from| statement(place, StatementKind::Assign(to.clone(), from));
    let work = Kind::Call(Box::new(Term::path(place, function)), args.clone());
    let known: Body = vec![assign(&value, call("recall", &[]))];
    let found: Body = vec![
        assign(&answer, term(work)),
        assign(&value, call("keep", std::slice::from_ref(&answer))),
    ];
    Rule {
        head: Head::Value {
            args: Some(args.clone()),
            value: Some(value.clone()),
        },
        body: Some(known),
        otherwise: vec![Else {
            place,
            value: Some(value),
            body: Some(found),
        }],
        is_default: false,
        ..rule.clone()
    }
}

fn statement(place: Place, kind: StatementKind) -> Statement {
    Statement {
        place,
        negated: false,
        kind,
        with: Vec::new(),
    }
}
