//! Test Anything Protocol 14.

use crate::language::Language;
use crate::report::{Outcome, Report};

use super::points::Points;
use super::shared;
use super::words::outcome;

/// The report as TAP: `not ok` for each finding and for whatever could not be judged, `ok` for each
/// policy that everything keeps.
pub fn tap(report: &Report, language: Language) -> String {
    let mut points = Points::default();
    for finding in &report.findings {
        let severity = finding.rule.severity.name(language);
        let subject = shared::subject(finding, language);
        let name = format!("{} ({severity}): {subject}", finding.rule.policy);
        let mut said = vec![
            ("message", vec![shared::message(finding, language)]),
            ("at", vec![shared::place_of(finding)]),
            ("field", vec![shared::field_of(finding)]),
        ];
        if let Some(remediation) = &finding.rule.remediation {
            said.push(("fix", vec![remediation.get(language).to_owned()]));
        }
        points.not_ok(&name, said);
    }
    for trouble in shared::troubles(report) {
        let name = format!("{}: {}", trouble.kind, trouble.place());
        points.not_ok(&name, vec![("message", vec![trouble.sentence(language)])]);
    }
    for assessment in &report.assessments {
        match assessment.outcome() {
            // Their points are the findings and troubles above.
            Outcome::Unhealthy | Outcome::Unknown => {}
            Outcome::Healthy => points.ok(&assessment.policy),
            left_out @ (Outcome::NotApplicable | Outcome::Disabled) => {
                points.skip(&assessment.policy, outcome(left_out, language));
            }
        }
    }
    points.stream()
}
