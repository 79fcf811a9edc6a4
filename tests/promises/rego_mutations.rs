//! The two engines answer the same, also for reviews that nobody would write: mutations of the
//! public library's samples, parameters and inventories.
//!
//! `SEKISHO_MUTATIONS` is the number of mutations a case (6 unless said otherwise),
//! `SEKISHO_MUTATION_SEED` where they begin.

use serde_json::Value as Json;

use sekisho::engine::{EngineChoice, EvalErrorKind, Options, Program, Value};

use super::rego_library::{documents, files, inventory, library, modules, package, review};

/// xorshift: the same numbers everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// Something of another type, or of the same type and odd.
fn odd(chance: &mut Chance) -> Json {
    let choices = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "1.5",
        "100000000000000000000",
        "\"\"",
        "\"*\"",
        "\"a\"",
        "\"runtime/default\"",
        "\"100m\"",
        "\"1Gi\"",
        "\"docker.io/*\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"a\": 1}",
        "[\"*\"]",
        "[\"a\", \"b\"]",
        "[{\"name\": \"x\"}]",
        "{\"name\": 5}",
        "\"0.0.0.0/0\"",
        "[1, \"1\"]",
        "65535",
    ];
    serde_json::from_str(choices[chance.below(choices.len())]).unwrap()
}

fn size(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Json::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Changes the node number `at`, counted from the top.
fn change(value: &mut Json, at: &mut usize, chance: &mut Chance) {
    if *at == 0 {
        *at = usize::MAX;
        match (chance.below(6), &mut *value) {
            (0, Json::Array(items)) if !items.is_empty() => {
                let copy = items[chance.below(items.len())].clone();
                items.push(copy);
            }
            (1, Json::Array(items)) if !items.is_empty() => {
                items.remove(chance.below(items.len()));
            }
            (0..=2, Json::Object(fields)) if !fields.is_empty() => {
                let key = fields
                    .keys()
                    .nth(chance.below(fields.len()))
                    .unwrap()
                    .clone();
                fields.remove(&key);
            }
            (3, Json::Object(fields)) => {
                let keys = [
                    "securityContext",
                    "name",
                    "image",
                    "namespace",
                    "limits",
                    "labels",
                    "spec",
                    "x",
                ];
                fields.insert(keys[chance.below(keys.len())].to_owned(), odd(chance));
            }
            _ => *value = odd(chance),
        }
        return;
    }
    *at -= 1;
    match value {
        Json::Array(items) => {
            for item in items {
                if *at == usize::MAX {
                    return;
                }
                change(item, at, chance);
            }
        }
        Json::Object(fields) => {
            for (_, item) in fields.iter_mut() {
                if *at == usize::MAX {
                    return;
                }
                change(item, at, chance);
            }
        }
        _ => {}
    }
}

fn mutated(value: &Json, chance: &mut Chance) -> Json {
    let mut result = value.clone();
    for _ in 0..=chance.below(3) {
        let mut at = chance.below(size(&result));
        change(&mut result, &mut at, chance);
    }
    result
}

fn value(json: &Json) -> Value {
    Value::from_json_str(&json.to_string()).unwrap()
}

#[test]
fn the_engines_agree_on_mutations() {
    let Some(library) = library() else { return };
    let rounds = number("SEKISHO_MUTATIONS", 6);
    let mut chance =
        Chance(number("SEKISHO_MUTATION_SEED", 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut suites = Vec::new();
    files(&library.join("library"), "suite.yaml", &mut suites);
    let (mut count, mut conflicts, mut failed) = (0, 0, Vec::new());
    for path in &suites {
        let folder = path.parent().unwrap();
        for test in documents(path)
            .iter()
            .flat_map(|suite| suite["tests"].as_array().unwrap())
        {
            let template = documents(&folder.join(test["template"].as_str().unwrap())).remove(0);
            let Some(modules) = modules(&template) else {
                continue;
            };
            let entry = format!("data.{}.violation", package(&modules[0].text));
            let options = Options {
                engine: EngineChoice::Both,
                ..Options::default()
            };
            let program = Program::compile(&modules, &entry, &options).unwrap();
            let constraint =
                documents(&folder.join(test["constraint"].as_str().unwrap())).remove(0);
            let parameters = constraint["spec"]
                .get("parameters")
                .cloned()
                .unwrap_or(serde_json::json!({}));
            let mut machine = program.machine();
            for case in test["cases"].as_array().unwrap() {
                let object = documents(&folder.join(case["object"].as_str().unwrap())).remove(0);
                let others: Vec<Json> = case["inventory"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .flat_map(|file| documents(&folder.join(file.as_str().unwrap())))
                    .collect();
                let data = inventory(&others);
                for _ in 0..rounds {
                    count += 1;
                    let mut input =
                        serde_json::json!({ "review": review(&object), "parameters": parameters });
                    let part = if chance.below(3) == 0 {
                        "parameters"
                    } else {
                        "review"
                    };
                    input[part] = mutated(&input[part], &mut chance);
                    let data = if chance.below(4) == 0 {
                        mutated(&data["inventory"], &mut chance)
                    } else {
                        data["inventory"].clone()
                    };
                    let data = serde_json::json!({ "inventory": data });
                    machine.set_data(value(&data)).unwrap();
                    match machine.eval(&entry, value(&input)) {
                        Ok(_) => {}
                        Err(error) if error.kind == EvalErrorKind::Conflict => conflicts += 1,
                        Err(error) => {
                            failed.push(format!("{entry} {error}\ninput {input}\ndata {data}"))
                        }
                    }
                }
            }
        }
    }
    eprintln!(
        "{count} mutations, {conflicts} conflicts, {} differences",
        failed.len()
    );
    assert!(
        failed.is_empty(),
        "{}\n{} of {count} differ",
        failed.join("\n"),
        failed.len()
    );
}
