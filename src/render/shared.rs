//! What several forms say in one way.

use crate::bundle::Severity;
use crate::gatekeeper::EnforcementAction;
use crate::language::Language;
use crate::report::{Finding, Report, ResourceRef};

/// What kept a run from judging something. No form may leave these out: a run with one is not clean.
pub(super) struct Trouble<'a> {
    /// [`UNREADABLE`] or [`UNJUDGED`].
    pub(super) kind: &'static str,
    /// The policy; empty where it is about none in particular.
    pub(super) policy: &'a str,
    /// The Constraint, likewise.
    pub(super) constraint: &'a str,
    /// The resource that stays unjudged.
    pub(super) resource: Option<&'a ResourceRef>,
    /// The source.
    pub(super) path: &'a str,
    /// From 1; 0: about the whole source.
    pub(super) line: u32,
    /// From 1; 0: unknown.
    pub(super) column: u32,
    /// Why.
    pub(super) message: &'a str,
}

/// A document that could not be read.
pub(super) const UNREADABLE: &str = "unreadable";
/// A judgement that could not be made.
pub(super) const UNJUDGED: &str = "unjudged";

/// Everything that kept `report` from judging something.
pub(super) fn troubles(report: &Report) -> impl Iterator<Item = Trouble<'_>> {
    let unreadable = report.faults.iter().map(|fault| Trouble {
        kind: UNREADABLE,
        policy: "",
        constraint: "",
        resource: None,
        path: &fault.path,
        line: fault.line,
        column: fault.column,
        message: &fault.message,
    });
    let unjudged = report.failures.iter().map(|failure| Trouble {
        kind: UNJUDGED,
        policy: &failure.policy,
        constraint: &failure.constraint,
        resource: Some(&failure.resource),
        path: &failure.location.path,
        line: failure.location.line,
        column: failure.location.column,
        message: &failure.message,
    });
    unreadable.chain(unjudged)
}

impl Trouble<'_> {
    /// All but the place, in one sentence.
    pub(super) fn sentence(&self, language: Language) -> String {
        let words = super::words::words(language);
        let kind = match self.kind {
            UNREADABLE => words.unreadable,
            _ => words.unjudged,
        };
        let resource = self.resource.map(ResourceRef::to_string);
        let parts = [
            Some(kind),
            resource.as_deref(),
            Some(self.policy),
            Some(self.message),
        ];
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(": ")
    }

    /// `path:line:column`, as far as known.
    pub(super) fn place(&self) -> String {
        place(self.path, self.line, self.column)
    }
}

/// `path:line:column`, as far as known.
pub(super) fn place(path: &str, line: u32, column: u32) -> String {
    match (line, column) {
        (0, _) => path.to_owned(),
        (line, 0) => format!("{path}:{line}"),
        (line, column) => format!("{path}:{line}:{column}"),
    }
}

/// How loud a form with three levels is about something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

/// How loud to be about something so severe. Where nobody said how severe it is, the cluster's answer
/// counts: it refuses, it warns, or it only takes note.
pub(super) fn level(severity: Severity, action: &str) -> Level {
    match severity {
        Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Note,
        Severity::Unspecified if action == EnforcementAction::Deny.name() => Level::Error,
        Severity::Unspecified if action == EnforcementAction::Warn.name() => Level::Warning,
        Severity::Unspecified => Level::Note,
    }
}

/// `Deployment shop/web, container app`
pub(super) fn subject(finding: &Finding, language: Language) -> String {
    let mut subject = finding.subject.resource.to_string();
    if let Some(container) = &finding.container {
        subject.push_str(&(super::words::words(language).container)(container));
    }
    subject
}

/// What is wrong, and where only a container or the resource is known to stand for it, that.
pub(super) fn message(finding: &Finding, language: Language) -> String {
    let message = finding.message.get(language);
    match super::words::imprecise(finding.place.precision, language) {
        None => message.to_owned(),
        Some(marked) => {
            let label = super::words::words(language).place;
            format!("{message} ({label}: {marked})")
        }
    }
}

/// Where the finding stands: `path:line:column`.
pub(super) fn place_of(finding: &Finding) -> String {
    let start = finding.place.start;
    place(&finding.subject.location.path, start.line, start.column)
}

/// The field's path, as far as there is one: what is marked, and what is missing below that.
pub(super) fn field_of(finding: &Finding) -> String {
    match (&finding.place.missing, &finding.field) {
        (_, Some(field)) => field.to_string(),
        (Some(missing), None) if finding.place.field.is_empty() => missing.clone(),
        (Some(missing), None) => format!("{}.{missing}", finding.place.field),
        (None, None) => finding.place.field.to_string(),
    }
}

/// How a run went, in one line of plain text.
pub(super) fn closing(report: &Report, language: Language) -> String {
    let words = super::words::words(language);
    let counts: Vec<String> = report
        .by_severity()
        .iter()
        .map(|(severity, count)| format!("{} {count}", severity.0.name(language)))
        .collect();
    let mut line = (words.findings)(report.findings.len());
    if !counts.is_empty() {
        line.push_str(&format!(" ({})", counts.join(", ")));
    }
    line.push_str(&format!(
        "; {}",
        (words.judged)(report.judged, report.resources)
    ));
    for (count, word) in [
        (report.faults.len(), words.unreadable),
        (report.failures.len(), words.unjudged),
    ] {
        if count > 0 {
            line.push_str(&format!("; {word}: {count}"));
        }
    }
    line
}

/// `text` on one line.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
