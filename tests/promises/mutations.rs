//! Odd types hide nothing: a violation does not disappear because its object is written wrong.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use sekisho::bundle::{Bundle, Files};
use sekisho::check::{Options, check};
use sekisho::engine;
use sekisho::manifest;
use sekisho::report::Report;
use sekisho::source::Source;

const UNHEALTHY: &str = include_str!("../manifests/unhealthy.yaml");

#[test]
fn a_container_without_a_name_keeps_its_violations() {
    keeps_all(|object| {
        each_container(object, |container| {
            container.remove("name");
        })
    });
}

#[test]
fn containers_as_a_mapping_by_name_keep_their_violations() {
    keeps_all(|object| {
        let Some(list) = object.pointer_mut("/spec/template/spec/containers") else {
            return;
        };
        let by_name = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one.clone()));
        *list = Value::Object(by_name.collect());
    });
}

#[test]
fn containers_as_one_mapping_keep_their_violations() {
    keeps_all(|object| {
        if let Some(list) = object.pointer_mut("/spec/template/spec/containers") {
            *list = list[0].clone();
        }
    });
}

#[test]
fn a_null_security_context_is_no_excuse() {
    let found = ids(&judge(&edited(|object| {
        each_container(object, |container| {
            container.insert("securityContext".to_owned(), Value::Null);
        })
    })));
    for id in ["privilege_escalation", "root_filesystem", "root_user"] {
        assert!(found.contains(id), "{id} is silent");
    }
}

#[test]
fn text_where_a_number_or_a_truth_belongs_keeps_every_violation() {
    keeps_all(texts);
}

/// Any node of any bad sample replaced by any sort of value: judged without an error.
#[test]
fn nothing_makes_a_policy_fail() {
    let bundle = bundle();
    let odd = [
        json!(null),
        json!(true),
        json!("x"),
        json!(-7),
        json!(1.5),
        json!([]),
        json!({}),
        json!([null]),
        json!({"a": {"b": []}}),
    ];
    let mut tried = 0;
    let policies = bundle.policies.into_iter();
    for bundle in policies.map(|policy| Bundle {
        policies: vec![policy],
        ..Bundle::default()
    }) {
        let policy = &bundle.policies[0];
        for (path, text) in policy.samples.bad.iter().chain(&policy.samples.good) {
            let sample: Value = serde_yaml::from_str(text).unwrap();
            for place in places(&sample) {
                for value in &odd {
                    let mut object = sample.clone();
                    *object.pointer_mut(&place).unwrap() = value.clone();
                    let report = judge_with(&bundle, &[object]);
                    assert!(
                        report.failures.is_empty(),
                        "{path} {place} = {value}: {:?}",
                        report.failures
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000, "only {tried} mutations");
}

fn keeps_all(edit: impl Fn(&mut Value)) {
    let before = ids(&judge(&edited(|_| ())));
    let after = ids(&judge(&edited(edit)));
    assert!(before.len() > 10);
    assert!(
        before.is_subset(&after),
        "disappeared: {:?}",
        before.difference(&after)
    );
}

fn edited(edit: impl Fn(&mut Value)) -> Vec<Value> {
    let mut objects: Vec<Value> = UNHEALTHY
        .split("---\n")
        .map(|text| serde_yaml::from_str(text).unwrap())
        .collect();
    objects.iter_mut().for_each(edit);
    objects
}

fn each_container(object: &mut Value, edit: impl Fn(&mut serde_json::Map<String, Value>)) {
    if let Some(Value::Array(list)) = object.pointer_mut("/spec/template/spec/containers") {
        list.iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(edit);
    }
}

fn texts(value: &mut Value) {
    match value {
        Value::Bool(_) | Value::Number(_) => *value = Value::String(value.to_string()),
        Value::Array(items) => items.iter_mut().for_each(texts),
        Value::Object(entries) => entries.values_mut().for_each(texts),
        _ => {}
    }
}

fn places(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), value)];
    while let Some((path, value)) = waiting.pop() {
        match value {
            Value::Object(entries) => {
                for (key, inner) in entries {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    waiting.push((format!("{path}/{key}"), inner));
                }
            }
            Value::Array(items) => {
                waiting.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(index, inner)| (format!("{path}/{index}"), inner)),
                );
            }
            _ => {}
        }
        // Another kind of resource would be another test.
        if !path.is_empty() && path != "/kind" && path != "/apiVersion" {
            found.push(path);
        }
    }
    found
}

fn bundle() -> Bundle {
    let options = engine::Options {
        strict_builtins: true,
        ..engine::Options::default()
    };
    Bundle::load(&Files::embedded(), &[], &options).unwrap()
}

fn judge(objects: &[Value]) -> Report {
    judge_with(&bundle(), objects)
}

fn judge_with(bundle: &Bundle, objects: &[Value]) -> Report {
    let text: String = objects.iter().map(|object| format!("{object}\n")).collect();
    let read = manifest::read(&Source::new("mutated.json", text.as_str()));
    check(
        bundle,
        vec![read],
        &Options {
            threads: 1,
            ..Options::default()
        },
    )
    .unwrap()
}

fn ids(report: &Report) -> BTreeSet<String> {
    report
        .findings
        .iter()
        .map(|finding| finding.rule.policy.to_string())
        .collect()
}
