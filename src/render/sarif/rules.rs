//! Policies as SARIF's rules.

use serde::Serialize;

use crate::bundle::Severity;
use crate::language::Language;
use crate::render::shared::{self, Level};
use crate::report::{Assessment, Report};

use super::Message;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    id: &'a str,
    name: &'a str,
    short_description: Message,
    full_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    help: Help,
    default_configuration: Configuration,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties<'a> {
    tags: Vec<&'a str>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem: &'static str,
    /// From 0.1 to 10; GitHub makes Critical, High, Medium and Low of it.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security: Option<&'static str>,
}

/// Every policy of the run; a result names its rule by its place here.
pub(super) fn all(report: &Report, language: Language) -> Vec<Rule<'_>> {
    let rule = |assessment| rule(assessment, language);
    report.assessments.iter().map(rule).collect()
}

/// SARIF's word.
pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn rule(assessment: &Assessment, language: Language) -> Rule<'_> {
    let name = assessment.name.get(language);
    let text = |text: &Option<crate::language::Text>| {
        text.as_ref()
            .map(|text| text.get(language).to_owned())
            .unwrap_or_default()
    };
    let description = text(&assessment.description);
    let remediation = text(&assessment.remediation);
    let heading = super::super::words::words(language).fix;
    let parts = |heading: String| {
        let mut parts = vec![name.to_owned(), description.clone()];
        if !remediation.is_empty() {
            parts.push(format!("{heading}{remediation}"));
        }
        parts.retain(|part| !part.is_empty());
        parts
    };
    let plain = parts(format!("{heading}: ")).join("\n\n");
    let mut marked = parts(format!("**{heading}**: "));
    if let (Some(title), Some(link)) = (marked.first_mut(), &assessment.link) {
        *title = format!("[{title}]({link})");
    }
    let (security, problem) = match assessment.severity {
        Severity::High => (Some("8.0"), "error"),
        Severity::Medium => (Some("5.5"), "warning"),
        Severity::Low => (Some("2.0"), "recommendation"),
        // Nobody said: no number of ours.
        Severity::Unspecified => (None, "warning"),
    };
    let mut tags = vec!["kubernetes"];
    tags.extend(security.map(|_| "security"));
    tags.extend(assessment.control.as_ref().map(|control| &*control.id));
    Rule {
        id: &assessment.policy,
        name: &assessment.policy,
        short_description: Message::new(name),
        full_description: Message::new(if description.is_empty() {
            name
        } else {
            &description
        }),
        help_uri: assessment.link.as_deref(),
        help: Help {
            text: plain,
            markdown: marked.join("\n\n"),
        },
        default_configuration: Configuration {
            level: match assessment.severity {
                Severity::Unspecified => "warning",
                severity => word(shared::level(severity, "")),
            },
        },
        properties: Properties {
            tags,
            precision: "very-high",
            problem,
            security,
        },
    }
}
