//! Nothing that is written or given makes the engine hang, overflow its stack or panic.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use sekisho::engine::{
    EngineChoice, EvalErrorKind, FaultKind, Limits, Module, Options, Program, RegoVersion, Value,
    on_large_stack,
};

fn compile(text: &str, options: &Options) -> Result<Program, Vec<sekisho::engine::Fault>> {
    let module = Module {
        name: "t.rego".to_owned(),
        text: format!("package t\n{text}").into(),
        version: RegoVersion::V1,
    };
    Program::compile(&[module], "data.t.r", options)
}

fn refused(text: &str) -> FaultKind {
    let started = Instant::now();
    let faults = compile(text, &Options::default())
        .err()
        .unwrap_or_else(|| panic!("compiles: {text:.100}"));
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?} for {text:.100}",
        started.elapsed()
    );
    faults[0].kind
}

fn evaluates(text: &str) -> Value {
    let program = compile(
        text,
        &Options {
            engine: EngineChoice::Both,
            ..Options::default()
        },
    )
    .unwrap();
    on_large_stack(|| {
        program
            .machine()
            .eval("data.t.r", Value::new_object())
            .unwrap()
            .unwrap()
    })
    .unwrap()
}

#[test]
fn deep_terms_are_refused() {
    for open in ["[", "{", "(", "{\"a\":", "[x |", "f(", "-", "not ", "x["] {
        let text = format!("r if {{ {} }}", open.repeat(20_000));
        assert!(
            matches!(refused(&text), FaultKind::Limit | FaultKind::Parse),
            "{open}"
        );
    }
    assert_eq!(
        refused(&format!("r := 1{}", "+1".repeat(10_000))),
        FaultKind::Limit
    );
    assert_eq!(
        refused(&format!(
            "r := x if {{ x := [{}1{}] }}",
            "[".repeat(500),
            "]".repeat(500)
        )),
        FaultKind::Limit
    );
    assert_eq!(
        refused(&format!("r if {{ {} }}", "true;".repeat(5_000))),
        FaultKind::Limit
    );
}

#[test]
fn what_is_deep_but_allowed_is_evaluated() {
    let nested = format!("{}1{}", "{\"a\": [".repeat(30), "]}".repeat(30));
    assert_eq!(
        evaluates(&format!(
            "r := count(walked) if {{ walked := [p | walk({nested}, [p, _])] }}"
        )),
        Value::from(61)
    );
    let sum = format!("r := {}1{}", "(1 + ".repeat(40), ")".repeat(40));
    assert_eq!(evaluates(&sum), Value::from(41));
    let loops = "some _ in [1]; ".repeat(900);
    assert_eq!(
        evaluates(&format!("r := 5 if {{ {loops} true }}")),
        Value::from(5)
    );
    let mut chain = "r := f0(1)\n".to_owned();
    for at in 0..390 {
        chain.push_str(&format!("f{at}(x) := f{}(y) if {{ y := x + 1 }}\n", at + 1));
    }
    chain.push_str("f390(x) := x");
    assert_eq!(evaluates(&chain), Value::from(391));
}

#[test]
fn recursion_is_refused() {
    assert_eq!(refused("r := f(1)\nf(x) := f(x)"), FaultKind::Recursion);
    assert_eq!(refused("r if q\nq if p\np if r"), FaultKind::Recursion);
    assert_eq!(refused("r := data.t"), FaultKind::Recursion);
    let mut chain = "r := f0(1)\n".to_owned();
    for at in 0..3_000 {
        chain.push_str(&format!("f{at}(x) := f{}(x)\n", at + 1));
    }
    chain.push_str("f3000(x) := x");
    assert_eq!(refused(&chain), FaultKind::Limit);
}

#[test]
fn time_and_instructions_are_limited() {
    let text = "r := count([1 | some a in ns; some b in ns; some c in ns; a + b + c == 7])\nns := numbers.range(1, 100000)";
    let time = Duration::from_millis(200);
    for engine in [EngineChoice::Interpreter, EngineChoice::Compiled] {
        let limits = Limits {
            time,
            instructions: usize::MAX,
            ..Limits::default()
        };
        let program = compile(
            text,
            &Options {
                engine,
                limits,
                ..Options::default()
            },
        )
        .unwrap();
        let started = Instant::now();
        let error = program
            .machine()
            .eval("data.t.r", Value::new_object())
            .unwrap_err();
        assert_eq!(error.kind, EvalErrorKind::Timeout, "{error}");
        assert_eq!(error.message, "the evaluation takes longer than 200ms");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    let limits = Limits {
        instructions: 1_000,
        ..Limits::default()
    };
    let program = compile(
        text,
        &Options {
            engine: EngineChoice::Compiled,
            limits,
            ..Options::default()
        },
    )
    .unwrap();
    let error = program
        .machine()
        .eval("data.t.r", Value::new_object())
        .unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (
            EvalErrorKind::Limit,
            "the evaluation takes more than 1000 instructions"
        )
    );
}

#[test]
fn deep_documents_are_an_error() {
    let program = compile("r := 1", &Options::default()).unwrap();
    on_large_stack(|| {
        let mut deep = Value::new_array();
        for _ in 0..5_000 {
            deep = Value::from(vec![deep]);
        }
        let mut machine = program.machine();
        let error = machine.eval("data.t.r", deep).unwrap_err();
        assert_eq!(error.kind, EvalErrorKind::Limit);
        assert_eq!(
            error.message,
            "the document is nested deeper than 1000 levels"
        );
    })
    .unwrap();
}

#[test]
fn what_reaches_outside_is_refused_unless_it_is_asked_for() {
    for call in [
        "http.send({})",
        "opa.runtime()",
        "net.lookup_ip_addr(\"a\")",
    ] {
        assert_eq!(
            refused(&format!("r := {call}")),
            FaultKind::Outside,
            "{call}"
        );
    }
    let options = Options {
        allow_outside: true,
        ..Options::default()
    };
    let program = compile("r := http.send({\"url\": \"http://127.0.0.1\"})", &options).unwrap();
    assert_eq!(
        program
            .machine()
            .eval("data.t.r", Value::new_object())
            .unwrap(),
        None
    );
}
