//! What makes a finding disappear, in words.

use crate::engine::Value;
use crate::language::Language;
use crate::report::{Edit, Finding, Instead};

use super::words::Words;

/// All edits of a finding's cause; fields and values are `quoted`.
pub(super) fn edits(finding: &Finding, words: &Words) -> String {
    let message = finding.message.get(Language::En);
    let edits = finding.cause.iter().flat_map(|cause| &cause.edits);
    let edits: Vec<String> = edits.map(|one| edit(one, message, words)).collect();
    edits.join(words.and)
}

fn edit(edit: &Edit, message: &str, words: &Words) -> String {
    let field = format!("`{}`", edit.field);
    match (&edit.instead, &edit.now) {
        // Without what a message quotes there is no message; what is meant is another value.
        (Instead::Absent, Some(now)) if is_quoted(now, message) && !is_element(&edit.field) => {
            (words.change)(&field, &short(now))
        }
        _ => plain(edit, &field, words),
    }
}

/// Whether a path leads to an element of a list, which may well go.
fn is_element(field: &str) -> bool {
    field.ends_with(']') && !field.ends_with("\"]")
}

fn is_quoted(value: &Value, message: &str) -> bool {
    match value {
        Value::String(text) => !text.is_empty() && message.contains(&**text),
        Value::Number(_) => {
            let mut words = message.split(|c: char| !c.is_alphanumeric() && c != '.');
            let number = value.to_string();
            words.any(|word| word.trim_end_matches('.') == number)
        }
        _ => false,
    }
}

fn plain(edit: &Edit, field: &str, words: &Words) -> String {
    match &edit.instead {
        Instead::Absent => (words.remove)(field),
        Instead::Is(value) => (words.set)(field, &short(value)),
        Instead::Other => (words.change)(field, &edit.now.as_ref().map(short).unwrap_or_default()),
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
