//! What a document is: a resource, a List of some, an AdmissionReview about one, or something else.

use std::ops::Range;

use super::outline::Outline;
use super::reader::{Reader, quoted};
use super::{Resource, SkipReason};
use crate::engine::Value;

/// What a document was read from.
pub(super) enum Origin<'a> {
    Json,
    Yaml {
        bytes: &'a Range<usize>,
        nth: usize,
    },
    /// Items of a List, from the number `first` on, whose document is that part of the source.
    Items {
        bytes: &'a Range<usize>,
        first: usize,
        document: &'a Range<usize>,
    },
}

/// Whether a document may hold resources that begin further in.
pub(super) fn has_parts(value: &Value) -> bool {
    matches!(field(value, "items"), Some(Value::Array(_))) || field(value, "request").is_some()
}

/// Sorts a document into the reader's lists. Nothing is said about an empty one.
pub(super) fn take(reader: &mut Reader<'_>, value: Value, outline: &Outline, origin: &Origin<'_>) {
    if matches!(value, Value::Null) {
        return;
    }
    object(reader, value, outline, "", origin, None);
}

/// Whether an object without its items is a List whatever they are.
pub(super) fn is_list(shell: &Value) -> bool {
    matches!(field(shell, "items"), Some(Value::Array(_)))
        && matches!(sort(shell, "", ""), Sort::List)
}

/// Sorts the item `number` of the List `shell` into the reader's lists.
pub(super) fn take_item(
    reader: &mut Reader<'_>,
    shell: &Value,
    value: Value,
    number: usize,
    outline: &Outline,
    origin: &Origin<'_>,
) {
    let heirs = Heirs::of(shell);
    heirs.take(reader, value, ("", number), outline, origin);
}

fn object(
    reader: &mut Reader<'_>,
    value: Value,
    outline: &Outline,
    item: &str,
    origin: &Origin<'_>,
    admission: Option<Value>,
) {
    let at = outline.start;
    match sort(&value, item, reader.file_name()) {
        Sort::Resource => {
            for complaint in metadata(&value) {
                reader.note(at, complaint);
            }
            let location = reader.location(at, item, origin);
            reader.manifest.resources.push(Resource {
                object: value,
                location,
                admission,
            });
        }
        Sort::List => list(reader, &value, outline, item, origin),
        Sort::Review => review(reader, &value, outline, item, origin),
        Sort::Skipped(reason) => reader.skip(at, item, origin, reason),
        Sort::Wrong(message) => {
            let at_item = if item.is_empty() {
                String::new()
            } else {
                format!("`{item}`: ")
            };
            reader.fault(at, format!("{at_item}{message}"));
        }
    }
}

enum Sort {
    Resource,
    List,
    Review,
    Skipped(SkipReason),
    Wrong(String),
}

fn sort(value: &Value, item: &str, file: &str) -> Sort {
    let not_kubernetes = |message: &str| {
        // Whoever writes something into a List says that it is an object.
        if item.is_empty() {
            Sort::Skipped(SkipReason::NotKubernetes)
        } else {
            Sort::Wrong(message.to_owned())
        }
    };
    if !matches!(value, Value::Object(_)) {
        return not_kubernetes("expected a Kubernetes object");
    }
    let (api_version, kind) = (field(value, "apiVersion"), field(value, "kind"));
    for (name, value) in [("kind", kind), ("apiVersion", api_version)] {
        let other = if name == "kind" { api_version } else { kind };
        if let (Some(value), Some(_)) = (value, other)
            && !matches!(value, Value::String(_) | Value::Null)
        {
            return Sort::Wrong(format!("`{name}` is not a string"));
        }
    }
    let (api_version, kind) = (text(api_version), text(kind));
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    if group == "kustomize.config.k8s.io"
        || (kind.is_empty() && matches!(file, "kustomization.yaml" | "kustomization.yml"))
    {
        return Sort::Skipped(SkipReason::Kustomization);
    }
    if matches!(group, "skaffold" | "kind.x-k8s.io" | "k3d.io")
        || (api_version == "v1" && kind == "Config")
    {
        return Sort::Skipped(SkipReason::ToolConfiguration);
    }
    match field(value, "items") {
        // kubectl takes whatever has `items` for a list. Something else of that shape may be meant,
        // where nothing in it is an object.
        Some(Value::Array(items))
            if kind.ends_with("List") || (!kind.is_empty() && items.iter().any(has_kind)) =>
        {
            return Sort::List;
        }
        Some(Value::Null) if kind.ends_with("List") => return Sort::List,
        Some(_) if kind.ends_with("List") && is_core(api_version, group) => {
            return Sort::Wrong("`items` is not a sequence".to_owned());
        }
        _ => {}
    }
    if kind == "AdmissionReview" && group == "admission.k8s.io" {
        return if field(value, "request").is_none() && field(value, "response").is_some() {
            Sort::Skipped(SkipReason::NotKubernetes)
        } else {
            Sort::Review
        };
    }
    // With these a document is meant for Kubernetes, and something is amiss.
    let meant = field(value, "metadata").is_some() || field(value, "spec").is_some();
    match (kind.is_empty(), api_version.is_empty()) {
        (false, false) => Sort::Resource,
        (true, false) if meant => Sort::Wrong("`kind` is missing".to_owned()),
        (false, true) if meant => Sort::Wrong("`apiVersion` is missing".to_owned()),
        (true, _) => not_kubernetes("`kind` is missing"),
        (false, true) => not_kubernetes("`apiVersion` is missing"),
    }
}

/// A group that Kubernetes itself serves: there a kind that ends in `List` is one.
fn is_core(api_version: &str, group: &str) -> bool {
    group.is_empty() && !api_version.is_empty()
        || matches!(
            group,
            "apps" | "batch" | "extensions" | "policy" | "autoscaling"
        )
        || group.ends_with(".k8s.io")
}

fn list(reader: &mut Reader<'_>, list: &Value, outline: &Outline, item: &str, origin: &Origin<'_>) {
    let Some(Value::Array(items)) = field(list, "items") else {
        return;
    };
    let heirs = Heirs::of(list);
    for (index, value) in items.iter().enumerate() {
        // Through an alias or a merge the items stand elsewhere: then the List's place has to do.
        let fallback = Outline::at(outline.start);
        let outline = outline.items.get(index).unwrap_or(&fallback);
        heirs.take(reader, value.clone(), (item, index), outline, origin);
    }
}

/// What the items of a List are that do not say it: what a PodList holds are Pods.
struct Heirs<'l> {
    kind: &'l str,
    api_version: &'l str,
}

impl<'l> Heirs<'l> {
    fn of(list: &'l Value) -> Heirs<'l> {
        Heirs {
            kind: text(field(list, "kind"))
                .strip_suffix("List")
                .unwrap_or_default(),
            api_version: text(field(list, "apiVersion")),
        }
    }

    /// Takes the item `index` of the List at `item`.
    fn take(
        &self,
        reader: &mut Reader<'_>,
        mut value: Value,
        (item, index): (&str, usize),
        outline: &Outline,
        origin: &Origin<'_>,
    ) {
        let inherits =
            text(field(&value, "kind")).is_empty() && text(field(&value, "apiVersion")).is_empty();
        if inherits && !self.kind.is_empty() {
            if matches!(value, Value::Null) {
                value = Value::new_object();
            }
            set(&mut value, "kind", self.kind);
            set(&mut value, "apiVersion", self.api_version);
        }
        let dot = if item.is_empty() { "" } else { "." };
        let item = format!("{item}{dot}items[{index}]");
        object(reader, value, outline, &item, origin, None);
    }
}

/// The object that an admission request is about: for a deletion the one that was there.
fn review(
    reader: &mut Reader<'_>,
    review: &Value,
    outline: &Outline,
    item: &str,
    origin: &Origin<'_>,
) {
    let request = field(review, "request");
    let candidate = |name: &str, start: Option<usize>| {
        let object = field(request?, name).filter(|object| matches!(object, Value::Object(_)))?;
        Some((
            object.clone(),
            start.unwrap_or(outline.start),
            format!("request.{name}"),
        ))
    };
    let found =
        candidate("object", outline.object).or_else(|| candidate("oldObject", outline.old_object));
    let (Some((mut value, start, name)), Some(request)) = (found, request) else {
        let message = "an AdmissionReview without `request.object` and `request.oldObject`";
        return reader.fault(outline.start, message.to_owned());
    };
    if let Some(kind) = field(request, "kind") {
        if text(field(&value, "kind")).is_empty() {
            set(&mut value, "kind", text(field(kind, "kind")));
        }
        if text(field(&value, "apiVersion")).is_empty() {
            let (group, version) = (text(field(kind, "group")), text(field(kind, "version")));
            let slash = if group.is_empty() { "" } else { "/" };
            set(
                &mut value,
                "apiVersion",
                &format!("{group}{slash}{version}"),
            );
        }
    }
    let dot = if item.is_empty() { "" } else { "." };
    let item = format!("{item}{dot}{name}");
    let location = reader.location(start, &item, origin);
    let admission = Some(request.clone());
    reader.manifest.resources.push(Resource {
        object: value,
        location,
        admission,
    });
}

/// What a cluster refuses in an object's metadata. It is judged all the same.
fn metadata(object: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    let Some(metadata) = field(object, "metadata") else {
        return complaints;
    };
    match metadata {
        Value::Object(_) => {}
        Value::Null => return complaints,
        _ => return vec!["a cluster refuses this: `metadata` is not a mapping".to_owned()],
    }
    let is_wrong = |value: &Value| !matches!(value, Value::String(_) | Value::Null);
    let complain = |path: &str, expected| {
        format!("a cluster refuses this: `metadata.{path}` is not {expected}")
    };
    for name in ["name", "namespace", "generateName"] {
        if field(metadata, name).is_some_and(is_wrong) {
            complaints.push(complain(name, "a string"));
        }
    }
    for name in ["labels", "annotations"] {
        match field(metadata, name) {
            Some(Value::Object(map)) => {
                for (key, _) in map.iter().filter(|(_, value)| is_wrong(value)) {
                    let key = quoted(text(Some(key)));
                    complaints.push(complain(&format!("{name}[{key}]"), "a string"));
                }
            }
            None | Some(Value::Null) => {}
            Some(_) => complaints.push(complain(name, "a mapping")),
        }
    }
    complaints
}

fn has_kind(value: &Value) -> bool {
    !text(field(value, "kind")).is_empty()
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(object) => object.get(&Value::from(name)),
        _ => None,
    }
}

fn text(value: Option<&Value>) -> &str {
    match value {
        Some(Value::String(text)) => text,
        _ => "",
    }
}

fn set(value: &mut Value, name: &str, content: &str) {
    if let Ok(object) = value.as_object_mut() {
        object.insert(Value::from(name), Value::from(content));
    }
}
