//! Policy definitions and an initiative that groups them by security control.

mod initiative;

use std::collections::BTreeMap;
use std::fmt;

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use crate::engine;
use crate::gatekeeper::Constraint;
use crate::language::Language;

use super::super::export::{SYNC, annotated, synced, template};
use super::super::rating::{CONTROL, REMEDIATION, SEVERITY};
use super::super::{Bundle, Policy, emit};
use super::{CONSTRAINT, MATCH, MODE};
use initiative::Initiative;

/// A Constraint that Azure Policy has no words for.
#[derive(Debug)]
pub struct Refusal {
    /// The Constraint.
    pub constraint: String,
    /// What has no words.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the Constraint `{}` cannot be a definition of Azure Policy: {}",
            self.constraint, self.message
        )
    }
}

/// Azure's own names for clusters.
const CLUSTERS: [&str; 2] = [
    "Microsoft.Kubernetes/connectedClusters",
    "Microsoft.ContainerService/managedClusters",
];

/// The files by path: a definition each under `definitions/`, and `initiative.json`, which names
/// the definitions as they are called in `scope`, a subscription or management group. `meaning` says
/// what a parameter of the Constraint's own means. What policies look up in a cluster is no concern
/// of Azure's: that stands in `sync.yaml`, for Gatekeeper.
///
/// # Errors
/// Every Constraint that cannot be said.
pub fn export(
    bundle: &Bundle,
    scope: &str,
    meaning: impl Fn(&Policy, &str) -> Option<String> + Copy,
) -> Result<BTreeMap<String, String>, Vec<Refusal>> {
    let mut files = BTreeMap::new();
    let mut initiative = Initiative::default();
    let mut refusals = Vec::new();
    for policy in &bundle.policies {
        for constraint in &policy.constraints {
            let name = match policy.constraints.len() {
                1 => policy.id.to_string(),
                _ => format!("{}-{}", policy.id, constraint.name),
            };
            match definition(policy, constraint, &name, meaning) {
                Ok(value) => {
                    initiative.add(policy, constraint, &name, &value, scope);
                    files.insert(format!("definitions/{name}.json"), pretty(&value));
                }
                Err(message) => refusals.push(Refusal {
                    constraint: format!("{}/{}", policy.template.kind, constraint.name),
                    message,
                }),
            }
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    files.insert("initiative.json".to_owned(), pretty(&initiative.value()));
    files.extend(synced(bundle).map(|text| (SYNC.to_owned(), text)));
    Ok(files)
}

fn definition(
    policy: &Policy,
    constraint: &Constraint,
    name: &str,
    meaning: impl Fn(&Policy, &str) -> Option<String>,
) -> Result<Value, String> {
    let raw = json_of(&constraint.raw);
    let spec = raw.get("spec").unwrap_or(&Value::Null);
    let mut parameters = Map::new();
    let (effect, warn) = effect(spec)?;
    let words = ["Audit", "Deny", "Disabled"];
    parameters.insert(
        "effect".to_owned(),
        json!({
            "type": "String",
            "metadata": {"displayName": "Effect", "description": "Audit reports, Deny refuses, Disabled turns the policy off."},
            "allowedValues": words,
            "defaultValue": effect,
        }),
    );
    let mut details = Map::new();
    let content = BASE64.encode(emit::document(&template(policy)).as_bytes());
    details.insert(
        "templateInfo".to_owned(),
        json!({"sourceType": "Base64Encoded", "content": content}),
    );
    kinds(&spec["match"], &mut details)?;
    let mut give = |name: &str, kind: &str, meaning: Option<String>, value: &Value| {
        let mut metadata = Map::new();
        metadata.insert("displayName".to_owned(), title(name).into());
        if let Some(meaning) = meaning {
            metadata.insert("description".to_owned(), meaning.into());
        }
        parameters.insert(
            name.to_owned(),
            json!({"type": kind, "metadata": metadata, "defaultValue": escaped(value)}),
        );
        Value::from(format!("[parameters('{name}')]"))
    };
    if warn {
        let value = give(
            "warn",
            "Boolean",
            meaning(policy, "warn"),
            &Value::Bool(true),
        );
        details.insert("warn".to_owned(), value);
    }
    for (key, empty) in MATCH
        .iter()
        .zip([json!([]), json!([]), json!({}), json!(null)])
    {
        let said = spec["match"].get(*key);
        if said.is_none() && empty.is_null() {
            continue;
        }
        let value = said.cloned().unwrap_or(empty);
        let kind = kind_of(&Value::Null, &value);
        details.insert(
            (*key).to_owned(),
            give(key, kind, meaning(policy, key), &value),
        );
    }
    let declared = json_of(&policy.template.raw);
    let declared = declared.pointer("/spec/crd/spec/validation/openAPIV3Schema/properties");
    let declared = |key: &str| {
        declared
            .and_then(|all| all.get(key))
            .unwrap_or(&Value::Null)
    };
    let mut values = Map::new();
    for (key, value) in spec["parameters"].as_object().into_iter().flatten() {
        let parameter = own_name(key);
        let text = policy.meaning(key, Language::En);
        let given = give(&parameter, kind_of(declared(key), value), text, value);
        values.insert(key.clone(), given);
    }
    for (parameter, definition) in &mut parameters {
        let allowed = declared(parameter).get("enum");
        if let (Value::Object(fields), Some(allowed @ Value::Array(_))) = (definition, allowed) {
            fields.insert("allowedValues".to_owned(), allowed.clone());
        }
    }
    details.insert("values".to_owned(), Value::Object(values));
    let title = policy.name().en;
    let known = policy.recommendation.as_ref();
    let mut properties = Map::new();
    properties.insert("displayName".to_owned(), (*title).into());
    if let Some(known) = known {
        properties.insert("description".to_owned(), (*known.description.en).into());
    }
    properties.insert("policyType".to_owned(), "Custom".into());
    properties.insert("mode".to_owned(), MODE.into());
    properties.insert("metadata".to_owned(), metadata(policy, constraint));
    properties.insert("parameters".to_owned(), Value::Object(parameters));
    properties.insert(
        "policyRule".to_owned(),
        json!({
            "if": {"field": "type", "in": CLUSTERS},
            "then": {"effect": "[parameters('effect')]", "details": details},
        }),
    );
    Ok(json!({
        "name": resource_name(name),
        "type": "Microsoft.Authorization/policyDefinitions",
        "properties": properties,
    }))
}

fn metadata(policy: &Policy, constraint: &Constraint) -> Value {
    let mut metadata = Map::new();
    metadata.insert("category".to_owned(), "Kubernetes".into());
    let version = policy
        .template
        .annotations
        .get("metadata.gatekeeper.sh/version");
    metadata.insert(
        "version".to_owned(),
        version.map_or("1.0.0", String::as_str).into(),
    );
    metadata.insert(CONSTRAINT.to_owned(), constraint.name.as_str().into());
    let annotations = json_of(&annotated(policy, constraint));
    for key in [SEVERITY, CONTROL, REMEDIATION] {
        let annotations = annotations.pointer("/metadata/annotations");
        if let Some(text) = annotations.and_then(|all| all.get(key)) {
            metadata.insert(key.to_owned(), text.clone());
        }
    }
    Value::Object(metadata)
}

/// Gatekeeper's action in Azure's words, and whether the user of kubectl is told.
fn effect(spec: &Value) -> Result<(&'static str, bool), String> {
    match spec["enforcementAction"].as_str() {
        None | Some("deny") => Ok(("Deny", false)),
        Some("dryrun") => Ok(("Audit", false)),
        Some("warn") => Ok(("Audit", true)),
        Some(other) => Err(format!("its `enforcementAction` is `{other}`")),
    }
}

/// `kinds` and `apiGroups`, of which Azure has one list each: every kind is meant in every group.
fn kinds(matches: &Value, details: &mut Map<String, Value>) -> Result<(), String> {
    let fields = matches.as_object().into_iter().flatten();
    let known = |key: &str| key == "kinds" || MATCH.contains(&key);
    if let Some((key, _)) = fields.into_iter().find(|(key, _)| !known(key)) {
        return Err(format!("its match has `{key}`"));
    }
    let entries = matches["kinds"].as_array();
    let Some(first) = entries.and_then(|entries| entries.first()) else {
        return Err("its match names no `kinds`, and Azure asks for them".to_owned());
    };
    let list = |entry: &Value, key: &str| -> Vec<String> {
        let texts = entry[key].as_array().into_iter().flatten();
        let mut texts: Vec<String> = texts.filter_map(Value::as_str).map(str::to_owned).collect();
        texts.sort();
        texts.dedup();
        texts
    };
    let mut groups = list(first, "apiGroups");
    let mut names = list(first, "kinds");
    for entry in entries.into_iter().flatten().skip(1) {
        let (more, others) = (list(entry, "apiGroups"), list(entry, "kinds"));
        if others == names {
            groups.extend(more);
        } else if more == groups {
            names.extend(others);
        } else {
            return Err("its `kinds` have groups of their own each".to_owned());
        }
    }
    for list in [&mut groups, &mut names] {
        list.sort();
        list.dedup();
        if list.iter().any(|text| text == "*") {
            return Err("its `kinds` have a `*`".to_owned());
        }
    }
    details.insert("apiGroups".to_owned(), groups.into());
    details.insert("kinds".to_owned(), names.into());
    Ok(())
}

/// A parameter of the template that is called as one of Azure's gets a name of its own.
fn own_name(key: &str) -> String {
    if MATCH.contains(&key) || ["effect", "warn"].contains(&key) {
        format!("{key}Value")
    } else {
        key.to_owned()
    }
}

fn kind_of(schema: &Value, value: &Value) -> &'static str {
    match (schema["type"].as_str(), value) {
        (Some("string"), Value::String(_)) | (_, Value::String(_)) => "String",
        (_, Value::Bool(_)) => "Boolean",
        (_, Value::Array(_)) => "Array",
        (Some("integer"), Value::Number(_)) => "Integer",
        (_, Value::Number(number)) if number.is_i64() => "Integer",
        (_, Value::Number(_)) => "Float",
        _ => "Object",
    }
}

/// A text that begins with a bracket would be taken for an expression.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') => format!("[{text}").into(),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(key, value)| (key.clone(), escaped(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// `allowedHostPaths` as `Allowed host paths`.
fn title(name: &str) -> String {
    let mut out = String::new();
    for (index, c) in name.chars().enumerate() {
        if index == 0 {
            out.extend(c.to_uppercase());
        } else if c.is_uppercase() {
            out.push(' ');
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// What a definition may be called: no more than 64 characters, few of them special.
fn resource_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = name.chars().map(plain).take(56).collect();
    format!("sekisho-{}", name.to_ascii_lowercase())
}

fn json_of(value: &engine::Value) -> Value {
    let text = value.to_json_str().unwrap_or_default();
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
