//! JSON as Go's `encoding/json` writes and reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Answer, Table, args, number, order};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("json.is_valid", 1, is_valid),
    ("json.marshal", 1, marshalled),
    ("json.marshal_with_options", 2, marshal_with_options),
    ("json.unmarshal", 1, unmarshal),
];

/// How deep documents may nest, as in Go's reader.
pub(super) const DEEPEST: usize = 512;

/// Line breaks and indentation of the written text.
struct Layout<'a> {
    prefix: &'a str,
    indent: &'a str,
}

/// The text of `value`: sets as arrays, keys as strings, `<`, `>` and `&` escaped.
pub(super) fn marshal(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    write(&mut out, value, None, 0)?;
    Ok(out)
}

fn write(
    out: &mut String,
    value: &Value,
    layout: Option<&Layout>,
    depth: usize,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("json: nested deeper than {DEEPEST} levels"));
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(_) => out.push_str(&number::text(value)),
        Value::String(text) => string(out, text),
        Value::Array(array) => sequence(out, array.iter().collect(), layout, depth)?,
        Value::Set(set) => sequence(out, order::sorted(set.iter()), layout, depth)?,
        Value::Object(object) => {
            let mut fields: BTreeMap<String, &Value> = BTreeMap::new();
            for (key, value) in object.iter() {
                fields.insert(key_text(key)?, value);
            }
            out.push('{');
            for (position, (key, value)) in fields.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                break_line(out, layout, depth + 1);
                string(out, key);
                out.push_str(if layout.is_some() { ": " } else { ":" });
                write(out, value, layout, depth + 1)?;
            }
            if !fields.is_empty() {
                break_line(out, layout, depth);
            }
            out.push('}');
        }
        Value::Undefined => return Err("json: an undefined value has no text".to_owned()),
    }
    Ok(())
}

/// A key that is not a string becomes its JSON text.
pub(super) fn key_text(key: &Value) -> Result<String, String> {
    match key {
        Value::String(text) => Ok(text.to_string()),
        other => marshal(other),
    }
}

fn sequence(
    out: &mut String,
    items: Vec<&Value>,
    layout: Option<&Layout>,
    depth: usize,
) -> Result<(), String> {
    out.push('[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        break_line(out, layout, depth + 1);
        write(out, item, layout, depth + 1)?;
    }
    if !items.is_empty() {
        break_line(out, layout, depth);
    }
    out.push(']');
    Ok(())
}

fn break_line(out: &mut String, layout: Option<&Layout>, depth: usize) {
    if let Some(layout) = layout {
        out.push('\n');
        out.push_str(layout.prefix);
        for _ in 0..depth {
            out.push_str(layout.indent);
        }
    }
}

/// A string as Go writes it in JSON.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn marshalled(arguments: &[Value]) -> Answer {
    marshal(args::at(arguments, 0)?).map(Value::from)
}

/// `json.marshal_with_options(value, {"indent": "\t", "prefix": "", "pretty": true})`.
fn marshal_with_options(arguments: &[Value]) -> Answer {
    let value = args::at(arguments, 0)?;
    let options = match args::at(arguments, 1)? {
        Value::Object(options) => options,
        other => return Err(args::wrong(1, other, "object")),
    };
    let (mut pretty, mut asked) = (None, false);
    let (mut indent, mut prefix) = ("\t".to_owned(), String::new());
    for (key, option) in options.iter() {
        match (key.as_string().map(AsRef::as_ref), option) {
            (Ok("pretty"), Value::Bool(value)) => pretty = Some(*value),
            (Ok("pretty"), other) => {
                return Err(format!(
                    "operand 2 must be key `pretty` failed cast to bool but got {}",
                    args::type_name(other)
                ));
            }
            (Ok("indent"), Value::String(text)) => (indent, asked) = (text.to_string(), true),
            (Ok("prefix"), Value::String(text)) => (prefix, asked) = (text.to_string(), true),
            (Ok(key @ ("indent" | "prefix")), other) => {
                return Err(format!(
                    "operand 2 must be key `{key}` failed cast to string but got {}",
                    args::type_name(other)
                ));
            }
            (Ok(key), _) => return Err(format!("object contained unknown key \"{key}\"")),
            (Err(_), _) => return Err("object keys must be string".to_owned()),
        }
    }
    let mut out = String::new();
    let layout = Layout {
        prefix: &prefix,
        indent: &indent,
    };
    let layout = pretty.unwrap_or(asked).then_some(&layout);
    if layout.is_some() {
        out.push_str(&prefix);
    }
    write(&mut out, value, layout, 0)?;
    Ok(Value::from(out))
}

/// Reads one JSON document; Go's reader takes no second one after it.
pub(super) fn read(text: &str) -> Answer {
    if !number::fits(text) {
        return Err("json: a number is too large".to_owned());
    }
    serde_json::from_str(&whole_characters(text)).map_err(|error| {
        let error = error.to_string();
        format!("json: {error}")
    })
}

/// Half of a surrogate pair (`\ud800` alone) is U+FFFD to Go, and an error to serde.
fn whole_characters(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    let half = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16)
            .ok()
            .filter(|code| (0xd800..0xe000).contains(code))
    };
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        match (half(at), half(at + 6)) {
            (Some(0xd800..0xdc00), Some(0xdc00..)) => at += 12,
            (Some(_), _) => {
                out.push_str(text.get(kept..at).unwrap_or_default());
                out.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            // Also over an escaped backslash.
            (None, _) => at += 2,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(out)
}

fn unmarshal(arguments: &[Value]) -> Answer {
    read(args::string(arguments, 0)?)
}

fn is_valid(arguments: &[Value]) -> Answer {
    Ok(Value::from(match args::at(arguments, 0)? {
        Value::String(text) => read(text).is_ok(),
        _ => false,
    }))
}
