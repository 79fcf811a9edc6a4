//! `<<`: one mapping taken into another.

use std::collections::BTreeMap;

use crate::engine::Value;

/// Merges as go-yaml does: at this point, over what is there; of several mappings the first wins.
pub(crate) fn merge(
    map: &mut BTreeMap<Value, Value>,
    value: Value,
    alias: bool,
) -> Result<(), String> {
    let wrong = || "`<<` expects a mapping or a sequence of mappings".to_owned();
    let mut add = |value: &Value| match value {
        Value::Object(object) => {
            map.extend(
                object
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone())),
            );
            Ok(())
        }
        _ => Err(wrong()),
    };
    match &value {
        Value::Object(_) => add(&value),
        Value::Array(values) if !alias => values.iter().rev().try_for_each(add),
        _ => Err(wrong()),
    }
}
