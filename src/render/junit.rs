//! JUnit XML, as CI systems read it.

use quick_junit::{
    NonSuccessKind, Report as Suites, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use crate::language::Language;
use crate::report::{Assessment, Finding, Outcome, Report};

use super::shared::{self, Trouble, UNREADABLE};

/// The report as JUnit XML: a testsuite for each policy; in it a failure for each finding, an error
/// for each judgement that could not be made, or else one testcase that passes or is skipped. No
/// times: the same run gives the same bytes.
pub fn junit(report: &Report, language: Language) -> String {
    let mut out = Suites::new(env!("CARGO_PKG_NAME"));
    let (unreadable, unjudged): (Vec<_>, Vec<_>) =
        shared::troubles(report).partition(|trouble| trouble.kind == UNREADABLE);
    let known = |id: &str| {
        let mut assessments = report.assessments.iter();
        assessments.any(|assessment| &*assessment.policy == id)
    };
    for assessment in &report.assessments {
        let mut suite = TestSuite::new(&*assessment.policy);
        let of_policy = report.findings.iter();
        for finding in of_policy.filter(|finding| finding.rule.policy == assessment.policy) {
            suite.add_test_case(failure(finding, language));
        }
        for trouble in unjudged.iter() {
            if trouble.policy == &*assessment.policy {
                suite.add_test_case(error(trouble, language));
            }
        }
        if suite.test_cases.is_empty() {
            suite.add_test_case(whole(assessment, language));
        }
        out.add_test_suite(suite);
    }
    let strays = unjudged.iter().filter(|trouble| !known(trouble.policy));
    for (name, troubles) in [
        ("unreadable", unreadable.iter().collect::<Vec<_>>()),
        ("not judged", strays.collect()),
    ] {
        if !troubles.is_empty() {
            let mut suite = TestSuite::new(name);
            suite.add_test_cases(troubles.into_iter().map(|it| error(it, language)));
            out.add_test_suite(suite);
        }
    }
    // Into memory, and without what XML cannot hold: there is nothing that could fail.
    written(&out).unwrap_or_default()
}

/// The XML, as the schema that Jenkins' xUnit plugin holds it against has it.
pub(super) fn written(suites: &Suites) -> Result<String, SerializeError> {
    let text = suites.to_string()?;
    // Suites have such a number, the whole must not; the first one is the whole's.
    let mut text = text.replacen(&format!(" skipped=\"{}\"", suites.skipped), "", 1);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn failure(finding: &Finding, language: Language) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(shared::message(finding, language));
    status.set_type(finding.rule.severity.to_string());
    let mut lines = vec![shared::place_of(finding), shared::field_of(finding)];
    lines.extend(
        finding
            .rule
            .remediation
            .as_ref()
            .map(|text| text.get(language).to_owned()),
    );
    lines.retain(|line| !line.is_empty());
    status.set_description(lines.join("\n"));
    let field = shared::field_of(finding);
    let name = format!("{}: {field}", shared::subject(finding, language));
    let name = name.trim_end_matches(": ");
    of_file(TestCase::new(name, status), &finding.subject.location.path)
}

fn error(trouble: &Trouble<'_>, language: Language) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(trouble.sentence(language));
    status.set_type(trouble.kind);
    status.set_description(trouble.place());
    let name = match trouble.resource {
        Some(resource) => resource.to_string(),
        None => trouble.place(),
    };
    of_file(TestCase::new(name, status), trouble.path)
}

fn whole(assessment: &Assessment, language: Language) -> TestCase {
    let outcome = assessment.outcome();
    let mut status = match outcome {
        Outcome::Healthy => TestCaseStatus::success(),
        Outcome::NotApplicable | Outcome::Disabled => TestCaseStatus::skipped(),
        Outcome::Unhealthy | Outcome::Unknown => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if outcome != Outcome::Healthy {
        status.set_message(super::words::outcome(outcome, language));
    }
    let mut case = TestCase::new(assessment.name.get(language), status);
    case.set_classname(&*assessment.policy);
    case
}

// Jenkins sorts by class name. Its schema has no attributes for a file and a line: they begin the
// failure's text.
fn of_file(mut case: TestCase, path: &str) -> TestCase {
    case.set_classname(path);
    case
}
