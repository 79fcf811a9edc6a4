//! `sekisho eval` and `check --profile` let one look inside.

use std::fs;
use std::path::Path;

use crate::run::{Outcome, sekisho, sekisho_in, sekisho_with};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n  - name: app\n    image: a\n    securityContext:\n      privileged: true\n";

/// The id of the bundled policy that finds something in [`POD`] at its last line.
fn policy() -> String {
    let run = sekisho_with(&["check", "-", "-o", "json"], POD);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| {
        let field = finding["field"].as_str().unwrap_or_default();
        field.ends_with("securityContext.privileged")
    });
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_policy_is_asked_about_an_object() {
    let id = policy();
    let run = sekisho_with(&["eval", &id, "-"], POD);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("Pod shop/web  <stdin>:1:1"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("violation  "), "{}", run.stdout);
    let place = "at <stdin>:11:7 spec.containers[0].securityContext.privileged";
    assert!(run.stdout.contains(place), "{}", run.stdout);
    let details = "\"field\": \"spec.containers[0].securityContext.privileged\", \"reason\": ";
    assert!(run.stdout.contains(details), "{}", run.stdout);

    let good = POD.replace("true", "false");
    let run = sekisho_with(&["eval", &id, "-"], &good);
    assert!(run.stdout.contains("no violation"), "{}", run.stdout);
}

#[test]
fn a_query_is_put_to_the_policy_that_it_speaks_of() {
    let id = policy();
    let query = format!("count(data.{id}.violation)");
    let run = sekisho_with(&["eval", &query, "-i", "-", "-o", "json"], POD);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let answer = &run.json()["answers"][0];
    assert_eq!(answer["value"], 1);
    assert_eq!(answer["policy"], id.as_str());
    assert_eq!(answer["location"]["line"], 1);

    let bound = "some c in input.review.object.spec.containers; name := c.name";
    let run = sekisho_with(&["eval", bound, "-i", "-", "-o", "json"], POD);
    assert_eq!(run.json()["answers"][0]["value"]["name"], "app");

    let plain = sekisho_with(&["eval", "input.a + 1", "-i", "-"], "{\"a\": 2}\n");
    assert_eq!(plain.stdout, "3\n", "{}", plain.stderr);
    let undefined = sekisho_with(&["eval", "input.b", "-i", "-"], "{\"a\": 2}\n");
    assert_eq!(undefined.stdout, "undefined\n");
}

#[test]
fn what_cannot_be_asked_is_said() {
    let run = sekisho(&["eval", "no_such_policy"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("no policy `no_such_policy`"),
        "{}",
        run.stderr
    );
    let run = sekisho(&["eval", "input.a +"]);
    assert_eq!(run.status, 2);
    let end = "the query does not parse: it ends where more is expected (line 1, column 10)";
    assert!(run.stderr.contains(end), "{}", run.stderr);
    let run = sekisho(&["eval", "input.a + )\n"]);
    let within = "expected a term, found `)` (line 1, column 11)";
    assert!(run.stderr.contains(within), "{}", run.stderr);
    let run = sekisho_with(&["eval", "data.no.such", "-i", "-"], POD);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("no policy defines `data.no.such`"),
        "{}",
        run.stderr
    );
}

const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: k8stest
spec:
  crd:
    spec:
      names:
        kind: K8sTest
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package k8stest

      violation[{"msg": msg}] {
        c := input.review.object.spec.containers[_]
        print("looking at", c.name)
        c.securityContext.privileged == true
        not exempt(c)
        msg := "privileged"
      }

      exempt(c) {
        c.name == "app"
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sTest
metadata:
  name: test
"#;

#[test]
fn prints_are_shown_at_the_line_of_the_yaml() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), TEMPLATE).unwrap();
    let run = sekisho_in(folder.path(), &["eval", "policy.yaml", "-"], POD);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let printed = "printed  policy.yaml:17: looking at app";
    assert!(run.stdout.contains(printed), "{}", run.stdout);
}

#[test]
fn a_trace_says_where_each_body_stopped_and_with_what() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), TEMPLATE).unwrap();
    let run = sekisho_in(folder.path(), &["eval", "policy.yaml", "-", "--trace"], POD);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().map(str::trim).collect();
    let has = |wanted: &str| assert!(lines.contains(&wanted), "no `{wanted}` in\n{}", run.stdout);
    has("violation  policy.yaml:15  tried once, never held");
    has("✓ 18 c.securityContext.privileged == true");
    has("✗ 19 not exempt(c)");
    has("exempt  policy.yaml:23  tried once, held once");

    // Where nothing is there, it is said to be undefined.
    let pod = POD.replace("privileged: true", "runAsUser: 0");
    let run = sekisho_in(
        folder.path(),
        &["eval", "policy.yaml", "-", "--trace", "-o", "json"],
        &pod,
    );
    let report = run.json();
    let body = &report["answers"][0]["trace"][0];
    assert_eq!(body["rule"], "violation");
    let stopped = body["statements"].as_array().unwrap().iter();
    let stopped: Vec<_> = stopped.filter(|it| it["stopped"] != 0).collect();
    assert_eq!(stopped.len(), 1, "{body}");
    assert_eq!(stopped[0]["line"], 18);
    let seen = &stopped[0]["stops"][0]["c.securityContext.privileged"];
    assert_eq!(*seen, serde_json::json!([]));
}

#[test]
fn a_profile_goes_to_stderr_and_changes_nothing() {
    let arguments = ["check", "-", "--color", "never"];
    let plain = sekisho_with(&arguments, POD);
    let profiled = sekisho_with(&[&arguments[..], &["--profile"]].concat(), POD);
    assert_eq!(plain.stdout, profiled.stdout);
    assert_eq!(plain.status, profiled.status);
    let table = &profiled.stderr;
    let id = policy();
    let row = table.lines().find(|line| line.starts_with(&id)).unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells[1], "1", "{table}");
    assert!(
        table.lines().any(|line| line.starts_with("all ")),
        "{table}"
    );
}

#[test]
fn a_profile_counts_no_question_about_a_cause() {
    // Nothing in the answer says the place: the policy is asked about changed objects for it.
    let policy = crate::snapshots::POLICY.replace(", \"details\": {\"field\": field}", "");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), policy).unwrap();
    let judging = ["check", "-", "--policies", "policy.yaml", "--no-bundled"];
    for more in [&["--profile"][..], &["--profile", "--why"][..]] {
        let run = sekisho_in(folder.path(), &[&judging[..], more].concat(), POD);
        let table = &run.stderr;
        let row = table.lines().find(|line| line.starts_with("NoPrivileged"));
        let row = row.unwrap_or_else(|| panic!("{table}{}", run.stdout));
        let count = row.split_whitespace().nth(1);
        assert_eq!(count, Some("1"), "{table}");
    }
}

const TWO_RULES: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: tworules}
spec:
  crd: {spec: {names: {kind: TwoRules}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package tworules
      violation[{\"msg\": msg}] {
        count(slow) > 10
        msg := quick
      }
      slow[n] {
        n := numbers.range(1, 4000)[_]
        n % 2 == 0
      }
      quick = text {
        text := upper(input.review.object.metadata.name)
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: TwoRules
metadata: {name: one}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: TwoRules
metadata: {name: two}
";

/// A run with a profile, which says of the Pod what a run without one says.
fn profiled(folder: &Path, more: &[&str]) -> Outcome {
    let arguments = [
        "check",
        "-",
        "--policies",
        "policy.yaml",
        "--no-bundled",
        "--output",
        "json",
    ];
    let arguments = [&arguments[..], more].concat();
    let plain = sekisho_in(folder, &arguments, POD);
    let run = sekisho_in(folder, &[&arguments[..], &["--profile"]].concat(), POD);
    assert_eq!(run.stdout, plain.stdout);
    assert_eq!(run.status, plain.status);
    run
}

#[test]
fn a_profile_says_which_rule_takes_the_time() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), TWO_RULES).unwrap();
    let run = profiled(folder.path(), &[]);
    let (table, rules) = run.stderr.split_once("Rules, by their share").unwrap();
    for (row, count) in [
        ("TwoRules", "2"),
        ("TwoRules/one", "1"),
        ("TwoRules/two", "1"),
    ] {
        let cells = table
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        let cells = cells.filter(|cells| cells.first() == Some(&row));
        assert_eq!(
            cells.map(|cells| cells[1]).collect::<Vec<_>>(),
            [count],
            "{table}"
        );
    }
    let (_, rows) = rules.split_once("TwoRules: 2 of 2 evaluations, ").unwrap();
    let cells: Vec<&str> = rows.lines().nth(2).unwrap().split_whitespace().collect();
    let [share, "%", begun, rule, place] = cells[..] else {
        panic!("{rows}");
    };
    assert_eq!(
        (begun, rule, place),
        ("2", "slow", "policy.yaml:14"),
        "{rows}"
    );
    assert!(share.parse::<f64>().unwrap() > 50.0, "{rows}");
    let run = profiled(folder.path(), &["--lang", "ja"]);
    assert!(run.stderr.contains("評価 2 回中 2 回"), "{}", run.stderr);
}

#[test]
fn a_profile_of_what_cannot_be_evaluated_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let conflicting = TWO_RULES
        .replace("text := upper", "text := [1, 2, upper")
        .replace("metadata.name)\n", "metadata.name)][_]\n");
    fs::write(folder.path().join("policy.yaml"), conflicting).unwrap();
    let run = profiled(folder.path(), &[]);
    assert!(run.stdout.contains("eval_conflict_error"), "{}", run.stdout);
}
