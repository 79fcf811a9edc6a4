//! Findings as SARIF's results.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::language::Language;
use crate::render::shared;
use crate::report::{Finding, Identity, Report};

use super::place::Location;
use super::{Message, rules};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    properties: Properties<'a>,
}

// A name of our own: `primaryLocationLineHash` is the uploader's, which complains of any other value.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "sekisho/v1")]
    ours: Identity,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    severity: String,
    constraint: &'a str,
    enforcement_action: &'a str,
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'a str>,
    place_precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
}

pub(super) fn all(report: &Report, language: Language) -> Vec<SarifResult<'_>> {
    let policies = report.assessments.iter().enumerate();
    let rules: BTreeMap<&str, usize> = policies
        .map(|(index, assessment)| (&*assessment.policy, index))
        .collect();
    let result = |finding| result(finding, &rules, language);
    report.findings.iter().map(result).collect()
}

fn result<'a>(
    finding: &'a Finding,
    rules: &BTreeMap<&str, usize>,
    language: Language,
) -> SarifResult<'a> {
    let place = &finding.place;
    let path = &finding.subject.location.path;
    let field = shared::field_of(finding);
    let related = place.related.iter().zip(1..).map(|(related, id)| {
        Location::span(path, related.start, related.end).related(id, related.relation.name())
    });
    let subject = shared::subject(finding, language);
    SarifResult {
        rule_id: &finding.rule.policy,
        rule_index: rules.get(&*finding.rule.policy).copied(),
        kind: "fail",
        level: rules::word(shared::level(finding.rule.severity, finding.action)),
        message: Message::new(format!("{subject}: {}", finding.message.get(language))),
        locations: [Location::span(path, place.start, place.end)
            .in_resource(&finding.subject.resource, &field)],
        related_locations: related.collect(),
        partial_fingerprints: Fingerprints {
            ours: finding.fingerprint,
        },
        properties: Properties {
            severity: finding.rule.severity.to_string(),
            constraint: &finding.rule.constraint,
            enforcement_action: finding.action,
            missing: place.missing.as_deref(),
            place_precision: place.precision.name(),
            container: finding.container.as_deref(),
            field,
        },
    }
}
