//! Comma-separated values (RFC 4180), for spreadsheets.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use crate::language::Language;
use crate::report::{Report, ResourceRef};

use super::shared;

const COLUMNS: [&str; 20] = [
    "type",
    "severity",
    "id",
    "name",
    "control",
    "constraint",
    "action",
    "kind",
    "namespace",
    "resource",
    "container",
    "field",
    "path",
    "line",
    "column",
    "precision",
    "missing",
    "message",
    "remediation",
    "fingerprint",
];

/// The report as a table: a row for each finding, each unreadable document, each judgement that could
/// not be made.
pub fn csv(report: &Report, language: Language) -> String {
    let mut rows: Vec<[Cow<'_, str>; COLUMNS.len()]> = Vec::new();
    for finding in &report.findings {
        let (place, [kind, namespace, name]) = (&finding.place, names(&finding.subject.resource));
        let control = finding.rule.control.as_ref();
        let remediation = finding.rule.remediation.as_ref();
        rows.push([
            "finding".into(),
            finding.rule.severity.to_string().into(),
            (*finding.rule.policy).into(),
            finding.rule.name.get(language).into(),
            control.map_or("", |it| it.name.get(language)).into(),
            (&*finding.rule.constraint).into(),
            finding.action.into(),
            kind.into(),
            namespace.into(),
            name.into(),
            finding.container.as_deref().unwrap_or_default().into(),
            shared::field_of(finding).into(),
            (*finding.subject.location.path).into(),
            place.start.line.to_string().into(),
            place.start.column.to_string().into(),
            place.precision.name().into(),
            place.missing.as_deref().unwrap_or_default().into(),
            finding.message.get(language).into(),
            remediation.map_or("", |it| it.get(language)).into(),
            finding.fingerprint.to_string().into(),
        ]);
    }
    for trouble in shared::troubles(report) {
        let [kind, namespace, name] = trouble.resource.map(names).unwrap_or_default();
        let mut row: [Cow<'_, str>; COLUMNS.len()] = Default::default();
        let cells = [
            (0, trouble.kind.into()),
            (2, trouble.policy.into()),
            (5, trouble.constraint.into()),
            (7, kind.into()),
            (8, namespace.into()),
            (9, name.into()),
            (12, trouble.path.into()),
            (13, number(trouble.line)),
            (14, number(trouble.column)),
            (17, trouble.message.into()),
        ];
        for (column, text) in cells {
            if let Some(cell) = row.get_mut(column) {
                *cell = text;
            }
        }
        rows.push(row);
    }
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Rows of one length into memory: there is nothing that could fail.
    let _ = writer.write_record(COLUMNS);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| inert(cell).into_owned()));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn names(resource: &ResourceRef) -> [&str; 3] {
    let namespace = resource.namespace.as_deref().unwrap_or_default();
    [&resource.kind, namespace, &resource.name]
}

fn number<'a>(number: u32) -> Cow<'a, str> {
    match number {
        0 => "".into(),
        number => number.to_string().into(),
    }
}

// A spreadsheet computes what begins so, and a manifest's author chooses what stands in a cell.
fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}
