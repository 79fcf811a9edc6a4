//! Regular expressions: no panic, no endless compiling, and the built-ins agree with each other.
#![no_main]

mod ask;

use libfuzzer_sys::fuzz_target;
use sekisho::engine::Value;

const RULES: &str = r#"
r := {
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
}
"#;

thread_local! {
    static ANSWERS: ask::Answers = ask::Answers::new(RULES);
}

fn only<'a>(answer: &'a Value, name: &str) -> Option<&'a Value> {
    answer[&Value::from(name)].as_array().unwrap().first()
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(0, |items| items.iter().count())
}

// The pattern, a NUL, the text, a NUL, what it is replaced with.
fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\0');
    let pattern = parts.next().unwrap_or("");
    let subject = parts.next().unwrap_or("registry.example.com/a-b_c:1.2@sha256:0f\nβ");
    let with = parts.next().unwrap_or("$1${name}");
    let mut input = Value::new_object();
    let fields = input.as_object_mut().unwrap();
    for (name, text) in [("pattern", pattern), ("text", subject), ("with", with)] {
        fields.insert(Value::from(name), Value::from(text));
    }
    let Some(answer) = ANSWERS.with(|answers| answers.ask(input)) else {
        panic!("{text:?} has no answer");
    };
    let valid = only(&answer, "valid") == Some(&Value::from(true));
    let Some(matched) = only(&answer, "match") else {
        // Not valid, or too large.
        for name in ["all", "one", "groups", "split", "replace", "emptied"] {
            assert_eq!(only(&answer, name), None, "{name} of {text:?}");
        }
        assert!(!valid || pattern.len() > 4, "{text:?}");
        return;
    };
    assert!(valid, "{text:?}");
    assert_eq!(only(&answer, "deprecated"), Some(matched), "{text:?}");
    let all = only(&answer, "all").unwrap();
    let matches = *matched == Value::from(true);
    assert_eq!(length(all) > 0, matches, "{text:?}");
    assert_eq!(length(only(&answer, "one").unwrap()), usize::from(matches), "{text:?}");
    assert_eq!(length(only(&answer, "groups").unwrap()), length(all), "{text:?}");
    for name in ["split", "replace", "emptied"] {
        assert!(only(&answer, name).is_some(), "{name} of {text:?}");
    }
});
