//! How deep a document is.

use regorus::Value;

/// Whether `value` is nested no deeper than `limit`.
pub(super) fn is_within(value: &Value, limit: usize) -> bool {
    let Some(below) = limit.checked_sub(1) else {
        return !matches!(value, Value::Array(_) | Value::Set(_) | Value::Object(_));
    };
    // Scalars are passed over here: most values are.
    let deeper = |inner: &Value| match inner {
        Value::Array(_) | Value::Set(_) | Value::Object(_) => is_within(inner, below),
        _ => true,
    };
    match value {
        Value::Array(items) => items.iter().all(deeper),
        Value::Set(items) => items.iter().all(deeper),
        Value::Object(fields) => fields
            .iter()
            .all(|(key, inner)| deeper(key) && deeper(inner)),
        _ => true,
    }
}
