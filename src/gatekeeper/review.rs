//! `input.review`: one object as admission would see it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::fields::{entries, field, group_version, set, string, string_at, type_name};
use super::inventory::is_of;
use super::problem::suggestion;
use super::{Autoreject, Match, Matcher, Namespaces, Origin, Problem, Scopes, Subject};
use crate::engine::Value;

/// What every review has, as far as nothing is known of it.
static EMPTY: LazyLock<BTreeMap<Value, Value>> = LazyLock::new(|| {
    let mut value = Value::new_object();
    fill(&mut value, &Namespaces::default());
    let fields = value.as_object().ok();
    let fields = fields.into_iter().flat_map(|fields| fields.iter());
    fields
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
});

const ADMISSION_GROUP: &str = "admission.k8s.io";

/// The fields of an admission request; those after the bar are left out where they are empty.
const FIELDS: [&str; 10] = [
    "uid",
    "kind",
    "resource",
    "operation",
    "userInfo",
    "object",
    "oldObject",
    "options",
    "name",
    "namespace",
];
const OPTIONAL: [&str; 5] = [
    "subResource",
    "requestKind",
    "requestResource",
    "requestSubResource",
    "dryRun",
];

/// What an object's surroundings add to its review.
#[derive(Clone, Copy, Debug)]
pub struct ReviewOptions<'a> {
    /// The namespace of namespaced objects that name none; empty: they stay without.
    pub fallback_namespace: &'a str,
    /// Which kinds are namespaced.
    pub scopes: &'a Scopes,
    /// Where `namespaceObject` comes from.
    pub namespaces: &'a Namespaces,
    /// Whether the object was given or generated.
    pub origin: Origin,
}

/// One object as admission would see it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Review {
    value: Value,
    /// The object, and the one that it replaces: a constraint may match either.
    subjects: Vec<Subject>,
    object: Value,
}

/// Whether `object` is an AdmissionReview: its request is to be reviewed, not itself.
pub fn is_admission_review(object: &Value) -> bool {
    is_of(object, ADMISSION_GROUP, "AdmissionReview")
}

impl Review {
    /// The review of an object as a manifest gives it. An error says what keeps it from being a
    /// Kubernetes object.
    pub fn of_object(object: &Value, options: &ReviewOptions<'_>) -> Result<Review, Problem> {
        let object = options.scopes.complete(object, options.fallback_namespace);
        let (group, version) = group_version(&object);
        let kind = string_at(&object, &["kind"]).unwrap_or_default();
        if version.is_empty() {
            return Err(Problem::new(
                "apiVersion",
                "missing: not a Kubernetes object",
            ));
        }
        if kind.is_empty() {
            return Err(Problem::new("kind", "missing: not a Kubernetes object"));
        }
        let given = string_at(&object, &["metadata", "namespace"]).unwrap_or_default();
        let namespace = if given.is_empty() && !options.scopes.is_cluster_scoped(group, kind) {
            options.fallback_namespace
        } else {
            given
        };
        let name = string_at(&object, &["metadata", "name"]).unwrap_or_default();
        let mut fields: BTreeMap<Value, Value> = EMPTY.clone();
        let mut add = |key: &str, value: Value| fields.insert(Value::from(key), value);
        add("kind", group_version_kind(group, version, kind));
        if !name.is_empty() {
            add("name", Value::from(name));
        }
        if !namespace.is_empty() {
            add("namespace", Value::from(namespace));
            if let Some(object) = options.namespaces.object(namespace) {
                add("namespaceObject", object.clone());
            }
        }
        add("object", object.clone());
        let value = Value::from(fields);
        let subjects = vec![Subject::new(&object, namespace, options.origin)];
        Ok(Review {
            value,
            subjects,
            object,
        })
    }

    /// The review of the request of an AdmissionReview. Its fields are passed through; kind, name
    /// and namespace are those of the object where the request does not say.
    pub fn of_request(
        admission_review: &Value,
        options: &ReviewOptions<'_>,
    ) -> Result<Review, Vec<Problem>> {
        let request = field(admission_review, "request")
            .filter(|request| matches!(request, Value::Object(_)))
            .ok_or_else(|| vec![Problem::new("request", "missing from the AdmissionReview")])?;
        let mut problems = check_request(request);
        let old = field(request, "oldObject");
        let deleted = string_at(request, &["operation"]) == Some("DELETE");
        if deleted && old.is_none() {
            problems.push(Problem::new(
                "request.oldObject",
                "missing: a DELETE deletes an object",
            ));
        }
        // What is deleted is what is judged.
        let object = if deleted {
            old
        } else {
            field(request, "object")
        };
        let Some(main) = object.or(old).filter(|_| problems.is_empty()) else {
            if problems.is_empty() {
                let message = "missing: expected `object` or `oldObject`";
                problems.push(Problem::new("request.object", message));
            }
            return Err(problems);
        };

        let mut value = request.clone();
        set(&mut value, "object", object.cloned().unwrap_or(Value::Null));
        let (group, version) = group_version(main);
        let kind = string_at(main, &["kind"]).unwrap_or_default();
        if string_at(request, &["kind", "kind"]).is_none() {
            set(&mut value, "kind", group_version_kind(group, version, kind));
        }
        for key in ["name", "namespace"] {
            let given = string_at(request, &[key]).filter(|text| !text.is_empty());
            // Gatekeeper takes no Namespace to be in a namespace.
            let text = if key == "namespace" && group.is_empty() && kind == "Namespace" {
                None
            } else {
                given.or_else(|| string_at(main, &["metadata", key]))
            };
            match text.filter(|text| !text.is_empty()) {
                Some(text) => set(&mut value, key, Value::from(text)),
                None => remove(&mut value, key),
            }
        }
        for key in OPTIONAL {
            let empty = field(request, key).is_none_or(|given| string(given) == Some(""));
            if empty {
                remove(&mut value, key);
            }
        }
        fill(&mut value, options.namespaces);
        let namespace = string_at(&value, &["namespace"]).unwrap_or_default();
        let subject = |object: &Value| Subject::new(object, namespace, options.origin);
        let subjects = object.into_iter().chain(old).map(subject).collect();
        let object = main.clone();
        Ok(Review {
            value,
            subjects,
            object,
        })
    }

    /// `input.review`
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object under review, completed; of a DELETE the one that is deleted.
    pub fn object(&self) -> &Value {
        &self.object
    }

    /// What a matcher sees of the object.
    pub fn subject(&self) -> Option<&Subject> {
        self.subjects.first()
    }

    /// Whether `matcher` is about the object, or about the one that it replaces.
    pub fn matches(&self, matcher: &Matcher, namespaces: &Namespaces) -> Result<Match, Autoreject> {
        let mut answer = Match::Yes;
        for (index, subject) in self.subjects.iter().enumerate() {
            match matcher.matches(subject, namespaces)? {
                Match::Yes => return Ok(Match::Yes),
                no if index == 0 => answer = no,
                Match::No(_) => {}
            }
        }
        Ok(answer)
    }
}

fn group_version_kind(group: &str, version: &str, kind: &str) -> Value {
    let of = |key: &str, text: &str| (Value::from(key), Value::from(text));
    let parts = [of("group", group), of("version", version), of("kind", kind)];
    Value::from(BTreeMap::from(parts))
}

/// Adds what every review has.
fn fill(value: &mut Value, namespaces: &Namespaces) {
    let absent = |value: &Value, key: &str| field(value, key).is_none();
    for key in ["uid", "operation"] {
        if absent(value, key) {
            set(value, key, Value::from(""));
        }
    }
    for key in ["oldObject", "options"] {
        if absent(value, key) {
            set(value, key, Value::Null);
        }
    }
    if absent(value, "resource") {
        let mut resource = Value::new_object();
        for key in ["group", "resource", "version"] {
            set(&mut resource, key, Value::from(""));
        }
        set(value, "resource", resource);
    }
    if absent(value, "userInfo") {
        set(value, "userInfo", Value::new_object());
    }
    let namespace = string_at(value, &["namespace"]).and_then(|name| namespaces.object(name));
    let namespace = namespace.cloned().unwrap_or_else(Value::new_object);
    set(value, "namespaceObject", namespace);
}

fn remove(value: &mut Value, key: &str) {
    if let Ok(object) = value.as_object_mut() {
        object.remove(&Value::from(key));
    }
}

fn check_request(request: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, given) in entries(request).filter(|(_, given)| !matches!(given, Value::Null)) {
        let path = format!("request.{key}");
        let (fits, expected) = match key {
            "uid" | "operation" | "name" | "namespace" | "subResource" | "requestSubResource" => {
                (string(given).is_some(), "a string")
            }
            "dryRun" => (matches!(given, Value::Bool(_)), "true or false"),
            "object" | "oldObject" | "options" | "kind" | "resource" | "userInfo"
            | "requestKind" | "requestResource" => (matches!(given, Value::Object(_)), "an object"),
            _ => {
                let hint = suggestion(key, FIELDS.into_iter().chain(OPTIONAL));
                problems.push(Problem::new(path, format!("unknown field{hint}")));
                continue;
            }
        };
        if !fits {
            let message = format!("expected {expected}, got {}", type_name(given));
            problems.push(Problem::new(path, message));
        } else if matches!(key, "object" | "oldObject") && string_at(given, &["kind"]).is_none() {
            problems.push(Problem::new(
                format!("{path}.kind"),
                "missing: not a Kubernetes object",
            ));
        }
    }
    problems
}
