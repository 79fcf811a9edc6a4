//! One value of Azure's as a value of ours.

use crate::engine::Value;

use super::{Kind, Parameter, entry};

/// Takes the value out of `given`, which is the entry of a parameter; `None` where it gives none,
/// as a definition may.
pub(super) fn unwrapped<'v>(
    name: &str,
    given: &'v Value,
    wrapper: &str,
) -> Result<Option<&'v Value>, String> {
    if let Some((_, value)) = entry(given, wrapper) {
        return Ok(Some(value));
    }
    if wrapper == "defaultValue" {
        return Ok(None);
    }
    if entry(given, "reference").is_some() {
        return Err(format!(
            "`{name}` refers to a key vault, which is not read here; expected {{\"value\": …}}"
        ));
    }
    Err(format!(
        "`{name}` is {}; expected {{\"value\": …}}",
        shown(given)
    ))
}

/// `value` for a parameter of ours; its type has to be the one that Azure gives the parameter.
pub(super) fn converted(name: &str, value: &Value, known: &Parameter) -> Result<Value, String> {
    if let Value::String(text) = value
        && is_expression(text)
    {
        return Err(format!(
            "`{name}` is the expression `{text}`; expected the value that it comes to"
        ));
    }
    if !known.kind.fits(value) {
        let hint = match (known.kind, value) {
            (Kind::Array, Value::String(text)) => {
                let items: Vec<&str> = text.split(';').map(str::trim).collect();
                format!(", here {}", serde_json::Value::from(items))
            }
            _ => String::new(),
        };
        return Err(format!(
            "`{name}` is {}; expected {}{hint}",
            shown(value),
            known.kind.expected()
        ));
    }
    match value {
        Value::Array(items) => Ok(split(items.iter())),
        other => Ok(other.clone()),
    }
}

/// The portal's field for a list says to put `;` between entries; whoever follows it elsewhere gives
/// several entries as one.
fn split<'v>(items: impl Iterator<Item = &'v Value>) -> Value {
    let mut list = Vec::new();
    for item in items {
        match item {
            Value::String(text) if text.contains(';') => {
                let parts = text.split(';').map(str::trim);
                list.extend(parts.filter(|part| !part.is_empty()).map(Value::from));
            }
            other => list.push(other.clone()),
        }
    }
    Value::from(list)
}

/// A template's expression, which only a deployment can evaluate. A regular expression may begin
/// with a bracket too.
fn is_expression(text: &str) -> bool {
    let Some(inner) = text
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
    else {
        return false;
    };
    let call = inner.split('(').next().unwrap_or_default();
    inner.contains('(') && !call.is_empty() && call.chars().all(|c| c.is_ascii_alphanumeric())
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        let start: String = text.chars().take(57).collect();
        format!("`{start}…`")
    } else {
        format!("`{text}`")
    }
}
