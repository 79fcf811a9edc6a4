//! What a name stands for where it is written.

use std::collections::{BTreeMap, BTreeSet};

use super::{Namer, OWN};
use crate::engine::syntax::tree::Place;

/// Names that are keywords in the Rego that is written for the engine.
const RESERVED: [&str; 5] = ["contains", "every", "if", "in", "set"];

#[derive(Default)]
pub(super) struct Scope {
    pub(super) declared: BTreeMap<String, (String, Declared)>,
    pub(super) seen: BTreeSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Argument,
    Some,
    Assigned,
}

impl Namer<'_> {
    /// A name of its own for `name`, declared in the innermost scope.
    pub(super) fn enter(&mut self, name: &str, how: Declared) -> String {
        let given = self.give(name);
        if let Some(scope) = self.scopes.last_mut() {
            scope.declared.insert(name.to_owned(), (given.clone(), how));
        }
        given
    }

    pub(super) fn give(&mut self, name: &str) -> String {
        let clashes = |name: &str| {
            self.taken.contains(name)
                || self.index.defines(self.package, name)
                || self.imports.contains_key(name)
                || RESERVED.contains(&name)
                || name.starts_with(OWN)
        };
        let mut given = name.to_owned();
        let mut number = 1u32;
        while clashes(&given) {
            number += 1;
            given = format!("v_{name}_{number}");
        }
        self.taken.insert(given.clone());
        given
    }

    /// `name` is declared by `:=` or `some` where it stands.
    pub(super) fn declare(&mut self, name: &str, place: Place, how: Declared) -> Option<String> {
        if name == "input" || name == "data" {
            let message =
                format!("variables must not shadow {name} (use a different variable name)");
            self.fault(place, message);
            return None;
        }
        let outer = self
            .scopes
            .len()
            .checked_sub(2)
            .and_then(|at| self.scopes.get(at));
        let is_argument = outer
            .and_then(|scope| scope.declared.get(name))
            .is_some_and(|(_, declared)| *declared == Declared::Argument);
        let here = self.scopes.last()?;
        if is_argument {
            self.fault(place, format!("arg {name} redeclared"));
        } else if let Some((_, before)) = here.declared.get(name) {
            let word = if *before == Declared::Assigned {
                "assigned"
            } else {
                "declared"
            };
            self.fault(place, format!("var {name} {word} above"));
        } else if here.seen.contains(name) {
            self.fault(place, format!("var {name} referenced above"));
        } else {
            return Some(self.enter(name, how));
        }
        None
    }

    pub(super) fn lookup(&self, name: &str) -> Option<String> {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.declared.get(name))
            .map(|(given, _)| given.clone())
    }

    /// The path that `name` stands for where no variable of that name is declared.
    pub(super) fn global(&self, name: &str) -> Option<Vec<String>> {
        if self.index.defines(self.package, name) {
            let mut path = self.package.to_vec();
            path.push(name.to_owned());
            return Some(path);
        }
        self.imports.get(name).cloned()
    }
}
