//! A real OPA to ask, where there is one: the PyPI package opa-golib-python-bindings, in the Python that
//! `SEKISHO_OPA_PYTHON` names (`python3` unless said otherwise).

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sekisho::engine::{Module, RegoVersion, Value};
use serde_json::Value as Json;

use crate::run::root;

pub(super) struct Oracle {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// The last key whose modules were given.
    known: String,
}

/// What OPA says.
#[derive(Debug)]
pub(super) enum Said {
    Undefined,
    Value(Json),
    Conflict(String),
    /// A built-in was given nonsense: this OPA is strict.
    Error(String),
    Refused(String),
}

impl Oracle {
    pub(super) fn start() -> Option<Oracle> {
        let python = std::env::var_os("SEKISHO_OPA_PYTHON").unwrap_or_else(|| "python3".into());
        let mut process = Command::new(python)
            .arg(root().join("tests/opa/oracle.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let to = process.stdin.take()?;
        let mut from = BufReader::new(process.stdout.take()?);
        let mut line = String::new();
        from.read_line(&mut line).ok()?;
        let known = String::new();
        if line.trim() == "ready" {
            return Some(Oracle {
                process,
                to,
                from,
                known,
            });
        }
        let _ = process.wait();
        None
    }

    /// What `rule` of `modules` is for `input`. Modules with the same `key` are the same.
    pub(super) fn ask(
        &mut self,
        (key, modules): (&str, &[Module]),
        rule: &str,
        input: &Json,
        inventory: &Json,
    ) -> Said {
        let mut question = serde_json::json!({
            "key": key, "rule": rule, "input": input, "inventory": inventory,
        });
        if self.known != key {
            key.clone_into(&mut self.known);
            let texts = modules.iter().enumerate();
            let texts: serde_json::Map<String, Json> = texts
                .map(|(at, module)| (format!("m{at}.rego"), module.text.clone().into()))
                .collect();
            question["modules"] = texts.into();
            question["v0"] = (modules[0].version == RegoVersion::V0).into();
        }
        writeln!(self.to, "{question}").unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let mut answer: Json = serde_json::from_str(&line).unwrap();
        let text = |text: &Json| text.as_str().unwrap_or_default().to_owned();
        if let Some(value) = answer.get_mut("value") {
            Said::Value(value.take())
        } else if let Some(message) = answer.get("conflict") {
            Said::Conflict(text(message))
        } else if let Some(message) = answer.get("error") {
            Said::Error(text(message))
        } else if let Some(message) = answer.get("refused") {
            Said::Refused(text(message))
        } else {
            Said::Undefined
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether a value is what OPA wrote as JSON: sets are arrays there, keys are texts.
pub(super) fn same(value: &Value, json: &Json) -> bool {
    match (value, json) {
        (Value::Set(items), Json::Array(others)) => {
            let mut left: Vec<&Json> = others.iter().collect();
            items.len() == left.len()
                && items.iter().all(|item| {
                    let found = left.iter().position(|other| same(item, other));
                    found.map(|at| left.swap_remove(at)).is_some()
                })
        }
        (Value::Array(items), Json::Array(others)) => {
            items.len() == others.len()
                && items
                    .iter()
                    .zip(others)
                    .all(|(item, other)| same(item, other))
        }
        (Value::Object(fields), Json::Object(others)) => {
            fields.len() == others.len()
                && fields.iter().all(|(key, field)| {
                    let key = match key {
                        Value::String(text) => text.to_string(),
                        key => key.to_string(),
                    };
                    others.get(&key).is_some_and(|other| same(field, other))
                })
        }
        (Value::Number(number), Json::Number(other)) => {
            value.to_string() == other.to_string()
                || number
                    .as_f64()
                    .is_some_and(|number| Some(number) == other.as_f64())
        }
        // Later OPAs call an int so; see record.py.
        (Value::String(text), Json::String(other)) => {
            text.as_ref() == other || *text.as_ref() == other.replace("(int64=", "(int=")
        }
        (Value::Bool(one), Json::Bool(other)) => one == other,
        (Value::Null, Json::Null) => true,
        _ => false,
    }
}
