//! Reading fields of objects as Kubernetes does: null is absent, an odd type is no match.

use std::sync::Arc;

use crate::engine::{self, Value};

/// The field `key` of `value`; `None` where it is missing, null, or `value` is no object.
pub(super) fn field<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match engine::field(value, key) {
        Value::Null | Value::Undefined => None,
        found => Some(found),
    }
}

/// The field at the end of `path`.
pub(super) fn nested<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |at, key| field(at, key))
}

/// The string at the end of `path`.
pub(super) fn string_at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    string(nested(value, path)?)
}

/// The string that `value` is.
pub(super) fn string(value: &Value) -> Option<&str> {
    value.as_string().ok().map(|text| &**text)
}

/// The string that `value` is, shared.
pub(super) fn shared(value: &Value) -> Option<Arc<str>> {
    value.as_string().ok().cloned()
}

/// The entries of an object whose keys are strings, in the order of the keys.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().ok();
    object.into_iter().flat_map(|object| {
        object
            .iter_sorted()
            .filter_map(|(key, value)| Some((string(key)?, value)))
    })
}

/// The items of an array; none where `value` is none.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value
        .as_array()
        .ok()
        .into_iter()
        .flat_map(|array| array.iter())
}

/// `apiVersion` taken apart: group and version.
pub(super) fn group_version(object: &Value) -> (&str, &str) {
    let text = string_at(object, &["apiVersion"]).unwrap_or_default();
    text.split_once('/').unwrap_or(("", text))
}

/// Sets `key` of `object`; whatever is no object becomes one.
pub(super) fn set(object: &mut Value, key: &str, value: Value) {
    if !matches!(object, Value::Object(_)) {
        *object = Value::new_object();
    }
    if let Ok(object) = object.as_object_mut() {
        object.insert(Value::from(key), value);
    }
}

/// `object.metadata.key = value`.
pub(super) fn set_metadata(object: &mut Value, key: &str, value: Value) {
    let mut metadata = field(object, "metadata")
        .cloned()
        .unwrap_or_else(Value::new_object);
    set(&mut metadata, key, value);
    set(object, "metadata", metadata);
}

/// What JSON calls the type of `value`, with its article.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null | Value::Undefined => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) | Value::Set(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// `value` as short JSON in backticks, for an error.
pub(super) fn quoted(value: &Value) -> String {
    const WIDTH: usize = 60;
    let text = match value {
        Value::String(text) => text.to_string(),
        other => other.to_json_str().unwrap_or_default(),
    };
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > WIDTH {
        format!("`{}…`", text.chars().take(WIDTH).collect::<String>())
    } else {
        format!("`{text}`")
    }
}
