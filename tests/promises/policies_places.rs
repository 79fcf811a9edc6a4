//! An error in a policy is said at its place in the user's own file, whatever the YAML looks like.

use crate::policies::{CONSTRAINT, POD, judge};

const HEAD: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: testkind}
spec:
  crd: {spec: {names: {kind: TestKind}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
";

/// Where the call of `nope` is said to stand.
fn place(body: &str) -> (String, String) {
    let run = judge(&format!("{HEAD}{body}{CONSTRAINT}"), POD, &[]);
    assert_eq!(run.status, 2, "{}", run.stdout);
    let line = run
        .stderr
        .lines()
        .find(|line| line.contains("nope") && line.starts_with("error: policies.yaml:"))
        .unwrap_or_else(|| panic!("{}", run.stderr));
    let mut parts = line.split(':').skip(2);
    let (row, column) = (parts.next().unwrap(), parts.next().unwrap());
    (format!("{row}:{column}"), run.stderr)
}

/// The truth: where the word stands in the text.
fn truth(body: &str) -> String {
    let text = format!("{HEAD}{body}");
    let at = text.find("nope").unwrap();
    let line = text[..at].matches('\n').count() + 1;
    let column = at - text[..at].rfind('\n').unwrap();
    format!("{line}:{column}")
}

#[test]
fn rego_in_yaml_of_every_style() {
    let bodies = [
        "    rego: |\n      package a\n\n      violation[{\"msg\": \"x\"}] {\n        nope(1)\n      }\n",
        "    rego: |-\n          package a\n          violation[{\"msg\": \"x\"}] {\n              nope(1)\n          }\n",
        "    rego: |+\n\n      package a\n      violation[{\"msg\": \"x\"}] { nope(1) }\n\n\n",
        "    rego: |2 # a comment\n       package a\n      violation[{\"msg\": \"x\"}] { nope(1) }\n",
        "    rego: !!str |\n      package a\n      violation[{\"msg\": \"x\"}] { nope(1) }\n",
        "    rego: &anchor |\n      package a\n      violation[{\"msg\": \"é\"}] { \"é\" == \"é\"; nope(1) }\n",
        "    rego: >\n      package a\n\n\n      violation[{\"msg\": \"x\"}] {\n        true\n        nope(1)\n      }\n",
        "    rego: \"package a\\nviolation[{\\\"msg\\\": \\\"x\\\"}] {\\n\\tnope(1)\\n}\"\n",
        "    rego: 'package a\n\n      violation[{\"msg\": \"x\"}] { nope(1) }'\n",
        "    libs:\n    - |\n      package lib.a\n      f(x) = y { y := nope(x) }\n    rego: |\n      package a\n      violation[{\"msg\": data.lib.a.f(1)}] { true }\n",
        "    code:\n    - engine: Rego\n      source:\n        version: v1\n        rego: |\n          package a\n          violation contains {\"msg\": \"x\"} if {\n            nope(1)\n          }\n",
    ];
    for body in bodies {
        let mut expected = truth(body);
        if body.contains('é') {
            // Columns count characters.
            let (line, column) = expected.split_once(':').unwrap();
            expected = format!("{line}:{}", column.parse::<usize>().unwrap() - 3);
        }
        let (place, stderr) = place(body);
        assert_eq!(place, expected, "{body}{stderr}");
    }
}

#[test]
fn the_lines_around_it_are_shown() {
    let (_, stderr) = place(
        "    rego: |\n      package a\n      violation[{\"msg\": \"x\"}] {\n        nope(1)\n      }\n",
    );
    let lines: Vec<&str> = stderr.lines().skip(1).take(5).collect();
    assert_eq!(
        lines,
        [
            "   |",
            "10 |       violation[{\"msg\": \"x\"}] {",
            "11 |         nope(1)",
            "   |         ^^^^",
            "12 |       }",
        ],
        "{stderr}"
    );
}

#[test]
fn imports_and_calls_are_marked_with_their_points() {
    for (line, marked) in [
        ("import data.lib.nope", "data.lib.nope"),
        ("import data.lib.nope as other", "data.lib.nope"),
        (
            "violation[{\"msg\": \"x\"}] { data.lib.nope.of.nothing }",
            "data.lib.nope.of.nothing",
        ),
        (
            "violation[{\"msg\": \"x\"}] { nope.of.nothing(1).x }",
            "nope.of.nothing",
        ),
    ] {
        let (_, stderr) = place(&format!(
            "    rego: |\n      package a\n      {line}\n      violation[{{\"msg\": \"y\"}}] {{ true }}\n"
        ));
        let mut lines = stderr.lines().skip_while(|shown| !shown.contains(line));
        let (shown, mark) = (lines.next().unwrap(), lines.next().unwrap());
        let (start, end) = (mark.find('^').unwrap(), mark.rfind('^').unwrap());
        assert_eq!(&shown[start..=end], marked, "{stderr}");
    }
}

#[test]
fn fields_documents_and_lists() {
    let good = format!(
        "{HEAD}    rego: |\n      package a\n      violation[{{\"msg\": \"x\"}}] {{ true }}\n"
    );
    let cases = [
        (
            "---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: TestKind\nmetadata: {name: c}\nspec:\n  match:\n    kindz: []\n",
            "policies.yaml:17:5: `spec.match.kindz`: unknown field; did you mean `kinds`?",
        ),
        (
            "---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: constraints.gatekeeper.sh/v1beta1\n  kind: TestKind\n  metadata: {name: C}\n",
            "policies.yaml:17:14: `metadata.name`: `C` is no name",
        ),
        (
            "---\napiVersion: expansion.gatekeeper.sh/v1beta1\nkind: ExpansionTemplate\nmetadata: {name: e}\nspec:\n  templateSource: spec.template\n  applyTo: [{groups: [a], kinds: [B], versions: [v1]}]\n",
            "policies.yaml:15:1: `spec.generatedGVK`: expected a version and a kind",
        ),
    ];
    for (more, expected) in cases {
        let run = judge(&format!("{good}{more}"), POD, &[]);
        assert_eq!(run.status, 2, "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
    }
    // JSON, as `kubectl get -o json` prints it, and all that is wrong at once.
    let json = r#"{"apiVersion": "templates.gatekeeper.sh/v1", "kind": "ConstraintTemplate", "metadata": {"name": "testkind"},
 "spec": {"crd": {"spec": {"names": {"kind": "TestKind"}}}, "targets": [{"target": "admission.k8s.gatekeeper.sh",
  "rego": "package a\nviolation[{\"msg\": \"x\"}] {\n  nope(1)\n  nope2(1)\n}\n"}]}}
{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "TestKind", "metadata": {"name": "c"}}"#;
    let run = judge(json, POD, &[]);
    assert!(
        run.stderr.contains("policies.yaml:3:56: "),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("nope2"), "{}", run.stderr);
}
