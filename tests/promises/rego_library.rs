//! The public gatekeeper-library: its policies' own unit tests, and its suites' Rego.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sekisho::engine::{EngineChoice, Module, Options, Program, RegoVersion, TestOutcome, Value};

pub(super) fn library() -> Option<PathBuf> {
    let named = std::env::var_os("SEKISHO_GATEKEEPER_LIBRARY").map(PathBuf::from);
    let path = named
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../gatekeeper-library"));
    if path.join("src").is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no gatekeeper-library here (SEKISHO_GATEKEEPER_LIBRARY names one)");
    None
}

pub(super) fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

fn dialect(text: &str) -> RegoVersion {
    let v0 = Module {
        name: "x".to_owned(),
        text: text.to_owned().into(),
        version: RegoVersion::V0,
    };
    let parses = |module: Module| match Program::library(&[module], &Options::default()) {
        Ok(_) => true,
        Err(faults) => faults
            .iter()
            .all(|fault| fault.kind != sekisho::engine::FaultKind::Parse),
    };
    if parses(v0) {
        RegoVersion::V0
    } else {
        RegoVersion::V1
    }
}

#[test]
fn unit_tests_of_the_library_pass() {
    let Some(library) = library() else { return };
    let mut tests = Vec::new();
    files(&library.join("src"), "_test.rego", &mut tests);
    let mut folders: Vec<&Path> = tests.iter().map(|path| path.parent().unwrap()).collect();
    folders.dedup();
    let (mut count, mut failed) = (0, Vec::new());
    // As OPA counts: a test that is defined twice is two.
    let definition = regex::Regex::new("(?m)^test_\\w+").unwrap();
    for folder in folders {
        let mut paths = Vec::new();
        files(folder, ".rego", &mut paths);
        let modules: Vec<Module> = paths
            .iter()
            .map(|path| {
                let text = std::fs::read_to_string(path).unwrap();
                Module {
                    name: path.display().to_string(),
                    version: dialect(&text),
                    text: text.into(),
                }
            })
            .collect();
        match Program::library(&modules, &Options::default()) {
            Ok(program) => {
                for module in &modules {
                    count += definition.find_iter(&module.text).count();
                }
                for result in program.run_tests(&|_, _| true) {
                    if result.outcome != TestOutcome::Pass {
                        failed.push(format!(
                            "{}:{} {}: {:?}",
                            result.module, result.line, result.name, result.outcome
                        ));
                    }
                }
            }
            Err(faults) => failed.extend(faults.iter().map(|fault| fault.to_string())),
        }
    }
    eprintln!("{count} unit tests");
    assert!(
        failed.is_empty(),
        "{}\n{} failed",
        failed.join("\n"),
        failed.len()
    );
    assert!(count >= 999, "{count} tests");
}

pub(super) fn documents(path: &Path) -> Vec<serde_json::Value> {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| serde::Deserialize::deserialize(document).unwrap())
        .filter(|document: &serde_json::Value| !document.is_null())
        .collect()
}

fn value(json: &serde_json::Value) -> Value {
    Value::from_json_str(&json.to_string()).unwrap()
}

fn group_version(object: &serde_json::Value) -> (&str, &str) {
    let api = object["apiVersion"].as_str().unwrap_or("");
    api.split_once('/').unwrap_or(("", api))
}

/// `input.review` of an object, or the object itself where it is an AdmissionReview.
pub(super) fn review(object: &serde_json::Value) -> serde_json::Value {
    if object["kind"] == "AdmissionReview" {
        return object["request"].clone();
    }
    let (group, version) = group_version(object);
    let mut review = serde_json::json!({
        "kind": { "group": group, "version": version, "kind": object["kind"] },
        "object": object,
        "name": object["metadata"]["name"],
        "operation": "",
        "userInfo": {},
    });
    if let Some(namespace) = object["metadata"].get("namespace") {
        review["namespace"] = namespace.clone();
    }
    review
}

pub(super) fn inventory(objects: &[serde_json::Value]) -> serde_json::Value {
    let mut data = serde_json::json!({ "inventory": { "cluster": {}, "namespace": {} } });
    for object in objects {
        let name = object["metadata"]["name"].as_str().unwrap();
        let (api, kind) = (
            object["apiVersion"].as_str().unwrap(),
            object["kind"].as_str().unwrap(),
        );
        let slot = match object["metadata"]["namespace"].as_str() {
            Some(namespace) => &mut data["inventory"]["namespace"][namespace][api][kind][name],
            None => &mut data["inventory"]["cluster"][api][kind][name],
        };
        *slot = object.clone();
    }
    data
}

fn holds(assertion: &serde_json::Value, messages: &[String]) -> bool {
    let found = messages
        .iter()
        .filter(|message| match assertion["message"].as_str() {
            Some(pattern) => regex::Regex::new(pattern).unwrap().is_match(message),
            None => true,
        });
    let found = found.count() as u64;
    match &assertion["violations"] {
        serde_json::Value::Number(number) => number.as_u64() == Some(found),
        serde_json::Value::String(word) if word == "no" => found == 0,
        serde_json::Value::Bool(false) => found == 0,
        _ => found > 0,
    }
}

#[test]
fn suites_of_the_library_hold() {
    let Some(library) = library() else { return };
    let mut suites = Vec::new();
    files(&library.join("library"), "suite.yaml", &mut suites);
    let (mut count, mut failed) = (0, Vec::new());
    let mut engines: BTreeMap<String, u32> = BTreeMap::new();
    for path in &suites {
        let folder = path.parent().unwrap();
        for suite in documents(path) {
            for test in suite["tests"].as_array().unwrap() {
                let template =
                    documents(&folder.join(test["template"].as_str().unwrap())).remove(0);
                let Some(modules) = modules(&template) else {
                    continue;
                };
                let package = package(&modules[0].text);
                let entry = format!("data.{package}.violation");
                let constraint =
                    documents(&folder.join(test["constraint"].as_str().unwrap())).remove(0);
                let parameters = constraint["spec"]
                    .get("parameters")
                    .cloned()
                    .unwrap_or(serde_json::json!({}));
                let options = Options {
                    engine: EngineChoice::Both,
                    ..Options::default()
                };
                let program = match Program::compile(&modules, &entry, &options) {
                    Ok(program) => program,
                    Err(faults) => {
                        failed.extend(
                            faults
                                .iter()
                                .map(|fault| format!("{}: {fault}", path.display())),
                        );
                        continue;
                    }
                };
                let engine = match program.not_compiled_because() {
                    None => "both".to_owned(),
                    Some(reason) => reason.to_owned(),
                };
                *engines.entry(engine).or_default() += 1;
                let mut machine = program.machine();
                for case in test["cases"].as_array().unwrap() {
                    count += 1;
                    let name = format!("{} {} {}", path.display(), test["name"], case["name"]);
                    let object =
                        documents(&folder.join(case["object"].as_str().unwrap())).remove(0);
                    let others: Vec<serde_json::Value> = case["inventory"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .flat_map(|file| documents(&folder.join(file.as_str().unwrap())))
                        .collect();
                    machine.set_data(value(&inventory(&others))).unwrap();
                    let input =
                        serde_json::json!({ "review": review(&object), "parameters": parameters });
                    let messages: Vec<String> = match machine.eval(&entry, value(&input)) {
                        Ok(Some(Value::Set(found))) => found
                            .iter()
                            .filter_map(|violation| {
                                violation["msg"]
                                    .as_string()
                                    .ok()
                                    .map(|message| message.to_string())
                            })
                            .collect(),
                        Ok(_) => Vec::new(),
                        Err(error) if error.kind == sekisho::engine::EvalErrorKind::Conflict => {
                            vec![error.message]
                        }
                        Err(error) => {
                            failed.push(format!("{name}: {error:?}"));
                            continue;
                        }
                    };
                    for assertion in case["assertions"].as_array().into_iter().flatten() {
                        if !holds(assertion, &messages) {
                            failed
                                .push(format!("{name}: expected {assertion}, found {messages:?}"));
                        }
                    }
                }
            }
        }
    }
    eprintln!("{count} cases; programs by engine: {engines:#?}");
    assert!(
        failed.is_empty(),
        "{}\n{} failed",
        failed.join("\n"),
        failed.len()
    );
}

pub(super) fn package(text: &str) -> String {
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("package "))
        .unwrap();
    line.trim().to_owned()
}

pub(super) fn modules(template: &serde_json::Value) -> Option<Vec<Module>> {
    let target = &template["spec"]["targets"][0];
    let name = template["metadata"]["name"].as_str().unwrap();
    let module = |part: &str, text: &str, version| Module {
        name: format!("{name}{part}"),
        text: text.to_owned().into(),
        version,
    };
    if let Some(rego) = target["rego"].as_str() {
        let mut modules = vec![module("", rego, RegoVersion::V0)];
        for (at, lib) in target["libs"].as_array().into_iter().flatten().enumerate() {
            modules.push(module(
                &format!(" lib {at}"),
                lib.as_str().unwrap(),
                RegoVersion::V0,
            ));
        }
        return Some(modules);
    }
    let code = target["code"]
        .as_array()?
        .iter()
        .find(|code| code["engine"] == "Rego")?;
    let source = &code["source"];
    let version = if source["version"] == "v1" {
        RegoVersion::V1
    } else {
        RegoVersion::V0
    };
    let mut modules = vec![module("", source["rego"].as_str()?, version)];
    for (at, lib) in source["libs"].as_array().into_iter().flatten().enumerate() {
        modules.push(module(
            &format!(" lib {at}"),
            lib.as_str().unwrap(),
            version,
        ));
    }
    Some(modules)
}
