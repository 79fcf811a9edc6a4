//! A run of tests for programs. The shape is kept by hand here, and documented in
//! `docs/testing.md`: fields are added, never renamed or removed, while `version` stays the same.

use serde::Serialize;

use crate::manifest::Fault;
use crate::suite::{
    Answer, Check, Count, Failure, FileKind, Outcome, Tally, TestReport, TestedFile, TestedTest,
};

use super::{headline, print};

mod measures;

use measures::{WireCoverage, WireMutation};

/// Grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

/// The report as one JSON document with a final newline.
pub fn json(report: &TestReport) -> String {
    let total = report.total();
    let document = Document {
        version: VERSION,
        summary: Summary {
            suites: report.of(FileKind::Suite).count(),
            suite_tests: report
                .of(FileKind::Suite)
                .map(|file| file.tests.len())
                .sum(),
            cases: WireTally::new(report.tally(FileKind::Suite)),
            rego_tests: WireTally::new(report.tally(FileKind::Rego)),
            left_out: report.left_out,
            ok: total.failed == 0 && total.broken == 0 && total.tried() > 0,
        },
        files: report.files.iter().map(WireFile::new).collect(),
        errors: report.faults.iter().map(WireFault::new).collect(),
        coverage: report.coverage.as_ref().map(WireCoverage::new),
        mutation: report.mutation.as_ref().map(WireMutation::new),
    };
    // Texts, numbers and maps with text keys: there is nothing that could fail.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    summary: Summary,
    files: Vec<WireFile<'a>>,
    errors: Vec<WireFault<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<WireCoverage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<WireMutation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    suites: usize,
    suite_tests: usize,
    cases: WireTally,
    rego_tests: WireTally,
    left_out: usize,
    ok: bool,
}

#[derive(Serialize)]
struct WireTally {
    passed: usize,
    failed: usize,
    errors: usize,
    skipped: usize,
}

impl WireTally {
    fn new(tally: Tally) -> WireTally {
        WireTally {
            passed: tally.passed,
            failed: tally.failed,
            errors: tally.broken,
            skipped: tally.skipped,
        }
    }
}

#[derive(Serialize)]
struct WireFile<'a> {
    path: &'a str,
    kind: &'static str,
    name: &'a str,
    checks: Vec<WireCheck<'a>>,
    errors: Vec<WireFault<'a>>,
}

impl<'a> WireFile<'a> {
    fn new(file: &'a TestedFile) -> WireFile<'a> {
        let checks = |test: &'a TestedTest| {
            test.checks
                .iter()
                .map(move |check| WireCheck::new(test, check))
        };
        WireFile {
            path: &file.path,
            kind: match file.kind {
                FileKind::Suite => "suite",
                FileKind::Rego => "rego",
            },
            name: &file.name,
            checks: file.tests.iter().flat_map(checks).collect(),
            errors: file.faults.iter().map(WireFault::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct WireCheck<'a> {
    test: &'a str,
    case: Option<&'a str>,
    line: u32,
    column: u32,
    status: &'static str,
    failures: Vec<WireFailure<'a>>,
    errors: Vec<WireFault<'a>>,
    prints: Vec<String>,
}

impl<'a> WireCheck<'a> {
    fn new(test: &'a TestedTest, check: &'a Check) -> WireCheck<'a> {
        let (status, failures, errors): (_, &[Failure], &[Fault]) = match &check.outcome {
            Outcome::Passed => ("passed", &[], &[]),
            Outcome::Skipped => ("skipped", &[], &[]),
            Outcome::Failed(failures) => ("failed", failures, &[]),
            Outcome::Broken(faults) => ("error", &[], faults),
        };
        WireCheck {
            test: &test.name,
            case: check.case.as_deref(),
            line: check.place.line,
            column: check.place.column,
            status,
            failures: failures.iter().map(WireFailure::new).collect(),
            errors: errors.iter().map(WireFault::new).collect(),
            prints: check.prints.iter().map(print).collect(),
        }
    }
}

#[derive(Serialize)]
struct WireFailure<'a> {
    message: String,
    line: u32,
    column: u32,
    #[serde(flatten)]
    kind: WireKind<'a>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum WireKind<'a> {
    #[serde(rename_all = "camelCase")]
    Assertion {
        object: &'a str,
        expected: WireExpected<'a>,
        found: usize,
        violations: Vec<WireAnswer<'a>>,
    },
    Accepted,
    Untrue {
        value: Option<serde_json::Value>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireExpected<'a> {
    violations: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforcement_action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraint: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAnswer<'a> {
    constraint: &'a str,
    enforcement_actions: Vec<&'static str>,
    message: &'a str,
    details: serde_json::Value,
}

impl<'a> WireFailure<'a> {
    fn new(failure: &'a Failure) -> WireFailure<'a> {
        let (place, kind) = match failure {
            Failure::Assertion {
                assertion,
                found,
                object,
                answers,
            } => {
                let expected = WireExpected {
                    violations: match assertion.count {
                        Count::Some => "yes".into(),
                        Count::None => "no".into(),
                        Count::Exactly(count) => count.into(),
                    },
                    message: assertion.message.as_ref().map(|it| it.as_str()),
                    details: assertion.details.as_ref().map(wire),
                    field: assertion.field.as_deref(),
                    enforcement_action: assertion.action.as_deref(),
                    constraint: assertion.constraint.as_deref(),
                };
                let kind = WireKind::Assertion {
                    object,
                    expected,
                    found: *found,
                    violations: answers.iter().map(WireAnswer::new).collect(),
                };
                (assertion.place, kind)
            }
            Failure::Accepted { place } => (*place, WireKind::Accepted),
            Failure::Untrue { place, value } => {
                let value = value.as_ref().map(wire);
                (*place, WireKind::Untrue { value })
            }
        };
        WireFailure {
            message: headline(failure),
            line: place.line,
            column: place.column,
            kind,
        }
    }
}

impl<'a> WireAnswer<'a> {
    fn new(answer: &'a Answer) -> WireAnswer<'a> {
        WireAnswer {
            constraint: &answer.constraint,
            enforcement_actions: answer.actions.iter().map(|it| it.name()).collect(),
            message: &answer.message,
            details: wire(&answer.details),
        }
    }
}

/// Rego's values as JSON has them: sets become arrays.
fn wire(value: &crate::engine::Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[derive(Serialize)]
struct WireFault<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

impl<'a> WireFault<'a> {
    fn new(fault: &'a Fault) -> WireFault<'a> {
        WireFault {
            path: &fault.path,
            line: fault.line,
            column: fault.column,
            message: &fault.message,
        }
    }
}
