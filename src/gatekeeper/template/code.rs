//! Where a template keeps its Rego, and what it says of the data that the Rego needs.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::Problem;
use super::super::fields::{field, items, quoted, string, string_at, type_name};
use super::super::problem::suggestion;
use super::note_unknown_keys;
use crate::engine::{Module, RegoVersion, Value};

/// What Gatekeeper calls the module of the template in errors and in violations.
pub(super) const MAIN: &str = "template";
const REGO: &str = "Rego";
const CEL: &str = "K8sNativeValidation";
const OPERATIONS: [&str; 5] = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];

/// The modules of a template.
pub(in crate::gatekeeper) struct Code {
    pub(in crate::gatekeeper) main: Module,
    pub(in crate::gatekeeper) libs: Vec<Module>,
    /// Which field of the template holds which module; empty for modules from elsewhere.
    pub(in crate::gatekeeper) fields: Vec<(String, String)>,
}

impl Code {
    pub(super) fn outside(main: Module, libs: Vec<Module>) -> Code {
        Code {
            main,
            libs,
            fields: Vec::new(),
        }
    }

    pub(in crate::gatekeeper) fn field_of(&self, module: &str) -> &str {
        self.fields
            .iter()
            .find(|(name, _)| name == module)
            .map_or("", |(_, field)| field)
    }
}

pub(super) fn read(
    target: &Value,
    path: &str,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Problem>,
) -> Option<Code> {
    note_unknown_keys(
        target,
        path,
        &["target", "rego", "libs", "code", "operations"],
        notes,
    );
    check_operations(target, path, problems);
    let rego = text(target, "rego", path, problems);
    if let Some(rego) = rego.filter(|rego| !rego.is_empty()) {
        if entries_of(target).any(|(_, engine, _)| engine == REGO) {
            let message = "has no effect beside `rego`, which Gatekeeper prefers";
            notes.push(Problem::new(format!("{path}.code"), message));
        }
        return Some(modules(rego, target, RegoVersion::V0, path, problems));
    }
    let found = entries_of(target).find(|(_, engine, _)| *engine == REGO);
    let Some((index, _, entry)) = found else {
        problems.push(no_rego(target, path));
        return None;
    };
    let path = format!("{path}.code[{index}].source");
    let Some(source) = field(entry, "source").filter(|source| matches!(source, Value::Object(_)))
    else {
        let given = field(entry, "source").map_or("nothing", type_name);
        problems.push(Problem::new(
            path,
            format!("expected an object with `rego`, got {given}"),
        ));
        return None;
    };
    note_unknown_keys(source, &path, &["rego", "version", "libs"], notes);
    let rego = text(source, "rego", &path, problems);
    let Some(rego) = rego.filter(|rego| !rego.is_empty()) else {
        problems.push(Problem::new(
            format!("{path}.rego"),
            "missing: the template has no Rego",
        ));
        return None;
    };
    let version = match text(source, "version", &path, problems).unwrap_or_default() {
        "v1" => RegoVersion::V1,
        "" | "v0" => RegoVersion::V0,
        other => {
            let message = format!("`{other}` is taken for `v0`; expected `v0` or `v1`");
            notes.push(Problem::new(format!("{path}.version"), message));
            RegoVersion::V0
        }
    };
    Some(modules(rego, source, version, &path, problems))
}

/// The entries of `code`: index, engine, entry.
fn entries_of(target: &Value) -> impl Iterator<Item = (usize, &str, &Value)> {
    let code = field(target, "code")
        .into_iter()
        .flat_map(items)
        .enumerate();
    code.map(|(index, entry)| {
        (
            index,
            string_at(entry, &["engine"]).unwrap_or_default(),
            entry,
        )
    })
}

fn no_rego(target: &Value, path: &str) -> Problem {
    let engines: Vec<&str> = entries_of(target).map(|(_, engine, _)| engine).collect();
    if engines.contains(&CEL) {
        let message = format!(
            "the template is written in CEL only (`{CEL}`), which cannot be evaluated: expected an entry \
             with `engine: {REGO}`"
        );
        return Problem::new(format!("{path}.code"), message);
    }
    match engines.first() {
        None => Problem::new(path.to_owned(), "missing: the template has no Rego"),
        Some(engine) => {
            let hint = suggestion(engine, [REGO, CEL]);
            let message = format!("unknown engine `{engine}`, expected `{REGO}`{hint}");
            Problem::new(format!("{path}.code[0].engine"), message)
        }
    }
}

fn modules(
    rego: &str,
    holder: &Value,
    version: RegoVersion,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Code {
    let module = |name: String, text: &str| Module {
        name,
        text: text.to_owned().into(),
        version,
    };
    let mut fields = vec![(MAIN.to_owned(), format!("{path}.rego"))];
    let mut libs = Vec::new();
    let list = field(holder, "libs").unwrap_or(&Value::Null);
    if !matches!(list, Value::Null | Value::Array(_)) {
        let message = format!("expected a list of Rego modules, got {}", type_name(list));
        problems.push(Problem::new(format!("{path}.libs"), message));
    }
    for (index, lib) in items(list).enumerate() {
        let at = format!("{path}.libs[{index}]");
        let Some(text) = string(lib) else {
            problems.push(Problem::new(
                at,
                format!("expected a Rego module, got {}", type_name(lib)),
            ));
            continue;
        };
        let name = lib_name(index);
        fields.push((name.clone(), at));
        libs.push(module(name, text));
    }
    Code {
        main: module(MAIN.to_owned(), rego),
        libs,
        fields,
    }
}

/// What Gatekeeper calls a template's library.
pub(super) fn lib_name(index: usize) -> String {
    format!("libs[\"lib_{index}\"]")
}

fn text<'a>(
    value: &'a Value,
    key: &str,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<&'a str> {
    let given = field(value, key)?;
    let text = string(given);
    if text.is_none() {
        let message = format!("expected a string, got {}", type_name(given));
        problems.push(Problem::new(format!("{path}.{key}"), message));
    }
    text
}

fn check_operations(target: &Value, path: &str, problems: &mut Vec<Problem>) {
    let operations: Vec<&Value> = field(target, "operations")
        .into_iter()
        .flat_map(items)
        .collect();
    for (index, operation) in operations.iter().enumerate() {
        let word = string(operation).unwrap_or_default();
        let at = format!("{path}.operations[{index}]");
        if !OPERATIONS.contains(&word) {
            let hint = suggestion(word, OPERATIONS);
            let known = OPERATIONS.join(", ");
            let message = format!("{} is none of {known}{hint}", quoted(operation));
            problems.push(Problem::new(at, message));
        } else if word == "*" && operations.len() > 1 {
            problems.push(Problem::new(at, "`*` stands for all operations, and alone"));
        }
    }
}

/// Kinds that a template wants to find in the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncEntry {
    /// API groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Versions.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Kinds.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// Reads the annotation that names them: JSON, often in quotes of its own.
pub(super) fn requires_sync(
    annotations: &BTreeMap<String, String>,
    notes: &mut Vec<Problem>,
) -> Vec<Vec<SyncEntry>> {
    const KEY: &str = "metadata.gatekeeper.sh/requires-sync-data";
    let Some(text) = annotations.get(KEY) else {
        return Vec::new();
    };
    match serde_json::from_str(text.trim_matches(['\n', '"'])) {
        Ok(entries) => entries,
        Err(error) => {
            let message =
                format!("expected a JSON list of lists of groups, versions and kinds: {error}");
            notes.push(Problem::new(
                format!("metadata.annotations[\"{KEY}\"]"),
                message,
            ));
            Vec::new()
        }
    }
}
