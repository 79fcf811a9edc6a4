//! Small programs with the answers that OPA gave, recorded.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

use sekisho::engine::{
    EngineChoice, EngineKind, EvalErrorKind, Module, Options, Program, RegoVersion, Value,
};

/// What this crate answers.
#[derive(Debug, PartialEq)]
enum Answer {
    Undefined,
    Value(Value),
    Refused(String),
    Failed(EvalErrorKind, String),
}

fn ask(probe: &serde_json::Value, engine: EngineChoice) -> (Answer, Option<EngineKind>) {
    let version = if probe["version"] == "v0" {
        RegoVersion::V0
    } else {
        RegoVersion::V1
    };
    let text = probe["rego"].as_str().unwrap().to_owned();
    let module = Module {
        name: "t.rego".to_owned(),
        text: text.into(),
        version,
    };
    let options = Options {
        engine,
        ..Options::default()
    };
    let query = probe["query"].as_str().unwrap();
    let program = match Program::compile(&[module], query, &options) {
        Ok(program) => program,
        Err(faults) => return (Answer::Refused(faults[0].to_string()), None),
    };
    let value = |json: &serde_json::Value| Value::from_json_str(&json.to_string()).unwrap();
    let mut machine = program.machine();
    if !probe["data"].is_null() {
        machine.set_data(value(&probe["data"])).unwrap();
    }
    let answer = match machine.eval(query, value(&probe["input"])) {
        Ok(Some(value)) => Answer::Value(value),
        Ok(None) => Answer::Undefined,
        Err(error) => Answer::Failed(error.kind, error.to_string()),
    };
    (answer, Some(program.engine()))
}

fn agrees(recorded: &serde_json::Value, answer: &Answer) -> bool {
    if let Some(error) = recorded.get("error").and_then(|error| error.as_str()) {
        return match answer {
            Answer::Refused(_) => error.starts_with("compile") || error.starts_with("parse"),
            Answer::Failed(kind, _) => {
                error.starts_with("eval") && *kind == EvalErrorKind::Conflict
            }
            _ => false,
        };
    }
    match (recorded.get("value"), answer) {
        (None, Answer::Undefined) => true,
        (Some(value), Answer::Value(found)) => {
            // As JSON: a set is an array there.
            let found: serde_json::Value =
                serde_json::from_str(&found.to_json_str().unwrap()).unwrap();
            same(value, &found)
        }
        _ => false,
    }
}

fn same(one: &serde_json::Value, other: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (one, other) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => one == other,
    }
}

/// The programs whose answers differ, as `docs/rego.md` says.
const DIFFER: [&str; 2] = ["json3", "json4"];

#[test]
fn recorded_answers_of_opa() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/rego.md")).unwrap();
    for id in DIFFER {
        assert!(
            page.contains(&format!("`{id}`")),
            "docs/rego.md says nothing of {id}"
        );
    }
    let path = root.join("../shared/reference/opa-probes.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no recorded answers here");
        return;
    };
    let mut differs = BTreeSet::new();
    let (mut count, mut compiled) = (0, 0);
    for line in text.lines() {
        let probe: serde_json::Value = serde_json::from_str(line).unwrap();
        count += 1;
        for engine in [EngineChoice::Interpreter, EngineChoice::Auto] {
            let (answer, kind) = ask(&probe, engine);
            if engine == EngineChoice::Auto {
                if kind != Some(EngineKind::Compiled) {
                    continue;
                }
                compiled += 1;
            }
            if !agrees(&probe["opa"], &answer) {
                differs.insert(probe["id"].as_str().unwrap().to_owned());
                eprintln!(
                    "{} {engine:?}: {} OPA: {}, here {answer:?}",
                    probe["id"], probe["rego"], probe["opa"]
                );
            }
        }
    }
    eprintln!("{count} probes, {compiled} of them compiled as well");
    assert!(compiled > 600, "only {compiled} are compiled");
    assert_eq!(differs, DIFFER.map(str::to_owned).into_iter().collect());
}
