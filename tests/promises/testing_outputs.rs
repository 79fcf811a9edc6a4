//! `sekisho test`: what a run says, in every form, and its exit status.

use crate::run::assert_snapshot;
use crate::testing_folder::Folder;

/// One of everything.
fn mixed() -> Folder {
    Folder::with_policy()
        .cases(
            "  - {name: good, object: full.yaml, assertions: [{violations: no}]}
  - {name: bad, object: owned.yaml, assertions: [{violations: 2}, {field: metadata.labels.owner}]}
  - {name: off, skip: true, object: full.yaml, assertions: [{violations: no}]}
  - {name: 'odd # & <name>', object: nope.yaml, assertions: [{violations: no}]}
",
        )
        .add(
            "p_test.rego",
            "package p\n\ntest_good if true\n\ntest_bad if {\n\tprint(\"value is\", 1)\n\tfalse\n}\n\ntodo_test_later if true\n",
        )
        .add("broken_test.rego", "package b\n\ntest_x if {\n")
}

#[test]
fn every_form_is_as_reviewed() {
    let folder = mixed();
    let mut all = Vec::new();
    for arguments in [
        &["--output", "text"][..],
        &["--output", "text", "--verbose", "--lang", "ja"],
        &["--output", "json"],
        &["--output", "junit"],
        &["--output", "tap"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        all.push(format!("== {}\n{}", arguments.join(" "), run.stdout));
    }
    assert_snapshot("testing/outputs.txt", &all.join("\n"));
}

#[test]
fn exit_status() {
    let good = "  - {name: a, object: full.yaml, assertions: [{violations: no}]}\n";
    let bad = "  - {name: b, object: bare.yaml, assertions: [{violations: no}]}\n";
    let broken = "  - {name: c, object: nope.yaml, assertions: [{violations: no}]}\n";
    for (cases, status) in [
        (good.to_owned(), 0),
        (format!("{good}{bad}"), 1),
        (format!("{good}{broken}"), 2),
        (format!("{bad}{broken}"), 2),
    ] {
        let folder = Folder::with_policy().cases(&cases);
        for format in ["text", "json", "junit", "tap"] {
            let run = folder.run(&["--output", format]);
            assert_eq!(run.status, status, "{format}: {cases}");
        }
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let cases: String = (0..40)
        .map(|index| {
            format!(
                "  - {{name: c{index}, object: bare.yaml, assertions: [{{violations: {}}}]}}\n",
                index % 3
            )
        })
        .collect();
    let mut folder = Folder::with_policy().cases(&cases);
    for index in 0..20 {
        folder = folder.add(
            &format!("r{index}/a_test.rego"),
            &format!("package r{index}\n\ntest_a if true\n\ntest_b if {index} > 10\n"),
        );
    }
    let one = folder.run(&["--output", "json", "--jobs", "1"]).stdout;
    for jobs in ["2", "7", "0"] {
        assert_eq!(
            folder.run(&["--output", "json", "--jobs", jobs]).stdout,
            one
        );
    }
}
