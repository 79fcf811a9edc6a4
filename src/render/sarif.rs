//! SARIF 2.1.0 (OASIS), as GitHub's code scanning and other viewers read it.

mod place;
mod results;
mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::language::Language;
use crate::report::Report;

use super::Look;
use super::pretty::pretty;
use super::shared;
use place::Location;
use results::SarifResult;
use rules::Rule;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the report as one SARIF log with one run, and a final newline.
///
/// # Errors
/// What `out` answers.
pub fn sarif(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let language = look.language;
    let troubles = shared::troubles(report).map(|trouble| Notification {
        level: "error",
        message: Message::new(trouble.sentence(language)),
        descriptor: Descriptor { id: trouble.kind },
        locations: [Location::new(trouble.path, trouble.line, trouble.column)],
    });
    let notes = report.notes.iter().map(|note| Notification {
        level: "note",
        message: Message::new(&note.message),
        descriptor: Descriptor { id: "note" },
        locations: [Location::new(&note.path, note.line, note.column)],
    });
    let notification = |id, text: &str| Described {
        id,
        short_description: Message::new(text),
    };
    let root = Base {
        description: Message::new("The folder in which sekisho ran."),
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules::all(report, language),
                    notifications: [
                        notification(shared::UNREADABLE, "A document that could not be read."),
                        notification(shared::UNJUDGED, "A judgement that could not be made."),
                        notification("note", "What a cluster would read otherwise, or refuse."),
                    ],
                },
            },
            invocations: [Invocation {
                execution_successful: report.is_complete(),
                tool_execution_notifications: troubles.chain(notes).collect(),
            }],
            language: match language {
                Language::En => "en",
                Language::Ja => "ja",
            },
            original_uri_base_ids: BTreeMap::from([(place::ROOT, root)]),
            column_kind: "unicodeCodePoints",
            results: results::all(report, language),
            properties: Totals {
                resources: report.resources,
                judged: report.judged,
                skipped_documents: report.skipped.len(),
            },
        }],
    };
    pretty(&log, out)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    language: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
    properties: Totals,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
    notifications: [Described; 3],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: &'static str,
    short_description: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    descriptor: Descriptor,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Descriptor {
    id: &'static str,
}

#[derive(Serialize)]
struct Base {
    description: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    resources: usize,
    judged: usize,
    skipped_documents: usize,
}

/// A text, without markup.
#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    fn new(text: impl Into<String>) -> Self {
        Message { text: text.into() }
    }
}
