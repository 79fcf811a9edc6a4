//! What makes a finding disappear, in words.

use crate::engine::Value;
use crate::report::{Cause, Edit, Instead};

use super::words::Words;

/// All edits of a cause; fields and values are `quoted`.
pub(super) fn edits(cause: &Cause, words: &Words) -> String {
    let edits: Vec<String> = cause.edits.iter().map(|one| edit(one, words)).collect();
    edits.join(words.and)
}

fn edit(edit: &Edit, words: &Words) -> String {
    let field = format!("`{}`", edit.field);
    match &edit.instead {
        Instead::Absent => (words.remove)(&field),
        Instead::Is(value) => (words.set)(&field, &short(value)),
        Instead::Other => (words.change)(&field, &edit.now.as_ref().map(short).unwrap_or_default()),
    }
}

// A value in a sentence: one that would fill lines is cut.
fn short(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("`{}…`", text.get(..at).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}
