//! `sprintf` of any format, any arguments: no panic, the same on both engines, always a text where the
//! arguments are a list.
#![no_main]

mod ask;

use libfuzzer_sys::fuzz_target;
use sekisho::engine::Value;

thread_local! {
    static ANSWERS: ask::Answers = ask::Answers::new("r := sprintf(input.format, input.arguments)");
}

// The format, a NUL, the arguments as JSON.
fuzz_target!(|text: &str| {
    let (format, arguments) = text.split_once('\0').unwrap_or((text, "[]"));
    let arguments = Value::from_json_str(arguments)
        .unwrap_or_else(|_| Value::from(vec![Value::from(arguments), Value::from(7), Value::Null]));
    let listed = arguments.as_array().is_ok();
    let mut input = Value::new_object();
    let fields = input.as_object_mut().unwrap();
    fields.insert(Value::from("format"), Value::from(format));
    fields.insert(Value::from("arguments"), arguments);
    let answer = ANSWERS.with(|answers| answers.ask(input));
    match answer {
        Some(Value::String(_)) => {}
        None => assert!(!listed || text.len() > 12, "undefined: {text:?}"),
        Some(other) => panic!("{text:?}: {other}"),
    }
});
