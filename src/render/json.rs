//! The report for programs. The shape is kept by hand here, and documented in `docs/json.md`:
//! fields are added, never renamed or removed, while `version` stays the same.

use std::io::{self, Write};

use serde::Serialize;

use crate::language::Language;
use crate::manifest::SkipReason;
use crate::report::{Assessment, Outcome, Report, ResourceRef};

use super::Look;
use super::pretty::{self, Layout};

mod finding;
mod lines;
mod place;
mod score;

use finding::WireFindings;
pub use lines::jsonl;
use score::WireScore;

/// Grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

/// Writes the report as one JSON document with a final newline.
///
/// # Errors
/// What `out` answers.
pub fn json(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    pretty::pretty(&Document::new(report, look, Layout::Indented)?, out)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    tool: Tool,
    language: &'static str,
    summary: Summary,
    findings: WireFindings<'a>,
    assessments: Vec<WireAssessment<'a>>,
    score: WireScore<'a>,
    skipped: Vec<WireSkipped<'a>>,
    unreadable: Vec<WireFault<'a>>,
    unjudged: Vec<WireFailure<'a>>,
    notes: Vec<WireFault<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    resources: usize,
    judged: usize,
    findings: usize,
    complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireResource<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct WireLocation<'a> {
    path: &'a str,
    document: usize,
    item: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAssessment<'a> {
    id: &'a str,
    name: &'a str,
    severity: &'static str,
    control: Option<&'a str>,
    control_id: Option<&'a str>,
    outcome: &'static str,
    healthy: usize,
    unhealthy: usize,
    failed: usize,
    unconfigured: bool,
}

#[derive(Serialize)]
struct WireSkipped<'a> {
    reason: &'static str,
    location: WireLocation<'a>,
}

#[derive(Serialize)]
struct WireFault<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct WireFailure<'a> {
    id: &'a str,
    constraint: &'a str,
    resource: WireResource<'a>,
    location: WireLocation<'a>,
    message: &'a str,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report, look: &Look, layout: Layout) -> io::Result<Self> {
        let language = look.language;
        let findings = WireFindings::new(&report.findings, language, layout, look.threads)?;
        Ok(Document {
            version: VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            language: match language {
                Language::En => "en",
                Language::Ja => "ja",
            },
            summary: Summary {
                resources: report.resources,
                judged: report.judged,
                findings: report.findings.len(),
                complete: report.is_complete(),
            },
            findings,
            assessments: report
                .assessments
                .iter()
                .map(|one| WireAssessment::new(one, language))
                .collect(),
            score: WireScore::new(&report.score, language),
            skipped: report.skipped.iter().map(WireSkipped::new).collect(),
            unreadable: report.faults.iter().map(WireFault::new).collect(),
            unjudged: report.failures.iter().map(WireFailure::new).collect(),
            notes: report.notes.iter().map(WireFault::new).collect(),
        })
    }
}

impl<'a> WireResource<'a> {
    fn new(resource: &'a ResourceRef) -> Self {
        WireResource {
            api_version: &resource.api_version,
            kind: &resource.kind,
            namespace: resource.namespace.as_deref(),
            name: &resource.name,
        }
    }
}

impl<'a> WireLocation<'a> {
    fn new(location: &'a crate::manifest::Location) -> Self {
        WireLocation {
            path: &location.path,
            document: location.document,
            item: &location.item,
            line: location.line,
            column: location.column,
        }
    }
}

impl<'a> WireAssessment<'a> {
    fn new(assessment: &'a Assessment, language: Language) -> Self {
        WireAssessment {
            id: &assessment.policy,
            name: assessment.name.get(language),
            severity: assessment.severity.name(Language::En),
            control: assessment
                .control
                .as_ref()
                .map(|control| control.name.get(language)),
            control_id: assessment.control.as_ref().map(|control| &*control.id),
            outcome: match assessment.outcome() {
                Outcome::Healthy => "healthy",
                Outcome::Unhealthy => "unhealthy",
                Outcome::Unknown => "unknown",
                Outcome::NotApplicable => "notApplicable",
                Outcome::Disabled => "disabled",
            },
            healthy: assessment.healthy,
            unhealthy: assessment.unhealthy,
            failed: assessment.failed,
            unconfigured: assessment.unconfigured,
        }
    }
}

impl<'a> WireSkipped<'a> {
    fn new(skipped: &'a crate::manifest::Skipped) -> Self {
        let reason = match skipped.reason {
            SkipReason::NotKubernetes => "notKubernetes",
            SkipReason::HelmTemplate => "helmTemplate",
            SkipReason::Kustomization => "kustomization",
            SkipReason::ToolConfiguration => "toolConfiguration",
        };
        WireSkipped {
            reason,
            location: WireLocation::new(&skipped.location),
        }
    }
}

impl<'a> WireFault<'a> {
    fn new(fault: &'a crate::manifest::Fault) -> Self {
        WireFault {
            path: &fault.path,
            line: fault.line,
            column: fault.column,
            message: &fault.message,
        }
    }
}

impl<'a> WireFailure<'a> {
    fn new(failure: &'a crate::report::Failure) -> Self {
        WireFailure {
            id: &failure.policy,
            constraint: &failure.constraint,
            resource: WireResource::new(&failure.resource),
            location: WireLocation::new(&failure.location),
            message: &failure.message,
        }
    }
}
