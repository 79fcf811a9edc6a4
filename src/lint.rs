//! What a policy's Rego and its template do wrong for Gatekeeper: what a cluster refuses, what it
//! ignores, and what it takes although it does not do what it seems to.

mod fix;
mod reads;
mod refused;
mod rego;
mod rules;
mod unit;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::language::Text;
use crate::manifest::Fault;

pub use fix::{Fix, fix};
pub use rules::{LintRule, RULES};

use unit::Unit;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// The file.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The rule's name.
    pub rule: &'static str,
    /// What is wrong and why that matters, in one line.
    pub message: Text,
    /// What to do.
    pub help: Option<Text>,
    /// How it can be put right without asking.
    pub fix: Option<Fix>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct LintReport {
    /// By place.
    pub lints: Vec<Lint>,
    /// How many templates were looked at.
    pub templates: usize,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// Looks at every ConstraintTemplate at `paths`, its Rego in it or beside it; no path means the
/// current folder.
pub fn lint(paths: &[PathBuf]) -> LintReport {
    let (units, faults) = unit::read(paths);
    let mut lints = BTreeSet::new();
    for unit in &units {
        lints.extend(of(unit));
    }
    LintReport {
        lints: lints.into_iter().collect(),
        templates: units.len(),
        faults,
    }
}

fn of(unit: &Unit) -> Vec<Lint> {
    let mut lints = refused::lints(unit);
    let surveys: Vec<_> = unit
        .parts
        .iter()
        .filter_map(|part| Some((part, crate::engine::survey(&part.module).ok()?)))
        .collect();
    if surveys.len() == unit.parts.len() {
        lints.extend(reads::lints(unit, &surveys));
        lints.extend(rego::lints(unit, &surveys));
    }
    lints
}
