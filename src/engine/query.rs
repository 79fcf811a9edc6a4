//! A query as a module: what somebody wants to know of a program.

use std::collections::BTreeSet;

use super::syntax;
use super::syntax::tree::{Kind, StatementKind, Term};
use super::{Fault, Module, RegoVersion};

const PACKAGE: &str = "sekisho_query";
/// So many lines stand before the query in the module.
const BEFORE: u32 = 3;

/// A query that parses, and how to ask it.
#[derive(Clone, Debug)]
pub struct Query {
    /// To be compiled with the modules that are asked.
    pub module: Module,
    /// The rule to ask: a list of answers.
    pub rule: String,
    /// Whether each answer holds the values of the query's variables; else it is the value of the
    /// query itself.
    pub binds: bool,
}

/// Reads `text`: an expression, or statements with `;` or new lines between. Places in a [`Fault`] are
/// those of `text`.
pub fn query(text: &str) -> Result<Query, Fault> {
    let text = text.trim_end();
    let bare = format!("package {PACKAGE}\n\nanswers if {{\n{text}\n}}\n");
    let tree = syntax::parse(&bare, RegoVersion::V1).map_err(|fault| {
        let lines = text.lines().count();
        if usize::try_from(fault.line.saturating_sub(BEFORE)).is_ok_and(|line| line <= lines) {
            return in_query(fault, text);
        }
        // What is found there is none of the query's.
        let end = text.lines().last().map_or(0, |line| line.chars().count());
        Fault {
            column: u32::try_from(end + 1).unwrap_or(u32::MAX),
            message: "it ends where more is expected".to_owned(),
            ..in_query(fault, text)
        }
    })?;
    let mut vars = BTreeSet::new();
    let bodies = tree.rules.iter().filter_map(|rule| rule.body.as_ref());
    for statement in bodies.flatten() {
        match &statement.kind {
            StatementKind::Assign(left, _) => names(left, &mut vars),
            StatementKind::Some(names) => vars.extend(names.iter().map(|name| name.text.clone())),
            StatementKind::SomeIn(key, value, _) => {
                key.iter().for_each(|key| names(key, &mut vars));
                names(value, &mut vars);
            }
            _ => {}
        }
    }
    let text = if vars.is_empty() {
        format!("package {PACKAGE}\n\nanswers := [value | value :=\n{text}\n]\n")
    } else {
        let fields: Vec<String> = vars
            .iter()
            .map(|name| format!("\"{name}\": {name}"))
            .collect();
        let fields = fields.join(", ");
        format!("package {PACKAGE}\n\nanswers := [{{{fields}}} |\n{text}\n]\n")
    };
    Ok(Query {
        module: Module {
            name: "query".to_owned(),
            text: text.into(),
            version: RegoVersion::V1,
        },
        rule: format!("data.{PACKAGE}.answers"),
        binds: !vars.is_empty(),
    })
}

impl Query {
    /// A fault in the query's module at its place in the query; others as they are.
    pub fn place(&self, fault: Fault) -> Fault {
        if fault.module == self.module.name {
            in_query(fault, &self.module.text)
        } else {
            fault
        }
    }
}

fn in_query(fault: Fault, text: &str) -> Fault {
    let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    Fault {
        line: fault.line.saturating_sub(BEFORE).clamp(1, last.max(1)),
        module: "query".to_owned(),
        ..fault
    }
}

fn names(term: &Term, vars: &mut BTreeSet<String>) {
    match &term.kind {
        Kind::Var(name) if name != "_" => {
            vars.insert(name.clone());
        }
        Kind::Array(items) => items.iter().for_each(|item| names(item, vars)),
        Kind::Object(fields) => fields.iter().for_each(|(_, value)| names(value, vars)),
        _ => {}
    }
}
