//! What the modules of a program define, by full path.

use std::collections::{BTreeMap, BTreeSet};

use super::Named;
use crate::engine::syntax::tree::{Head, Rule};

/// What a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleKind {
    /// `name := value`
    Complete,
    /// `name contains key`
    Set,
    /// `name[key] := value`
    Object,
    /// `name(…)`, with its number of arguments.
    Function(usize),
}

impl RuleKind {
    pub(crate) fn of(rule: &Rule) -> RuleKind {
        match &rule.head {
            Head::Value {
                args: Some(args), ..
            } => RuleKind::Function(args.len()),
            Head::Set { .. } => RuleKind::Set,
            Head::Value { .. } if rule.fixed_path().len() <= rule.path.len() => RuleKind::Object,
            Head::Value { .. } => RuleKind::Complete,
        }
    }
}

/// What the modules define.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// Package path (with `data`) to the first names of its rules.
    packages: BTreeMap<Vec<String>, BTreeSet<String>>,
    /// Full path (with `data`) of functions to their numbers of arguments.
    functions: BTreeMap<Vec<String>, usize>,
    /// Full paths of all rules.
    pub(crate) rules: BTreeSet<Vec<String>>,
}

impl Index {
    pub(crate) fn of(modules: &[Named]) -> Index {
        let mut index = Index::default();
        for module in modules {
            let package = package_path(&module.tree.package);
            let names = index.packages.entry(package.clone()).or_default();
            for rule in &module.tree.rules {
                names.insert(rule.name.text.clone());
                let mut path = package.clone();
                path.extend(rule.fixed_path());
                if let RuleKind::Function(arity) = RuleKind::of(rule) {
                    index.functions.insert(path.clone(), arity);
                }
                index.rules.insert(path);
            }
        }
        index
    }

    /// Whether a module of the package (path with `data`) defines a rule that begins with `name`.
    pub(crate) fn defines(&self, package: &[String], name: &str) -> bool {
        self.packages
            .get(package)
            .is_some_and(|names| names.contains(name))
    }

    /// The number of arguments of the function at `path`.
    pub(crate) fn arity(&self, path: &[String]) -> Option<usize> {
        self.functions.get(path).copied()
    }
}

/// `["data", "a", "b"]` of the package `a.b`.
pub(crate) fn package_path(package: &[String]) -> Vec<String> {
    let mut path = vec!["data".to_owned()];
    path.extend(package.iter().cloned());
    path
}
