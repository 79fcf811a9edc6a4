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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::engine::Value;
    use crate::gatekeeper::Schema;

    #[test]
    fn null_takes_the_default_where_it_could_not_stand() {
        let read = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        let schema = read(
            "{type: object, properties: {list: {type: array, items: {type: integer, default: 4}}, \
             may: {type: integer, nullable: true, default: 5}, must: {type: integer, default: 6}}}",
        );
        let schema = Schema::parse(&schema, "", false, &mut Vec::new()).unwrap();
        let given = read("{list: [null, 1], may: null, must: null}");
        let expected = read("{list: [4, 1], may: null, must: 6}");
        assert_eq!(schema.with_defaults(&given), expected);
    }
}
