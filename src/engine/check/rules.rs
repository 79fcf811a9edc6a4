//! Definitions that contradict each other.

use std::collections::BTreeMap;

use super::Named;
use super::index::{RuleKind, package_path};
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{Head, Kind, Rule, Term};
use crate::engine::syntax::visit::every_term;

pub(super) fn check(modules: &[Named]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut rules: BTreeMap<Vec<String>, Vec<(&Named, &Rule)>> = BTreeMap::new();
    for module in modules {
        let package = package_path(&module.tree.package);
        for rule in &module.tree.rules {
            let mut path = package.clone();
            path.extend(rule.fixed_path());
            rules.entry(path).or_default().push((module, rule));
            if rule.is_default {
                faults.extend(default(rule).map(|fault| fault.within(&module.name)));
            }
        }
    }
    for (path, definitions) in &rules {
        let name = path.join(".");
        let mut defaults = definitions
            .iter()
            .filter(|(_, rule)| rule.is_default)
            .skip(1);
        if let Some((module, rule)) = defaults.next() {
            let message = format!("multiple default rules {name} found");
            faults.push(Fault::new(FaultKind::Type, rule.place, message).within(&module.name));
        }
        let Some((_, first)) = definitions
            .iter()
            .find(|(_, rule)| !rule.is_default)
            .or(definitions.first())
        else {
            continue;
        };
        let kind = RuleKind::of(first);
        let differs = definitions.iter().find(|(_, rule)| {
            let other = RuleKind::of(rule);
            other != kind
                && !(kind == RuleKind::Object && other == RuleKind::Complete && rule.is_default)
        });
        if let Some((module, rule)) = differs {
            let message = format!("conflicting rules {name} found");
            faults.push(Fault::new(FaultKind::Type, rule.place, message).within(&module.name));
        }
    }
    for module in modules {
        let package = package_path(&module.tree.package);
        if let Some(((_, rule), owner)) = (2..=package.len()).find_map(|end| {
            let front = package.get(..end)?;
            let found = rules.get(front)?.first().copied()?;
            Some((found, front.join(".")))
        }) {
            let message = format!("rule {owner} conflicts with package {}", package.join("."));
            let owner = rules
                .values()
                .flatten()
                .find(|(_, other)| std::ptr::eq(*other, rule));
            let name = owner.map_or("", |(module, _)| module.name.as_str());
            faults.push(Fault::new(FaultKind::Type, rule.place, message).within(name));
        }
    }
    faults
}

/// A default is a value that needs no evaluation, its arguments are variables.
fn default(rule: &Rule) -> Option<Fault> {
    let Head::Value {
        args,
        value: Some(value),
    } = &rule.head
    else {
        return None;
    };
    let mut found: Option<&Term> = None;
    let mut closure = false;
    every_term(value, &mut |term| match &term.kind {
        Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => closure = true,
        Kind::Var(_) | Kind::Ref(..) | Kind::Call(..) | Kind::Binary(..) | Kind::Member(..)
            if found.is_none() =>
        {
            found = Some(term);
        }
        _ => {}
    });
    if let (Some(term), false) = (found, closure) {
        let message = "default rule value cannot contain a variable, reference or call";
        return Some(Fault::new(FaultKind::Parse, term.place, message));
    }
    let mut seen: Vec<&str> = Vec::new();
    for arg in args.iter().flatten() {
        match &arg.kind {
            Kind::Var(name) if name == "_" => {}
            Kind::Var(name) if seen.contains(&name.as_str()) => {
                let message = format!("default functions cannot use `{name}` for two arguments");
                return Some(Fault::new(FaultKind::Parse, arg.place, message));
            }
            Kind::Var(name) => seen.push(name),
            _ => {
                let message = "the arguments of a default function are variables";
                return Some(Fault::new(FaultKind::Parse, arg.place, message));
            }
        }
    }
    None
}
