//! JSON Schemas of parameter files: what a template's own schema says, with what shapes the
//! Constraint, so that editors complete and check them.

use serde_json::{Map, Value, json};

use super::{Bundle, OF_THE_CONSTRAINT, Policy};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a file for `--params`; `meaning` says what a parameter means.
pub fn parameters_schema(
    bundle: &Bundle,
    meaning: impl Fn(&Policy, &str) -> Option<String> + Copy,
) -> Value {
    let mut properties = Map::new();
    for policy in bundle
        .policies
        .iter()
        .filter(|policy| !policy.parameters.is_empty())
    {
        properties.insert(policy.id.to_string(), mapping(policy, meaning));
    }
    json!({
        "$schema": DIALECT,
        "title": "Parameters for sekisho",
        "description": "Values of policies by the policy's id.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
    })
}

/// The schema of the parameters of `policy` alone.
pub fn policy_schema(
    policy: &Policy,
    meaning: impl Fn(&Policy, &str) -> Option<String> + Copy,
) -> Value {
    let mut schema = mapping(policy, meaning);
    if let Value::Object(fields) = &mut schema {
        fields.insert("$schema".to_owned(), DIALECT.into());
    }
    schema
}

fn mapping(policy: &Policy, meaning: impl Fn(&Policy, &str) -> Option<String> + Copy) -> Value {
    let declared = &policy.template.raw["spec"]["crd"]["spec"]["validation"]["openAPIV3Schema"];
    let mut properties = Map::new();
    for name in policy.parameters.keys() {
        let mut schema = if OF_THE_CONSTRAINT.contains(&name.as_str()) {
            of_the_constraint(name)
        } else {
            let json = declared["properties"][name.as_str()].to_json_str();
            let json = json.ok().and_then(|text| serde_json::from_str(&text).ok());
            translated(json.unwrap_or(Value::Bool(true)))
        };
        if let Value::Object(fields) = &mut schema {
            if let Some(text) = meaning(policy, name) {
                fields.insert("description".to_owned(), text.into());
            }
            let default = policy.defaults.get(name);
            let default = default.and_then(|value| value.to_json_str().ok());
            if let Some(value) = default.and_then(|text| serde_json::from_str(&text).ok()) {
                fields.insert("default".to_owned(), value);
            }
        }
        properties.insert(name.clone(), schema);
    }
    json!({
        "title": policy.name().en,
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
    })
}

/// Words are known in any case of letters; editors complete the usual one.
fn of_the_constraint(name: &str) -> Value {
    let word = |words: &[&str]| {
        let any_case: Vec<String> = words.iter().map(|word| any_case(word)).collect();
        json!({"anyOf": [
            {"enum": words},
            {"type": "string", "pattern": format!("^({})$", any_case.join("|"))},
        ]})
    };
    match name {
        "excludedNamespaces" | "namespaces" => json!({"anyOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": ["string", "null"]},
        ]}),
        "labelSelector" => json!({
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": {
                "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}},
                "matchExpressions": {"type": "array", "items": {
                    "type": "object",
                    "required": ["key", "operator"],
                    "properties": {
                        "key": {"type": "string"},
                        "operator": {"enum": ["In", "NotIn", "Exists", "DoesNotExist"]},
                        "values": {"type": "array", "items": {"type": "string"}},
                    },
                }},
            },
        }),
        "source" => word(&["All", "Original", "Generated"]),
        "warn" => json!({"type": ["boolean", "null"]}),
        "effect" => word(&["audit", "deny", "disabled"]),
        "whenUnconfigured" => word(&["judge", "skip"]),
        _ => json!({}),
    }
}

fn any_case(word: &str) -> String {
    let letters = word.chars();
    letters
        .map(|c| format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()))
        .collect()
}

/// OpenAPI's form as JSON Schema's: what it says by `nullable` and Kubernetes by its own words.
fn translated(schema: Value) -> Value {
    let Value::Object(fields) = schema else {
        return schema;
    };
    let nullable = fields.get("nullable") == Some(&Value::Bool(true));
    let either = fields.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true));
    let open = fields.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true));
    let closed =
        fields.contains_key("properties") && !fields.contains_key("additionalProperties") && !open;
    let mut out = Map::new();
    for (key, value) in fields {
        let value = match (key.as_str(), value) {
            ("nullable", _) => continue,
            (key, _) if key.starts_with("x-kubernetes-") => continue,
            ("properties" | "patternProperties", Value::Object(inner)) => Value::Object(
                inner
                    .into_iter()
                    .map(|(name, schema)| (name, translated(schema)))
                    .collect(),
            ),
            ("items" | "not" | "additionalProperties", inner) => translated(inner),
            ("allOf" | "anyOf" | "oneOf", Value::Array(inner)) => {
                Value::Array(inner.into_iter().map(translated).collect())
            }
            ("type", Value::String(kind)) if nullable => json!([kind, "null"]),
            (_, value) => value,
        };
        out.insert(key, value);
    }
    if either {
        out.insert("type".to_owned(), json!(["integer", "string"]));
    }
    // A field that the schema does not know would be dropped without a word.
    if closed {
        out.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(out)
}
