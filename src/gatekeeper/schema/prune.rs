//! Pruning: which fields a cluster would drop, because no schema knows them.

use super::super::fields::entries;
use super::super::fields::items;
use super::{Additional, Node, child};
use crate::engine::Value;

/// Appends the paths of the fields of `value` that `node` does not know. `resource`: `value` is an
/// object with `apiVersion`, `kind` and `metadata` of its own.
pub(super) fn unknown(
    node: Option<&Node>,
    value: &Value,
    path: &str,
    resource: bool,
    found: &mut Vec<String>,
) {
    match value {
        Value::Object(_) => {
            for (key, given) in entries(value) {
                if resource && matches!(key, "apiVersion" | "kind" | "metadata") {
                    continue;
                }
                let at = child(path, key);
                let (known, schema) = match node {
                    None => (false, None),
                    Some(node) => match (node.properties.get(key), &node.additional) {
                        (Some(property), _) => (true, Some(property)),
                        (None, Additional::Of(values)) => (true, Some(&**values)),
                        (None, _) if node.preserve => continue,
                        (None, Additional::Any) => (true, None),
                        (None, Additional::None) => (false, None),
                    },
                };
                if known {
                    let resource = schema.is_some_and(|schema| schema.embedded_resource);
                    unknown(schema, given, &at, resource, found);
                } else {
                    found.push(at);
                }
            }
        }
        Value::Array(_) => {
            let schema = node.and_then(|node| node.items.as_deref());
            // Of what is preserved, nothing is dropped further down.
            if schema.is_none() && node.is_some_and(|node| node.preserve) {
                return;
            }
            for (index, item) in items(value).enumerate() {
                let resource = schema.is_some_and(|schema| schema.embedded_resource);
                unknown(schema, item, &format!("{path}[{index}]"), resource, found);
            }
        }
        _ => {}
    }
}
