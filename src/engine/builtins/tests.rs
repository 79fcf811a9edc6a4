//! Every recorded answer of OPA in `tests/opa/builtins`, asked again here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;
use std::path::Path;

use regorus::Engine;

use super::all;
use crate::engine::Value;

/// What the expression is here: JSON, `undefined` or `error: …`.
fn ask(expression: &str, input: &Value) -> Result<Value, String> {
    let mut engine = Engine::new();
    for builtin in all() {
        let call = builtin.call;
        engine
            .add_extension(
                builtin.name.to_owned(),
                builtin.arity,
                Box::new(move |args: Vec<Value>| {
                    call(&args).map_err(|error| anyhow::anyhow!("{error}"))
                }),
            )
            .unwrap();
    }
    let module = format!("package t\n\nr := {expression}\n");
    engine
        .add_policy("t.rego".to_owned(), module)
        .map_err(|error| format!("load: {error:#}"))?;
    engine.set_input(input.clone());
    engine
        .eval_rule("data.t.r".to_owned())
        .map_err(|error| format!("{error:#}").lines().last().unwrap_or("").to_owned())
}

fn equal(recorded: &str, answer: &Result<Value, String>) -> bool {
    match answer {
        Err(error) if error == "PANIC" => false,
        Err(_) | Ok(Value::Undefined) => recorded == "undefined" || recorded.starts_with("error"),
        Ok(value) => {
            // Sets are arrays in JSON, in OPA's order.
            let ours = super::json::marshal(value).unwrap_or_default();
            let theirs: Value = serde_json::from_str(recorded).unwrap_or(Value::Undefined);
            super::json::marshal(&theirs).is_ok_and(|theirs| theirs == ours)
        }
    }
}

#[test]
fn built_ins_answer_as_opa_does() {
    // A larger record made with tests/opa/record.py can be asked for.
    let folder = std::env::var_os("SEKISHO_ANSWERS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/opa/builtins"),
        Into::into,
    );
    let input: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("input.json")).unwrap()).unwrap();
    let mut wrong = String::new();
    let mut calls = 0;
    let only = std::env::var("SEKISHO_BUILTINS").unwrap_or_default();
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "tsv"))
    {
        if !file.to_string_lossy().contains(&only) {
            continue;
        }
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let Some((expression, recorded)) =
                line.split_once('\t').filter(|_| !line.starts_with('#'))
            else {
                continue;
            };
            calls += 1;
            let answer = std::panic::catch_unwind(|| ask(expression, &input))
                .unwrap_or_else(|_| Err("PANIC".to_owned()));
            if !equal(recorded, &answer) {
                let name = file.file_stem().unwrap().to_string_lossy();
                let answer = match &answer {
                    Ok(value) => {
                        super::json::marshal(value).unwrap_or_else(|_| "undefined".to_owned())
                    }
                    Err(error) => format!("error: {error}"),
                };
                let _ = writeln!(
                    wrong,
                    "{name}: {expression}\n  opa:  {recorded}\n  here: {answer}"
                );
            }
        }
    }
    assert!(calls > 0, "no recorded answers in {}", folder.display());
    assert!(wrong.is_empty(), "of {calls} calls:\n{wrong}");
}

#[test]
fn no_name_occurs_twice() {
    for pair in all().windows(2) {
        assert!(pair[0].name < pair[1].name, "{}", pair[0].name);
    }
}
