//! The initiative: the definitions, grouped by security control.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::gatekeeper::Constraint;

use super::super::super::Policy;
use super::title;

/// What groups the definitions.
#[derive(Default)]
pub(super) struct Initiative {
    parameters: Map<String, Value>,
    groups: BTreeMap<String, Value>,
    definitions: Vec<Value>,
}

impl Initiative {
    pub(super) fn add(
        &mut self,
        policy: &Policy,
        constraint: &Constraint,
        name: &str,
        definition: &Value,
        scope: &str,
    ) {
        let mut passed = Map::new();
        let parameters = definition.pointer("/properties/parameters");
        let parameters = parameters.and_then(Value::as_object);
        for (parameter, declared) in parameters.into_iter().flatten() {
            let outer = format!("{name}_{parameter}");
            passed.insert(
                parameter.clone(),
                json!({"value": format!("[parameters('{outer}')]")}),
            );
            let mut declared = declared.clone();
            let shown = format!("{}: {}", policy.name().en, title(parameter).to_lowercase());
            if let Some(name) = declared.pointer_mut("/metadata/displayName") {
                *name = shown.into();
            }
            self.parameters.insert(outer, declared);
        }
        let mut entry = json!({
            "policyDefinitionId": format!(
                "{}/providers/Microsoft.Authorization/policyDefinitions/{}",
                scope.trim_end_matches('/'),
                definition["name"].as_str().unwrap_or_default(),
            ),
            "policyDefinitionReferenceId": name,
            "parameters": passed,
        });
        if let Some(control) = policy.control_of(constraint) {
            if let Some(fields) = entry.as_object_mut() {
                fields.insert("groupNames".to_owned(), json!([control.id]));
            }
            let group = json!({"name": control.id, "displayName": control.name.en});
            self.groups.insert(control.id.to_string(), group);
        }
        self.definitions.push(entry);
    }

    pub(super) fn value(self) -> Value {
        json!({
            "name": "sekisho",
            "type": "Microsoft.Authorization/policySetDefinitions",
            "properties": {
                "displayName": "Kubernetes policies by security control",
                "policyType": "Custom",
                "metadata": {"category": "Kubernetes", "version": "1.0.0"},
                "parameters": self.parameters,
                "policyDefinitionGroups": self.groups.into_values().collect::<Vec<_>>(),
                "policyDefinitions": self.definitions,
            },
        })
    }
}
