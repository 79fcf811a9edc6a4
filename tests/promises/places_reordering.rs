//! In whatever order keys, items of lists and documents stand, findings follow what they are about.
//!
//! Each line is written with a comment that says which field it is, items of lists by their names. So
//! where a finding stands is told by the file itself, whatever numbers its items have.

use std::collections::BTreeSet;
use std::fs;

use serde_yaml::{Mapping, Value};

use crate::run::{root, sekisho_with};

/// Numbers that look like chance and are the same for each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// What is put into another order.
#[derive(Clone, Copy)]
struct Order {
    keys: bool,
    items: bool,
    documents: bool,
}

fn reordered(value: &Value, order: Order, dice: &mut Dice) -> Value {
    match value {
        Value::Mapping(entries) => {
            let entries = entries.iter();
            let mut entries: Vec<_> = entries
                .map(|(key, value)| (key.clone(), reordered(value, order, dice)))
                .collect();
            if order.keys {
                dice.shuffle(&mut entries);
            }
            Value::Mapping(entries.into_iter().collect::<Mapping>())
        }
        Value::Sequence(items) => {
            let items = items.iter();
            let mut items: Vec<_> = items.map(|item| reordered(item, order, dice)).collect();
            if order.items {
                dice.shuffle(&mut items);
            }
            Value::Sequence(items)
        }
        other => other.clone(),
    }
}

/// What an item of a list is called, wherever it stands.
fn name(item: &Value) -> String {
    let keys = ["name", "containerPort", "port"];
    let called = keys.iter().find_map(|key| item.get(*key)).unwrap_or(item);
    serde_yaml::to_string(called).unwrap().trim().to_owned()
}

/// Writes what stands below a key or in a list; `before` is what its first line begins with.
fn write(value: &Value, before: &str, level: usize, path: &str, out: &mut String) {
    let indent = "  ".repeat(level);
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            for (number, (key, value)) in entries.iter().enumerate() {
                let before = if number == 0 { before } else { &indent };
                let key = key.as_str().unwrap();
                let path = format!("{path}.{key}");
                if value.is_mapping() || value.is_sequence() {
                    let empty = value.as_mapping().is_some_and(Mapping::is_empty);
                    let brackets = if empty { " {}" } else { "" };
                    out.push_str(&format!("{before}{key}:{brackets} #{path}\n"));
                    if !empty {
                        let below = "  ".repeat(level + 1);
                        write(value, &below, level + 1, &path, out);
                    }
                } else {
                    let scalar = serde_yaml::to_string(value).unwrap();
                    out.push_str(&format!("{before}{key}: {} #{path}\n", scalar.trim()));
                }
            }
        }
        Value::Sequence(items) => {
            for item in items {
                let path = format!("{path}[{}]", name(item));
                write(item, &format!("{indent}- "), level + 1, &path, out);
            }
        }
        other => {
            let scalar = serde_yaml::to_string(other).unwrap();
            out.push_str(&format!("{before}{} #{path}\n", scalar.trim()));
        }
    }
}

fn written(documents: &[Value]) -> String {
    let texts: Vec<String> = documents
        .iter()
        .map(|document| {
            let mut text = String::new();
            write(document, "", 0, &title(document), &mut text);
            text
        })
        .collect();
    texts.join("---\n")
}

fn title(document: &Value) -> String {
    let kind = document["kind"].as_str().unwrap();
    format!("{kind}/{}", document["metadata"]["name"].as_str().unwrap())
}

/// A field's path as comments have it.
fn called(document: &Value, field: &str) -> String {
    let mut path = title(document);
    let mut value = document;
    for step in field.split(['.', '[']).filter(|step| !step.is_empty()) {
        match step.strip_suffix(']') {
            Some(index) => {
                value = &value[index.parse::<usize>().unwrap()];
                path.push_str(&format!("[{}]", name(value)));
            }
            None => {
                value = &value[step];
                path.push_str(&format!(".{step}"));
            }
        }
    }
    path
}

/// What is found: policy, message, precision, fields, what is missing.
type Found = Vec<[String; 5]>;

/// What is found in the documents; every place of every finding is held against the comment there.
fn found(documents: &[Value], policy: &str) -> Found {
    let text = written(documents);
    let run = sekisho_with(
        &[
            "check",
            "--output",
            "json",
            "--policies",
            policy,
            "--why",
            "-",
        ],
        &text,
    );
    assert_eq!(run.status, 1, "{}", run.stderr);
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Found = Vec::new();
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    for finding in findings {
        let number = finding["location"]["document"].as_u64().unwrap();
        let document = &documents[usize::try_from(number).unwrap()];
        let kind = finding["resource"]["kind"].as_str().unwrap();
        let name = finding["resource"]["name"].as_str().unwrap();
        assert_eq!(title(document), format!("{kind}/{name}"));
        let stands = |place: &serde_json::Value| {
            let path = called(document, place["field"].as_str().unwrap());
            let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
            let (_, comment) = lines[line - 1].split_once(" #").unwrap();
            // Of an item or a resource the first key is marked.
            let begins = comment.strip_prefix(&path);
            let begins = begins.is_some_and(|rest| rest.starts_with('.'));
            let is_whole = path.ends_with(']') || !path.contains('.');
            assert!(
                comment == path || (is_whole && begins),
                "{path}: {place}\n{text}"
            );
            path
        };
        let place = &finding["place"];
        let mut fields = BTreeSet::from([stands(place)]);
        for related in place["related"].as_array().unwrap() {
            let path = stands(related);
            // Of several fields that have to go the first in the text is the place.
            if related["relation"] == "cause" {
                fields.insert(path);
            }
        }
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        found.push([
            text(&finding["id"]),
            text(&finding["message"]),
            text(&place["precision"]),
            fields.into_iter().collect::<Vec<_>>().join(" "),
            text(&place["missing"]),
        ]);
    }
    found.sort();
    found
}

#[test]
fn findings_follow_what_they_are_about_into_another_order() {
    let folder = root().join("tests/promises/places");
    let policy = folder.join("reordered.policy.yaml");
    let policy = policy.to_str().unwrap();
    let text = fs::read_to_string(folder.join("reordered.yaml")).unwrap();
    let documents: Vec<Value> = text
        .split("\n---\n")
        .map(|document| serde_yaml::from_str(document).unwrap())
        .collect();
    let original = found(&documents, policy);
    let by_experiment = original.iter().filter(|row| row[0] == "Items");
    assert_eq!(by_experiment.count(), 8, "{original:#?}");
    assert!(original.len() > 30, "{original:#?}");
    let order = |keys, items, documents| Order {
        keys,
        items,
        documents,
    };
    let all = order(true, true, true);
    let orders = [
        order(true, false, false),
        order(false, true, false),
        order(false, false, true),
    ];
    for (order, seed) in orders.into_iter().chain([all; 9]).zip(1..) {
        let mut dice = Dice(seed);
        let mut moved: Vec<Value> = documents
            .iter()
            .map(|document| reordered(document, order, &mut dice))
            .collect();
        if order.documents {
            dice.shuffle(&mut moved);
        }
        assert_ne!(written(&moved), written(&documents), "{seed}");
        let found = found(&moved, policy);
        let lost: Vec<_> = original.iter().filter(|row| !found.contains(row)).collect();
        let new: Vec<_> = found.iter().filter(|row| !original.contains(row)).collect();
        assert!(
            found == original,
            "{seed}: {lost:#?} {new:#?}\n{}",
            written(&moved)
        );
    }
}
