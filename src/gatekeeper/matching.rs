//! Which objects a Constraint is about: its `spec.match`, compiled once and asked often.
//!
//! All clauses must agree. They are asked in Gatekeeper's order, so that a clause that cannot
//! decide (see [`Autoreject`]) is only reached by objects that passed those before it.

use std::fmt;
use std::sync::Arc;

use super::fields::{entries, field, group_version, items, set, shared, string};
use super::{Namespaces, Problem};
use crate::engine::Value;

mod selector;
mod wildcard;

use selector::Selector;
pub(super) use selector::{is_label_key, is_label_value};
pub(super) use wildcard::Wildcard;

/// The label that the API server gives to each Namespace: its own name.
pub(super) const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// A compiled `spec.match`.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    kinds: Vec<Kinds>,
    scope: Scope,
    namespaces: Vec<Wildcard>,
    excluded_namespaces: Vec<Wildcard>,
    label_selector: Option<Selector>,
    namespace_selector: Option<Selector>,
    name: Option<Wildcard>,
    source: Option<Origin>,
}

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

/// Whether a constraint is about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It is.
    Yes,
    /// It is not, and this clause of `match` said so first.
    No(Clause),
}

/// A clause of `spec.match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    /// `kinds`
    Kinds,
    /// `scope`
    Scope,
    /// `namespaces`
    Namespaces,
    /// `excludedNamespaces`
    ExcludedNamespaces,
    /// `labelSelector`
    LabelSelector,
    /// `namespaceSelector`
    NamespaceSelector,
    /// `name`
    Name,
    /// `source`
    Source,
}

impl Clause {
    /// The clause's key in `spec.match`.
    pub fn key(self) -> &'static str {
        match self {
            Clause::Kinds => "kinds",
            Clause::Scope => "scope",
            Clause::Namespaces => "namespaces",
            Clause::ExcludedNamespaces => "excludedNamespaces",
            Clause::LabelSelector => "labelSelector",
            Clause::NamespaceSelector => "namespaceSelector",
            Clause::Name => "name",
            Clause::Source => "source",
        }
    }
}

/// It cannot be known whether the constraint is about the object, because its Namespace was not
/// given. Gatekeeper reports that as a violation with this text as its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoreject {
    /// The object's name.
    pub name: String,
    /// The Namespace that is missing.
    pub namespace: String,
}

impl fmt::Display for Autoreject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Gatekeeper's own message: suites and reports are compared by it.
        write!(
            f,
            "unable to match constraints: error matching the requested object: {} :failed to run Match \
             criteria: namespace selector for namespace-scoped object but missing Namespace",
            self.name
        )
    }
}

impl std::error::Error for Autoreject {}

#[derive(Clone, Debug)]
struct Kinds {
    /// `None`: any.
    groups: Option<Vec<Box<str>>>,
    kinds: Option<Vec<Box<str>>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    #[default]
    Any,
    Cluster,
    Namespaced,
}

impl Matcher {
    /// Compiles a `spec.match` that its schema has accepted; null and missing match everything.
    pub fn compile(value: &Value) -> Result<Matcher, Vec<Problem>> {
        let path = "spec.match";
        let mut problems = Vec::new();
        let list = |key: &str| field(value, key).map(items).into_iter().flatten();
        let wildcards = |key| list(key).filter_map(string).map(Wildcard::new).collect();
        let mut selector = |key: &str| {
            let path = format!("{path}.{key}");
            field(value, key).map(|value| Selector::compile(value, &path, &mut problems))
        };
        let matcher = Matcher {
            kinds: list("kinds").map(Kinds::new).collect(),
            scope: match field(value, "scope").and_then(string) {
                Some("Cluster") => Scope::Cluster,
                Some("Namespaced") => Scope::Namespaced,
                // Gatekeeper takes whatever else for "any", typos included.
                _ => Scope::Any,
            },
            namespaces: wildcards("namespaces"),
            excluded_namespaces: wildcards("excludedNamespaces"),
            label_selector: selector("labelSelector"),
            namespace_selector: selector("namespaceSelector"),
            name: field(value, "name")
                .and_then(string)
                .filter(|name| !name.is_empty())
                .map(Wildcard::new),
            source: match field(value, "source").and_then(string) {
                Some("Generated") => Some(Origin::Generated),
                Some("Original") => Some(Origin::Original),
                _ => None,
            },
        };
        if problems.is_empty() {
            Ok(matcher)
        } else {
            Err(problems)
        }
    }

    /// Whether the constraint is about `subject`.
    pub fn matches(&self, subject: &Subject, namespaces: &Namespaces) -> Result<Match, Autoreject> {
        if !self.kinds.is_empty() && !self.kinds.iter().any(|kinds| kinds.holds(subject)) {
            return Ok(Match::No(Clause::Kinds));
        }
        let is_namespace = subject.is_namespace();
        let cluster_scoped = is_namespace || subject.namespace.is_empty();
        let scope_holds = match self.scope {
            Scope::Any => true,
            Scope::Cluster => cluster_scoped,
            Scope::Namespaced => !cluster_scoped,
        };
        if !scope_holds {
            return Ok(Match::No(Clause::Scope));
        }
        // A Namespace is judged by its own name; an object without one cannot be disqualified.
        let namespace = if is_namespace {
            &subject.name
        } else {
            &subject.namespace
        };
        if is_namespace || !subject.namespace.is_empty() {
            let holds = |wildcard: &Wildcard| wildcard.matches(namespace);
            if !self.namespaces.is_empty() && !self.namespaces.iter().any(holds) {
                return Ok(Match::No(Clause::Namespaces));
            }
            if self.excluded_namespaces.iter().any(holds) {
                return Ok(Match::No(Clause::ExcludedNamespaces));
            }
        }
        if self
            .label_selector
            .as_ref()
            .is_some_and(|selector| !selector.matches(&subject.labels))
        {
            return Ok(Match::No(Clause::LabelSelector));
        }
        if let Some(selector) = &self.namespace_selector {
            let holds = if is_namespace {
                selector.matches(&subject.labels)
            } else if subject.namespace.is_empty() {
                true
            } else {
                let labels = namespaces
                    .labels(&subject.namespace)
                    .ok_or_else(|| Autoreject {
                        name: subject.name.to_string(),
                        namespace: subject.namespace.to_string(),
                    })?;
                selector.matches(labels)
            };
            if !holds {
                return Ok(Match::No(Clause::NamespaceSelector));
            }
        }
        if self.name.as_ref().is_some_and(|name| {
            !name.matches(&subject.name) && !name.matches_generated(&subject.generate_name)
        }) {
            return Ok(Match::No(Clause::Name));
        }
        if self.source.is_some_and(|source| source != subject.origin) {
            return Ok(Match::No(Clause::Source));
        }
        Ok(Match::Yes)
    }

    /// Whether the answer can depend on a Namespace's labels.
    pub fn needs_namespaces(&self) -> bool {
        self.namespace_selector.is_some()
    }

    /// Whether objects of this group and kind can match at all.
    pub fn covers(&self, group: &str, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|kinds| kinds.holds_kind(group, kind))
    }
}

impl Kinds {
    fn new(value: &Value) -> Self {
        let list = |key| {
            let list: Vec<Box<str>> = field(value, key)
                .map(items)
                .into_iter()
                .flatten()
                .filter_map(string)
                .map(Box::from)
                .collect();
            Some(list).filter(|list| !list.is_empty() && !list.iter().any(|word| &**word == "*"))
        };
        Kinds {
            groups: list("apiGroups"),
            kinds: list("kinds"),
        }
    }

    fn holds(&self, subject: &Subject) -> bool {
        self.holds_kind(&subject.group, &subject.kind)
    }

    fn holds_kind(&self, group: &str, kind: &str) -> bool {
        let among = |list: &Option<Vec<Box<str>>>, word: &str| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|known| &**known == word))
        };
        among(&self.kinds, kind) && among(&self.groups, group)
    }
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
pub(super) fn labels(value: Option<&Value>) -> Value {
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
pub(super) fn with_name_label(labels: &Value, name: &str) -> Value {
    let mut labels = labels.clone();
    if !name.is_empty() && field(&labels, NAME_LABEL).is_none() {
        set(&mut labels, NAME_LABEL, Value::from(name));
    }
    labels
}
