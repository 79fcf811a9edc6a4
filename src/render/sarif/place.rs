//! Where something stands, as SARIF says it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::report::{Point, ResourceRef};

use super::Message;

/// The folder in which paths begin.
pub(super) const ROOT: &str = "%SRCROOT%";

// What RFC 3986 leaves unreserved, and the steps of a path.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

impl Location {
    /// A line, or the first of a file where no line is known.
    pub(super) fn new(path: &str, line: u32, column: u32) -> Location {
        let region = Region {
            start_line: line.max(1),
            start_column: (line > 0 && column > 0).then_some(column),
            end_line: None,
            end_column: None,
        };
        Location::of(path, region)
    }

    /// From a point to another, exclusive.
    pub(super) fn span(path: &str, start: Point, end: Point) -> Location {
        let location = Location::new(path, start.line, start.column);
        if end <= start || start.line == 0 || start.column == 0 || end.column == 0 {
            return location;
        }
        let region = Region {
            start_line: start.line,
            start_column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        };
        Location::of(path, region)
    }

    fn of(path: &str, region: Region) -> Location {
        Location {
            id: None,
            physical_location: Physical {
                artifact_location: Artifact::new(path),
                region,
            },
            logical_locations: Vec::new(),
            message: None,
        }
    }

    /// With the resource, and the field in it where one is known.
    pub(super) fn in_resource(mut self, resource: &ResourceRef, field: &str) -> Location {
        let whole = resource.to_string();
        self.logical_locations.push(Logical {
            name: resource.name.to_string(),
            fully_qualified_name: whole.clone(),
            kind: "resource",
        });
        if !field.is_empty() {
            self.logical_locations.push(Logical {
                name: field.to_owned(),
                fully_qualified_name: format!("{whole}: {field}"),
                kind: "member",
            });
        }
        self
    }

    /// As a further place: with a number, and what it is.
    pub(super) fn related(mut self, id: usize, word: &str) -> Location {
        self.id = Some(id);
        self.message = Some(Message::new(word));
        self
    }
}

impl Artifact {
    fn new(path: &str) -> Self {
        let path = path.strip_prefix("./").unwrap_or(path);
        let quoted = utf8_percent_encode(path, QUOTED).to_string();
        let on_a_drive = path.get(1..3) == Some(":/");
        if path.starts_with('/') || on_a_drive {
            let path = quoted.trim_start_matches('/').replacen("%3A", ":", 1);
            return Artifact {
                uri: format!("file:///{path}"),
                uri_base_id: None,
            };
        }
        Artifact {
            uri: quoted,
            uri_base_id: Some(ROOT),
        }
    }
}
