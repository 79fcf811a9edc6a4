//! Which programs the compiled form may run: those on whose constructs it was shown to be right, by
//! comparing its answers with the interpreter's and OPA's.

use std::collections::BTreeMap;

use super::check::Named;
use super::check::index::{Index, RuleKind, package_path};
use super::interpreter::called;
use super::options::Options;
use super::syntax::tree::{Kind, Rule, Statement, Term};

/// More arguments than these a call in compiled code cannot hold.
const ARGUMENTS: usize = 8;

/// `Err`: why not, with the place.
pub(super) fn admit(
    trees: &[Named],
    index: &Index,
    entry: &str,
    options: &Options,
) -> Result<(), String> {
    let names = called(trees);
    if options.prints && names.contains("print") {
        return Err("`print` is listened to".to_owned());
    }
    if let Some(function) = options
        .functions
        .iter()
        .find(|function| names.contains(&function.name))
    {
        return Err(format!(
            "it calls the function {} of its host",
            function.name
        ));
    }
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for named in trees {
        for rule in &named.tree.rules {
            let at = |reason: &str| Err(format!("{reason} ({}:{})", named.name, rule.place.line));
            let path = format!(
                "{}.{}",
                package_path(&named.tree.package).join("."),
                rule.name.text
            );
            if *owners.entry(path.clone()).or_insert(&named.name) != named.name {
                return at("a rule is defined by two modules");
            }
            match shape(rule) {
                Ok(kind)
                    if path == entry && kind != RuleKind::Set && kind != RuleKind::Complete =>
                {
                    return at("the rule to answer is no set");
                }
                Ok(_) => {}
                Err(reason) => return at(reason),
            }
            if let Some(reason) = construct(rule, index) {
                return at(reason);
            }
        }
    }
    Ok(())
}

fn shape(rule: &Rule) -> Result<RuleKind, &'static str> {
    let kind = RuleKind::of(rule);
    match kind {
        RuleKind::Function(arity) if arity > ARGUMENTS => {
            Err("a function with more than eight arguments")
        }
        RuleKind::Object if rule.path.len() == 1 => Ok(kind),
        _ if rule.path.is_empty() => Ok(kind),
        _ => Err("a rule with dots or brackets in its name"),
    }
}

/// A construct that the compiled form does not have, or has wrong.
fn construct(rule: &Rule, index: &Index) -> Option<&'static str> {
    let mut found = None;
    rule.every_term(&mut |term| {
        found = found.or_else(|| reference(term, index));
    });
    if found.is_none() && has_with(rule) {
        found = Some("`with`");
    }
    found
}

/// A look at `data` as a whole, or at a whole package.
fn reference(term: &Term, index: &Index) -> Option<&'static str> {
    let Kind::Ref(head, path) = &term.kind else {
        return None;
    };
    if !matches!(&head.kind, Kind::Var(name) if name == "data") {
        return None;
    }
    let mut names = vec!["data".to_owned()];
    for part in path {
        let Kind::String(text) = &part.kind else {
            break;
        };
        names.push(text.clone());
    }
    let virtual_document = index
        .rules
        .iter()
        .any(|rule| rule.starts_with(&names) && rule.len() > names.len());
    virtual_document.then_some("it reads a whole package")
}

fn has_with(rule: &Rule) -> bool {
    fn statement_has(statement: &Statement) -> bool {
        use super::syntax::visit::{Part, statement_parts};
        let mut found = !statement.with.is_empty();
        statement_parts(statement, &mut |part| match part {
            Part::Term(term) => found |= term_has(term),
            Part::Body(body) => found |= body.iter().any(statement_has),
        });
        found
    }
    fn term_has(term: &Term) -> bool {
        use super::syntax::visit::{Part, parts};
        let mut found = false;
        parts(term, &mut |part| match part {
            Part::Term(term) => found |= term_has(term),
            Part::Body(body) => found |= body.iter().any(statement_has),
        });
        found
    }
    let mut found = false;
    rule.every_statement(&mut |statement| found |= statement_has(statement));
    rule.every_term(&mut |term| found |= term_has(term));
    found
}
