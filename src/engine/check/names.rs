//! Which variable is meant: names of rules and imports become full paths, every declared variable a
//! name of its own, so that nothing depends on how an engine shadows.

use std::collections::{BTreeMap, BTreeSet};

mod scopes;

use super::index::{Index, package_path};
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Name, Place, Rule, Statement, StatementKind, Term,
};
use crate::engine::syntax::visit::{PartMut, parts_mut};
use scopes::{Declared, Scope};

/// Variables that this crate makes begin so; an author's variable does not keep such a name.
pub(crate) const OWN: &str = "_sk";

/// What its author called a variable that was given another name.
pub(crate) fn author(name: &str) -> &str {
    name.strip_prefix("v_")
        .and_then(|rest| rest.rsplit_once('_'))
        .map_or(name, |(author, _)| author)
}

/// Resolves the names of one module.
pub(crate) fn resolve(module: &mut Module, index: &Index) -> Vec<Fault> {
    let mut faults = Vec::new();
    let package = package_path(&module.package);
    let mut imports = BTreeMap::new();
    for import in &module.imports {
        let name = import.name().to_owned();
        if imports
            .insert(name.clone(), import.path.clone())
            .is_some_and(|before| before != import.path)
        {
            faults.push(Fault::new(
                FaultKind::Compile,
                import.place,
                format!("import must not shadow import `{name}`"),
            ));
        }
    }
    for rule in &mut module.rules {
        let mut namer = Namer {
            index,
            package: &package,
            imports: &imports,
            scopes: vec![Scope::default()],
            taken: BTreeSet::new(),
            free: BTreeMap::new(),
            faults: Vec::new(),
        };
        namer.rule(rule);
        faults.append(&mut namer.faults);
    }
    faults
}

struct Namer<'a> {
    index: &'a Index,
    package: &'a [String],
    imports: &'a BTreeMap<String, Vec<String>>,
    scopes: Vec<Scope>,
    /// Names in the result.
    taken: BTreeSet<String>,
    /// Undeclared variables: one a rule.
    free: BTreeMap<String, String>,
    faults: Vec<Fault>,
}

impl Namer<'_> {
    fn rule(&mut self, rule: &mut Rule) {
        if rule.name.text == "input" || rule.name.text == "data" {
            self.fault(
                rule.name.place,
                format!("rules must not shadow {}", rule.name.text),
            );
        }
        if let Head::Value {
            args: Some(args), ..
        } = &mut rule.head
        {
            for arg in args.iter_mut() {
                self.argument(arg);
            }
        }
        let body = rule.body.as_mut();
        let (path, head) = (&mut rule.path, &mut rule.head);
        self.scoped(|namer| {
            if let Some(body) = body {
                namer.body(body);
            }
            path.iter_mut().for_each(|part| namer.term(part));
            match head {
                Head::Value { value, .. } => value.iter_mut().for_each(|value| namer.term(value)),
                Head::Set { key } => namer.term(key),
            }
        });
        for other in &mut rule.otherwise {
            self.scoped(|namer| {
                if let Some(body) = &mut other.body {
                    namer.body(body);
                }
                other.value.iter_mut().for_each(|value| namer.term(value));
            });
        }
    }

    fn scoped(&mut self, work: impl FnOnce(&mut Self)) {
        self.scopes.push(Scope::default());
        work(self);
        self.scopes.pop();
    }

    fn fault(&mut self, place: Place, message: impl Into<String>) {
        self.faults
            .push(Fault::new(FaultKind::Compile, place, message));
    }

    /// A function's argument: the variables in it are declared, the same one twice is one.
    fn argument(&mut self, term: &mut Term) {
        if let Kind::Var(name) = &mut term.kind {
            if name == "_" {
                return;
            }
            if name == "input" || name == "data" {
                let message =
                    format!("args must not shadow {name} (use a different variable name)");
                self.faults
                    .push(Fault::new(FaultKind::Compile, term.place, message));
                return;
            }
            let known = self
                .scopes
                .last()
                .and_then(|scope| scope.declared.get(name.as_str()))
                .cloned();
            *name = match known {
                Some((given, _)) => given,
                None => self.enter(name, Declared::Argument),
            };
            return;
        }
        match &mut term.kind {
            Kind::Object(fields) => {
                for (key, value) in fields {
                    self.term(key);
                    self.argument(value);
                }
            }
            Kind::Array(items) => items.iter_mut().for_each(|item| self.argument(item)),
            _ => self.term(term),
        }
    }

    fn body(&mut self, body: &mut Body) {
        body.iter_mut()
            .for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &mut Statement) {
        for with in &mut statement.with {
            self.term(&mut with.value);
            self.target(&mut with.target);
        }
        let place = statement.place;
        match &mut statement.kind {
            StatementKind::Term(term) => self.term(term),
            StatementKind::Assign(left, right) => {
                if statement.negated {
                    self.fault(place, "cannot assign vars inside negated expression");
                }
                self.term(right);
                self.pattern(left, Declared::Assigned);
            }
            StatementKind::Unify(left, right) => {
                self.term(left);
                self.term(right);
            }
            StatementKind::Some(names) => {
                for name in names {
                    if name.text == "_" {
                        continue;
                    }
                    if let Some(given) = self.declare(&name.text, name.place, Declared::Some) {
                        name.text = given;
                    }
                }
            }
            StatementKind::SomeIn(key, value, collection) => {
                self.term(collection);
                key.iter_mut()
                    .for_each(|key| self.pattern(key, Declared::Some));
                self.pattern(value, Declared::Some);
            }
            StatementKind::Every(key, value, domain, body) => {
                self.term(domain);
                self.scoped(|namer| {
                    for name in key.iter_mut().chain([value]) {
                        namer.every_name(name);
                    }
                    namer.body(body);
                });
            }
        }
    }

    fn every_name(&mut self, name: &mut Name) {
        if name.text != "_"
            && let Some(given) = self.declare(&name.text, name.place, Declared::Some)
        {
            name.text = given;
        }
    }

    /// The left side of `:=`, the terms of `some … in`: variables are declared, the rest is read.
    fn pattern(&mut self, term: &mut Term, how: Declared) {
        let place = term.place;
        match &mut term.kind {
            Kind::Var(name) if name == "_" => {}
            Kind::Var(name) => {
                if let Some(given) = self.declare(name, place, how) {
                    *name = given;
                }
            }
            Kind::Array(items) => items.iter_mut().for_each(|item| self.pattern(item, how)),
            Kind::Object(fields) => {
                for (key, value) in fields {
                    self.term(key);
                    self.pattern(value, how);
                }
            }
            Kind::Null if how == Declared::Assigned => self.fault(place, "cannot assign to null"),
            Kind::Bool(_) if how == Declared::Assigned => {
                self.fault(place, "cannot assign to boolean")
            }
            Kind::Number(_) if how == Declared::Assigned => {
                self.fault(place, "cannot assign to number")
            }
            Kind::String(_) if how == Declared::Assigned => {
                self.fault(place, "cannot assign to string")
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {}
            Kind::Ref(..) if how == Declared::Assigned => self.fault(place, "cannot assign to ref"),
            Kind::Call(..) | Kind::Binary(..) if how == Declared::Assigned => {
                self.fault(place, "cannot assign to call")
            }
            Kind::Set(_) if how == Declared::Assigned => self.fault(place, "cannot assign to set"),
            Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..)
                if how == Declared::Assigned =>
            {
                self.fault(place, "cannot assign to comprehension");
            }
            _ => self.term(term),
        }
    }

    /// What is called, or replaced by `with`: a declared variable is neither.
    fn target(&mut self, term: &mut Term) {
        let head = match &mut term.kind {
            Kind::Ref(head, path) => {
                path.iter_mut().for_each(|part| self.term(part));
                &**head
            }
            _ => &*term,
        };
        let Kind::Var(name) = &head.kind else { return };
        if let Some(path) = self.global(name) {
            extend(term, &path);
        }
    }

    fn term(&mut self, term: &mut Term) {
        let place = term.place;
        match &mut term.kind {
            Kind::Var(name) => {
                if name == "_" || name == "input" || name == "data" {
                    return;
                }
                if let Some(given) = self.lookup(name) {
                    *name = given;
                } else if let Some(path) = self.global(name) {
                    *term = Term::path(place, &path);
                } else {
                    let author = name.clone();
                    if let Some(scope) = self.scopes.last_mut() {
                        scope.seen.insert(author.clone());
                    }
                    let given = match self.free.get(&author) {
                        Some(given) => given.clone(),
                        None => self.give(&author),
                    };
                    self.free.insert(author, given.clone());
                    *name = given;
                }
            }
            Kind::Ref(head, path) => {
                path.iter_mut().for_each(|part| self.term(part));
                let is_name = matches!(head.kind, Kind::Var(_));
                self.term(head);
                if is_name && let Kind::Ref(inner, front) = &mut head.kind {
                    let mut whole = std::mem::take(front);
                    whole.append(path);
                    let root = std::mem::replace(&mut **inner, Term::new(place, Kind::Null));
                    term.kind = Kind::Ref(Box::new(root), whole);
                }
            }
            Kind::Call(function, arguments) => {
                arguments
                    .iter_mut()
                    .for_each(|argument| self.term(argument));
                let first = match &function.kind {
                    Kind::Ref(head, _) => &head.kind,
                    kind => kind,
                };
                if let Kind::Var(name) = first
                    && self.lookup(name).is_none()
                {
                    self.target(function);
                } else {
                    let text = function.names().unwrap_or_default().join(".");
                    let message = format!("undefined function {text}");
                    self.faults
                        .push(Fault::new(FaultKind::UnknownFunction, place, message));
                }
            }
            Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => {
                self.scoped(|namer| namer.inside(term))
            }
            _ => self.inside(term),
        }
    }

    fn inside(&mut self, term: &mut Term) {
        parts_mut(term, &mut |part| match part {
            PartMut::Term(inner) => self.term(inner),
            PartMut::Body(body) => self.body(body),
        });
    }
}

/// Puts `path` in the place of the first name of `term`.
fn extend(term: &mut Term, path: &[String]) {
    let place = term.place;
    let rest = match &mut term.kind {
        Kind::Ref(_, rest) => std::mem::take(rest),
        _ => Vec::new(),
    };
    let mut whole = Term::path(place, path);
    if !rest.is_empty() {
        whole = match whole.kind {
            Kind::Ref(head, mut front) => {
                front.extend(rest);
                Term::new(place, Kind::Ref(head, front))
            }
            kind => Term::new(place, Kind::Ref(Box::new(Term::new(place, kind)), rest)),
        };
    }
    *term = whole;
}
