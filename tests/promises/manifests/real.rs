//! Files of strangers, held against what kubectl made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sekisho::engine::Value;
use sekisho::manifest::{Manifest, SkipReason, read};
use sekisho::source::Source;

use super::fields;
use crate::corpus;

fn source(root: &Path, name: &str) -> Source {
    Source::new(name, fs::read(root.join(name)).unwrap())
}

fn text(value: &Value, path: &[&str]) -> String {
    let value = path.iter().fold(value, |value, key| &value[*key]);
    value
        .as_string()
        .map(|text| text.to_string())
        .unwrap_or_default()
}

/// Why what is read differs from what kubectl reads, if it may.
fn reason(manifest: &Manifest, rc: i64, resources: usize) -> Option<&'static str> {
    let here = manifest.resources.len();
    let skipped = |reason: SkipReason| {
        manifest
            .skipped
            .iter()
            .filter(|skipped| skipped.reason == reason)
            .count()
    };
    let refused = manifest
        .notes
        .iter()
        .any(|note| note.message.starts_with("a cluster refuses"));
    if rc == 0 && manifest.faults.is_empty() && here == resources {
        return Some("the same");
    }
    if rc == 0 && manifest.faults.is_empty() {
        let tools = skipped(SkipReason::ToolConfiguration) + skipped(SkipReason::Kustomization);
        return (here + tools == resources).then_some("a tool's configuration is skipped");
    }
    let missing = |fault: &sekisho::manifest::Fault| fault.message == "`apiVersion` is missing";
    if rc == 0 {
        let all = here + manifest.faults.len() == resources && manifest.faults.iter().all(missing);
        return all.then_some(
            "kubectl takes an object without apiVersion as long as no cluster is asked",
        );
    }
    match (manifest.faults.is_empty(), here >= resources) {
        (_, false) => None,
        (false, true) if here == resources => Some("refused here, too"),
        (false, true) => Some("refused here, too, and then read on"),
        (true, _) if refused => Some("metadata that a cluster refuses is judged, with a note"),
        (true, _) if skipped(SkipReason::HelmTemplate) > 0 => Some("a template is skipped"),
        (true, _) if skipped(SkipReason::NotKubernetes) > 0 => Some("what has no kind is skipped"),
        (true, _) => None,
    }
}

#[test]
fn odd_files_are_read_as_by_kubectl() {
    let Some(root) = corpus::root("odd_files_are_read_as_by_kubectl") else {
        return;
    };
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let rows = corpus::lines("corpus/odd.jsonl");
    for row in &rows {
        let name = row["file"].as_str().unwrap();
        let rc = row["kubectl"]["rc"].as_i64().unwrap();
        let resources = usize::try_from(row["kubectl"]["resources"].as_u64().unwrap()).unwrap();
        let manifest = read(&source(root, name));
        match reason(&manifest, rc, resources) {
            Some(reason) => *reasons.entry(reason).or_default() += 1,
            None => unexplained.push(format!(
                "{name}: {} resources, {:?}",
                manifest.resources.len(),
                manifest.faults
            )),
        }
    }
    eprintln!("{} odd files: {reasons:#?}", rows.len());
    assert_eq!(unexplained, Vec::<String>::new());
}

#[test]
fn every_judged_resource_is_found() {
    let Some(root) = corpus::root("every_judged_resource_is_found") else {
        return;
    };
    let mut files: BTreeMap<String, Vec<serde_json::Value>> = BTreeMap::new();
    for row in corpus::lines("corpus/verdicts.jsonl") {
        files
            .entry(row["file"].as_str().unwrap().to_owned())
            .or_default()
            .push(row);
    }
    let mut missing = Vec::new();
    let mut rows = 0;
    for (name, expected) in files {
        let manifest = read(&source(root, &name));
        rows += expected.len();
        for row in expected {
            let index = row["item"].as_str().unwrap();
            let item = if index.is_empty() {
                String::new()
            } else {
                format!("items[{index}]")
            };
            let found = manifest.resources.iter().any(|resource| {
                let name = match text(&resource.object, &["metadata", "name"]) {
                    name if name.is_empty() => {
                        text(&resource.object, &["metadata", "generateName"])
                    }
                    name => name,
                };
                let location = &resource.location;
                // For items the rows have their List's line.
                let line =
                    !item.is_empty() || Some(u64::from(location.line)) == row["line"].as_u64();
                line && Some(location.document as u64) == row["doc"].as_u64()
                    && location.item == item
                    && text(&resource.object, &["kind"]) == row["kind"].as_str().unwrap()
                    && text(&resource.object, &["apiVersion"])
                        == row["apiVersion"].as_str().unwrap()
                    && name == row["name"].as_str().unwrap_or_default()
            });
            if !found {
                missing.push(format!("{name} {} {item}", row["doc"]));
            }
        }
    }
    assert!(rows > 7000);
    // kubectl refuses this one: it merges a sequence that an alias stands for.
    let refused =
        "dev/stackrox/kube-linter/pkg/templates/sortedkeys/testdata/container-with-merge.yaml 0 ";
    assert_eq!(missing, [refused]);
}

#[test]
fn every_field_of_real_files_is_found() {
    let Some(root) = corpus::root("every_field_of_real_files_is_found") else {
        return;
    };
    let found = sekisho::source::discover(&[root.to_path_buf()], 0);
    let mut checked = 0;
    for path in found.sources {
        let source = Source::read(&path).unwrap();
        // What is large is searched anew for every field: enough is enough.
        if source.bytes.len() < 20_000 {
            checked += fields::check_all(&source);
        }
    }
    eprintln!("{checked} fields");
    assert!(checked > 100_000);
}
