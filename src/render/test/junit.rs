//! A run of tests as JUnit XML, as CI systems read it.

use anyhow::{Context, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::suite::{Check, Outcome, TestReport, TestedFile, TestedTest};

use super::{fault, headline, lines, name, print};

/// The report as JUnit XML: a testsuite for each file, a testcase for each check. Times are left
/// out: the same tests give the same bytes.
pub fn junit(report: &TestReport) -> Result<String> {
    let mut out = Report::new(env!("CARGO_PKG_NAME"));
    for broken in &report.faults {
        let mut suite = TestSuite::new(&*broken.path);
        suite.add_test_case(error(&broken.path, &[fault(broken)]));
        out.add_test_suite(suite);
    }
    for file in &report.files {
        let mut suite = TestSuite::new(&*file.path);
        if !file.faults.is_empty() {
            let faults: Vec<String> = file.faults.iter().map(fault).collect();
            suite.add_test_case(error(&file.path, &faults));
        }
        for test in &file.tests {
            for check in &test.checks {
                suite.add_test_case(case(file, test, check));
            }
        }
        out.add_test_suite(suite);
    }
    crate::render::junit::written(&out).context("the report cannot be written as XML")
}

fn error(path: &str, faults: &[String]) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(faults.first().cloned().unwrap_or_default());
    status.set_description(faults.join("\n"));
    TestCase::new(path, status)
}

fn case(file: &TestedFile, test: &TestedTest, check: &Check) -> TestCase {
    let name = name(test, check);
    let mut case = match &check.outcome {
        Outcome::Passed => TestCase::new(name, TestCaseStatus::success()),
        Outcome::Skipped => TestCase::new(name, TestCaseStatus::skipped()),
        Outcome::Broken(faults) => {
            let faults: Vec<String> = faults.iter().map(fault).collect();
            error(&name, &faults)
        }
        Outcome::Failed(failures) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let all: Vec<String> = failures.iter().map(headline).collect();
            status.set_message(all.join("; "));
            let lines: Vec<String> = failures
                .iter()
                .flat_map(|failure| lines(file, failure))
                .collect();
            status.set_description(lines.join("\n"));
            TestCase::new(name, status)
        }
    };
    case.set_classname(&*file.path);
    if !check.prints.is_empty() {
        let prints: Vec<String> = check.prints.iter().map(print).collect();
        case.set_system_out(prints.join("\n"));
    }
    case
}
