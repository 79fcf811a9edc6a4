//! What must hold for any input. The fuzzers make the inputs; the project's tests ask again for those
//! that once failed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code
)]

use std::cell::RefCell;
use std::time::Duration;

use sekisho::engine::{
    EngineChoice, EvalErrorKind, Fault, Limits, Machine, Module, Options, Program, RegoVersion,
    Value, on_large_stack, outline,
};

fn module(text: &str, version: RegoVersion) -> Module {
    Module {
        name: "t.rego".to_owned(),
        text: text.to_owned().into(),
        version,
    }
}

/// The first two rules of a module, by their full names.
fn entries(module: &Module) -> Vec<String> {
    let Ok(mut outline) = outline(module) else {
        return Vec::new();
    };
    outline.rules.dedup();
    let package = outline.package.path.join(".");
    let names = outline.rules.iter().take(2);
    names.map(|name| format!("data.{package}.{name}")).collect()
}

/// Any text, as v0 and as v1, is compiled or refused; and what is written for the engine loads.
pub(super) fn rewriting(text: &str) {
    for version in [RegoVersion::V0, RegoVersion::V1] {
        let modules = [module(text, version)];
        if let Err(faults) = Program::library(&modules, &Options::default()) {
            sound(&faults, text);
            continue;
        }
        assert!(outline(&modules[0]).is_ok());
        let options = Options {
            engine: EngineChoice::Both,
            ..Options::default()
        };
        for entry in entries(&modules[0]) {
            if let Err(faults) = Program::compile(&modules, &entry, &options) {
                sound(&faults, text);
            }
        }
    }
}

/// A refusal says why, where, and never that the engine does not take what was written for it.
fn sound(faults: &[Fault], text: &str) {
    let lines = text.split('\n').count() as u32;
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(
            !fault.message.contains("cannot be evaluated here"),
            "{fault}"
        );
        assert!(!fault.message.contains('\n'), "{fault:?}");
        assert!((1..=lines).contains(&fault.line), "{fault}");
    }
}

const INPUT: &str = r#"{"review": {"object": {"metadata": {"name": "x", "labels": {"a": "b"}},
    "spec": {"containers": [{"name": "a", "image": "docker.io/a:1"}, {"image": 5}], "replicas": 3}}},
    "parameters": {"xs": ["a", "b"], "min": 1}, "x": 1, "xs": [1, 2, 3], "c": {}, "s": "text",
    "o": {"a": {"b": false}}}"#;

/// A program that both engines run has one answer.
pub(super) fn engines(text: &str) {
    let modules = [module(text, RegoVersion::V1)];
    let options = Options {
        engine: EngineChoice::Both,
        limits: Limits {
            time: Duration::from_secs(2),
            instructions: 2_000_000,
            ..Limits::default()
        },
        ..Options::default()
    };
    for entry in entries(&modules[0]) {
        let Ok(program) = Program::compile(&modules, &entry, &options) else {
            continue;
        };
        let because = program.not_compiled_because().unwrap_or("");
        assert!(!because.contains("does not compile"), "{because}");
        let input = Value::from_json_str(INPUT).unwrap();
        let answer = on_large_stack(|| program.machine().eval(&entry, input)).unwrap();
        if let Err(error) = answer {
            // Only one of them counts instructions, and time is over now or then.
            let limits = error.message.contains("takes longer than")
                || error.message.contains("instructions");
            assert!(error.kind != EvalErrorKind::Difference || limits, "{error}");
        }
    }
}

/// A program that is asked again and again.
struct Asked(RefCell<Machine>);

impl Asked {
    /// `rules` define `r`. The fuzzer looks after the time itself: how long a machine that does
    /// other work needs is no difference between engines.
    fn new(rules: &str) -> Asked {
        let options = Options {
            engine: EngineChoice::Both,
            limits: Limits {
                time: Duration::from_secs(600),
                ..Limits::default()
            },
            ..Options::default()
        };
        let modules = [module(&format!("package t\n{rules}"), RegoVersion::V1)];
        let program = Program::compile(&modules, "data.t.r", &options).unwrap();
        assert_eq!(program.not_compiled_because(), None);
        Asked(RefCell::new(program.machine()))
    }

    /// The value of `r`. Panics where the engines differ.
    fn ask(&self, fields: &[(&str, Value)]) -> Option<Value> {
        let mut input = Value::new_object();
        for (name, value) in fields {
            let object = input.as_object_mut().unwrap();
            object.insert(Value::from(*name), value.clone());
        }
        match self.0.borrow_mut().eval("data.t.r", input) {
            Ok(answer) => answer,
            Err(error) if error.kind == EvalErrorKind::Difference => panic!("{error}"),
            Err(_) => None,
        }
    }
}

/// `sprintf` of any format (up to a NUL) and any arguments (JSON): a text, wherever they are a list.
pub(super) fn sprintf(text: &str) {
    const RULES: &str = r#"
arguments := json.unmarshal(input.arguments)
default given := ["not JSON", 7, null]
given := arguments
r := {"listed": is_array(given), "text": [text | text := sprintf(input.format, given)]}
"#;
    thread_local! {
        static ASKED: Asked = Asked::new(RULES);
    }
    let (format, arguments) = text.split_once('\0').unwrap_or((text, "[]"));
    let fields = [("format", format), ("arguments", arguments)];
    let fields = fields.map(|(name, text)| (name, Value::from(text)));
    let Some(answer) = ASKED.with(|asked| asked.ask(&fields)) else {
        panic!("{text:?} has no answer");
    };
    let listed = answer["listed"] == Value::from(true);
    match answer["text"].as_array().unwrap().first() {
        Some(Value::String(_)) => assert!(listed, "{text:?}"),
        // `%p` and widths that make the text too long.
        None => assert!(!listed || format.contains(['p', 'w', '*', '0']), "{text:?}"),
        Some(other) => panic!("{text:?}: {other}"),
    }
}

const EXPRESSION: &str = r#"r := {
	"valid": [regex.is_valid(input.pattern)],
	"match": [x | x := regex.match(input.pattern, input.text)],
	"deprecated": [x | x := re_match(input.pattern, input.text)],
	"all": [x | x := regex.find_n(input.pattern, input.text, -1)],
	"one": [x | x := regex.find_n(input.pattern, input.text, 1)],
	"groups": [x | x := regex.find_all_string_submatch_n(input.pattern, input.text, -1)],
	"split": [x | x := regex.split(input.pattern, input.text)],
	"replace": [x | x := regex.replace(input.text, input.pattern, input.with)],
	"emptied": [x | x := regex.replace(input.text, input.pattern, "")],
	"globs": [x | x := regex.globs_match(input.pattern, input.text)],
	"template": [x | x := regex.template_match(input.pattern, input.text, "{", "}")],
}"#;

/// Regular expressions, the text that they are given and what it is replaced with, NULs between: the
/// built-ins agree with each other.
pub(super) fn regex(text: &str) {
    thread_local! {
        static ASKED: Asked = Asked::new(EXPRESSION);
    }
    let mut parts = text.splitn(3, '\0');
    let pattern = parts.next().unwrap_or("");
    let subject = parts
        .next()
        .unwrap_or("registry.example.com/a-b_c:1.2@sha256:0f\nβ");
    let with = parts.next().unwrap_or("$1${name}");
    let fields = [("pattern", pattern), ("text", subject), ("with", with)];
    let fields = fields.map(|(name, text)| (name, Value::from(text)));
    let Some(answer) = ASKED.with(|asked| asked.ask(&fields)) else {
        panic!("{text:?} has no answer");
    };
    let only = |name: &str| answer[&Value::from(name)].as_array().unwrap().first();
    let count = |name: &str| only(name).unwrap().as_array().unwrap().iter().count();
    let valid = only("valid") == Some(&Value::from(true));
    let Some(matched) = only("match") else {
        // Not valid, or too large.
        for name in ["all", "one", "groups", "split", "replace", "emptied"] {
            assert_eq!(only(name), None, "{name} of {text:?}");
        }
        assert!(!valid || pattern.contains(['{', '+', '*']), "{text:?}");
        return;
    };
    assert!(valid, "{text:?}");
    assert_eq!(only("deprecated"), Some(matched), "{text:?}");
    let matches = *matched == Value::from(true);
    assert_eq!(count("all") > 0, matches, "{text:?}");
    assert_eq!(count("one"), usize::from(matches), "{text:?}");
    assert_eq!(count("groups"), count("all"), "{text:?}");
    for name in ["split", "replace", "emptied"] {
        assert!(only(name).is_some(), "{name} of {text:?}");
    }
}
