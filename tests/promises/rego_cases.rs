//! Rego means what it means in OPA: this project's own cases, by subject, on both engines.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use sekisho::engine::{EngineChoice, EvalErrorKind, Module, Options, Program, RegoVersion, Value};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    rego: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    input: serde_json::Value,
    #[serde(default)]
    data: serde_json::Value,
    #[serde(default)]
    want: Option<serde_json::Value>,
    #[serde(default)]
    undefined: bool,
    #[serde(default)]
    refused: Option<Refused>,
    #[serde(default)]
    conflict: Option<Conflict>,
}

#[derive(serde::Deserialize)]
struct Refused {
    kind: String,
    line: u32,
}

#[derive(serde::Deserialize)]
struct Conflict {
    line: u32,
    message: String,
}

fn value(json: &serde_json::Value) -> Value {
    if json.is_null() {
        Value::new_object()
    } else {
        Value::from_json_str(&json.to_string()).unwrap()
    }
}

fn check(case: &Case, engine: EngineChoice) -> Result<(), String> {
    let version = if case.version.as_deref() == Some("v0") {
        RegoVersion::V0
    } else {
        RegoVersion::V1
    };
    let module = Module {
        name: "t.rego".to_owned(),
        text: format!("package t\n{}", case.rego).into(),
        version,
    };
    let program = match Program::compile(
        &[module],
        "data.t.r",
        &Options {
            engine,
            ..Options::default()
        },
    ) {
        Ok(program) => program,
        Err(faults) => {
            let found = faults
                .iter()
                .map(|fault| format!("{fault} [{:?}]", fault.kind))
                .collect::<Vec<_>>()
                .join("; ");
            return match &case.refused {
                Some(wanted)
                    if faults.iter().any(|fault| {
                        format!("{:?}", fault.kind) == wanted.kind
                            && fault.line == wanted.line
                            && fault.column > 0
                    }) =>
                {
                    Ok(())
                }
                _ => Err(format!("is refused: {found}")),
            };
        }
    };
    if case.refused.is_some() {
        return Err("is not refused".to_owned());
    }
    let mut machine = program.machine();
    machine.set_data(value(&case.data)).unwrap();
    match (
        machine.eval("data.t.r", value(&case.input)),
        &case.want,
        &case.conflict,
    ) {
        (Ok(None), None, None) if case.undefined => Ok(()),
        (Ok(Some(found)), Some(wanted), _) => {
            let found: serde_json::Value =
                serde_json::from_str(&found.to_json_str().unwrap()).unwrap();
            if same(&found, wanted) {
                Ok(())
            } else {
                Err(format!("answers {found}"))
            }
        }
        (Err(error), _, Some(wanted))
            if error.kind == EvalErrorKind::Conflict
                && (error.line, &error.message) == (wanted.line, &wanted.message) =>
        {
            Ok(())
        }
        (answer, ..) => Err(format!("answers {answer:?}")),
    }
}

/// A set is an array in JSON, a whole number may be written with a fraction.
fn same(one: &serde_json::Value, other: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (one, other) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
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

#[test]
fn every_case_holds_on_both_engines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises/rego");
    let mut failed = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let subject = path.file_stem().unwrap().to_string_lossy().into_owned();
        let cases: Vec<Case> = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in cases {
            count += 1;
            for engine in [EngineChoice::Interpreter, EngineChoice::Both] {
                if let Err(what) = check(&case, engine) {
                    failed.push(format!("{subject}: {} ({engine:?}): {what}", case.name));
                }
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{}\n{} of {count} fail",
        failed.join("\n"),
        failed.len()
    );
}
