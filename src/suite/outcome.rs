//! What a run of tests says: files, their tests, their checks, in one order whatever the number of
//! threads, without clock or absolute path.

use std::sync::Arc;

use crate::engine::{Print, Value};
use crate::manifest::Fault;
use crate::source::Place;

use super::answer::Answer;
use super::assertion::Assertion;
use super::cover::CoverageReport;
use super::mutate::MutationReport;

/// Everything that one run of tests says.
#[derive(Clone, Debug, Default)]
pub struct TestReport {
    /// By path.
    pub files: Vec<TestedFile>,
    /// Files and folders that could not be read.
    pub faults: Vec<Fault>,
    /// How many tests and cases `--run` left out.
    pub left_out: usize,
    /// The lines of the policies by file, and whether a test reaches them; where that was asked.
    pub coverage: Option<CoverageReport>,
    /// What the tests noticed of changes; where that was asked, and all of them pass.
    pub mutation: Option<MutationReport>,
}

/// A Suite, or the Rego unit tests of a file.
#[derive(Clone, Debug)]
pub struct TestedFile {
    /// Its name.
    pub path: Arc<str>,
    /// Which of the two.
    pub kind: FileKind,
    /// `metadata.name` of a Suite; may be empty.
    pub name: String,
    /// Its tests; none where `faults` kept them from running.
    pub tests: Vec<TestedTest>,
    /// What is wrong with the file as a whole.
    pub faults: Vec<Fault>,
}

/// What a file of tests is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A Suite of Gatekeeper's.
    Suite,
    /// Rego with rules `test_…`.
    Rego,
}

/// A test of a Suite, or the tests of a package.
#[derive(Clone, Debug)]
pub struct TestedTest {
    /// Its name; the package.
    pub name: String,
    /// Its checks.
    pub checks: Vec<Check>,
}

/// One thing that was tried.
#[derive(Clone, Debug)]
pub struct Check {
    /// The name of the case or of the rule; `None`: the test itself, whether its template and
    /// Constraints are accepted.
    pub case: Option<String>,
    /// Where it stands in the file.
    pub place: Place,
    /// How it ended.
    pub outcome: Outcome,
    /// What the Rego printed.
    pub prints: Vec<Print>,
}

/// How a check ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Otherwise than expected.
    Failed(Vec<Failure>),
    /// It could not be tried.
    Broken(Vec<Fault>),
    /// The author turned it off.
    Skipped,
}

/// Expected against actual.
#[derive(Clone, Debug)]
pub enum Failure {
    /// An assertion about the violations of an object.
    Assertion {
        /// What was expected.
        assertion: Assertion,
        /// How many violations were of that description.
        found: usize,
        /// The object: where it comes from, kind and name.
        object: String,
        /// All violations.
        answers: Vec<Answer>,
    },
    /// A Constraint was accepted in a test that is `invalid`.
    Accepted {
        /// Where the test stands.
        place: Place,
    },
    /// A Rego test that is not true.
    Untrue {
        /// Where the rule stands.
        place: Place,
        /// Its value; `None`: undefined.
        value: Option<Value>,
    },
}

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// As expected.
    pub passed: usize,
    /// Otherwise.
    pub failed: usize,
    /// Not tried, for an error.
    pub broken: usize,
    /// Turned off.
    pub skipped: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        let count = match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::Broken(_) => &mut self.broken,
            Outcome::Skipped => &mut self.skipped,
        };
        *count = count.saturating_add(1);
    }

    /// Checks that were tried, or should have been.
    pub fn tried(self) -> usize {
        self.passed + self.failed + self.broken
    }
}

impl TestReport {
    /// The checks of one kind of files.
    pub fn tally(&self, kind: FileKind) -> Tally {
        let mut tally = Tally::default();
        for file in self.of(kind) {
            tally.broken += usize::from(!file.faults.is_empty());
            let checks = file.tests.iter().flat_map(|test| &test.checks);
            checks.for_each(|check| tally.add(&check.outcome));
        }
        tally
    }

    /// The files of one kind.
    pub fn of(&self, kind: FileKind) -> impl Iterator<Item = &TestedFile> {
        self.files.iter().filter(move |file| file.kind == kind)
    }

    /// The checks of all files.
    pub fn total(&self) -> Tally {
        let (suites, rego) = (self.tally(FileKind::Suite), self.tally(FileKind::Rego));
        Tally {
            passed: suites.passed + rego.passed,
            failed: suites.failed + rego.failed,
            broken: suites.broken + rego.broken + self.faults.len(),
            skipped: suites.skipped + rego.skipped,
        }
    }
}
