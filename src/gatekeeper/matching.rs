//! Which objects a Constraint is about: its `spec.match`, compiled once and asked often.
//!
//! All clauses must agree. They are asked in Gatekeeper's order, so that a clause that cannot
//! decide (see [`Autoreject`]) is only reached by objects that passed those before it.

use std::fmt;
use std::sync::Arc;

use super::fields::{field, items, string};
use super::{Namespaces, Problem};
use crate::engine::Value;

mod selector;
mod subject;
mod wildcard;

use selector::Selector;
pub(super) use selector::{is_label_key, is_label_value};
pub use subject::{Origin, Subject};
pub(super) use subject::{labels, with_name_label};
pub(super) use wildcard::Wildcard;

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
    pub name: Arc<str>,
    /// The Namespace that is missing.
    pub namespace: Arc<str>,
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
                        name: subject.name.clone(),
                        namespace: subject.namespace.clone(),
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

    /// Which entry of `excludedNamespaces` leaves `subject` out.
    pub fn excluded_by(&self, subject: &Subject) -> Option<usize> {
        let namespace = if subject.is_namespace() {
            &subject.name
        } else {
            &subject.namespace
        };
        let mut excluded = self.excluded_namespaces.iter();
        excluded.position(|pattern| pattern.matches(namespace))
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
