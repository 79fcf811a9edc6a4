//! JSON Lines: the parts of the JSON report, a line each, for programs that read as it comes.

use serde::Serialize;

use crate::language::Language;
use crate::report::Report;

use super::{Document, Tool};

/// The report as JSON Lines: each line is an object whose `type` says what it is. The first is the
/// `run`; where the last is not the `summary`, something was cut off.
pub fn jsonl(report: &Report, language: Language) -> String {
    let document = Document::new(report, language);
    let mut out = String::new();
    let Document {
        version,
        tool,
        language,
        summary,
        findings,
        assessments,
        score,
        skipped,
        unreadable,
        unjudged,
        notes,
    } = &document;
    let run = Run {
        version: *version,
        tool,
        language,
    };
    out.push_str(&line("run", &run));
    lines(&mut out, "finding", findings);
    lines(&mut out, "assessment", assessments);
    out.push_str(&line("score", score));
    lines(&mut out, "skipped", skipped);
    lines(&mut out, "unreadable", unreadable);
    lines(&mut out, "unjudged", unjudged);
    lines(&mut out, "note", notes);
    out.push_str(&line("summary", summary));
    out
}

#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    value: &'a T,
}

#[derive(Serialize)]
struct Run<'a> {
    version: u32,
    tool: &'a Tool,
    language: &'static str,
}

fn lines<T: Serialize>(out: &mut String, kind: &'static str, values: &[T]) {
    for value in values {
        out.push_str(&line(kind, value));
    }
}

fn line<T: Serialize>(kind: &'static str, value: &T) -> String {
    // Texts, numbers and maps with text keys: there is nothing that could fail.
    let mut line = serde_json::to_string(&Line { kind, value }).unwrap_or_default();
    line.push('\n');
    line
}
