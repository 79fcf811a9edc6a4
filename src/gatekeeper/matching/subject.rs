//! What of an object a matcher looks at, read once.

use std::sync::Arc;

use super::super::fields::{entries, field, group_version, set, shared, string};
use crate::engine::Value;

/// The label that the API server gives to each Namespace: its own name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// What of an object a [`Matcher`] looks at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// API group; empty for the core group.
    pub group: Arc<str>,
    /// Kind.
    pub kind: Arc<str>,
    /// The namespace that the object is in; empty for cluster-scoped objects.
    pub namespace: Arc<str>,
    /// `metadata.name`; empty where there is none.
    pub name: Arc<str>,
    /// `metadata.generateName`; empty where there is none.
    pub generate_name: Arc<str>,
    /// `metadata.labels`: an object of strings.
    pub labels: Value,
    /// Whether the object was given or generated.
    pub origin: Origin,
}

/// Where an object comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// It was given.
    #[default]
    Original,
    /// An expansion generated it.
    Generated,
}

impl Subject {
    /// What a matcher sees of `object`. `namespace` wins over the object's own where it is not
    /// empty: it is the one that the request names.
    pub fn new(object: &Value, namespace: &str, origin: Origin) -> Subject {
        let (group, _) = group_version(object);
        let metadata = field(object, "metadata").unwrap_or(&Value::Null);
        let text = |key| {
            field(metadata, key)
                .and_then(shared)
                .unwrap_or_else(|| Arc::from(""))
        };
        let mut subject = Subject {
            group: Arc::from(group),
            kind: field(object, "kind")
                .and_then(shared)
                .unwrap_or_else(|| Arc::from("")),
            namespace: text("namespace"),
            name: text("name"),
            generate_name: text("generateName"),
            labels: labels(field(metadata, "labels")),
            origin,
        };
        if !namespace.is_empty() {
            subject.namespace = Arc::from(namespace);
        }
        if subject.is_namespace() {
            subject.labels = with_name_label(&subject.labels, &subject.name);
        }
        subject
    }

    /// Whether the object is a Namespace.
    pub fn is_namespace(&self) -> bool {
        self.group.is_empty() && &*self.kind == "Namespace"
    }
}

/// Labels as strings. An object whose labels are of other types is refused by a cluster; here the
/// words that its author meant are compared, so that no odd label hides the object from a selector.
pub(in crate::gatekeeper) fn labels(value: Option<&Value>) -> Value {
    let Some(value) = value.filter(|value| matches!(value, Value::Object(_))) else {
        return Value::new_object();
    };
    if entries(value).all(|(_, label)| string(label).is_some()) {
        return value.clone();
    }
    let mut labels = Value::new_object();
    for (key, label) in entries(value) {
        match label {
            Value::String(_) => set(&mut labels, key, label.clone()),
            Value::Bool(_) | Value::Number(_) => {
                set(
                    &mut labels,
                    key,
                    Value::from(label.to_json_str().unwrap_or_default()),
                );
            }
            _ => {}
        }
    }
    labels
}

/// A Namespace's labels as the API server completes them.
pub(in crate::gatekeeper) fn with_name_label(labels: &Value, name: &str) -> Value {
    let mut labels = labels.clone();
    if !name.is_empty() && field(&labels, NAME_LABEL).is_none() {
        set(&mut labels, NAME_LABEL, Value::from(name));
    }
    labels
}
