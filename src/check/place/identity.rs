//! Which finding it is, wherever it stands: what a baseline recognizes it by.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::engine::Value;
use crate::manifest::{FieldPath, Step};
use crate::report::{Finding, Place, Precision, ResourceRef};

/// What elements of Kubernetes' lists are told apart by.
const NAMES: [&str; 4] = ["name", "key", "host", "mountPath"];

/// The finding of a policy about a field of `object`; lines and messages are no part of it.
pub(crate) fn fingerprint(
    policy: &str,
    constraint: &str,
    resource: &ResourceRef,
    object: &Value,
    field: &str,
) -> String {
    // A newer version of the same API has the same resources.
    let group = resource
        .api_version
        .rsplit_once('/')
        .map_or("", |(group, _)| group);
    let namespace = resource.namespace.as_deref().unwrap_or_default();
    digest(&[
        policy,
        constraint,
        group,
        &resource.kind,
        namespace,
        &resource.name,
        &by_names(object, field),
    ])
}

/// Gives findings that are the same to [`fingerprint`] different ones, in their order; and every
/// finding the group of its cause.
pub(crate) fn distinguish(findings: &mut [Finding]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            finding.fingerprint = digest(&[&finding.fingerprint, &count.to_string()]);
        }
        finding.group = group(finding);
    }
}

/// One text to change, one group: an anchor's text is one, however often it is used.
fn group(finding: &Finding) -> String {
    let Place {
        precision,
        start,
        missing,
        ..
    } = &finding.place;
    if !matches!(precision, Precision::Field | Precision::Parent) {
        return finding.fingerprint.clone();
    }
    let edits = finding.cause.iter().flat_map(|cause| &cause.edits);
    let further: Vec<&str> = edits.skip(1).map(|edit| edit.field.as_str()).collect();
    digest(&[
        &finding.location.path,
        &start.line.to_string(),
        &start.column.to_string(),
        missing.as_deref().unwrap_or_default(),
        &further.join(" "),
    ])
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let bytes: Vec<u8> = hash.finalize().into_iter().take(16).collect();
    data_encoding::HEXLOWER.encode(&bytes)
}

/// `spec.containers[name=web].image`: an element is who it says it is, else what it says, else the
/// how manieth it is.
fn by_names(object: &Value, field: &str) -> String {
    let Ok(FieldPath(steps)) = field.parse() else {
        return field.to_owned();
    };
    let mut path = String::with_capacity(2 * field.len());
    let mut value = object;
    for step in &steps {
        match step {
            Step::Key(key) => {
                value = member(value, key);
                path.push('.');
                path.push_str(key);
            }
            Step::Index(index) => {
                let elements = value.as_array().ok();
                let element = elements.and_then(|elements| elements.get(*index));
                value = element.unwrap_or(&Value::Undefined);
                path.push_str(&called(value).unwrap_or_else(|| format!("[{index}]")));
            }
        }
    }
    path
}

fn called(element: &Value) -> Option<String> {
    match element {
        Value::String(text) => Some(format!("[={text}]")),
        Value::Number(_) => Some(format!("[={element}]")),
        Value::Object(_) => NAMES.iter().find_map(|name| match member(element, name) {
            Value::String(text) => Some(format!("[{name}={text}]")),
            _ => None,
        }),
        _ => None,
    }
}

// By comparing keys: to look one up, a value would have to be made of the name.
fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let entries = value.as_object().ok();
    let mut entries = entries.into_iter().flat_map(|object| object.iter());
    let found = entries.find(|(key, _)| matches!(key, Value::String(key) if **key == *name));
    found.map_or(&Value::Undefined, |(_, value)| value)
}
