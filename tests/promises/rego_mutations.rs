//! The two engines and, where it is installed, a real OPA answer the same, messages and details
//! included, also for what nobody would write: mutations of the reviews, parameters and inventories of
//! the sixteen's samples, and of a library's.
//!
//! `SEKISHO_MUTATIONS` is the number of mutations a case, `SEKISHO_MUTATION_SEED` where they begin,
//! `SEKISHO_GATEKEEPER_LIBRARY` a library, `SEKISHO_OPA_PYTHON` a Python that has OPA.

mod mutate;
mod oracle;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use sekisho::bundle::{Bundle, Files};
use sekisho::engine::{EngineChoice, EvalErrorKind, Module, Options, Program, Value};

use super::rego_library::{documents, files, inventory, library, modules, package, review};
use super::run::root;
use mutate::{Chance, mutated};
use oracle::{Oracle, Said, same};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

fn value(json: &Json) -> Value {
    Value::from_json_str(&json.to_string()).unwrap()
}

/// A policy's Rego and what a Suite asks of it.
struct Subject {
    key: String,
    modules: Vec<Module>,
    entry: String,
    parameters: Json,
    /// Each object with the inventory's data.
    cases: Vec<(Json, Json)>,
}

/// Modules and the rule to ask for.
type Rego = (Vec<Module>, String);

/// The subjects of a Suite; `rego` gives the Rego of a template.
fn subjects(path: &Path, rego: &dyn Fn(&Json) -> Option<Rego>, found: &mut Vec<Subject>) {
    let folder = path.parent().unwrap();
    let file = |name: &Json| documents(&folder.join(name.as_str().unwrap()));
    let suites = documents(path);
    for test in suites
        .iter()
        .flat_map(|suite| suite["tests"].as_array().unwrap())
    {
        let Some((modules, entry)) = rego(&file(&test["template"])[0]) else {
            continue;
        };
        let constraint = file(&test["constraint"]).remove(0);
        let cases = test["cases"].as_array().unwrap().iter();
        let cases = cases.map(|case| {
            let others = case["inventory"].as_array().into_iter().flatten();
            let others: Vec<Json> = others.flat_map(file).collect();
            (file(&case["object"]).remove(0), inventory(&others))
        });
        found.push(Subject {
            key: format!("{} {}", path.display(), test["name"]),
            modules,
            entry,
            parameters: constraint["spec"]["parameters"].clone(),
            cases: cases.collect(),
        });
    }
}

#[derive(Default)]
struct Tally {
    count: u32,
    conflicts: u32,
    asked: u32,
    errors: u32,
    refused: Vec<String>,
    failed: Vec<String>,
}

fn run(subjects: &[Subject], rounds: u64) {
    let mut oracle = Oracle::start();
    if oracle.is_none() {
        eprintln!(
            "skipped: no OPA here to compare with (SEKISHO_OPA_PYTHON names a Python with it)"
        );
    }
    let mut chance = Chance::new(number("SEKISHO_MUTATION_SEED", 1));
    let mut tally = Tally::default();
    for subject in subjects {
        let options = Options {
            engine: EngineChoice::Both,
            ..Options::default()
        };
        let strict = Options {
            strict_builtins: true,
            engine: EngineChoice::Interpreter,
            ..Options::default()
        };
        let machine = |options| {
            let program = Program::compile(&subject.modules, &subject.entry, &options);
            program.unwrap().machine()
        };
        // OPA is strict with built-ins that are given nonsense; Gatekeeper is not. Where OPA has an
        // answer nonetheless it came by none of them, and both mean the same.
        let (mut machine, mut strict) = (machine(options), machine(strict));
        for (object, data) in &subject.cases {
            for _ in 0..rounds {
                let mut input = serde_json::json!({ "review": review(object), "parameters": subject.parameters });
                if input["parameters"].is_null() {
                    input["parameters"] = serde_json::json!({});
                }
                let part = if chance.below(3) == 0 {
                    "parameters"
                } else {
                    "review"
                };
                input[part] = mutated(&input[part], &mut chance);
                let mut inventory = data["inventory"].clone();
                if chance.below(4) == 0 {
                    inventory = mutated(&inventory, &mut chance);
                }
                tally.count += 1;
                let data = serde_json::json!({ "inventory": inventory });
                machine.set_data(value(&data)).unwrap();
                let answer = machine.eval(&subject.entry, value(&input));
                let said = oracle.as_mut().map(|oracle| {
                    let modules = (subject.key.as_str(), subject.modules.as_slice());
                    oracle.ask(modules, &subject.entry, &input, &inventory)
                });
                let mut wrong = None;
                match (&answer, said) {
                    (Err(error), _) if error.kind != EvalErrorKind::Conflict => {
                        wrong = Some(String::new());
                    }
                    (_, None) => {}
                    (_, Some(Said::Error(message))) => {
                        tally.asked += 1;
                        tally.errors += 1;
                        strict.set_data(value(&data)).unwrap();
                        let strictly = strict.eval(&subject.entry, value(&input));
                        let agree =
                            matches!(&strictly, Err(error) if error.kind == EvalErrorKind::Builtin);
                        wrong =
                            (!agree).then(|| format!("\nstrictly: {strictly:?}\nOPA: {message}"));
                    }
                    (_, Some(Said::Refused(reason))) => {
                        tally.refused.push(format!("{}: {reason}", subject.key));
                    }
                    (answer, Some(said)) => {
                        tally.asked += 1;
                        let agree = match (answer, &said) {
                            (Ok(Some(value)), Said::Value(other)) => same(value, other),
                            (Ok(None), Said::Undefined) => true,
                            (Err(error), Said::Conflict(message)) => error.message == *message,
                            _ => false,
                        };
                        wrong = (!agree).then(|| format!("\nOPA: {said:?}"));
                    }
                }
                tally.conflicts += u32::from(answer.is_err());
                if let Some(wrong) = wrong {
                    let answer = match answer {
                        Ok(value) => format!("{value:?}"),
                        Err(error) => error.to_string(),
                    };
                    let case = format!("input {input}\ndata {data}");
                    tally
                        .failed
                        .push(format!("{} {answer}{wrong}\n{case}", subject.key));
                }
            }
        }
    }
    tally.refused.dedup();
    eprintln!(
        "{} mutations, {} of them asked of OPA as well, {} built-in errors there, {} conflicts, {} differences; OPA did not take {}",
        tally.count,
        tally.asked,
        tally.errors,
        tally.conflicts,
        tally.failed.len(),
        tally.refused.len(),
    );
    for refused in tally.refused.iter().take(20) {
        eprintln!("{refused:.300}");
    }
    assert!(
        tally.failed.is_empty(),
        "{}\n{} of {} differ",
        tally.failed.join("\n"),
        tally.failed.len(),
        tally.count
    );
}

#[test]
fn the_engines_agree_on_mutations_of_the_sixteen() {
    let bundle = Bundle::load(&Files::embedded(), &[], &Options::default()).unwrap();
    let mut paths: Vec<PathBuf> = Vec::new();
    files(&root().join("rego"), "suite.yaml", &mut paths);
    let mut found = Vec::new();
    for path in &paths {
        let folder = path.parent().unwrap().file_name().unwrap();
        let policy = bundle.get(folder.to_str().unwrap()).unwrap();
        let rego = |_: &Json| {
            let modules = policy.modules().cloned().collect();
            Some((modules, policy.template.entry.clone()))
        };
        subjects(path, &rego, &mut found);
    }
    assert!(found.len() >= 16);
    run(&found, number("SEKISHO_MUTATIONS", 10));
}

#[test]
fn the_engines_agree_on_mutations_of_the_library() {
    let Some(library) = library() else { return };
    let mut paths = Vec::new();
    files(&library.join("library"), "suite.yaml", &mut paths);
    let rego = |template: &Json| {
        let modules = modules(template)?;
        let entry = format!("data.{}.violation", package(&modules[0].text));
        Some((modules, entry))
    };
    let mut found = Vec::new();
    for path in &paths {
        subjects(path, &rego, &mut found);
    }
    run(&found, number("SEKISHO_MUTATIONS", 6));
}
