//! JSON Lines: the parts of the JSON report, a line each, for programs that read as it comes.

use std::io::{self, Write};

use serde::Serialize;

use crate::render::Look;
use crate::render::pretty::{self, Layout};
use crate::report::Report;

use super::{Document, Tool};

/// Writes the report as JSON Lines: each line is an object whose `type` says what it is. The first is
/// the `run`; where the last is not the `summary`, something was cut off.
///
/// # Errors
/// What `out` answers.
pub fn jsonl(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
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
    } = &Document::new(report, look, Layout::Line)?;
    let run = Run {
        version: *version,
        tool,
        language,
    };
    line(out, "run", &run)?;
    pretty::lines(findings.iter(), out)?;
    lines(out, "assessment", assessments)?;
    line(out, "score", score)?;
    lines(out, "skipped", skipped)?;
    lines(out, "unreadable", unreadable)?;
    lines(out, "unjudged", unjudged)?;
    lines(out, "note", notes)?;
    line(out, "summary", summary)
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

fn lines<T: Serialize>(
    out: &mut dyn Write,
    kind: &'static str,
    values: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut values = values.into_iter();
    values.try_for_each(|value| line(out, kind, &value))
}

fn line<T: Serialize>(out: &mut dyn Write, kind: &'static str, value: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { kind, value })?;
    out.write_all(b"\n")
}
