//! Whether a schema is structural, which a cluster demands of a CustomResourceDefinition.

use super::{Additional, Kind, Node, child, prune, validate};
use crate::gatekeeper::Problem;

pub(super) fn check(node: &Node, path: &str, problems: &mut Vec<Problem>) {
    let mut wrong = |at: String, message: &str| problems.push(Problem::new(at, message));
    if node.int_or_string {
        if node.kind.is_some() {
            wrong(
                child(path, "type"),
                "must be left out beside `x-kubernetes-int-or-string`",
            );
        }
    } else if node.kind.is_none() && !node.preserve {
        wrong(
            child(path, "type"),
            "missing: every field needs a type, or `x-kubernetes-preserve-unknown-fields: true`",
        );
    }
    if node.preserve && !matches!(node.kind, None | Some(Kind::Object)) {
        wrong(
            child(path, "type"),
            "must be object beside `x-kubernetes-preserve-unknown-fields`",
        );
    }
    if node.embedded_resource {
        if node.kind != Some(Kind::Object) {
            wrong(
                child(path, "type"),
                "must be object beside `x-kubernetes-embedded-resource`",
            );
        } else if !node.preserve && node.properties.is_empty() {
            wrong(
                child(path, "properties"),
                "missing beside `x-kubernetes-embedded-resource`",
            );
        }
    }
    if !node.properties.is_empty() && !matches!(node.additional, Additional::None) {
        wrong(
            child(path, "additionalProperties"),
            "cannot stand beside `properties`",
        );
    }
    if node.kind == Some(Kind::Array) && node.items.is_none() {
        wrong(
            child(path, "items"),
            "missing: the items of an array need a schema",
        );
    }
    for (name, validation) in node.value_validations() {
        check_validation(validation, node, &format!("{path}.{name}"), problems);
    }
    check_default(node, path, problems);

    for (name, property) in &node.properties {
        check(property, &child(&child(path, "properties"), name), problems);
    }
    if let Some(items) = &node.items {
        check(items, &child(path, "items"), problems);
    }
    if let Additional::Of(values) = &node.additional {
        check(values, &child(path, "additionalProperties"), problems);
    }
}

/// Inside `allOf` and its like stand only bounds, and only for fields that stand outside as well.
fn check_validation(node: &Node, outside: &Node, path: &str, problems: &mut Vec<Problem>) {
    for word in &node.generic {
        // Kubernetes' own idiom spells the two types of an int-or-string out.
        if *word == "type" && outside.int_or_string {
            continue;
        }
        let message = "cannot stand inside allOf, anyOf, oneOf or not";
        problems.push(Problem::new(child(path, word), message));
    }
    for (name, property) in &node.properties {
        let at = child(&child(path, "properties"), name);
        match outside.properties.get(name) {
            Some(outside) => check_validation(property, outside, &at, problems),
            None => {
                let message = format!("`{name}` must also stand in the `properties` outside");
                problems.push(Problem::new(at, message));
            }
        }
    }
    if let Some(items) = &node.items {
        let at = child(path, "items");
        match &outside.items {
            Some(outside) => check_validation(items, outside, &at, problems),
            None => problems.push(Problem::new(at, "`items` must also stand outside")),
        }
    }
    for (name, validation) in node.value_validations() {
        check_validation(validation, outside, &format!("{path}.{name}"), problems);
    }
}

/// A default must be what its own schema accepts and keeps.
fn check_default(node: &Node, path: &str, problems: &mut Vec<Problem>) {
    let Some(default) = &node.default else { return };
    let path = child(path, "default");
    validate::validate(node, default, &path, problems);
    let mut unknown = Vec::new();
    prune::unknown(
        Some(node),
        default,
        &path,
        node.embedded_resource,
        &mut unknown,
    );
    for field in unknown {
        problems.push(Problem::new(
            field,
            "a field of the default that the schema does not know",
        ));
    }
}
