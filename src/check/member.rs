//! Fields of objects by their names.

use crate::engine::Value;

/// The field `name` of `value`; undefined where there is none. By comparing keys: to look one up, a
/// value would have to be made of the name.
pub(super) fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let entries = value.as_object().ok();
    let mut entries = entries.into_iter().flat_map(|object| object.iter());
    let found = entries.find(|(key, _)| matches!(key, Value::String(key) if **key == *name));
    found.map_or(&Value::Undefined, |(_, value)| value)
}
