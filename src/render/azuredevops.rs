//! Azure DevOps' logging commands: each finding is an issue of the pipeline's run.

use crate::language::Language;
use crate::report::Report;

use super::shared::{self, Level};

/// The report as logging commands, a line each, and a last line with the counts.
pub fn azuredevops(report: &Report, language: Language) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        // There are two types only.
        let kind = match shared::level(finding.rule.severity, finding.action) {
            Level::Error => "error",
            Level::Warning | Level::Note => "warning",
        };
        let start = finding.place.start;
        let severity = finding.rule.severity.name(language);
        let subject = shared::subject(finding, language);
        let message = shared::message(finding, language);
        out.push_str(&line(
            kind,
            &finding.subject.location.path,
            (start.line, start.column),
            &finding.rule.policy,
            &format!("{severity}: {subject}: {message}"),
        ));
    }
    for trouble in shared::troubles(report) {
        out.push_str(&line(
            "error",
            trouble.path,
            (trouble.line, trouble.column),
            trouble.kind,
            &trouble.sentence(language),
        ));
    }
    for note in &report.notes {
        let place = (note.line, note.column);
        out.push_str(&line("warning", &note.path, place, "note", &note.message));
    }
    out.push_str(&shared::closing(report, language));
    out.push('\n');
    out
}

fn line(kind: &str, path: &str, (line, column): (u32, u32), code: &str, message: &str) -> String {
    let mut properties = format!("type={kind};sourcepath={};", property(path));
    if line > 0 {
        properties.push_str(&format!("linenumber={line};"));
    }
    if column > 0 {
        properties.push_str(&format!("columnnumber={column};"));
    }
    let code = property(code);
    format!(
        "##vso[task.logissue {properties}code={code};]{}\n",
        data(message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
