//! `--engine` says what runs Rego, and `both` holds the engines against each other.

#![allow(clippy::unwrap_used)]

use sekisho::engine::{
    EngineChoice, EvalErrorKind, Limits, Module, Options, Program, RegoVersion, Value,
};

use crate::policies::{CONSTRAINT, POD, X, judge, said, template};
use crate::run::sekisho;
use crate::testing_folder::Folder;

/// Only the interpreter has `with`.
const WITH: &str =
    "package foo\nviolation[{\"msg\": msg}] { msg := input.x with input as {\"x\": \"replaced\"} }";

#[test]
fn every_engine_gives_the_same_report() {
    let report = |engine: &str| {
        let run = sekisho(&[
            "check",
            "tests/manifests",
            "--output",
            "json",
            "--engine",
            engine,
        ]);
        assert_eq!(run.status, 1, "{engine}: {}", run.stderr);
        run.stdout
    };
    let wanted = report("auto");
    for engine in ["interpreter", "compiled", "both"] {
        assert!(report(engine) == wanted, "{engine}");
    }
}

#[test]
fn what_the_compiled_form_cannot_run_is_refused_where_it_is_asked_for() {
    let policies = template(WITH) + CONSTRAINT;
    let run = |engine: &str| judge(&policies, POD, &["--engine", engine]);
    for engine in ["auto", "interpreter", "both"] {
        assert_eq!(said(&run(engine)), ["Pod/p: replaced"], "{engine}");
    }
    let refused = run("compiled");
    assert_eq!(refused.status, 2);
    let told = "policies.yaml:13:7: the compiled form cannot run this program: `with` (template:2)";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    let run = judge(&(template(X) + CONSTRAINT), POD, &["--engine", "compiled"]);
    assert_eq!(said(&run), ["Pod/p: x"]);
}

/// The list of docs/rego.md.
#[test]
fn the_compiled_form_says_what_it_cannot_run() {
    let nine = "a, b, c, d, e, f, g, h, i";
    let wide = format!("f({nine}) := 1\nr := f(1, 2, 3, 4, 5, 6, 7, 8, 9)");
    let cases = [
        ("r if input with input as true", "`with` (t.rego:2)"),
        (
            "p.q.s := 1\nr := p.q.s",
            "a rule with dots or brackets in its name (t.rego:2)",
        ),
        ("r := count(data.u)", "it reads a whole package (t.rego:2)"),
        (
            wide.as_str(),
            "a function with more than eight arguments (t.rego:2)",
        ),
        (
            "q contains 1 if true\nr := q",
            "a rule is defined by two modules (more.rego:3)",
        ),
        ("r if print(1)", "`print` is listened to"),
    ];
    for (rego, reason) in cases {
        let module = |name: &str, text: &str| Module {
            name: name.to_owned(),
            text: text.to_owned().into(),
            version: RegoVersion::V1,
        };
        let modules = [
            module("t.rego", &format!("package t\n{rego}")),
            module("u.rego", "package u\nx := 1"),
            module("more.rego", "package t\n\nq contains 2 if true"),
        ];
        let two = rego.contains("q contains");
        let with = if two { &modules[..] } else { &modules[..2] };
        let asked = |engine| Options {
            engine,
            prints: true,
            ..Options::default()
        };
        let faults = Program::compile(with, "data.t.r", &asked(EngineChoice::Compiled))
            .err()
            .unwrap();
        let wanted = format!("the compiled form cannot run this program: {reason}");
        assert_eq!(faults[0].message, wanted, "{rego}");
        assert!(
            Program::compile(with, "data.t.r", &asked(EngineChoice::Auto)).is_ok(),
            "{rego}"
        );
    }
}

#[test]
fn a_wrong_engine_is_said() {
    let run = sekisho(&["check", "--engine", "fast", "tests/manifests"]);
    assert_eq!(run.status, 2);
    let told = "[possible values: auto, interpreter, compiled, both]";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn suites_run_on_the_engine_that_is_asked_for() {
    let report = |engine: &str| {
        let run = sekisho(&[
            "test",
            "rego/service_ports",
            "--verbose",
            "--engine",
            engine,
        ]);
        assert_eq!(run.status, 0, "{engine}: {}", run.stderr);
        run.stdout
    };
    let wanted = report("auto");
    for engine in ["interpreter", "compiled", "both"] {
        assert_eq!(report(engine), wanted, "{engine}");
    }
    // This policy prints, which only the interpreter hears.
    let folder = Folder::with_policy()
        .cases("  - {name: a, object: bare.yaml, assertions: [{violations: yes}]}\n");
    assert_eq!(folder.run(&["--engine", "both"]).status, 0);
    let refused = folder.run(&["--engine", "compiled"]);
    assert_eq!(refused.status, 2);
    let told = "the compiled form cannot run this program: `print` is listened to";
    assert!(refused.stdout.contains(told), "{}", refused.stdout);
}

/// Only the compiled form counts instructions: that is one difference that can be had at will.
#[test]
fn a_difference_ends_the_evaluation() {
    let module = Module {
        name: "t.rego".to_owned(),
        text: "package t\nr := count([1 | some a in numbers.range(1, 1000)])"
            .to_owned()
            .into(),
        version: RegoVersion::V1,
    };
    let options = Options {
        engine: EngineChoice::Both,
        limits: Limits {
            instructions: 500,
            ..Limits::default()
        },
        ..Options::default()
    };
    let program = Program::compile(&[module], "data.t.r", &options).unwrap();
    let error = program
        .machine()
        .eval("data.t.r", Value::new_object())
        .unwrap_err();
    assert_eq!(error.kind, EvalErrorKind::Difference);
    assert_eq!(
        error.message,
        "the interpreter answers 1000, the compiled form the error `the evaluation takes more than 500 instructions`"
    );
}

#[test]
fn what_reaches_outside_loads_where_it_is_asked_for() {
    const CALLS: &str = "package foo\nviolation[{\"msg\": \"x\"}] { true }\n\
                         violation[{\"msg\": \"y\"}] { http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"}) }";
    let policies = template(CALLS) + CONSTRAINT;
    let refused = judge(&policies, POD, &[]);
    assert_eq!(refused.status, 2);
    let told = "policies.yaml:15:33: the built-in http.send reaches outside of the evaluation";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    let run = judge(&policies, POD, &["--allow-outside"]);
    assert_eq!(said(&run), ["Pod/p: x"], "{}", run.stderr);
}

#[test]
fn an_evaluation_ends_with_its_time() {
    const LONG: &str = "package foo\nns := numbers.range(1, 100000)\n\
                        violation[{\"msg\": \"x\"}] { ns[a]; ns[b]; ns[c]; a + b + c == -1 }";
    for engine in ["interpreter", "compiled"] {
        let more = ["--engine", engine, "--time-limit", "1"];
        let run = judge(&(template(LONG) + CONSTRAINT), POD, &more);
        assert_eq!(run.status, 2, "{engine}");
        let told = format!("{}{}", run.stdout, run.stderr);
        let because = ["takes longer than 1s", "instructions"];
        assert!(because.iter().any(|text| told.contains(text)), "{told}");
    }
    let run = judge(&(template(X) + CONSTRAINT), POD, &["--time-limit", "0"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--time-limit"), "{}", run.stderr);
}
