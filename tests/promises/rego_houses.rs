//! Rego of other houses, where a copy is present: it loads, or is refused for a reason that OPA has
//! too; nothing panics.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sekisho::engine::{Fault, Function, Module, Options, Program, RegoVersion, TestOutcome, Value};

fn house(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SEKISHO_REGO_HOUSES").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../houses"));
    let path = folder.join(name);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no {name} here (SEKISHO_REGO_HOUSES names the folder of such copies)");
    None
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rego") {
            found.push(path);
        }
    }
}

fn read(path: &Path, version: RegoVersion) -> Module {
    Module {
        name: path.display().to_string(),
        text: std::fs::read_to_string(path).unwrap().into(),
        version,
    }
}

/// Reasons with their numbers, names taken out.
fn summary<'a>(faults: impl IntoIterator<Item = &'a Fault>) -> BTreeMap<String, (u32, String)> {
    let mut reasons: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for fault in faults {
        let reason = reasons
            .entry(format!("{:?} {}", fault.kind, fault.message))
            .or_default();
        reason.0 += 1;
        reason.1 = fault.to_string();
    }
    reasons
}

#[test]
fn kubescape() {
    let Some(house) = house("regolibrary") else {
        return;
    };
    let mut paths = Vec::new();
    files(&house, &mut paths);
    let mut loaded = 0;
    let mut refused = Vec::new();
    for path in &paths {
        let module = read(path, RegoVersion::V0);
        let v1 = Module {
            version: RegoVersion::V1,
            ..module.clone()
        };
        match Program::library(&[module], &Options::default())
            .or_else(|_| Program::library(&[v1], &Options::default()))
        {
            Ok(_) => loaded += 1,
            Err(faults) => refused.extend(faults),
        }
    }
    eprintln!(
        "{} modules, {loaded} loaded, refused: {:#?}",
        paths.len(),
        summary(&refused)
    );
    // The library and the functions that Kubescape adds when it runs are not in its repository.
    let other: Vec<&Fault> = refused
        .iter()
        .filter(|fault| {
            let names = ["data.cautils.", "cosign.", "image.parse_normalized_name"];
            !names.iter().any(|name| {
                fault
                    .message
                    .starts_with(&format!("undefined function {name}"))
            })
        })
        .collect();
    assert!(other.is_empty(), "{other:#?}");
}

#[test]
fn trivy() {
    let Some(house) = house("trivy-checks") else {
        return;
    };
    let mut paths = Vec::new();
    files(&house.join("lib"), &mut paths);
    files(&house.join("checks"), &mut paths);
    let modules: Vec<Module> = paths
        .iter()
        .map(|path| read(path, RegoVersion::V1))
        .collect();
    let function = |name: &str, arity, call: fn(&[Value]) -> Result<Value, String>| Function {
        name: name.to_owned(),
        arity,
        call: Arc::new(call),
    };
    let functions = vec![
        function("result.new", 2, |arguments| {
            let mut result = Value::new_object();
            result
                .as_object_mut()
                .unwrap()
                .insert(Value::from("msg"), arguments[0].clone());
            Ok(result)
        }),
        function("isManaged", 1, |arguments| {
            let told = [
                &arguments[0]["__defsec_metadata"]["managed"],
                &arguments[0]["managed"],
            ];
            Ok(told
                .into_iter()
                .find(|managed| **managed != Value::Undefined)
                .cloned()
                .unwrap_or(Value::from(true)))
        }),
        function("cidr.count_addresses", 1, absent),
        function("cidr.is_public", 1, absent),
        function("sh.parse_commands", 1, absent),
        function("squealer.scan_string", 1, absent),
    ];
    let options = Options {
        functions,
        ..Options::default()
    };
    let program = match Program::library(&modules, &options) {
        Ok(program) => program,
        Err(faults) => panic!("{} modules, {:#?}", modules.len(), summary(&faults)),
    };
    let mut failed = Vec::new();
    let (mut count, mut without) = (0, 0);
    sekisho::engine::on_large_stack(|| {
        for (package, name, _, _) in program.tests() {
            ABSENT.with(|called| called.set(false));
            for result in program.run_tests(&|a, b| a == package && b == name) {
                if ABSENT.with(Cell::get) {
                    without += 1;
                    continue;
                }
                count += 1;
                if result.outcome != TestOutcome::Pass {
                    failed.push(format!(
                        "{}:{} {}: {:?}",
                        result.module, result.line, result.name, result.outcome
                    ));
                }
            }
        }
    })
    .unwrap();
    eprintln!(
        "{} modules, {count} tests, {without} more need a function that is not here",
        modules.len()
    );
    assert!(
        failed.is_empty(),
        "{}\n{} of {count} failed",
        failed.join("\n"),
        failed.len()
    );
}

thread_local! {
    static ABSENT: Cell<bool> = const { Cell::new(false) };
}

/// Stands for a function that only Trivy has.
fn absent(_: &[Value]) -> Result<Value, String> {
    ABSENT.with(|called| called.set(true));
    Err("not here".to_owned())
}
