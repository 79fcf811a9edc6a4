//! `sekisho test`: Rego's own unit tests.

use crate::testing_folder::{Folder, expected};

#[test]
fn rules_that_begin_with_test_are_run() {
    let folder = Folder::empty()
        .add(
            "a.rego",
            "package a\n\nallow if input.user == \"root\"\n\nmax := data.limits.max\n",
        )
        .add(
            "a_test.rego",
            r#"package a_test

import data.a

test_true if a.allow with input as {"user": "root"}

test_false if a.allow with input as {"user": "me"}

test_data if a.max == 5 with data.limits as {"max": 5}

test_function if f("x") == 1 with f as 1

f(x) := count(x)

test_value := false

test_no_input if not input

test_builtin if time.now_ns() == 5 with time.now_ns as 5

test_cases[name] if {
	some name, good in {"one": true, "two": false}
	good
}

test_text := "yes"

todo_test_later if false

test_tool(x) := x

helper := 1
"#,
        );
    let statuses = expected(&[
        ("a_test//test_true", "passed"),
        ("a_test//test_false", "failed"),
        ("a_test//test_data", "passed"),
        ("a_test//test_function", "passed"),
        ("a_test//test_value", "failed"),
        ("a_test//test_builtin", "passed"),
        // A case that is missing must not pass for one that holds.
        ("a_test//test_cases", "failed"),
        ("a_test//test_no_input", "passed"),
        ("a_test//test_text", "failed"),
        ("a_test//todo_test_later", "skipped"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses, "{}", folder.run(&[]).stdout);
    assert!(
        folder
            .said("a_test//test_false")
            .contains("7: expected true, got undefined")
    );
    assert!(
        folder
            .said("a_test//test_value")
            .contains("expected true, got false")
    );
    assert!(
        folder
            .said("a_test//test_text")
            .contains(r#"expected true, got "yes""#)
    );
    let only = folder.statuses(&["--run", "a_test//^test_true$"]);
    assert_eq!(only, expected(&[("a_test//test_true", "passed")]));
}

#[test]
fn prints_of_failing_tests_are_shown() {
    let folder = Folder::empty().add(
        "a_test.rego",
        "package a\n\ntest_ok if print(\"quiet\")\n\ntest_bad if {\n\tprint(\"seen\", 1 + 1)\n\tfalse\n}\n",
    );
    let text = folder.run(&[]).stdout;
    assert!(text.contains("a_test.rego:6: seen 2"), "{text}");
    assert!(!text.contains("quiet"), "{text}");
    let text = folder.run(&["-v"]).stdout;
    assert!(text.contains("a_test.rego:3: quiet"), "{text}");
    // The same for a Suite's policy.
    let folder = Folder::with_policy().cases(
        "  - {name: bad, object: bare.yaml, assertions: [{violations: no}]}\n  - {name: ok, object: owned.yaml, assertions: [{violations: 1}]}\n",
    );
    let text = folder.run(&[]).stdout;
    assert_eq!(text.matches("looked for").count(), 2, "{text}");
    assert_eq!(folder.run(&["-v"]).stdout.matches("looked for").count(), 3);
}

/// Each test is given the modules that it speaks of, from the nearest folder that has them.
#[test]
fn modules_are_found_as_policies_are_laid_out() {
    let policy = "package PACKAGE\n\nimport data.lib.names\n\nviolation contains msg if msg := names.call(\"PACKAGE\")\n";
    let test = "package PACKAGE_test\n\nimport data.PACKAGE\n\ntest_it if PACKAGE.violation == {\"EXPECTED\"}\n";
    let of = |text: &str, package: &str, expected: &str| {
        text.replace("PACKAGE", package)
            .replace("EXPECTED", expected)
    };
    let library =
        "package lib.names\n\nimport data.lib.marks\n\ncall(x) := concat(\"\", [x, marks.mark])\n";
    let folder = Folder::empty()
        .add("lib/names/names.rego", library)
        .add("lib/marks/marks.rego", "package lib.marks\n\nmark := \"!\"\n")
        .add("lib/names/names_test.rego", "package lib.names_test\n\nimport data.lib.names\n\ntest_it if names.call(\"a\") == \"a!\"\n")
        .add("one/policy.rego", &of(policy, "one", ""))
        .add("one/policy_test.rego", &of(test, "one", "one!"))
        // Its own copy of a library goes before the shared one.
        .add("two/policy.rego", &of(policy, "two", ""))
        .add("two/lib_names.rego", "package lib.names\n\ncall(x) := concat(\"\", [x, \"?\"])\n")
        .add("two/policy_test.rego", &of(test, "two", "two?"))
        // The same package as its policy, in Rego v0.
        .add("old/src.rego", "package old\n\nviolation[{\"msg\": \"x\"}] { input.bad }\n")
        .add("old/src_test.rego", "package old\n\ntest_it { count(violation) == 1 with input as {\"bad\": true} }\n")
        // Tests in a tree of their own.
        .add("apart/policies/p.rego", "package apart\n\nanswer := 42\n")
        .add("apart/tests/p_test.rego", "package apart_test\n\nimport data.apart\n\ntest_it if apart.answer == 42\n");
    let all = expected(&[
        ("lib.names_test//test_it", "passed"),
        ("one_test//test_it", "passed"),
        ("two_test//test_it", "passed"),
        ("old//test_it", "passed"),
        ("apart_test//test_it", "passed"),
    ]);
    assert_eq!(folder.statuses(&[]), all, "{}", folder.run(&[]).stdout);
    // Libraries above what was named are found as well, from wherever the command is run.
    assert_eq!(
        folder.statuses(&["one"]),
        expected(&[("one_test//test_it", "passed")])
    );
    let inside = crate::run::sekisho_in(&folder.path().join("one"), &["test"], "");
    assert_eq!(inside.status, 0, "{}{}", inside.stdout, inside.stderr);
}

#[test]
fn rego_that_does_not_compile_is_an_error_where_it_stands() {
    let folder = Folder::empty()
        .add(
            "a/a_test.rego",
            "package a\n\ntest_it if {\n\tnonsense(1)\n}\n",
        )
        .add("b/b_test.rego", "package b\n\ntest_it if {\n")
        .add("c/c_test.rego", "package c\n\ntest_it if true\n")
        .add(
            "d/d_test.rego",
            "package d\n\nimport data.nowhere\n\ntest_it if nowhere.f(1)\n",
        );
    let run = folder.run(&[]);
    assert_eq!(run.status, 2);
    assert_eq!(folder.statuses(&[]), expected(&[("c//test_it", "passed")]));
    for place in ["a/a_test.rego:4:2: ", "b/b_test.rego:", "d/d_test.rego:"] {
        assert!(run.stdout.contains(place), "{place}\n{}", run.stdout);
    }
}
