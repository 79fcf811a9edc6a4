//! Structural defaulting: a missing field takes its schema's default, at every depth that exists.

use super::super::fields::string;
use super::{Additional, Node};
use crate::engine::Value;

pub(super) fn with_defaults(node: &Node, value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut object = (**object).clone();
            for (name, property) in &node.properties {
                let Some(default) = &property.default else {
                    continue;
                };
                let key = Value::from(name.as_str());
                if object
                    .get(&key)
                    .is_none_or(|given| is_missing(given, property))
                {
                    object.insert(key, default.clone());
                }
            }
            let keys: Vec<Value> = object.keys().cloned().collect();
            for key in keys {
                let name = string(&key).unwrap_or_default();
                let schema = match (node.properties.get(name), &node.additional) {
                    (Some(property), _) => property,
                    (None, Additional::Of(values)) => values,
                    (None, _) => continue,
                };
                if let Some(slot) = object.get_mut(&key) {
                    *slot = of_element(schema, slot);
                }
            }
            Value::from(object)
        }
        Value::Array(array) => match &node.items {
            Some(items) => Value::from(
                array
                    .iter()
                    .map(|item| of_element(items, item))
                    .collect::<Vec<_>>(),
            ),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

fn of_element(node: &Node, value: &Value) -> Value {
    match &node.default {
        Some(default) if is_missing(value, node) => with_defaults(node, default),
        _ => with_defaults(node, value),
    }
}

/// Null counts as missing where it could not stand.
fn is_missing(value: &Value, node: &Node) -> bool {
    matches!(value, Value::Null | Value::Undefined) && !node.nullable
}
