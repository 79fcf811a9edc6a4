//! Mutation: policies are changed a little, one change at a time, and the tests that touch them run.
//! A change that no test notices is something that nobody tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::bundle::Policy;
use crate::engine::{self, Coverage, EngineChoice, Module, Mutation, mutations};
use crate::workers;

use super::cover::{is_test, plain};
use super::outcome::{Outcome, TestedTest};
use super::parse::{Suite, Test};
use super::rego::TestFile;
use super::template::Templates;
use super::{Options, bench, rego};

/// In a comment on a line or on the one above: why the changes of that line count for nothing is for
/// the author to say behind it.
const SKIP: &str = "mutants: skip";

/// What became of all changes.
#[derive(Clone, Debug, Default)]
pub struct MutationReport {
    /// By path and place.
    pub mutants: Vec<Mutant>,
}

/// One change of one policy.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The file.
    pub path: Arc<str>,
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The change.
    pub mutation: Arc<Mutation>,
    /// What became of it.
    pub outcome: MutantOutcome,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MutantOutcome {
    /// A test noticed: this one.
    Killed(String),
    /// No test noticed.
    Survived,
    /// No test even comes by.
    Unreached,
    /// It is no sound Rego.
    Invalid,
    /// The author says that it changes nothing.
    Skipped,
}

impl MutationReport {
    /// How many ended in one of some ways.
    pub fn count(&self, is: impl Fn(&MutantOutcome) -> bool) -> usize {
        let found = self.mutants.iter().filter(|mutant| is(&mutant.outcome));
        found.count()
    }

    /// How many were noticed, and how many there were to notice.
    pub fn score(&self) -> (usize, usize) {
        let killed = self.count(|outcome| matches!(outcome, MutantOutcome::Killed(_)));
        let missed = self
            .count(|outcome| matches!(outcome, MutantOutcome::Survived | MutantOutcome::Unreached));
        (killed, killed + missed)
    }
}

/// A module that is changed, and the tests that run it.
struct Target<'a> {
    module: Module,
    /// Whose module it is, where it stands in YAML.
    policy: Option<Arc<Policy>>,
    files: Vec<&'a TestFile>,
    tests: Vec<&'a Test>,
}

/// Changes what is below `paths`, all of it where none is named, and runs what `suites` and `files`
/// have for it. `reached` are the lines that the tests come by.
pub(super) fn run(
    (suites, files): (&[Suite], &[TestFile]),
    paths: &[PathBuf],
    reached: &Coverage,
    options: &Options,
) -> MutationReport {
    let rego = engine::Options {
        engine: EngineChoice::Interpreter,
        functions: vec![options.providers.clone().function()],
        ..engine::Options::default()
    };
    let targets = targets(suites, files, options, &rego);
    let mut report = MutationReport::default();
    let mut owners = Vec::new();
    for target in &targets {
        // What does not parse failed its tests already.
        for mutation in mutations(&target.module).unwrap_or_default() {
            let mutant = mutant(target, mutation, reached);
            if is_below(&mutant.path, paths) {
                report.mutants.push(mutant);
                owners.push(target);
            }
        }
    }
    let work: Vec<(&Target<'_>, &Mutant)> = owners.iter().copied().zip(&report.mutants).collect();
    let outcomes = workers::map_heavy(&work, options.threads, |(target, mutant)| {
        match &mutant.outcome {
            MutantOutcome::Survived => judge(target, mutant, options, &rego),
            known => known.clone(),
        }
    });
    for (mutant, outcome) in report.mutants.iter_mut().zip(outcomes) {
        mutant.outcome = outcome;
    }
    report.mutants.sort_by(|a, b| {
        (&a.path, a.line, a.column, a.mutation.kind).cmp(&(
            &b.path,
            b.line,
            b.column,
            b.mutation.kind,
        ))
    });
    report
}

fn targets<'a>(
    suites: &'a [Suite],
    files: &'a [TestFile],
    options: &Options,
    rego: &engine::Options,
) -> Vec<Target<'a>> {
    let mut targets: BTreeMap<String, Target<'a>> = BTreeMap::new();
    let target = |module: &Module, policy: Option<Arc<Policy>>| Target {
        module: module.clone(),
        policy,
        files: Vec::new(),
        tests: Vec::new(),
    };
    for file in files {
        for module in file.modules().iter().filter(|module| !is_test(module)) {
            let known = targets
                .entry(module.text.to_string())
                .or_insert_with(|| target(module, None));
            known.files.push(file);
        }
    }
    let tests = || {
        let sound = suites.iter().filter(|suite| suite.faults.is_empty());
        let tests = sound.flat_map(|suite| &suite.tests);
        tests.filter(|test| !test.skip && test.faults.is_empty())
    };
    let templates = Templates::new(tests().filter_map(|test| test.template.as_ref()), rego);
    for test in tests() {
        let policy = test.template.as_ref().map(|given| templates.get(given));
        let Some(Ok(policy)) = policy else { continue };
        if !wanted(test, options) {
            continue;
        }
        for module in policy.modules() {
            let known = targets
                .entry(module.text.to_string())
                .or_insert_with(|| target(module, Some(policy.clone())));
            known.tests.push(test);
        }
    }
    let mut targets: Vec<Target<'a>> = targets.into_values().collect();
    for target in &mut targets {
        // A module's own tests notice first.
        let beside = target.module.name.replace(".rego", "_test.rego");
        target.files.sort_by_key(|file| file.path() != beside);
    }
    targets
}

fn wanted(test: &Test, options: &Options) -> bool {
    let by_case = |case: &super::parse::Case| options.filter.wants(&test.name, &case.name);
    options.filter.wants_test(&test.name) || test.cases.iter().any(by_case)
}

/// A change at its place, `Survived` where it is still to be tried.
fn mutant(target: &Target<'_>, mutation: Mutation, reached: &Coverage) -> Mutant {
    let (line, column) = (mutation.line, mutation.column);
    let place = match &target.policy {
        Some(policy) => policy.place_at(&target.module.name, line, column, String::new()),
        None => crate::manifest::Fault {
            path: target.module.name.as_str().into(),
            line,
            column,
            message: String::new(),
        },
    };
    let path = plain(&place.path);
    let lines = reached.modules.get(&path);
    let outcome = if is_skipped(&target.module.text, line) {
        MutantOutcome::Skipped
    } else if lines.and_then(|lines| lines.get(&place.line)) == Some(&false) {
        MutantOutcome::Unreached
    } else {
        MutantOutcome::Survived
    };
    Mutant {
        path: path.into(),
        line: place.line,
        column: place.column,
        mutation: Arc::new(mutation),
        outcome,
    }
}

fn is_skipped(text: &str, line: u32) -> bool {
    let at = usize::try_from(line).unwrap_or(usize::MAX);
    let says = |line: &str| {
        line.split_once('#')
            .is_some_and(|(_, comment)| comment.contains(SKIP))
    };
    let mut lines = text.lines().skip(at.saturating_sub(2));
    if at > 1
        && let Some(above) = lines.next()
        && above.trim_start().starts_with('#')
        && says(above)
    {
        return true;
    }
    lines.next().is_some_and(says)
}

fn is_below(path: &str, paths: &[PathBuf]) -> bool {
    paths.is_empty()
        || paths.iter().any(|named| {
            let named = plain(&named.to_string_lossy().replace('\\', "/"));
            named.is_empty()
                || path == named
                || path
                    .strip_prefix(named.trim_end_matches('/'))
                    .is_some_and(|rest| rest.starts_with('/'))
        })
}

fn judge(
    target: &Target<'_>,
    mutant: &Mutant,
    options: &Options,
    rego: &engine::Options,
) -> MutantOutcome {
    let rego = engine::Options {
        mutation: Some(mutant.mutation.clone()),
        ..rego.clone()
    };
    for file in &target.files {
        let (tested, _) = rego::run(&file.afresh(), &options.filter, &rego, None);
        let Some(tested) = tested else { continue };
        if !tested.faults.is_empty() {
            return MutantOutcome::Invalid;
        }
        if let Some(by) = tested.tests.iter().find_map(noticed) {
            return MutantOutcome::Killed(by);
        }
    }
    let given = target
        .tests
        .iter()
        .filter_map(|test| test.template.as_ref());
    let templates = Templates::new(given, &rego);
    for test in &target.tests {
        let policy = test.template.as_ref().map(|given| templates.get(given));
        if matches!(policy, Some(Err(_))) {
            return MutantOutcome::Invalid;
        }
        let (tested, _) = bench::run(test, &templates, &options.filter, None);
        if let Some(by) = tested.as_ref().and_then(noticed) {
            return MutantOutcome::Killed(by);
        }
    }
    MutantOutcome::Survived
}

/// The first check that did not end well.
fn noticed(test: &TestedTest) -> Option<String> {
    let noticed = test
        .checks
        .iter()
        .find(|check| matches!(check.outcome, Outcome::Failed(_) | Outcome::Broken(_)))?;
    Some(match &noticed.case {
        Some(case) => format!("{}//{case}", test.name),
        None => test.name.clone(),
    })
}
