//! GitLab's Code Quality report.

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::bundle::Severity;
use crate::gatekeeper::EnforcementAction;
use crate::language::Language;
use crate::report::Report;

use super::shared;

/// The report as a list of Code Quality's issues.
pub fn gitlab(report: &Report, language: Language) -> String {
    let findings = report.findings.iter().map(|finding| {
        let subject = shared::subject(finding, language);
        Entry {
            description: format!("{subject}: {}", shared::message(finding, language)),
            check_name: finding.rule.policy.to_string(),
            fingerprint: finding.fingerprint.to_string(),
            severity: severity(finding.rule.severity, finding.action),
            location: Location::new(&finding.subject.location.path, finding.place.start.line),
        }
    });
    let troubles = shared::troubles(report).map(|trouble| Entry {
        description: trouble.sentence(language),
        check_name: trouble.kind.to_owned(),
        fingerprint: fingerprint(&trouble),
        severity: "blocker",
        location: Location::new(trouble.path, trouble.line),
    });
    let all: Vec<Entry> = findings.chain(troubles).collect();
    // Texts and numbers: there is nothing that could fail.
    let mut out = serde_json::to_string_pretty(&all).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl<'a> Location<'a> {
    fn new(path: &'a str, line: u32) -> Self {
        // What is about a whole file stands at its first line.
        let begin = line.max(1);
        let path = path.strip_prefix("./").unwrap_or(path);
        Location {
            path,
            lines: Lines { begin },
        }
    }
}

fn severity(severity: Severity, action: &str) -> &'static str {
    match severity {
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Unspecified if action == EnforcementAction::Deny.name() => "major",
        Severity::Unspecified if action == EnforcementAction::Warn.name() => "minor",
        Severity::Unspecified => "info",
    }
}

// Nothing but its words tells one trouble of a file from another.
fn fingerprint(trouble: &shared::Trouble<'_>) -> String {
    let mut hash = Sha256::new();
    let resource = trouble
        .resource
        .map(ToString::to_string)
        .unwrap_or_default();
    let (line, column) = (trouble.line.to_string(), trouble.column.to_string());
    for part in [
        trouble.kind,
        trouble.path,
        &line,
        &column,
        trouble.policy,
        trouble.constraint,
        &resource,
        trouble.message,
    ] {
        hash.update(part);
        hash.update([0]);
    }
    let mut digits = HEXLOWER.encode(&hash.finalize());
    digits.truncate(32);
    digits
}
