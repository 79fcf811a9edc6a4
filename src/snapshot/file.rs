//! One snapshot's file: a header between two lines of `---`, then the text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::compare::Statement;

use super::text;

/// What insta calls the expression whose value was recorded: it tells our snapshots from those of
/// tests in the same folder.
const EXPRESSION: &str = "sekisho snapshot";

const FENCE: &str = "---";

/// What was recorded of one manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The manifest's name.
    pub source: Arc<str>,
    /// What was said of it, in order.
    pub statements: Vec<Statement>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(default)]
    source: String,
    #[serde(default)]
    expression: String,
}

impl Snapshot {
    /// The file's text.
    pub fn to_text(&self) -> String {
        let header = Header {
            source: self.source.to_string(),
            expression: EXPRESSION.to_owned(),
        };
        // Two texts in a mapping: there is nothing that could fail.
        let header = serde_yaml::to_string(&header).unwrap_or_default();
        let body = text::write(&self.statements);
        format!("{FENCE}\n{header}{FENCE}\n{body}")
    }

    /// Reads a file's text; `None` where it is a snapshot of somebody else's.
    pub(super) fn parse(file: &str) -> Result<Option<Snapshot>, String> {
        let Some(header) = header(file) else {
            return Ok(None);
        };
        let body = body(file);
        let source = header.source.as_str().into();
        let statements = text::read(&body, &source)?;
        Ok(Some(Snapshot { source, statements }))
    }

    /// The source of a snapshot of ours.
    pub(super) fn source_of(file: &str) -> Option<Arc<str>> {
        header(file).map(|header| header.source.as_str().into())
    }
}

fn header(file: &str) -> Option<Header> {
    let mut lines = file.lines();
    if lines.next()?.trim_end() != FENCE {
        return None;
    }
    let header: Vec<&str> = lines.take_while(|line| line.trim_end() != FENCE).collect();
    let header: Header = serde_yaml::from_str(&header.join("\n")).ok()?;
    (header.expression == EXPRESSION).then_some(header)
}

/// What stands below the header.
pub(super) fn body(file: &str) -> String {
    let below = file
        .lines()
        .skip(1)
        .skip_while(|line| line.trim_end() != FENCE);
    let mut body = String::new();
    for line in below.skip(1) {
        body.push_str(line);
        body.push('\n');
    }
    body
}
