//! GitHub Actions' workflow commands: each finding is an annotation of the file.

use crate::language::Language;
use crate::report::Report;

use super::shared::{self, Level};

/// The report as workflow commands, a line each, and a last line with the counts.
pub fn github(report: &Report, language: Language) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let command = match shared::level(finding.rule.severity, finding.action) {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let place = &finding.place;
        let mut properties = vec![
            ("file", finding.subject.location.path.to_string()),
            ("line", place.start.line.to_string()),
        ];
        // GitHub takes columns of one line alone.
        if place.end.line == place.start.line {
            properties.push(("col", place.start.column.to_string()));
            if place.end.column > place.start.column {
                properties.push(("endColumn", place.end.column.to_string()));
            }
        } else if place.end.line > place.start.line {
            properties.push(("endLine", place.end.line.to_string()));
        }
        let severity = finding.rule.severity.name(language);
        properties.push(("title", format!("{} ({severity})", finding.rule.policy)));
        let subject = shared::subject(finding, language);
        let message = format!("{subject}: {}", shared::message(finding, language));
        out.push_str(&line(command, &properties, &message));
    }
    for trouble in shared::troubles(report) {
        let mut properties = vec![("file", trouble.path.to_owned())];
        if trouble.line > 0 {
            properties.push(("line", trouble.line.to_string()));
        }
        properties.push(("title", trouble.kind.to_owned()));
        out.push_str(&line("error", &properties, &trouble.sentence(language)));
    }
    for note in &report.notes {
        let properties = [
            ("file", note.path.to_string()),
            ("line", note.line.to_string()),
        ];
        out.push_str(&line("notice", &properties, &note.message));
    }
    out.push_str(&shared::closing(report, language));
    out.push('\n');
    out
}

fn line(command: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)))
        .collect();
    format!("::{command} {}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
