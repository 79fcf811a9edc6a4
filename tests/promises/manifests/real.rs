//! Files of strangers, held against what kubectl made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sekisho::engine::Value;
use sekisho::manifest::{Manifest, read};
use sekisho::source::Source;

use crate::corpus;

fn read_file(root: &Path, name: &str) -> Manifest {
    read(&Source::new(name, fs::read(root.join(name)).unwrap()))
}

fn text(value: &Value, path: &[&str]) -> String {
    let mut value = value;
    for key in path {
        let Ok(object) = value.as_object() else {
            return String::new();
        };
        let Some(next) = object.get(&Value::from(*key)) else {
            return String::new();
        };
        value = next;
    }
    value
        .as_string()
        .map(|text| text.to_string())
        .unwrap_or_default()
}

#[test]
fn odd_files() {
    let Some(root) = corpus::root("odd_files") else {
        return;
    };
    let mut wrong = vec![];
    for row in corpus::lines("corpus/odd.jsonl") {
        let name = row["file"].as_str().unwrap();
        let (rc, count) = (
            row["kubectl"]["rc"].as_i64().unwrap(),
            row["kubectl"]["resources"].as_u64().unwrap(),
        );
        let m = read_file(root, name);
        if (rc == 0) != m.faults.is_empty() || count as usize != m.resources.len() {
            wrong.push(format!("{name}: kubectl rc {rc} resources {count}; here {} resources, skipped {:?} faults {:?} notes {}\n     {}", m.resources.len(), m.skipped.iter().map(|s| s.reason).collect::<Vec<_>>(), m.faults.iter().map(|f| f.to_string().rsplit('/').next().unwrap().to_string()).collect::<Vec<_>>(), m.notes.len(), row["kubectl"]["stderr"].as_str().unwrap_or("").chars().take(150).collect::<String>()));
        }
    }
    println!("{}\n{} of 355", wrong.join("\n"), wrong.len());
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
    let mut missing = vec![];
    let (mut rows, mut faults) = (0, 0);
    for (name, expected) in files {
        let m = read_file(root, &name);
        faults += m.faults.len();
        for f in &m.faults {
            println!("{f}");
        }
        for row in expected {
            rows += 1;
            let item = row["item"].as_str().unwrap();
            let item = if item.is_empty() {
                String::new()
            } else {
                format!("items[{item}]")
            };
            let found = m.resources.iter().find(|r| {
                r.location.document as u64 == row["doc"].as_u64().unwrap()
                    && r.location.item == item
            });
            let ok = found.is_some_and(|r| {
                (!item.is_empty() || u64::from(r.location.line) == row["line"].as_u64().unwrap())
                    && text(&r.object, &["kind"]) == row["kind"].as_str().unwrap()
                    && text(&r.object, &["apiVersion"]) == row["apiVersion"].as_str().unwrap()
                    && text(&r.object, &["metadata", "name"]) == row["name"].as_str().unwrap_or("")
            });
            if !ok {
                missing.push(format!(
                    "{row} found {:?}",
                    found.map(|r| (&r.location, text(&r.object, &["metadata", "name"])))
                ));
            }
        }
    }
    println!(
        "{}\n{} of {rows}, {faults} faults",
        missing.join("\n"),
        missing.len()
    );
}
