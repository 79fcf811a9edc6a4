//! However a manifest is written, its findings stand at the same fields.

use std::fs;

use serde_yaml::Value;

use crate::run::{root, sekisho_with};

/// What is found: policy, precision, field, what is missing.
type Found = Vec<[String; 4]>;

/// What is found in `text`; each place is held against the text there.
fn found(text: &str, name: &str) -> Found {
    let run = sekisho_with(&["check", "--output", "json", "-"], text);
    assert_eq!(run.status, 1, "{name}: {}", run.stderr);
    let report = run.json();
    let normal = text.replace("\r\n", "\n");
    let lines: Vec<&str> = normal.split('\n').collect();
    let findings = report["findings"].as_array().unwrap();
    let row = |finding: &serde_json::Value| {
        let place = &finding["place"];
        let at = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
        let line = lines[at("line") - 1];
        let marked: String = line.chars().skip(at("column") - 1).collect();
        let field = place["field"].as_str().unwrap();
        let key = field.rsplit('.').next().unwrap();
        if !key.ends_with(']') {
            let plain = marked.starts_with(&format!("{key}:"));
            let quoted = marked.starts_with(&format!("\"{key}\":"));
            assert!(plain || quoted, "{name}: {field}: {marked}");
        }
        if at("endLine") == at("line") {
            assert!(at("endColumn") > at("column"), "{name}: {field}");
        }
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        [
            text(&finding["id"]),
            text(&place["precision"]),
            text(&place["field"]),
            text(&place["missing"]),
        ]
    };
    let mut rows: Found = findings.iter().map(row).collect();
    rows.sort();
    rows
}

fn documents(text: &str) -> Vec<Value> {
    text.split("\n---\n")
        .map(|document| serde_yaml::from_str(document).unwrap())
        .collect()
}

/// Writes a value, so many spaces a level; `last_first` turns the order of keys around.
fn write(value: &Value, level: usize, step: usize, last_first: bool, out: &mut String) {
    let indent = " ".repeat(level * step);
    let scalar = |value: &Value| serde_yaml::to_string(value).unwrap().trim().to_owned();
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            let mut entries: Vec<_> = entries.iter().collect();
            if last_first {
                entries.reverse();
            }
            for (key, value) in entries {
                out.push_str(&format!("{indent}{}:", scalar(key)));
                write_below(value, level, step, last_first, out);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                out.push_str(&format!("{indent}-"));
                write_below(item, level, step, last_first, out);
            }
        }
        other => out.push_str(&format!("{indent}{}\n", scalar(other))),
    }
}

fn write_below(value: &Value, level: usize, step: usize, last_first: bool, out: &mut String) {
    match value {
        Value::Mapping(_) | Value::Sequence(_) => {
            out.push('\n');
            write(value, level + 1, step, last_first, out);
        }
        scalar => out.push_str(&format!(
            " {}\n",
            serde_yaml::to_string(scalar).unwrap().trim()
        )),
    }
}

fn written(documents: &[Value], step: usize, last_first: bool) -> String {
    let texts: Vec<String> = documents
        .iter()
        .map(|document| {
            let mut text = String::new();
            write(document, 0, step, last_first, &mut text);
            text
        })
        .collect();
    texts.join("---\n")
}

#[test]
fn findings_stand_at_their_fields_however_they_are_written() {
    let text = fs::read_to_string(root().join("tests/manifests/unhealthy.yaml")).unwrap();
    let original = found(&text, "as it is");
    assert_eq!(original.len(), 18);
    let documents = documents(&text);
    let commented: String = text
        .lines()
        .map(|line| {
            let comment = "  # 関所: hostPID: false\n\n";
            // At a separator a comment would belong to the document before.
            let above = if line == "---" { "" } else { comment };
            format!("{above}{line}{}\n", if line == "---" { "" } else { " # c" })
        })
        .collect();
    let json = |pretty: bool| -> String {
        let write = |document: &Value| match pretty {
            true => serde_json::to_string_pretty(document).unwrap(),
            false => serde_json::to_string(document).unwrap(),
        };
        documents.iter().map(|one| write(one) + "\n").collect()
    };
    for (name, text) in [
        ("carriage returns", text.replace('\n', "\r\n")),
        ("a mark at the start", format!("\u{FEFF}{text}")),
        ("comments", commented),
        ("two spaces", written(&documents, 2, false)),
        ("seven spaces", written(&documents, 7, false)),
        ("the last first", written(&documents, 3, true)),
        ("JSON on many lines", json(true)),
        ("JSON on one line", json(false)),
    ] {
        assert_eq!(found(&text, name), original, "{name}");
    }
}
