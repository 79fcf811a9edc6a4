//! Which statement gives which variable its value: the order of evaluation, and the variables that
//! can have no value.

use std::collections::BTreeSet;

use super::names::{OWN, author};
use super::patterns::split;
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Place, Rule, Statement, StatementKind, Term,
};
use crate::engine::syntax::visit::{
    Part, PartMut, parts, parts_mut, statement_parts, statement_parts_mut,
};

/// Variables.
pub(crate) type Vars = BTreeSet<String>;

/// Orders all bodies of a module and reports what is unsafe.
pub(super) fn check(module: &mut Module) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in &mut module.rules {
        let mut orderer = Orderer {
            faults: Vec::new(),
            reported: Vars::new(),
            lifted: 0,
        };
        orderer.rule(rule);
        faults.append(&mut orderer.faults);
    }
    faults
}

struct Orderer {
    faults: Vec<Fault>,
    reported: Vars,
    lifted: u32,
}

impl Orderer {
    fn rule(&mut self, rule: &mut Rule) {
        let mut bound = Vars::new();
        rule.args()
            .into_iter()
            .flatten()
            .for_each(|arg| pattern_vars(arg, &mut bound));
        // An argument can look into another one, and into nothing else.
        let mut needs = Vec::new();
        let args = rule.args().into_iter().flatten();
        args.for_each(|arg| direct_vars(arg, &mut needs));
        self.unsafe_vars(needs.into_iter().filter(|(name, _)| !bound.contains(name)));
        let mut body = rule.body.take().unwrap_or_default();
        let mut heads: Vec<&mut Term> = rule.path.iter_mut().collect();
        match &mut rule.head {
            Head::Value { value, .. } => heads.extend(value.iter_mut()),
            Head::Set { key } => heads.push(key),
        }
        self.headed(heads, &mut body, &bound);
        rule.body = (!body.is_empty()).then_some(body);
        for other in &mut rule.otherwise {
            let mut body = other.body.take().unwrap_or_default();
            self.headed(other.value.iter_mut().collect(), &mut body, &bound);
            other.body = (!body.is_empty()).then_some(body);
        }
    }

    /// Orders a body and what is evaluated after it. A head that looks something up (`[xs[i].name | …]`)
    /// becomes a statement like the others: it may be what gives `i` its values, and regorus would
    /// iterate over `i` although the body has bound it.
    fn headed(&mut self, heads: Vec<&mut Term>, body: &mut Body, outer: &Vars) {
        let mut remaining = Vec::new();
        for head in heads {
            if !iterates(head) {
                remaining.push(head);
                continue;
            }
            self.lifted += 1;
            let name = format!("{OWN}l{}", self.lifted);
            let place = head.place;
            let value = std::mem::replace(head, Term::var(place, name.as_str()));
            let kind = StatementKind::Unify(Term::var(place, name), value);
            body.push(Statement {
                place,
                negated: false,
                kind,
                with: Vec::new(),
            });
        }
        let bound = self.body(body, outer);
        for head in remaining {
            self.closures_of(head, &bound);
            let mut needs = Vec::new();
            direct_vars(head, &mut needs);
            self.unsafe_vars(needs.into_iter().filter(|(name, _)| !bound.contains(name)));
        }
    }

    fn unsafe_vars(&mut self, vars: impl Iterator<Item = (String, Place)>) {
        for (name, place) in vars {
            let shown = if name.starts_with("_@") {
                "_"
            } else {
                author(&name)
            };
            if self.reported.insert(name.clone()) {
                self.faults.push(Fault::new(
                    FaultKind::Unsafe,
                    place,
                    format!("var {shown} is unsafe"),
                ));
            }
        }
    }

    /// Orders a body; what is bound after it comes back.
    fn body(&mut self, body: &mut Body, outer: &Vars) -> Vars {
        let mut level = outer.clone();
        for statement in body.iter() {
            let mut vars = Vec::new();
            direct_vars_in(statement, &mut vars);
            level.extend(vars.into_iter().map(|(name, _)| name));
        }
        let mut bound = outer.clone();
        let mut waiting: Vec<Statement> = std::mem::take(body);
        loop {
            let mut left = Vec::new();
            let before = waiting.len();
            for mut statement in waiting {
                let outputs = outputs(&statement, &bound);
                let missing = missing(&statement, &bound, &outputs, &level);
                if missing.is_empty() {
                    bound.extend(outputs);
                    self.closures(&mut statement, &bound);
                    body.push(statement);
                } else {
                    left.push(statement);
                }
            }
            if left.is_empty() {
                return bound;
            }
            if left.len() == before {
                for statement in &left {
                    let outputs = outputs(statement, &bound);
                    self.unsafe_vars(missing(statement, &bound, &outputs, &level).into_iter());
                    bound.extend(outputs);
                }
                return bound;
            }
            waiting = left;
        }
    }

    fn closures(&mut self, statement: &mut Statement, bound: &Vars) {
        if let StatementKind::Every(key, value, domain, body) = &mut statement.kind {
            self.closures_of(domain, bound);
            let mut inner = bound.clone();
            inner.extend(key.iter().chain([&*value]).map(|name| name.text.clone()));
            self.body(body, &inner);
            return;
        }
        statement_parts_mut(statement, &mut |part| {
            if let PartMut::Term(term) = part {
                self.closures_of(term, bound);
            }
        });
    }

    fn closures_of(&mut self, term: &mut Term, bound: &Vars) {
        match &mut term.kind {
            Kind::ArrayOf(head, body) | Kind::SetOf(head, body) => {
                self.headed(vec![head], body, bound)
            }
            Kind::ObjectOf(key, value, body) => self.headed(vec![key, value], body, bound),
            _ => parts_mut(term, &mut |part| {
                if let PartMut::Term(inner) = part {
                    self.closures_of(inner, bound);
                }
            }),
        }
    }
}

/// Whether a reference of the term has a variable in its brackets.
fn iterates(term: &Term) -> bool {
    if let Kind::Ref(_, path) = &term.kind
        && path
            .iter()
            .any(|part| matches!(part.kind, Kind::Var(_) | Kind::Array(_) | Kind::Object(_)))
    {
        return true;
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
            found |= iterates(inner);
        }
    });
    found
}

/// The variables that a statement cannot do without and that have no value yet.
fn missing(
    statement: &Statement,
    bound: &Vars,
    outputs: &Vars,
    level: &Vars,
) -> Vec<(String, Place)> {
    let mut needs = Vec::new();
    direct_vars_in(statement, &mut needs);
    needs.retain(|(name, _)| !bound.contains(name) && !outputs.contains(name));
    let mut closed = Vec::new();
    closure_vars(statement, &mut closed);
    closed.retain(|(name, _)| {
        level.contains(name) && !bound.contains(name) && !outputs.contains(name)
    });
    needs.append(&mut closed);
    needs
}

fn is_root(name: &str) -> bool {
    name == "input" || name == "data"
}

fn var_of(name: &str, place: Place) -> String {
    if name == "_" {
        format!("_@{}:{}", place.line, place.column)
    } else {
        name.to_owned()
    }
}

/// The variables of a term, those inside of comprehensions not.
fn direct_vars(term: &Term, vars: &mut Vec<(String, Place)>) {
    if let Kind::Var(name) = &term.kind
        && !is_root(name)
    {
        vars.push((var_of(name, term.place), term.place));
    }
    if matches!(
        term.kind,
        Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..)
    ) {
        return;
    }
    parts(term, &mut |part| {
        if let Part::Term(inner) = part {
            direct_vars(inner, vars);
        }
    });
}

fn direct_vars_in(statement: &Statement, vars: &mut Vec<(String, Place)>) {
    statement_parts(statement, &mut |part| {
        if let Part::Term(term) = part {
            direct_vars(term, vars);
        }
    });
}

/// The variables inside of a statement's comprehensions and of `every`.
fn closure_vars(statement: &Statement, vars: &mut Vec<(String, Place)>) {
    statement_parts(statement, &mut |part| match part {
        Part::Term(term) => closure_vars_of(term, vars),
        Part::Body(body) => body.iter().for_each(|statement| all_vars(statement, vars)),
    });
}

fn closure_vars_of(term: &Term, vars: &mut Vec<(String, Place)>) {
    let closure = matches!(
        term.kind,
        Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..)
    );
    parts(term, &mut |part| match part {
        Part::Term(inner) if closure => {
            direct_vars(inner, vars);
            closure_vars_of(inner, vars);
        }
        Part::Term(inner) => closure_vars_of(inner, vars),
        Part::Body(body) => body.iter().for_each(|statement| all_vars(statement, vars)),
    });
}

fn all_vars(statement: &Statement, vars: &mut Vec<(String, Place)>) {
    direct_vars_in(statement, vars);
    closure_vars(statement, vars);
}

/// What a statement gives a value to, given what has one.
pub(crate) fn outputs(statement: &Statement, bound: &Vars) -> Vars {
    let mut found = Vars::new();
    if statement.negated {
        return found;
    }
    match &statement.kind {
        StatementKind::Term(term) => reference_outputs(term, bound, &mut found),
        StatementKind::Assign(left, right) | StatementKind::Unify(left, right) => {
            reference_outputs(left, bound, &mut found);
            reference_outputs(right, bound, &mut found);
            unify(left, right, bound, &mut found);
            reference_outputs(left, bound, &mut found);
            reference_outputs(right, bound, &mut found);
        }
        StatementKind::Some(_) => {}
        StatementKind::SomeIn(key, value, collection) => {
            reference_outputs(collection, bound, &mut found);
            if is_known(collection, bound, &found) {
                key.iter().for_each(|key| pattern_vars(key, &mut found));
                pattern_vars(value, &mut found);
            }
        }
        StatementKind::Every(_, _, domain, _) => reference_outputs(domain, bound, &mut found),
    }
    statement
        .with
        .iter()
        .for_each(|with| reference_outputs(&with.value, bound, &mut found));
    found.retain(|name| !bound.contains(name));
    found
}

fn is_known(term: &Term, bound: &Vars, found: &Vars) -> bool {
    let mut vars = Vec::new();
    direct_vars(term, &mut vars);
    vars.iter()
        .all(|(name, _)| bound.contains(name) || found.contains(name))
}

/// The variables that get values when a term of this form is matched.
fn pattern_vars(term: &Term, vars: &mut Vars) {
    match &term.kind {
        Kind::Var(name) if !is_root(name) => {
            vars.insert(var_of(name, term.place));
        }
        Kind::Array(items) => items.iter().for_each(|item| pattern_vars(item, vars)),
        Kind::Object(fields) => fields
            .iter()
            .for_each(|(_, value)| pattern_vars(value, vars)),
        _ => {}
    }
}

/// Variables in brackets, `xs[i]`, iterate.
fn reference_outputs(term: &Term, bound: &Vars, found: &mut Vars) {
    match &term.kind {
        Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => {}
        Kind::Ref(head, path) => {
            reference_outputs(head, bound, found);
            if is_known(head, bound, found) {
                for part in path {
                    reference_outputs(part, bound, found);
                    pattern_vars(part, found);
                }
            }
        }
        _ => parts(term, &mut |part| {
            if let Part::Term(inner) = part {
                reference_outputs(inner, bound, found);
            }
        }),
    }
}

fn unify(left: &Term, right: &Term, bound: &Vars, found: &mut Vars) {
    let mut pairs = Vec::new();
    split(left, right, &mut pairs);
    loop {
        let before = found.len();
        for (left, right) in &pairs {
            if is_known(right, bound, found) {
                pattern_vars(left, found);
            }
            if is_known(left, bound, found) {
                pattern_vars(right, found);
            }
        }
        if found.len() == before {
            return;
        }
    }
}
