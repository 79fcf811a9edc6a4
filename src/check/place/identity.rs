//! Which finding it is, wherever it stands: what a baseline recognizes it by.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::engine::{self, Value};
use crate::manifest::{Step, steps};
use crate::report::{Cause, Finding, Identity, Place, Precision, ResourceRef};

/// What elements of Kubernetes' lists are told apart by.
const NAMES: [&str; 4] = ["name", "key", "host", "mountPath"];

/// What the identities of many findings begin with, hashed once for all of them.
#[derive(Clone, Debug)]
pub(crate) struct Begun(Sha256);

impl Begun {
    pub(crate) fn with(parts: &[&str]) -> Begun {
        Begun(Sha256::new()).and(parts)
    }

    fn and(mut self, parts: &[&str]) -> Begun {
        for part in parts {
            self.0.update(part.len().to_le_bytes());
            self.0.update(part);
        }
        self
    }

    fn end(&self, parts: &[&str]) -> Identity {
        let hash = self.clone().and(parts).0.finalize();
        Identity(hash.first_chunk().copied().unwrap_or_default())
    }
}

/// The finding about a field of `object`, of what its policy and Constraint began; lines and messages
/// are no part of it.
pub(crate) fn fingerprint(
    begun: &Begun,
    resource: &ResourceRef,
    object: &Value,
    field: &str,
) -> Identity {
    // A newer version of the same API has the same resources.
    let group = resource
        .api_version
        .rsplit_once('/')
        .map_or("", |(group, _)| group);
    let namespace = resource.namespace.as_deref().unwrap_or_default();
    begun.end(&[
        group,
        &resource.kind,
        namespace,
        &resource.name,
        &by_names(object, field),
    ])
}

/// The fingerprints that there are, and how often each.
#[derive(Default)]
pub(crate) struct Seen(HashMap<Identity, usize>);

impl Seen {
    /// Gives findings that are the same to [`fingerprint`] different ones, in their order; those
    /// that have no group by their place are one of their own.
    pub(crate) fn distinguish(&mut self, findings: &mut [Finding]) {
        for finding in findings {
            let count = self.0.entry(finding.fingerprint).or_insert(0);
            *count += 1;
            if *count > 1 {
                let is_alone = finding.group == finding.fingerprint;
                let parts = [&finding.fingerprint.to_string(), &*count.to_string()];
                finding.fingerprint = Begun::with(&parts).end(&[]);
                if is_alone {
                    finding.group = finding.fingerprint;
                }
            }
        }
    }
}

/// One text to change, one group: an anchor's text is one, however often it is used. `source` was
/// begun with the name of its source. None where it is not known which text to change.
pub(super) fn group(source: &Begun, place: &Place, cause: Option<&Cause>) -> Option<Identity> {
    let Place {
        precision,
        start,
        missing,
        ..
    } = place;
    if !matches!(precision, Precision::Field | Precision::Parent) {
        return None;
    }
    let edits = cause.iter().flat_map(|cause| &cause.edits);
    let further: Vec<&str> = edits.skip(1).map(|edit| &*edit.field).collect();
    Some(source.end(&[
        &start.line.to_string(),
        &start.column.to_string(),
        missing.as_deref().unwrap_or_default(),
        &further.join(" "),
    ]))
}

/// `spec.containers[name=web].image`: an element is who it says it is, else what it says, else the
/// how manieth it is.
fn by_names(object: &Value, field: &str) -> String {
    let Ok(steps) = steps(field) else {
        return field.to_owned();
    };
    let mut path = String::with_capacity(2 * field.len());
    let mut value = object;
    for step in &steps {
        match step {
            Step::Key(key) => {
                value = engine::field(value, key);
                path.push('.');
                path.push_str(key);
            }
            Step::Index(index) => {
                let elements = value.as_array().ok();
                let element = elements.and_then(|elements| elements.get(*index));
                value = element.unwrap_or(&Value::Undefined);
                path.push('[');
                call(value, *index, &mut path);
                path.push(']');
            }
        }
    }
    path
}

/// Adds what an element is called to `path`.
fn call(element: &Value, index: usize, path: &mut String) {
    let mut say = |name: &str, what: &str| {
        path.push_str(name);
        path.push('=');
        path.push_str(what);
    };
    match element {
        Value::String(text) => return say("", text),
        Value::Number(_) => return say("", &element.to_string()),
        Value::Object(_) => {
            for name in NAMES {
                if let Value::String(text) = engine::field(element, name) {
                    return say(name, text);
                }
            }
        }
        _ => {}
    }
    path.push_str(&index.to_string());
}
