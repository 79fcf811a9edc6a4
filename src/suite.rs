//! Tests of policies: Gatekeeper's Suites, and Rego's own unit tests.
//!
//! A Suite names a template, a Constraint, objects, and how many violations there must be. What
//! [`run`] does with it is what `gator verify` does, and more; `docs/testing.md` lists both.

mod answer;
mod assertion;
mod bench;
mod cluster;
mod cover;
mod filter;
mod given;
mod mutate;
mod node;
mod outcome;
mod parse;
mod pattern;
mod rego;
mod setup;
mod template;

use std::path::{Path, PathBuf};

use crate::bundle::Providers;
use crate::engine::{self, Coverage, Probes};
use crate::manifest::Fault;
use crate::source::{Source, SourceFault, SourcePath, discover_with};
use crate::workers;

use cover::Covered;
use parse::{Suite, Test};
use rego::{Modules, TestFile};
use template::Templates;

pub use answer::Answer;
pub use assertion::{Assertion, Count, one_line};
pub use cover::{CoverageReport, CoveredFile, percent};
pub use filter::Filter;
pub use mutate::{Mutant, MutantOutcome, MutationReport};
pub use outcome::{Check, Failure, FileKind, Outcome, Tally, TestReport, TestedFile, TestedTest};
pub use pattern::Pattern;

/// Where tests are looked for in folders.
const EXTENSIONS: &[&str] = &["yaml", "yml", "json", "rego"];

/// How tests are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which of them.
    pub filter: Filter,
    /// How many threads; 0: as many as the machine has cores.
    pub threads: usize,
    /// What external data providers answer.
    pub providers: Providers,
    /// How the Rego of Suites and Rego unit tests is run.
    pub rego: engine::Options,
    /// Whether to note which lines of the policies the tests reach.
    pub cover: bool,
    /// Whether to change the policies, once their tests pass, and see whether the tests notice.
    pub mutate: bool,
}

/// Finds the tests that `paths` mean, and runs them; no path means the current folder. A path may
/// end in `/...`, as gator wants it: folders are searched to the bottom with and without it.
pub fn run(paths: &[PathBuf], options: &Options) -> TestReport {
    let paths: Vec<PathBuf> = paths.iter().map(|path| without_dots(path)).collect();
    let found = discover_with(&paths, EXTENSIONS, 0);
    let (rego, yaml): (Vec<SourcePath>, Vec<SourcePath>) =
        found.sources.into_iter().partition(is_rego);
    let mut report = TestReport {
        faults: found.faults.iter().map(unfound).collect(),
        ..TestReport::default()
    };

    let mut suites = Vec::new();
    for (path, read) in yaml
        .iter()
        .zip(workers::map_heavy(&yaml, options.threads, suites_of))
    {
        match read {
            Err(fault) => report.faults.push(fault),
            Ok((found, faults)) => {
                suites.extend(found);
                if !faults.is_empty() {
                    report.files.push(broken(path, FileKind::Suite, faults));
                }
            }
        }
    }
    let (mut modules, faults) = Modules::read(&rego, options.threads);
    for fault in faults {
        report.files.push(TestedFile {
            path: fault.path.clone(),
            kind: FileKind::Rego,
            name: String::new(),
            tests: Vec::new(),
            faults: vec![fault],
        });
    }
    let files = rego::test_files(&mut modules);
    let reached = try_all(&suites, &files, options, &mut report);
    if options.mutate && report.total().failed + report.total().broken == 0 {
        let tests = (suites.as_slice(), files.as_slice());
        report.mutation = Some(mutate::run(tests, &paths, &reached, options));
    }
    if options.cover {
        let covered = Covered::default();
        covered.add(&reached);
        cover::add_untested(&covered, &modules, &yaml);
        let mut coverage = covered.into_lines();
        coverage
            .modules
            .retain(|path, _| !path.ends_with("_test.rego"));
        report.coverage = Some(CoverageReport::of(coverage));
    }
    // Stable: Suites of one file keep their order.
    report
        .files
        .sort_by(|a, b| (&a.path, a.kind).cmp(&(&b.path, b.kind)));
    report
}

/// One thing for a thread to do.
enum Job<'a> {
    Test(usize, &'a Test),
    File(&'a TestFile),
}

/// Runs all tests; gives the lines that they reach, where that is asked.
fn try_all(
    suites: &[Suite],
    files: &[TestFile],
    options: &Options,
    report: &mut TestReport,
) -> Coverage {
    let mut tested: Vec<TestedFile> = suites.iter().map(tested_suite).collect();
    let mut jobs = Vec::new();
    for (index, suite) in suites.iter().enumerate() {
        if suite.faults.is_empty() {
            jobs.extend(suite.tests.iter().map(|test| Job::Test(index, test)));
        }
    }
    jobs.extend(files.iter().map(Job::File));
    let templates = jobs.iter().filter_map(|job| match job {
        Job::Test(_, test) => test.template.as_ref(),
        Job::File(_) => None,
    });
    let covers = options.cover || options.mutate;
    let covered = Covered::default();
    let rego = engine::Options {
        prints: true,
        probes: if covers { Probes::Lines } else { Probes::None },
        functions: vec![options.providers.clone().function()],
        ..options.rego.clone()
    };
    let templates = Templates::new(templates, &rego);
    let work = |job: &Job<'_>| match job {
        Job::Test(_, test) => {
            let (tested, left_out) = bench::run(
                test,
                &templates,
                &options.filter,
                covers.then_some(&covered),
            );
            (tested.map(Done::Test), left_out)
        }
        Job::File(file) => {
            let (tested, left_out) =
                rego::run(file, &options.filter, &rego, covers.then_some(&covered));
            (tested.map(Done::File), left_out)
        }
    };
    let done = workers::map_heavy(&jobs, options.threads, work);
    for (job, (done, left_out)) in jobs.iter().zip(done) {
        report.left_out += left_out;
        match (job, done) {
            (Job::Test(index, _), Some(Done::Test(test))) => {
                if let Some(suite) = tested.get_mut(*index) {
                    suite.tests.push(test);
                }
            }
            (_, Some(Done::File(file))) => report.files.push(file),
            _ => {}
        }
    }
    tested.retain(|suite| !(suite.tests.is_empty() && suite.faults.is_empty()));
    report.files.extend(tested);
    covered.into_lines()
}

enum Done {
    Test(TestedTest),
    File(TestedFile),
}

fn tested_suite(suite: &Suite) -> TestedFile {
    TestedFile {
        path: suite.path.clone(),
        kind: FileKind::Suite,
        name: suite.name.clone(),
        tests: Vec::new(),
        faults: suite.faults.clone(),
    }
}

fn suites_of(path: &SourcePath) -> Result<(Vec<Suite>, Vec<Fault>), Fault> {
    let source = Source::read(path).map_err(|fault| unfound(&fault))?;
    Ok(parse::suites(path, &source))
}

fn broken(path: &SourcePath, kind: FileKind, faults: Vec<Fault>) -> TestedFile {
    TestedFile {
        path: path.name(),
        kind,
        name: String::new(),
        tests: Vec::new(),
        faults,
    }
}

fn is_rego(path: &SourcePath) -> bool {
    match path {
        SourcePath::Stdin => false,
        SourcePath::File { path, .. } => path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("rego")),
    }
}

/// The folder that `folder/...` means, as gator wants it.
pub fn without_dots(path: &Path) -> PathBuf {
    if path.file_name().is_none_or(|name| name != "...") {
        return path.to_owned();
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn unfound(fault: &SourceFault) -> Fault {
    Fault {
        path: fault.path.clone(),
        line: 0,
        column: 0,
        message: fault.message.clone(),
    }
}
