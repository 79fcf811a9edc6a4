//! Values as OPA writes them in Rego, which is what `sprintf` prints for anything but strings and
//! numbers, and Go's quoting of strings.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::{number, order};
use crate::engine::Value;

/// The Rego text of `value`: `{"a": [1, true]}`, `{1, 2}`, `set()`.
pub(super) fn rego(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(_) => out.push_str(&number::text(value)),
        Value::String(text) => out.push_str(&quote(text, false)),
        Value::Array(array) => {
            out.push('[');
            separated(out, array.iter(), write);
            out.push(']');
        }
        Value::Set(set) if set.is_empty() => out.push_str("set()"),
        Value::Set(set) => {
            out.push('{');
            separated(out, order::sorted(set.iter()).into_iter(), write);
            out.push('}');
        }
        Value::Object(object) => {
            out.push('{');
            separated(
                out,
                order::entries(object.iter()).into_iter(),
                |out, (key, value)| {
                    write(out, key);
                    out.push_str(": ");
                    write(out, value);
                },
            );
            out.push('}');
        }
        Value::Undefined => out.push_str("undefined"),
    }
}

fn separated<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
}

/// `text` as Go's `strconv.Quote` writes it; with `ascii`, everything beyond ASCII is escaped.
pub(super) fn quote(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        escape(&mut out, c, '"', ascii);
    }
    out.push('"');
    out
}

/// `c` as Go's `strconv.QuoteRune` writes it.
pub(super) fn quote_char(c: char, ascii: bool) -> String {
    let mut out = String::from("'");
    escape(&mut out, c, '\'', ascii);
    out.push('\'');
    out
}

fn escape(out: &mut String, c: char, quote: char, ascii: bool) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        c if c == quote => {
            out.push('\\');
            out.push(c);
        }
        c if is_print(c) && (c.is_ascii() || !ascii) => out.push(c),
        c => {
            let code = u32::from(c);
            // Writing into a String cannot fail.
            let _ = match code {
                0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
                0x20..0x10000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    }
}

/// Whether Go prints `c` as it is: letters, marks, numbers, punctuation, symbols, the ASCII space.
pub(super) fn is_print(c: char) -> bool {
    static PRINTED: LazyLock<Option<::regex::Regex>> =
        LazyLock::new(|| ::regex::Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").ok());
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    let mut buffer = [0; 4];
    PRINTED
        .as_ref()
        .is_some_and(|printed| printed.is_match(c.encode_utf8(&mut buffer)))
}
