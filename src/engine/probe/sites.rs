//! Where the calls stand.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::operands::{Shown, head_vars, operands};
use super::{HELD, REACHED};
use crate::engine::check::Named;
use crate::engine::check::index::package_path;
use crate::engine::check::safety::{Vars, outputs};
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Place, Rule, Statement, StatementKind, Term,
};
use crate::engine::syntax::visit::{PartMut, parts_mut, statement_parts_mut};
use crate::engine::trace::BodyKind;

/// All calls of a program.
#[derive(Debug, Default)]
pub(in crate::engine) struct Sites {
    pub(in crate::engine) bodies: Vec<BodySite>,
    /// By number of the call: the body, and the statement in it; one more than there are: it holds.
    pub(in crate::engine) calls: Vec<(usize, usize)>,
    /// Defaults: module, lines, and the rule's path.
    pub(in crate::engine) defaults: Vec<(String, RangeInclusive<u32>, Vec<String>)>,
    /// By number of the call: what it says of a default.
    pub(in crate::engine) roles: Arc<Vec<Option<Role>>>,
}

/// What a call says of the default of a rule, by the default's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Role {
    /// The rule is asked for.
    Asked(usize),
    /// A definition holds.
    Held(usize),
}

/// A body with calls in it.
#[derive(Debug)]
pub(in crate::engine) struct BodySite {
    pub(in crate::engine) module: String,
    /// The full path of the rule that it is in.
    pub(in crate::engine) path: Vec<String>,
    pub(in crate::engine) rule: String,
    pub(in crate::engine) kind: BodyKind,
    pub(in crate::engine) place: Place,
    /// Where the definition begins that it is, or is in.
    pub(in crate::engine) definition: Place,
    /// The last line of its head.
    pub(in crate::engine) last: u32,
    pub(in crate::engine) steps: Vec<StepSite>,
    /// What the values at the end are.
    pub(in crate::engine) labels: Vec<String>,
}

/// A statement.
#[derive(Debug)]
pub(in crate::engine) struct StepSite {
    pub(in crate::engine) place: Place,
    /// Its last line.
    pub(in crate::engine) last: u32,
    pub(in crate::engine) negated: bool,
    /// `some … in …` declares: OPA does not count it where it is not reached.
    pub(in crate::engine) declares: bool,
    pub(in crate::engine) labels: Vec<String>,
}

/// The modules with calls between their statements; with `values` the calls are shown what the
/// statements look at.
pub(in crate::engine) fn insert(trees: &[Named], values: bool) -> (Vec<Named>, Sites) {
    let mut trees = trees.to_vec();
    let mut sites = Sites::default();
    for named in &mut trees {
        let mut inserter = Inserter {
            sites: &mut sites,
            module: &named.name,
            spans: std::mem::take(&mut named.tree.spans),
            package: package_path(&named.tree.package),
            path: Vec::new(),
            rule: String::new(),
            definition: Place::default(),
            values,
            made: 0,
        };
        inserter.module(&mut named.tree);
    }
    sites.roles = Arc::new(roles(&sites));
    (trees, sites)
}

fn roles(sites: &Sites) -> Vec<Option<Role>> {
    let mut roles = vec![None; sites.calls.len()];
    for (number, (_, _, path)) in sites.defaults.iter().enumerate() {
        let defines = |body: &BodySite| {
            body.path == *path && matches!(body.kind, BodyKind::Rule | BodyKind::Else)
        };
        let first = sites.bodies.iter().position(defines);
        for (role, (at, step)) in roles.iter_mut().zip(&sites.calls) {
            match sites.bodies.get(*at).filter(|body| defines(body)) {
                Some(body) if *step == body.steps.len() => *role = Some(Role::Held(number)),
                // The definitions are tried in turn, and the first of them always.
                Some(_) if *step == 0 && first == Some(*at) => *role = Some(Role::Asked(number)),
                _ => {}
            }
        }
    }
    roles
}

struct Inserter<'a> {
    sites: &'a mut Sites,
    module: &'a str,
    spans: BTreeMap<Place, Place>,
    package: Vec<String>,
    path: Vec<String>,
    rule: String,
    definition: Place,
    values: bool,
    made: u32,
}

impl Inserter<'_> {
    fn module(&mut self, module: &mut Module) {
        for rule in &mut module.rules {
            self.path = self.package.clone();
            self.path.extend(rule.fixed_path());
            self.rule = rule.fixed_path().join(".");
            self.made = 0;
            if rule.is_default {
                let lines = rule.place.line..=self.last(rule.place);
                let found = (self.module.to_owned(), lines, self.path.clone());
                self.sites.defaults.push(found);
            } else {
                self.rule(rule);
            }
        }
    }

    fn last(&self, start: Place) -> u32 {
        self.spans.get(&start).map_or(start.line, |end| end.line)
    }

    fn rule(&mut self, rule: &mut Rule) {
        self.definition = rule.place;
        let mut bound = Vars::new();
        let mut heads: Vec<&Term> = rule.path.iter().collect();
        match &rule.head {
            Head::Value { args, value } => {
                for arg in args.iter().flatten() {
                    argument_vars(arg, &mut bound);
                }
                heads.extend(value);
            }
            Head::Set { key } => heads.push(key),
        }
        let heads: Vec<Term> = heads.into_iter().cloned().collect();
        let body = rule.body.take().unwrap_or_default();
        rule.body = Some(self.body(body, (BodyKind::Rule, rule.place), &bound, &heads));
        for other in &mut rule.otherwise {
            let body = other.body.take().unwrap_or_default();
            let heads: Vec<Term> = other.value.iter().cloned().collect();
            self.definition = other.place;
            other.body = Some(self.body(body, (BodyKind::Else, other.place), &bound, &heads));
        }
        // Comprehensions in heads see what the body bound, which no call there needs to know.
        self.definition = rule.place;
        rule.path
            .iter_mut()
            .for_each(|part| self.closures(part, &bound));
        match &mut rule.head {
            Head::Value { value, .. } => value
                .iter_mut()
                .for_each(|value| self.closures(value, &bound)),
            Head::Set { key } => self.closures(key, &bound),
        }
        for other in &mut rule.otherwise {
            self.definition = other.place;
            other
                .value
                .iter_mut()
                .for_each(|value| self.closures(value, &bound));
        }
    }

    fn body(
        &mut self,
        body: Body,
        (kind, place): (BodyKind, Place),
        outer: &Vars,
        heads: &[Term],
    ) -> Body {
        let at = self.sites.bodies.len();
        self.sites.bodies.push(BodySite {
            module: self.module.to_owned(),
            path: self.path.clone(),
            rule: self.rule.clone(),
            kind,
            place,
            definition: self.definition,
            last: self.last(place),
            steps: Vec::new(),
            labels: Vec::new(),
        });
        let mut bound = outer.clone();
        let mut result = Body::with_capacity(body.len() * 2 + 1);
        let mut before = Place::default();
        for mut statement in body {
            // What the author wrote as one statement may be several by now.
            let declares = matches!(statement.kind, StatementKind::Some(_));
            if statement.place != before && !declares {
                before = statement.place;
                self.step(at, &statement, &bound, &mut result);
            }
            let outputs = outputs(&statement, &bound);
            bound.extend(outputs);
            self.inside(&mut statement, &bound);
            result.push(statement);
        }
        let shown = if self.values {
            head_vars(heads, &bound)
        } else {
            Vec::new()
        };
        let step = self.sites.bodies.get(at).map_or(0, |body| body.steps.len());
        let of_rule = matches!(kind, BodyKind::Rule | BodyKind::Else);
        let name = if of_rule { HELD } else { REACHED };
        let (labels, call) = self.call(name, (at, step), place, shown);
        if let Some(body) = self.sites.bodies.get_mut(at) {
            body.labels = labels;
        }
        result.push(call);
        result
    }

    fn step(&mut self, at: usize, statement: &Statement, bound: &Vars, result: &mut Body) {
        let shown = if self.values {
            operands(statement, bound, &self.package, &mut self.made)
        } else {
            Vec::new()
        };
        let step = self.sites.bodies.get(at).map_or(0, |body| body.steps.len());
        let (labels, call) = self.call(REACHED, (at, step), statement.place, shown);
        let last = self.last(statement.place);
        result.push(call);
        if let Some(body) = self.sites.bodies.get_mut(at) {
            body.steps.push(StepSite {
                place: statement.place,
                last,
                negated: statement.negated,
                declares: matches!(statement.kind, StatementKind::SomeIn(..)),
                labels,
            });
        }
    }

    /// The statement that records.
    fn call(
        &mut self,
        name: [&str; 2],
        site: (usize, usize),
        place: Place,
        shown: Vec<Shown>,
    ) -> (Vec<String>, Statement) {
        let number = self.sites.calls.len().to_string();
        self.sites.calls.push(site);
        let (labels, terms): (Vec<String>, Vec<Term>) = shown
            .into_iter()
            .map(|shown| (shown.label, shown.term))
            .unzip();
        let function = Term::path(place, &name.map(str::to_owned));
        let arguments = vec![
            Term::new(place, Kind::Number(number)),
            Term::new(place, Kind::Array(terms)),
        ];
        let kind = Kind::Call(Box::new(function), arguments);
        let statement = Statement {
            place,
            negated: false,
            kind: StatementKind::Term(Term::new(place, kind)),
            with: Vec::new(),
        };
        (labels, statement)
    }

    /// The bodies inside of a statement.
    fn inside(&mut self, statement: &mut Statement, bound: &Vars) {
        let mut inner = bound.clone();
        if let StatementKind::Every(key, value, ..) = &statement.kind {
            inner.extend(key.iter().chain([value]).map(|name| name.text.clone()));
        }
        let place = statement.place;
        statement_parts_mut(statement, &mut |part| match part {
            PartMut::Term(term) => self.closures(term, bound),
            PartMut::Body(body) => {
                let taken = std::mem::take(body);
                *body = self.body(taken, (BodyKind::Every, place), &inner, &[]);
            }
        });
    }

    /// The bodies of the comprehensions in a term.
    fn closures(&mut self, term: &mut Term, bound: &Vars) {
        let place = term.place;
        parts_mut(term, &mut |part| match part {
            PartMut::Term(inner) => self.closures(inner, bound),
            PartMut::Body(body) => {
                let taken = std::mem::take(body);
                *body = self.body(taken, (BodyKind::Comprehension, place), bound, &[]);
            }
        });
    }
}

fn argument_vars(term: &Term, vars: &mut Vars) {
    match &term.kind {
        Kind::Var(name) if name != "_" => {
            vars.insert(name.clone());
        }
        Kind::Array(items) => items.iter().for_each(|item| argument_vars(item, vars)),
        Kind::Object(fields) => fields
            .iter()
            .for_each(|(_, value)| argument_vars(value, vars)),
        _ => {}
    }
}
