//! Values as YAML that people read: blocks, texts of several lines as they are.

use crate::engine::Value;

/// `value` as a YAML document.
pub fn document(value: &Value) -> String {
    let mut out = String::new();
    node(value, 0, &mut out);
    out
}

/// An entry of a block mapping whose keys stand `indent` columns in.
pub(super) fn entry(key: &str, value: &Value, indent: usize) -> String {
    let mut out = String::new();
    pair(key, value, indent, &mut out);
    out
}

fn node(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries.iter_sorted() {
                let key = match key {
                    Value::String(text) => text.to_string(),
                    other => other.to_string(),
                };
                pair(&key, value, indent, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items.iter() {
                list_item(item, indent, out);
            }
        }
        other => {
            out.push_str(&scalar(other, indent));
            out.push('\n');
        }
    }
}

fn pair(key: &str, value: &Value, indent: usize, out: &mut String) {
    out.push_str(&" ".repeat(indent));
    out.push_str(&word(key));
    out.push(':');
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            out.push('\n');
            node(value, indent + 2, out);
        }
        // The dashes stand below the key, as in Kubernetes' own documents.
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            node(value, indent, out);
        }
        other => {
            out.push(' ');
            out.push_str(&scalar(other, indent));
            out.push('\n');
        }
    }
}

fn list_item(item: &Value, indent: usize, out: &mut String) {
    let mut inner = String::new();
    match item {
        Value::String(_) => {
            inner.push_str(&scalar(item, indent));
            inner.push('\n');
        }
        _ => node(item, indent + 2, &mut inner),
    }
    out.push_str(&" ".repeat(indent));
    out.push_str("- ");
    // The first line of what is nested goes behind the dash.
    out.push_str(
        inner
            .strip_prefix(&" ".repeat(indent + 2))
            .unwrap_or(&inner),
    );
}

/// A scalar, or an empty collection; lines after the first are `indent + 2` columns in.
fn scalar(value: &Value, indent: usize) -> String {
    match value {
        Value::String(text) if text.contains('\n') => {
            block(text, indent + 2).unwrap_or_else(|| quoted(text))
        }
        Value::String(text) => word(text),
        Value::Undefined => "null".to_owned(),
        other => other.to_json_str().unwrap_or_else(|_| "null".to_owned()),
    }
}

/// A literal block, where one can say the text.
fn block(text: &str, indent: usize) -> Option<String> {
    let sayable = |c: char| {
        matches!(c, '\t' | '\n' | ' '..='~' | '\u{A1}'..='\u{2027}' | '\u{202A}'..='\u{D7FF}')
            || (c >= '\u{E000}' && c != '\u{FEFF}' && c < '\u{FFFE}')
            || c >= '\u{10000}'
    };
    if !text.chars().all(sayable) || text.trim_matches('\n').is_empty() {
        return None;
    }
    let mut out = "|".to_owned();
    // The first line would otherwise tell how far in all lines are.
    if text.starts_with(['\n', ' ', '\t']) {
        out.push('2');
    }
    let body = text.trim_end_matches('\n');
    match text.len() - body.len() {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    let after = text.len().saturating_sub(body.len()).saturating_sub(1);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
    }
    out.push_str(&"\n".repeat(after));
    Some(out)
}

/// A text on one line: plain where every reader of YAML takes it for a text.
fn word(text: &str) -> String {
    const WORDS: [&str; 10] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan",
    ];
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    // JSON's strings are YAML's, but for what YAML takes for the end of a line or leaves out.
    let json = serde_json::Value::from(text).to_string();
    let mut out = String::new();
    for c in json.chars() {
        match c {
            '\u{7F}'..='\u{A0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{FEFF}'
            | '\u{FFFE}'
            | '\u{FFFF}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            other => out.push(other),
        }
    }
    out
}
