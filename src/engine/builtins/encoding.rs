//! Base64 and query strings as Go reads and writes them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use data_encoding::{BASE64, BASE64URL, Encoding, Specification};

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("base64.decode", 1, base64_decode),
    ("base64.is_valid", 1, base64_is_valid),
    ("base64url.decode", 1, base64url_decode),
    ("urlquery.decode", 1, query_decode),
    ("urlquery.decode_object", 1, query_decode_object),
    ("urlquery.encode", 1, query_encode),
    ("urlquery.encode_object", 1, query_encode_object),
];

/// Go skips line ends and does not look at the bits that padding leaves over.
fn lenient(encoding: &Encoding) -> Option<Encoding> {
    let mut specification: Specification = encoding.specification();
    specification.ignore.push_str("\r\n");
    specification.check_trailing_bits = false;
    specification.encoding().ok()
}

static STANDARD: LazyLock<Option<Encoding>> = LazyLock::new(|| lenient(&BASE64));
static URL: LazyLock<Option<Encoding>> = LazyLock::new(|| lenient(&BASE64URL));

fn decoded(encoding: &Option<Encoding>, text: &str) -> Result<Vec<u8>, String> {
    let encoding = encoding.as_ref().ok_or_else(|| "no base64".to_owned())?;
    encoding
        .decode(text.as_bytes())
        .map_err(|error| format!("illegal base64 data at input byte {}", error.position))
}

/// Bytes as Go's JSON shows them: each that is no character becomes U+FFFD.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(std::iter::repeat_n(
            char::REPLACEMENT_CHARACTER,
            chunk.invalid().len(),
        ));
    }
    out
}

fn base64_decode(arguments: &[Value]) -> Answer {
    Ok(Value::from(text(&decoded(
        &STANDARD,
        args::string(arguments, 0)?,
    )?)))
}

fn base64_is_valid(arguments: &[Value]) -> Answer {
    Ok(Value::from(match args::at(arguments, 0)? {
        Value::String(text) => decoded(&STANDARD, text).is_ok(),
        _ => false,
    }))
}

/// The bytes of base64 in its form for URLs, padded or not.
pub(super) fn base64url(text: &str) -> Result<Vec<u8>, String> {
    let padding = match text.len() % 4 {
        _ if text.ends_with('=') => "",
        2 => "==",
        3 => "=",
        _ => "",
    };
    decoded(&URL, &format!("{text}{padding}"))
}

fn base64url_decode(arguments: &[Value]) -> Answer {
    Ok(Value::from(text(&base64url(args::string(arguments, 0)?)?)))
}

fn escape(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte))
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let code = after
                    .get(..2)
                    .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
                    .and_then(|digits| std::str::from_utf8(digits).ok())
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                let Some(code) = code else {
                    let shown =
                        String::from_utf8_lossy(after.get(..2).unwrap_or(after)).into_owned();
                    return Err(format!(
                        "invalid URL escape {}",
                        super::text::quote(&format!("%{shown}"), false)
                    ));
                };
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            byte => bytes.push(*byte),
        }
    }
    Ok(self::text(&bytes))
}

fn query_encode(arguments: &[Value]) -> Answer {
    let mut out = String::new();
    escape(&mut out, args::string(arguments, 0)?);
    Ok(Value::from(out))
}

fn query_decode(arguments: &[Value]) -> Answer {
    unescape(args::string(arguments, 0)?).map(Value::from)
}

/// `urlquery.encode_object({"a": "x", "b": ["y", "z"]})`.
fn query_encode_object(arguments: &[Value]) -> Answer {
    let object = match args::at(arguments, 0)? {
        Value::Object(object) => object,
        other => return Err(args::wrong(0, other, "object")),
    };
    let mut out = String::new();
    for (key, value) in super::order::entries(object.iter()) {
        let key = match key {
            Value::String(key) => key,
            other => {
                return Err(format!(
                    "operand 1 must be object but got object with {} key",
                    args::type_name(other)
                ));
            }
        };
        let values = match value {
            Value::String(value) => vec![std::sync::Arc::clone(value)],
            collection => args::strings(std::slice::from_ref(collection), 0)?,
        };
        for value in values {
            if !out.is_empty() {
                out.push('&');
            }
            escape(&mut out, key);
            out.push('=');
            escape(&mut out, &value);
        }
    }
    Ok(Value::from(out))
}

fn query_decode_object(arguments: &[Value]) -> Answer {
    let mut object: BTreeMap<Value, Vec<Value>> = BTreeMap::new();
    for pair in args::string(arguments, 0)?.split('&') {
        if pair.contains(';') {
            return Err("invalid semicolon separator in query".to_owned());
        }
        if pair.is_empty() {
            continue;
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        object
            .entry(Value::from(unescape(key)?))
            .or_default()
            .push(Value::from(unescape(value)?));
    }
    Ok(Value::from(
        object
            .into_iter()
            .map(|(key, values)| (key, args::list(values)))
            .collect::<BTreeMap<_, _>>(),
    ))
}
