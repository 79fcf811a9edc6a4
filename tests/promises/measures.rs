//! `sekisho test` says which lines of the Rego the tests reach, and which changes of it they notice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sekisho::engine::{Module, Options, Probes, Program, RegoVersion, Value};
use sha2::{Digest, Sha256};

use crate::run::{root, sekisho, sekisho_in};

/// What OPA says of the modules in `tests/opa/coverage`, written down by the script there.
#[test]
fn lines_are_counted_as_opa_counts_them() {
    let folder = root().join("tests/opa/coverage");
    let text = fs::read_to_string(folder.join("opa.json")).unwrap();
    let answers: BTreeMap<String, BTreeMap<String, BTreeSet<u32>>> =
        serde_json::from_str(&text).unwrap();
    assert_eq!(answers.len(), 5);
    for (name, lines) in answers {
        let module = Module {
            text: fs::read_to_string(folder.join(&name)).unwrap().into(),
            name: name.clone(),
            version: RegoVersion::V1,
        };
        let options = Options {
            probes: Probes::Lines,
            ..Options::default()
        };
        let program = Program::library(&[module], &options).unwrap();
        let mut machine = program.machine();
        for (package, test, _, _) in program.tests() {
            let answer = machine.eval(&format!("data.{package}.{test}"), Value::new_object());
            assert_eq!(answer.unwrap(), Some(Value::from(true)), "{name}: {test}");
        }
        let coverage = machine.coverage();
        let ours = |wanted: bool| -> BTreeSet<u32> {
            let found = coverage.modules[&name].iter();
            let found = found.filter(|(_, covered)| **covered == wanted);
            found.map(|(line, _)| *line).collect()
        };
        assert_eq!(ours(true), lines["covered"], "{name}: covered");
        assert_eq!(ours(false), lines["not_covered"], "{name}: not covered");
    }
}

/// What OPA says of five bundled policies and their libraries by a few of their tests.
#[derive(serde::Deserialize)]
struct Recorded {
    tests: Vec<String>,
    /// Of the texts that OPA was given.
    sha256: String,
    modules: BTreeMap<String, BTreeMap<String, BTreeSet<u32>>>,
}

/// A policy that changed since is left out until somebody with an OPA runs the script again.
#[test]
fn lines_of_the_bundled_policies_are_counted_as_opa_counts_them() {
    let text = fs::read_to_string(root().join("tests/opa/coverage/policies.json")).unwrap();
    let recorded: BTreeMap<String, Recorded> = serde_json::from_str(&text).unwrap();
    assert_eq!(recorded.len(), 5);
    for (id, recorded) in recorded {
        let folder = format!("rego/{id}");
        let tests = format!("{folder}/policy_test.rego");
        let mut digest = Sha256::new();
        for name in [&tests].into_iter().chain(recorded.modules.keys()) {
            digest.update(fs::read(root().join(name)).unwrap());
        }
        if data_encoding::HEXLOWER.encode(&digest.finalize()) != recorded.sha256 {
            eprintln!("skipped: {id} changed since tests/opa/coverage/record.py was run");
            continue;
        }
        let only = format!("^{id}_test$//^({})$", recorded.tests.join("|"));
        let run = sekisho(&[
            "test",
            &folder,
            "rego/lib",
            "--coverage",
            "-o",
            "json",
            "--run",
            &only,
        ]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let report = run.json();
        assert_eq!(
            report["summary"]["regoTests"]["passed"],
            recorded.tests.len()
        );
        for (name, lines) in recorded.modules {
            let files = report["coverage"]["files"].as_array().unwrap();
            let file = files.iter().find(|file| file["path"] == name.as_str());
            let file = file.unwrap_or_else(|| panic!("{id}: no {name}"));
            let unreached: BTreeSet<u32> =
                serde_json::from_value(file["unreached"].clone()).unwrap();
            assert_eq!(unreached, lines["not_covered"], "{id}: {name}");
            let reached = file["reached"].as_u64().unwrap();
            assert_eq!(reached, lines["covered"].len() as u64, "{id}: {name}");
        }
    }
}

/// A template with its Rego in it, a Suite that leaves init containers out.
fn packed(folder: &Path) {
    let template = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: k8snoprivileged
spec:
  crd:
    spec:
      names:
        kind: K8sNoPrivileged
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package k8snoprivileged

      violation[{"msg": msg}] {
        c := containers[_]
        c.securityContext.privileged == true
        msg := sprintf("%v is privileged", [c.name])
      }

      containers[c] {
        c := input.review.object.spec.containers[_]
      }

      containers[c] {
        c := input.review.object.spec.initContainers[_]
        c.image
      }
"#;
    let constraint = "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sNoPrivileged\nmetadata:\n  name: none\n";
    let suite = "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests:\n- name: privileged\n  template: template.yaml\n  constraint: constraint.yaml\n  cases:\n  - name: bad\n    object: bad.yaml\n    assertions:\n    - violations: 1\n      message: app is privileged\n  - name: good\n    object: good.yaml\n    assertions:\n    - violations: no\n";
    let pod = |privileged: bool| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: app\n    image: a\n    securityContext:\n      privileged: {privileged}\n"
        )
    };
    for (name, text) in [
        ("template.yaml", template),
        ("constraint.yaml", constraint),
        ("suite.yaml", suite),
        ("bad.yaml", &pod(true)),
        ("good.yaml", &pod(false)),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn lines_of_rego_in_yaml_are_those_of_the_yaml() {
    let folder = tempfile::tempdir().unwrap();
    packed(folder.path());
    let run = sekisho_in(folder.path(), &["test", "--coverage", "-o", "json"], "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    let coverage = &run.json()["coverage"];
    let file = &coverage["files"][0];
    assert_eq!(file["path"], "template.yaml");
    // `containers[c] {` of the second definition, whose head holds for nobody, and `c.image` in it.
    assert_eq!(file["unreached"], serde_json::json!([25, 27]));
    assert_eq!(file["lines"], 9);

    let text = sekisho_in(folder.path(), &["test", "--coverage"], "");
    assert!(
        text.stdout.contains("not reached: 25, 27"),
        "{}",
        text.stdout
    );
    assert!(
        text.stdout.contains("27 |         c.image"),
        "{}",
        text.stdout
    );
}

#[test]
fn coverage_goes_to_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    packed(folder.path());
    let arguments = [
        "test",
        "--coverage-output",
        "lcov=lines.info",
        "--coverage-output",
        "cobertura=lines.xml",
        "--coverage-output",
        "html=lines.html",
        "--lang",
        "ja",
    ];
    let run = sekisho_in(folder.path(), &arguments, "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let lcov = read("lines.info");
    assert!(lcov.contains("SF:template.yaml\n"), "{lcov}");
    assert!(
        lcov.contains("DA:27,0\n") && lcov.contains("DA:26,1\n"),
        "{lcov}"
    );
    assert!(lcov.ends_with("LF:9\nLH:7\nend_of_record\n"), "{lcov}");
    let cobertura = read("lines.xml");
    let wanted = "<line number=\"27\" hits=\"0\" branch=\"false\"/>";
    assert!(cobertura.contains(wanted), "{cobertura}");
    assert!(
        cobertura.contains("filename=\"template.yaml\""),
        "{cobertura}"
    );
    assert!(cobertura.contains("line-rate=\"0.7778\""), "{cobertura}");
    let html = read("lines.html");
    assert!(html.contains("<html lang=\"ja\">"), "{html}");
    assert!(
        html.contains("<span class=\"no\"><b>27</b>        c.image</span>"),
        "{html}"
    );

    let unknown = sekisho_in(folder.path(), &["test", "--coverage-output", "pdf=x"], "");
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("`cobertura`"), "{}", unknown.stderr);
}

#[test]
fn too_little_coverage_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    packed(folder.path());
    let enough = sekisho_in(folder.path(), &["test", "--fail-under", "77"], "");
    assert_eq!(enough.status, 0, "{}", enough.stderr);
    let more = sekisho_in(folder.path(), &["test", "--fail-under", "78"], "");
    assert_eq!(more.status, 1);
    assert!(more.stderr.contains("77.7 %"), "{}", more.stderr);
}

#[test]
fn a_policy_without_tests_counts_as_unreached() {
    let folder = tempfile::tempdir().unwrap();
    packed(folder.path());
    fs::write(
        folder.path().join("other.rego"),
        "package other\n\nallow if input.x\n\ndeny if not input.x\n",
    )
    .unwrap();
    let run = sekisho_in(folder.path(), &["test", "--coverage"], "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("0/2  other.rego"), "{}", run.stdout);
    assert!(run.stdout.contains("no test runs this"), "{}", run.stdout);
}

#[test]
fn changes_that_no_test_notices_are_named() {
    let folder = tempfile::tempdir().unwrap();
    packed(folder.path());
    let run = sekisho_in(folder.path(), &["test", "--mutate", "-o", "json"], "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    let report = &run.json()["mutation"];
    let of = |status: &str| -> Vec<String> {
        let mutants = report["mutants"].as_array().unwrap();
        let found = mutants.iter().filter(|mutant| mutant["status"] == status);
        found
            .map(|it| {
                format!(
                    "{}:{} {} {}",
                    it["line"], it["column"], it["kind"], it["after"]
                )
            })
            .collect()
    };
    let killed = of("killed");
    // The operator of line 17, and the containers of line 22.
    assert!(
        killed
            .iter()
            .any(|it| it.starts_with("17:") && it.contains("operator")),
        "{killed:?}"
    );
    assert!(
        killed
            .iter()
            .any(|it| it.starts_with("22:") && it.contains("swapContainers")),
        "{killed:?}"
    );
    let survived = [of("survived"), of("unreached")].concat();
    let lines: BTreeSet<&str> = survived
        .iter()
        .filter_map(|it| it.split_once(':'))
        .map(|it| it.0)
        .collect();
    assert_eq!(lines, BTreeSet::from(["25", "26", "27"]), "{survived:?}");

    let strict = sekisho_in(
        folder.path(),
        &["test", "--mutate", "--fail-under", "90"],
        "",
    );
    assert_eq!(strict.status, 1);
    assert!(
        strict.stdout.contains("template.yaml:26:"),
        "{}",
        strict.stdout
    );
    assert!(
        strict
            .stdout
            .contains("`\"ephemeralContainers\"` instead of `\"initContainers\"`"),
        "{}",
        strict.stdout
    );
}

#[test]
fn an_author_may_say_that_a_change_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "package p\n\nallow if {\n\t# mutants: skip (a number is never empty)\n\tis_number(input.x)\n\tinput.x > 3\n}\n";
    let tests = "package p_test\n\nimport data.p\n\ntest_allow if p.allow with input as {\"x\": 4}\n\ntest_not if not p.allow with input as {\"x\": 3}\n";
    fs::write(folder.path().join("p.rego"), policy).unwrap();
    fs::write(folder.path().join("p_test.rego"), tests).unwrap();
    let run = sekisho_in(
        folder.path(),
        &["test", "--mutate", "--fail-under", "100"],
        "",
    );
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("left out by a comment"),
        "{}",
        run.stdout
    );
    // Without the comment the change survives.
    fs::write(
        folder.path().join("p.rego"),
        policy.replace("mutants: skip", ""),
    )
    .unwrap();
    let run = sekisho_in(
        folder.path(),
        &["test", "--mutate", "--fail-under", "100"],
        "",
    );
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("p.rego:5:2"), "{}", run.stdout);
    assert!(
        run.stdout.contains("without `is_number(input.x)`"),
        "{}",
        run.stdout
    );
}

/// How a policy words its message is not for tests to say.
#[test]
fn messages_are_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "package p\n\nviolation contains {\"msg\": said} if {\n\tinput.x == \"bad\"\n\tsaid := \"some words\"\n}\n\nviolation contains {\"msg\": \"others\"} if input.y\n";
    let tests = "package p_test\n\nimport data.p\n\ntest_bad if count(p.violation) == 1 with input as {\"x\": \"bad\"}\n\ntest_others if count(p.violation) == 1 with input as {\"y\": true}\n\ntest_good if count(p.violation) == 0 with input as {\"x\": \"good\", \"y\": false}\n";
    fs::write(folder.path().join("p.rego"), policy).unwrap();
    fs::write(folder.path().join("p_test.rego"), tests).unwrap();
    let run = sekisho_in(folder.path(), &["test", "--mutate", "-o", "json"], "");
    let report = run.json();
    let mutants = report["mutation"]["mutants"].as_array().unwrap();
    let constants = mutants.iter().filter(|mutant| mutant["kind"] == "constant");
    let constants: Vec<&str> = constants.map(|it| it["before"].as_str().unwrap()).collect();
    assert_eq!(constants, ["\"bad\""], "{}", run.stdout);
    assert_eq!(report["mutation"]["score"], 100.0, "{}", run.stdout);
}

#[test]
fn nothing_is_changed_while_tests_fail() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.rego"), "package p\n\nx := 1\n").unwrap();
    fs::write(
        folder.path().join("p_test.rego"),
        "package p_test\n\nimport data.p\n\ntest_x if p.x == 2\n",
    )
    .unwrap();
    let run = sekisho_in(folder.path(), &["test", "--mutate"], "");
    assert_eq!(run.status, 1);
    assert!(!run.stdout.contains("noticed"), "{}", run.stdout);
}

#[test]
fn each_bundled_policy_and_library_is_tested_to_the_line_and_to_nine_changes_of_ten() {
    let run = sekisho(&["test", "rego", "--coverage", "--mutate", "-o", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(report["coverage"]["percent"], 100.0);
    assert!(report["coverage"]["lines"].as_u64().unwrap() > 900);
    let killed = report["mutation"]["killed"].as_u64().unwrap();
    assert!(killed > 800, "{killed}");
    let mut files: BTreeMap<&str, (u32, Vec<String>)> = BTreeMap::new();
    for mutant in report["mutation"]["mutants"].as_array().unwrap() {
        let (killed, missed) = files.entry(mutant["path"].as_str().unwrap()).or_default();
        match mutant["status"].as_str().unwrap() {
            "killed" => *killed += 1,
            "survived" | "unreached" => missed.push(format!(
                "{}:{} {} {}",
                mutant["line"], mutant["column"], mutant["kind"], mutant["before"]
            )),
            _ => {}
        }
    }
    let policies = files.keys().filter(|path| path.ends_with("/policy.rego"));
    assert_eq!(policies.count(), 16);
    for (path, (killed, missed)) in files {
        let all = f64::from(killed) + missed.len() as f64;
        let score = 100.0 * f64::from(killed) / all;
        assert!(
            score >= 90.0,
            "{path}: {score:.1} %; not noticed: {missed:#?}"
        );
    }
}
