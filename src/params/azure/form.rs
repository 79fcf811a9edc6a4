//! Which of Azure's forms a file has, and where in it the parameters stand.

use crate::engine::Value;
use crate::manifest::Step;

use super::{entry, text};

/// One set of parameters in a file.
pub(super) struct Part<'v> {
    /// What holds `policyDefinitionId`, `notScopes` and the rest: an assignment, a definition, or the
    /// file as a whole.
    pub(super) holder: &'v Value,
    /// Where that stands.
    pub(super) path: Vec<Step>,
    /// The object around `properties`: it has the `id` and `name` of a definition.
    pub(super) outer: &'v Value,
    /// The parameters, and where they stand; `None` where there are none.
    pub(super) parameters: Option<(&'v Value, Vec<Step>)>,
    /// The key below each parameter that has its value.
    pub(super) wrapper: &'static str,
}

/// What makes a mapping an assignment or a definition.
const MARKS: [&str; 3] = ["policyDefinitionId", "policyRule", "policyDefinitions"];

/// Whether `value` has one of Azure's forms.
pub(super) fn is_azures(value: &Value) -> bool {
    match value {
        // `az policy assignment list`; files of ours are never lists.
        Value::Array(items) => items.iter().any(is_azures),
        Value::Object(_) => {
            let marked = |value: &Value| MARKS.iter().any(|mark| entry(value, mark).is_some());
            let properties = entry(value, "properties").map(|(_, properties)| properties);
            let schema = entry(value, "$schema").and_then(|(_, schema)| text(schema));
            marked(value)
                || properties
                    .is_some_and(|inner| marked(inner) || entry(inner, "parameters").is_some())
                || schema.is_some_and(|schema| schema.contains("deploymentParameters"))
                || entry(value, "parameters")
                    .is_some_and(|(_, inner)| is_map(inner) || is_none(inner))
                || is_map(value)
        }
        _ => false,
    }
}

/// Whether `value` holds `{"value": …}` by name.
fn is_map(value: &Value) -> bool {
    let wrapped = |value: &Value| {
        ["value", "defaultValue", "reference"]
            .iter()
            .any(|key| entry(value, key).is_some())
    };
    match value {
        Value::Object(entries) => entries.iter().any(|(_, value)| wrapped(value)),
        _ => false,
    }
}

/// Whether `value` is what Azure writes where there are no parameters.
fn is_none(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Whether `value` is an exemption, or a list of them.
pub(super) fn is_exemption(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_exemption),
        other => {
            let inner = entry(other, "properties").map_or(other, |(_, inner)| inner);
            entry(inner, "exemptionCategory").is_some()
        }
    }
}

/// The sets of parameters in a file of Azure's.
pub(super) fn parts(value: &Value) -> Vec<Part<'_>> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| part(item, vec![Step::Index(index)]))
            .collect(),
        other => vec![part(other, Vec::new())],
    }
}

fn part(value: &Value, path: Vec<Step>) -> Part<'_> {
    let below = |path: &[Step], key: String| {
        let key = Step::Key(key);
        path.iter().cloned().chain([key]).collect::<Vec<_>>()
    };
    let (holder, holder_path) = match entry(value, "properties") {
        Some((key, properties)) => (properties, below(&path, key)),
        None => (value, path),
    };
    let defines = |mark: &str| entry(holder, mark).is_some();
    let wrapper = if defines("policyRule") || defines("policyDefinitions") {
        "defaultValue"
    } else {
        "value"
    };
    let parameters = match entry(holder, "parameters") {
        Some((_, Value::Null)) => None,
        Some((key, parameters)) => Some((parameters, below(&holder_path, key))),
        None if MARKS.iter().any(|mark| defines(mark)) => None,
        None => Some((holder, holder_path.clone())),
    };
    Part {
        holder,
        path: holder_path,
        outer: value,
        parameters,
        wrapper,
    }
}
