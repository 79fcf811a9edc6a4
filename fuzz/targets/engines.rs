//! A program on which both engines run has one answer.
#![no_main]

mod rego;

use std::time::Duration;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use sekisho::engine::{
    EngineChoice, EvalErrorKind, Limits, Module, Options, Program, RegoVersion, Value,
    on_large_stack, outline,
};

const INPUT: &str = r#"{"review": {"object": {"metadata": {"name": "x", "labels": {"a": "b"}},
    "spec": {"containers": [{"name": "a", "image": "docker.io/a:1"}, {"image": 5}], "replicas": 3}}},
    "parameters": {"xs": ["a", "b"], "min": 1}, "x": 1, "xs": [1, 2, 3], "c": {}, "s": "text", "o": {"a": {"b": false}}}"#;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    rego::mutate(data, size, max_size, seed)
});

fuzz_target!(|text: &str| {
    let module = Module {
        name: "t.rego".to_owned(),
        text: text.to_owned(),
        version: RegoVersion::V1,
    };
    let options = Options {
        engine: EngineChoice::Both,
        limits: Limits {
            time: Duration::from_secs(2),
            instructions: 2_000_000,
            ..Limits::default()
        },
        ..Options::default()
    };
    let Ok(outline) = outline(&module) else {
        return;
    };
    let modules = [module];
    let mut names = outline.rules;
    names.dedup();
    for name in names.iter().take(2) {
        let entry = format!("data.{}.{name}", outline.package.path.join("."));
        let Ok(program) = Program::compile(&modules, &entry, &options) else {
            continue;
        };
        let because = program.not_compiled_because().unwrap_or("");
        assert!(!because.contains("does not compile"), "{because}");
        let input = Value::from_json_str(INPUT).unwrap();
        let Ok(answer) = on_large_stack(|| program.machine().eval(&entry, input)) else {
            continue;
        };
        if let Err(error) = answer {
            let limits = error.message.contains("takes longer than")
                || error.message.contains("instructions");
            assert!(
                error.kind != EvalErrorKind::Difference || limits,
                "{error}"
            );
        }
    }
});
