//! The schemas that a template gives: of its parameters, and of its Constraints.

use std::sync::LazyLock;

use super::super::fields::{field, nested, quoted};
use super::super::{Problem, Schema};
use super::check_version;
use crate::engine::Value;

#[derive(Debug)]
pub(super) struct Schemas {
    /// Of `spec.parameters`; `None`: there are no parameters.
    pub(super) parameters: Option<Schema>,
    /// Of a whole constraint.
    pub(super) constraint: Schema,
}

impl Schemas {
    pub(super) fn of(parameters: Option<Schema>) -> Schemas {
        let constraint = match &parameters {
            Some(schema) => CONSTRAINT.with_property(&["spec", "parameters"], schema),
            None => CONSTRAINT.clone(),
        };
        Schemas {
            parameters,
            constraint,
        }
    }

    /// Those of a template that was read before. Were it wrong after all, nothing would be accepted.
    pub(super) fn read_again(template: &Value) -> Schemas {
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        let legacy_version = check_version(template, &mut problems);
        let schema = read(template, legacy_version, &mut problems, &mut notes);
        if problems.is_empty() {
            return Schemas::of(schema);
        }
        Schemas {
            parameters: Some(Schema::nothing()),
            constraint: Schema::nothing(),
        }
    }
}

/// Where the file is broken, nothing is accepted by mistake: see the test.
static CONSTRAINT: LazyLock<Schema> = LazyLock::new(|| {
    let text = include_str!("../constraint.yaml");
    serde_yaml::from_str::<Value>(text)
        .ok()
        .and_then(|value| Schema::parse(&value, "", false, &mut Vec::new()).ok())
        .unwrap_or_else(Schema::nothing)
});

pub(super) fn read(
    value: &Value,
    legacy_version: bool,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Problem>,
) -> Option<Schema> {
    let path = "spec.crd.spec.validation";
    let validation = nested(value, &["spec", "crd", "spec", "validation"]);
    let legacy = match validation.and_then(|validation| field(validation, "legacySchema")) {
        None => legacy_version,
        Some(Value::Bool(legacy)) => *legacy,
        Some(other) => {
            let message = format!("expected true or false, got {}", quoted(other));
            problems.push(Problem::new(format!("{path}.legacySchema"), message));
            return None;
        }
    };
    let Some(schema) = validation.and_then(|validation| field(validation, "openAPIV3Schema"))
    else {
        return legacy.then(Schema::anything);
    };
    match Schema::parse(schema, &format!("{path}.openAPIV3Schema"), legacy, notes) {
        Ok(schema) => Some(schema),
        Err(wrong) => {
            problems.extend(wrong);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_schema_of_constraints_is_read() {
        let value = Value::from_json_str(r#"{"spec": {"match": {"kinds": []}}}"#).unwrap();
        assert!(CONSTRAINT.validate(&value, "").is_empty());
        assert!(CONSTRAINT.unknown_fields(&value, "", true).is_empty());
    }
}
