//! What an answer takes, and what it depends on.

use std::collections::{BTreeMap, BTreeSet};

use super::Rules;
use crate::engine::catalogue;
use crate::engine::check::index::RuleKind;
use crate::engine::syntax::tree::{Head, Kind, Rule, Statement, StatementKind, Term};
use crate::engine::syntax::visit::{Part, parts, statement_parts};

/// From so many statements on that its evaluation may take, a function is dear.
const DEAR: u64 = 40;
/// A function of fewer statements of its own only asks others, which remember.
const OWN: u64 = 8;
/// A rule is from so many on: of it more is saved, as it is asked the same for every object.
const DEAR_RULE: u64 = 12;
/// How often a loop is taken to turn.
const TURNS: u64 = 4;

pub(super) struct Known<'a> {
    rules: &'a Rules<'a>,
    /// `None`: the answer depends on more than the arguments and `input.parameters`.
    costs: BTreeMap<Vec<String>, Option<Cost>>,
}

/// What an answer takes.
#[derive(Clone, Copy, Default)]
struct Cost {
    /// How many statements may be evaluated for it.
    statements: u64,
    /// How many of them if what is remembered is known.
    own: u64,
    /// Whether it depends on `input.parameters`.
    parameters: bool,
}

impl Cost {
    fn of(statements: u64) -> Cost {
        Cost {
            statements,
            own: statements,
            parameters: false,
        }
    }
}

impl<'a> Known<'a> {
    pub(super) fn new(rules: &'a Rules<'a>) -> Known<'a> {
        Known {
            rules,
            costs: BTreeMap::new(),
        }
    }

    /// Whether what the rules at `path` answer is worth remembering.
    pub(super) fn is_dear(&mut self, path: &[String]) -> bool {
        let Some(cost) = self.cost(path) else {
            return false;
        };
        let Some(definitions) = self.rules.get(path) else {
            return false;
        };
        if definitions.iter().all(|rule| rule.args().is_some()) {
            let is_of_library = path.get(1).is_some_and(|part| part == "lib");
            let is_worth_it = cost.statements >= DEAR && cost.own >= OWN;
            return is_of_library && !cost.parameters && is_worth_it;
        }
        let is_plain = |rule: &&Rule| RuleKind::of(rule) == RuleKind::Complete && !rule.is_default;
        cost.statements >= DEAR_RULE && definitions.iter().all(is_plain)
    }

    fn cost(&mut self, path: &[String]) -> Option<Cost> {
        if let Some(cost) = self.costs.get(path) {
            return *cost;
        }
        // Rules do not need themselves: that was checked before.
        self.costs.insert(path.to_vec(), None);
        let mut cost = Some(Cost::default());
        for rule in self.rules.get(path).into_iter().flatten() {
            cost = add(cost, self.rule(rule));
        }
        self.costs.insert(path.to_vec(), cost);
        cost
    }

    fn rule(&mut self, rule: &Rule) -> Option<Cost> {
        let mut cost = self.body(rule.body.iter().flatten());
        let terms: Vec<&Term> = match &rule.head {
            Head::Value { args, value } => args.iter().flatten().chain(value).collect(),
            Head::Set { key } => vec![key],
        };
        for term in terms.into_iter().chain(&rule.path) {
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

    fn body<'s>(&mut self, body: impl Iterator<Item = &'s Statement>) -> Option<Cost> {
        let mut total = Cost::default();
        let mut turns = 1_u64;
        for statement in body {
            if !statement.with.is_empty() {
                return None;
            }
            let mut cost = Some(Cost::of(1));
            statement_parts(statement, &mut |part| cost = add(cost, self.part(&part)));
            let cost = cost?;
            let all = |once: u64, before: u64| once.saturating_mul(turns).saturating_add(before);
            total = Cost {
                statements: all(cost.statements, total.statements),
                own: all(cost.own, total.own),
                parameters: total.parameters || cost.parameters,
            };
            if matches!(
                statement.kind,
                StatementKind::SomeIn(..) | StatementKind::Every(..)
            ) {
                turns = TURNS.saturating_mul(turns);
            }
        }
        Some(total)
    }

    fn part(&mut self, part: &Part<'_>) -> Option<Cost> {
        match part {
            Part::Term(term) => self.term(term),
            Part::Body(body) => self.body(body.iter()),
        }
    }

    fn term(&mut self, term: &Term) -> Option<Cost> {
        if let Some(rest) = below_parameters(term) {
            let mut cost = Some(Cost {
                parameters: true,
                ..Cost::of(1)
            });
            for part in rest {
                cost = add(cost, self.term(part));
            }
            return cost;
        }
        let own = match &term.kind {
            Kind::Var(name) if name == "input" || name == "data" => return None,
            Kind::Ref(head, path) if matches!(&head.kind, Kind::Var(name) if name == "data") => {
                // A rule is evaluated once for all who ask.
                let rule = self.cost(&self.rule_at(path)?)?;
                let mut cost = Some(Cost {
                    parameters: rule.parameters,
                    ..Cost::default()
                });
                for part in path {
                    cost = add(cost, self.term(part));
                }
                return cost;
            }
            Kind::Call(function, _) => {
                let names = function.names()?;
                if names.first().is_some_and(|name| name == "data") {
                    self.rules.get(&names)?;
                    let whole = self.cost(&names)?;
                    let is_remembered = self.is_dear(&names);
                    Cost {
                        statements: whole.statements.saturating_add(1),
                        own: if is_remembered {
                            1
                        } else {
                            whole.own.saturating_add(1)
                        },
                        ..whole
                    }
                } else {
                    let name = names.join(".");
                    let pure = catalogue::number(&name).is_some();
                    (pure && !catalogue::CHANGING.contains(&&*name)).then_some(Cost::of(1))?
                }
            }
            _ => Cost::default(),
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
    pub(super) fn collect(&self, path: &[String], needed: &mut BTreeSet<Vec<String>>) -> bool {
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

fn add(one: Option<Cost>, other: Option<Cost>) -> Option<Cost> {
    let (one, other) = (one?, other?);
    Some(Cost {
        statements: one.statements.saturating_add(other.statements),
        own: one.own.saturating_add(other.own),
        parameters: one.parameters || other.parameters,
    })
}

/// Of a term that reads `input.parameters`, or something in them, the terms that are read besides.
fn below_parameters(term: &Term) -> Option<Vec<&Term>> {
    let is = |term: &Term, name: &str| matches!(&term.kind, Kind::String(text) if text == name);
    let is_input = |term: &Term| matches!(&term.kind, Kind::Var(name) if name == "input");
    match &term.kind {
        Kind::Ref(head, path) if is_input(head) => {
            let (first, rest) = path.split_first()?;
            is(first, "parameters").then(|| rest.iter().collect())
        }
        Kind::Call(function, arguments) if function.names()? == ["object", "get"] => {
            let [object, key, default] = arguments.as_slice() else {
                return None;
            };
            let rest: &[Term] = match &key.kind {
                Kind::Array(keys) => {
                    let (first, rest) = keys.split_first()?;
                    is(first, "parameters").then_some(rest)?
                }
                _ => is(key, "parameters").then_some(&[])?,
            };
            is_input(object).then(|| rest.iter().chain([default]).collect())
        }
        _ => None,
    }
}
