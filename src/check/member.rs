//! Fields of objects by their names.

use crate::engine::Value;

/// The field `name` of `value`; undefined where there is none. By comparing keys: to look one up, a
/// value would have to be made of the name.
pub(super) fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let Value::Object(entries) = value else {
        return &Value::Undefined;
    };
    for (key, value) in entries.iter() {
        if matches!(key, Value::String(key) if **key == *name) {
            return value;
        }
    }
    &Value::Undefined
}
