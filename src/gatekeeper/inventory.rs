//! What a cluster would know besides the object under review: `data.inventory`, and Namespaces.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fields::{field, group_version, nested, set, set_metadata, string_at};
use super::matching::{labels, with_name_label};
use crate::engine::Value;

type Names = BTreeMap<String, Value>;
type Kinds = BTreeMap<String, Names>;
type Versions = BTreeMap<String, Kinds>;

/// The objects that policies can look up: `cluster[groupVersion][kind][name]` and
/// `namespace[namespace][groupVersion][kind][name]`.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    cluster: Versions,
    namespace: BTreeMap<String, Versions>,
}

impl Inventory {
    /// Adds `object`, as [`super::Scopes::complete`] leaves it; the last one of a name stays.
    /// Objects without an apiVersion or a kind are left out.
    pub fn add(&mut self, object: &Value) {
        let (_, version) = group_version(object);
        let api_version = string_at(object, &["apiVersion"]).unwrap_or_default();
        let kind = string_at(object, &["kind"]).unwrap_or_default();
        if version.is_empty() || kind.is_empty() {
            return;
        }
        let metadata = |key| string_at(object, &["metadata", key]).filter(|text| !text.is_empty());
        // The name that the API server would make up is not known; its beginning is.
        let name = metadata("name")
            .or_else(|| metadata("generateName"))
            .unwrap_or_default();
        let versions = match metadata("namespace") {
            None => &mut self.cluster,
            Some(namespace) => self.namespace.entry(namespace.to_owned()).or_default(),
        };
        let kinds = versions.entry(api_version.to_owned()).or_default();
        kinds
            .entry(kind.to_owned())
            .or_default()
            .insert(name.to_owned(), object.clone());
    }

    /// The value of `data.inventory`. Both trees are there, empty or not.
    pub fn value(&self) -> Value {
        let kinds = |kinds: &Kinds| tree(kinds, |names| tree(names, Value::clone));
        let versions = |versions: &Versions| tree(versions, kinds);
        let mut inventory = Value::new_object();
        set(&mut inventory, "cluster", versions(&self.cluster));
        set(&mut inventory, "namespace", tree(&self.namespace, versions));
        inventory
    }
}

fn tree<T>(map: &BTreeMap<String, T>, value: impl Fn(&T) -> Value) -> Value {
    let mut object = Value::new_object();
    for (key, item) in map {
        set(&mut object, key, value(item));
    }
    object
}

/// The Namespaces of the cluster, by name.
#[derive(Clone, Debug, Default)]
pub struct Namespaces {
    known: BTreeMap<Arc<str>, Namespace>,
}

#[derive(Clone, Debug)]
struct Namespace {
    object: Value,
    labels: Value,
}

impl Namespaces {
    /// Takes note of `object` if it is a Namespace; the last one of a name stays.
    pub fn add(&mut self, object: &Value) {
        let (group, version) = group_version(object);
        let is_namespace = group.is_empty()
            && !version.is_empty()
            && string_at(object, &["kind"]) == Some("Namespace");
        let name = string_at(object, &["metadata", "name"]).filter(|name| !name.is_empty());
        let (true, Some(name)) = (is_namespace, name) else {
            return;
        };
        let given = nested(object, &["metadata", "labels"]);
        let labels = with_name_label(&labels(given), name);
        let mut object = object.clone();
        if given != Some(&labels) {
            set_metadata(&mut object, "labels", labels.clone());
        }
        self.known
            .insert(Arc::from(name), Namespace { object, labels });
    }

    /// Takes for granted that the Namespace `name` exists, without labels of its own, unless it is
    /// known already.
    pub fn assume(&mut self, name: &str) {
        if name.is_empty() || self.known.contains_key(name) {
            return;
        }
        let mut object = Value::new_object();
        set(&mut object, "apiVersion", Value::from("v1"));
        set(&mut object, "kind", Value::from("Namespace"));
        set_metadata(&mut object, "name", Value::from(name));
        self.add(&object);
    }

    /// The labels of a Namespace, its name among them; `None` where it is not known.
    pub fn labels(&self, name: &str) -> Option<&Value> {
        self.known.get(name).map(|namespace| &namespace.labels)
    }

    /// The Namespace itself; `None` where it is not known.
    pub fn object(&self, name: &str) -> Option<&Value> {
        self.known.get(name).map(|namespace| &namespace.object)
    }

    /// The names that are known, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(|name| &**name)
    }
}

/// Whether `object` is an AdmissionReview, which holds the object that it is about.
pub(super) fn is_of(object: &Value, group: &str, kind: &str) -> bool {
    group_version(object).0 == group
        && field(object, "kind").is_some_and(|given| *given == Value::from(kind))
}
