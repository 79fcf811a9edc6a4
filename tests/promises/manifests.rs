//! Manifests are read as kubectl reads them, and every resource and field is found where it stands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bounds;
mod damage;
mod documents;
mod fields;
mod kinds;
mod real;
mod scalars;
mod sources;

use sekisho::engine::Value;
use sekisho::manifest::{self, Manifest};
use sekisho::source::Source;

fn read(text: impl Into<Vec<u8>>) -> Manifest {
    manifest::read(&Source::new("some/file.yaml", text))
}

/// The only resource of a text that has nothing else.
fn one(text: &str) -> Value {
    let manifest = read(text);
    assert_eq!(manifest.faults, [], "{text}");
    assert_eq!(manifest.resources.len(), 1, "{text}");
    manifest.resources[0].object.clone()
}

fn json(text: &str) -> Value {
    Value::from_json_str(text).unwrap()
}

/// The field of an object.
fn at<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().fold(value, |value, key| &value[*key])
}

/// `kind/name@line:column[document item]` of each resource.
fn summary(manifest: &Manifest) -> Vec<String> {
    let text = |value: &Value| {
        value
            .as_string()
            .map_or_else(|_| "-".into(), |text| text.to_string())
    };
    manifest
        .resources
        .iter()
        .map(|resource| {
            let at = &resource.location;
            let kind = text(&resource.object["kind"]);
            let name = text(&resource.object["metadata"]["name"]);
            let item = if at.item.is_empty() {
                String::new()
            } else {
                format!(" {}", at.item)
            };
            format!(
                "{kind}/{name}@{}:{}[{}{item}]",
                at.line, at.column, at.document
            )
        })
        .collect()
}

/// `line:column: message` of each fault.
fn faults(manifest: &Manifest) -> Vec<String> {
    manifest
        .faults
        .iter()
        .map(|f| format!("{}:{}: {}", f.line, f.column, f.message))
        .collect()
}

/// `line:column: message` of each note.
fn notes(manifest: &Manifest) -> Vec<String> {
    manifest
        .notes
        .iter()
        .map(|f| format!("{}:{}: {}", f.line, f.column, f.message))
        .collect()
}

fn pod(name: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n")
}

fn pod_json(name: &str) -> String {
    format!(r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}"}}}}"#)
}
