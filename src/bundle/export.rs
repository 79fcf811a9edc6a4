//! A bundle as a folder that a stock Gatekeeper takes: plain ConstraintTemplates and Constraints,
//! with their Suites and samples, and a kustomization of what is to be applied.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::gatekeeper::Constraint;

use super::pack::{manifest_only, packed};
use super::rating::{CONTROL, ID, NUMBER, REMEDIATION, SEVERITY};
use super::{Bundle, Policy, Severity, emit};

/// The SyncSet.
pub(super) const SYNC: &str = "sync.yaml";

const IGNORED: &str = "\
# The Suites' own objects are no policies: sekisho leaves them out where it reads this folder.
samples/
";

/// The files of the folder, by path.
pub fn export(bundle: &Bundle) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut applied = Vec::new();
    for policy in &bundle.policies {
        let folder = &policy.id;
        let template = format!("{folder}/template.yaml");
        files.insert(template.clone(), emit::document(&self::template(policy)));
        applied.push(template);
        for constraint in &policy.constraints {
            let name = match policy.constraints.len() {
                1 => format!("{folder}/constraint.yaml"),
                _ => format!("{folder}/constraint-{}.yaml", constraint.name),
            };
            let text = emit::document(&annotated(policy, constraint));
            files.insert(name.clone(), text);
            applied.push(name);
        }
        for (path, text) in &policy.samples.tests {
            files.insert(format!("{folder}/{path}"), text.clone());
        }
    }
    if let Some(text) = synced(bundle) {
        files.insert(SYNC.to_owned(), text);
        applied.push(SYNC.to_owned());
    }
    let kustomization = mapping([
        ("apiVersion", "kustomize.config.k8s.io/v1beta1".into()),
        ("kind", "Kustomization".into()),
        ("resources", list(applied)),
    ]);
    files.insert(
        "kustomization.yaml".to_owned(),
        emit::document(&kustomization),
    );
    files.insert(".ignore".to_owned(), IGNORED.to_owned());
    files
}

/// The template with its Rego in it, and with the policy's id where that is another than its kind, so
/// that who reads it back finds the same.
pub(super) fn template(policy: &Policy) -> Value {
    let mut template = packed(&policy.template);
    if *policy.id != *policy.template.kind {
        let mut annotations = template["metadata"]["annotations"].clone();
        if matches!(annotations, Value::Undefined) {
            annotations = Value::new_object();
        }
        if let Ok(fields) = annotations.as_object_mut() {
            fields.insert(ID.into(), policy.id.to_string().into());
            if let Some(known) = &policy.recommendation {
                fields.insert(NUMBER.into(), known.number.to_string().into());
            }
        }
        let mut metadata = template["metadata"].clone();
        if let Ok(fields) = metadata.as_object_mut() {
            fields.insert("annotations".into(), annotations);
        }
        if let Ok(fields) = template.as_object_mut() {
            fields.insert("metadata".into(), metadata);
        }
    }
    template
}

/// The SyncSet of what the policies look up in a cluster; `None` where they look up nothing.
pub(super) fn synced(bundle: &Bundle) -> Option<String> {
    let mut kinds = Vec::new();
    let policies = bundle.policies.iter();
    for entry in policies.flat_map(|policy| policy.template.requires_sync.iter().flatten()) {
        for group in &entry.groups {
            for version in &entry.versions {
                for kind in &entry.kinds {
                    kinds.push(mapping([
                        ("group", group.as_str().into()),
                        ("kind", kind.as_str().into()),
                        ("version", version.as_str().into()),
                    ]));
                }
            }
        }
    }
    kinds.sort();
    kinds.dedup();
    (!kinds.is_empty()).then(|| emit::document(&sync_set(kinds)))
}

/// The Constraint with what a recommendation says of it, so that it is not lost.
pub(super) fn annotated(policy: &Policy, constraint: &Constraint) -> Value {
    let mut object = manifest_only(&constraint.raw);
    let severity = policy.severity_of(constraint);
    let mut annotations: BTreeMap<Value, Value> = constraint
        .annotations
        .iter()
        .map(|(key, text)| (key.as_str().into(), text.as_str().into()))
        .collect();
    let mut note = |key: &str, text: &str| {
        annotations.entry(key.into()).or_insert_with(|| text.into());
    };
    if severity != Severity::Unspecified {
        note(SEVERITY, &severity.to_string());
    }
    if let Some(control) = policy.control_of(constraint) {
        note(CONTROL, &control.name.en);
    }
    if let Some(remediation) = policy.remediation_of(constraint) {
        note(REMEDIATION, &remediation.en);
    }
    if annotations.is_empty() {
        return object;
    }
    let mut metadata = object["metadata"].clone();
    if let (Ok(metadata), annotations) = (metadata.as_object_mut(), Value::from(annotations)) {
        metadata.insert("annotations".into(), annotations);
    }
    if let Ok(fields) = object.as_object_mut() {
        fields.insert("metadata".into(), metadata);
    }
    object
}

fn sync_set(kinds: Vec<Value>) -> Value {
    mapping([
        ("apiVersion", "syncset.gatekeeper.sh/v1alpha1".into()),
        ("kind", "SyncSet".into()),
        ("metadata", mapping([("name", "sekisho".into())])),
        ("spec", mapping([("gvks", kinds.into())])),
    ])
}

fn list(texts: Vec<String>) -> Value {
    texts
        .into_iter()
        .map(Value::from)
        .collect::<Vec<_>>()
        .into()
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries.map(|(key, value)| (Value::from(key), value));
    Value::from(BTreeMap::from(entries))
}
