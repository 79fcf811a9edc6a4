//! A policy's author begins with `new`, keeps it clean with `lint`, knows with `bench` how fast it is.

use std::fs;
use std::path::Path;

use crate::run::{root, sekisho, sekisho_in};

#[test]
fn a_new_policy_runs_and_its_failing_test_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let made = sekisho_in(here, &["new", "policies/owner_label"], "");
    assert_eq!(made.status, 0, "{}", made.stderr);
    for file in [
        "template.yaml",
        "policy.rego",
        "suite.yaml",
        "samples/bad.yaml",
    ] {
        assert!(
            here.join("policies/owner_label").join(file).is_file(),
            "{file}"
        );
    }

    let tested = sekisho_in(here, &["test", "policies/owner_label"], "");
    assert_eq!(tested.status, 1, "{}", tested.stderr);
    let failing = "owner_label_test//test_write_this_policy";
    assert!(tested.stdout.contains(failing), "{}", tested.stdout);
    assert!(
        tested.stdout.contains("1. template.yaml: say what"),
        "{}",
        tested.stdout
    );
    assert!(
        tested.stdout.contains("2 cases passed"),
        "{}",
        tested.stdout
    );
    assert!(
        tested.stdout.contains("3 tests passed, 1 failed"),
        "{}",
        tested.stdout
    );

    let check = |sample: &str| {
        let sample = format!("policies/owner_label/samples/{sample}.yaml");
        let arguments = [
            "check",
            "--policies",
            "policies/owner_label",
            "--no-bundled",
            &sample,
        ];
        sekisho_in(here, &arguments, "")
    };
    let bad = check("bad");
    assert_eq!(bad.status, 1, "{}{}", bad.stdout, bad.stderr);
    assert!(
        bad.stdout.contains("Label owner is missing"),
        "{}",
        bad.stdout
    );
    let good = check("good");
    assert_eq!(good.status, 0, "{}{}", good.stdout, good.stderr);

    let clean = sekisho_in(here, &["lint", "policies"], "");
    assert_eq!(clean.status, 0, "{}{}", clean.stdout, clean.stderr);
}

#[test]
fn new_overwrites_nothing_and_knows_what_a_name_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    let run = sekisho_in(folder.path(), &["new", "mine"], "");
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("`mine` is there already"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_dir(folder.path().join("mine")).unwrap().count(), 0);
    for name in ["Mine", "a-b", "2nd", "input"] {
        let run = sekisho_in(folder.path(), &["new", name], "");
        assert_eq!(run.status, 2, "{name}");
        assert!(
            run.stderr.contains("cannot be a policy's name"),
            "{}",
            run.stderr
        );
    }
}

/// A template with `rego` in it and the parameter `labels`.
fn template(name: &str, rego: &str) -> String {
    let rego = rego.replace('\n', "\n      ");
    format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata:\n  name: {name}\nspec:\n  crd:\n    spec:\n      names:\n        kind: K8sTest\n      validation:\n        openAPIV3Schema:\n          type: object\n          properties:\n            labels:\n              type: array\n              items:\n                type: string\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      {rego}\n"
    )
}

/// The findings of `lint` on a template with this Rego: rule and the line in the Rego, from 1.
fn lints(rego: &str) -> Vec<(String, i64)> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.yaml"), template("k8stest", rego)).unwrap();
    let run = sekisho_in(folder.path(), &["lint", "-o", "json"], "");
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(
        run.status,
        i32::from(!findings.is_empty()),
        "{}",
        run.stderr
    );
    findings
        .iter()
        .map(|found| {
            assert_eq!(found["path"], "t.yaml");
            let rule = found["rule"].as_str().unwrap().to_owned();
            (rule, found["line"].as_i64().unwrap() - 20)
        })
        .collect()
}

const SOUND: &str = "package k8stest\n\nviolation[{\"msg\": msg}] {\n  label := input.parameters.labels[_]\n  not input.review.object.metadata.labels[label]\n  msg := sprintf(\"no %v\", [label])\n}";

#[test]
fn sound_rego_is_left_alone() {
    assert_eq!(lints(SOUND), []);
}

#[test]
fn each_mistake_is_found_at_its_line_of_the_yaml() {
    let with = |before: &str, after: &str| {
        let rego = SOUND.replace(before, after);
        assert_ne!(rego, SOUND, "{before}");
        lints(&rego)
    };
    let one = |rule: &str, line: i64| vec![(rule.to_owned(), line)];
    assert_eq!(
        with("[label])\n}", "[label])\n  input.parameters.labls\n}"),
        one("undeclared-parameter", 7)
    );
    assert_eq!(
        with("input.review.object.metadata", "input.object.metadata"),
        one("unknown-input", 5)
    );
    assert_eq!(
        with(
            "input.review.object.metadata",
            "input.request.object.metadata"
        ),
        one("input-request", 5)
    );
    assert_eq!(
        with("input.review.object.metadata", "input.review.obj.metadata"),
        one("unknown-input", 5)
    );
    assert_eq!(with("\"msg\"", "\"message\""), one("missing-msg", 3));
    assert_eq!(with("violation[", "deny["), one("missing-violation", 1));
    let v1 = "package k8stest\n\nimport rego.v1\n\nviolation contains {\"msg\": \"x\"} if input.parameters.labels == []";
    assert_eq!(lints(v1), one("import-rego-v1", 3));
    assert_eq!(
        with("  not input", "  not data.lib.missing.x\n  not input"),
        one("missing-library", 5)
    );
    assert_eq!(
        with("  msg :=", "  time.now_ns() > 0\n  msg :="),
        one("non-deterministic-builtin", 6)
    );
    assert_eq!(
        with("[label])\n}", "[unbound])\n}"),
        // `msg` has no value without `unbound`: both are named, as OPA does.
        [one("compile-error", 6), one("compile-error", 6)].concat()
    );
    assert_eq!(with("not input", "not ) input"), one("parse-error", 5));
    assert_eq!(
        with(
            "[label])\n}",
            "[input.review.object.metadata.annotations.owner])\n}"
        ),
        one("undefined-head", 6)
    );
    assert_eq!(
        with(
            "  not input",
            "  data.inventory.cluster.v1.Namespace[label]\n  not input"
        ),
        one("inventory-without-sync", 5)
    );
    assert_eq!(
        with(
            "input.parameters.labels[_]",
            "input.review.object.spec.x[_]"
        ),
        // The place is the parameter's in the schema.
        one("unread-parameter", -6)
    );
}

#[test]
fn parameters_are_found_in_every_form() {
    for read in [
        "object.get(input.parameters, \"labels\", [])[_]",
        "object.get(input, [\"parameters\", \"labels\"], [])[_]",
        "object.get(object.get(input, \"parameters\", {}), \"labels\", [])[_]",
        "params.labels[_]",
    ] {
        let rego =
            SOUND.replace("input.parameters.labels[_]", read) + "\n\nparams := input.parameters";
        assert_eq!(lints(&rego), [], "{read}");
        let rego = rego
            .replace("labels[_]", "lbls[_]")
            .replace("\"labels\"", "\"lbls\"");
        let found = lints(&rego);
        let rules: Vec<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert!(rules.contains(&"undeclared-parameter"), "{read}: {rules:?}");
        assert!(rules.contains(&"unread-parameter"), "{read}: {rules:?}");
    }
}

#[test]
fn a_finding_shows_the_line_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let rego = SOUND.replace("parameters.labels", "parameters.label");
    fs::write(folder.path().join("t.yaml"), template("k8stest", &rego)).unwrap();
    let run = sekisho_in(folder.path(), &["lint"], "");
    assert_eq!(run.status, 1);
    let has = |wanted: &str| {
        assert!(
            run.stdout.contains(wanted),
            "no `{wanted}`:\n{}",
            run.stdout
        )
    };
    has("undeclared-parameter: `input.parameters.label` is not in the template's schema");
    has("--> t.yaml:24:18");
    has("24 |         label := input.parameters.label[_]");
    has("help: did you mean `labels`?");
    has("2 findings in 1 template");
}

#[test]
fn what_is_safe_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.yaml");
    let rego = SOUND.replace(
        "package k8stest\n",
        "package k8stest\nimport data.lib.a\nimport data.lib.b\n",
    );
    let libs = "    libs:\n    - |\n      package lib.a\n      x := 1\n    - |\n      package lib.b\n      y := 1\n";
    let rego = rego.replace("not input", "b.y == 1\n  not input");
    fs::write(&path, template("k8s-test", &rego) + libs).unwrap();
    let run = sekisho_in(folder.path(), &["lint", "--fix"], "");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("  name: k8stest\n"), "{}{text}", run.stdout);
    assert!(
        run.stdout.contains("fixed name-differs-from-kind"),
        "{}",
        run.stdout
    );

    // With its name right its Rego can be looked at.
    let run = sekisho_in(folder.path(), &["lint", "--fix"], "");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("import data.lib.a"), "{}{text}", run.stdout);
    assert!(text.contains("import data.lib.b"), "{text}");
    let left = sekisho_in(folder.path(), &["lint", "-o", "json"], "").json();
    let rules: Vec<&str> = left["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["unused-library"]);
}

#[test]
fn an_exploded_folder_is_looked_at_in_its_own_files() {
    let folder = tempfile::tempdir().unwrap();
    sekisho_in(folder.path(), &["new", "mine"], "");
    let policy = folder.path().join("mine/policy.rego");
    let text = fs::read_to_string(&policy).unwrap();
    fs::write(&policy, text.replace("package mine", "package yours")).unwrap();
    let run = sekisho_in(folder.path(), &["lint", "mine"], "");
    assert_eq!(run.status, 1);
    assert!(
        run.stdout.contains("package-differs-from-folder"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("--> mine/policy.rego:4:9"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_bundled_policies_are_clean() {
    let run = sekisho(&["lint", "rego"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(
        run.stdout.contains("0 findings in 16 templates"),
        "{}",
        run.stdout
    );
}

#[test]
fn nothing_to_look_at_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let run = sekisho_in(folder.path(), &["lint"], "");
    assert_eq!(run.status, 2);
    let run = sekisho_in(folder.path(), &["lint", "--skip", "no-such-rule"], "");
    assert_eq!(run.status, 2);
}

/// Where gatekeeper-library is at hand: what its templates are told is what is known of them.
#[test]
fn a_library_of_real_policies_raises_few_findings() {
    let library = root().join("../gatekeeper-library/library");
    if !library.is_dir() {
        eprintln!("skipped: no gatekeeper-library beside the project");
        return;
    }
    let run = sekisho(&["lint", library.to_str().unwrap(), "-o", "json"]);
    let report = run.json();
    assert!(report["templates"].as_u64().unwrap() > 40, "{}", run.stderr);
    for found in report["findings"].as_array().unwrap() {
        let rule = found["rule"].as_str().unwrap();
        assert!(KNOWN.contains(&rule), "{found}");
    }
}

/// The kinds of findings in it, each looked at.
const KNOWN: [&str; 5] = [
    "undefined-head",
    "unused-import",
    "unread-parameter",
    "undeclared-parameter",
    "unknown-field",
];

#[test]
fn speed_is_measured_kept_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: app\n    image: a\n";
    fs::write(here.join("pod.yaml"), pod).unwrap();
    let run = sekisho_in(
        here,
        &["bench", "pod.yaml", "--rounds", "3", "--save", "a.json"],
        "",
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("reviews per second"), "{}", run.stdout);
    let head = run.stdout.lines().next().unwrap();
    assert!(head.ends_with("  reviews/s"), "{}", run.stdout);
    let saved = read(&here.join("a.json"));
    assert_eq!(saved["objects"], 1);
    let rows = saved["policies"].as_array().unwrap();
    assert!(rows.len() > 10);
    for row in rows {
        assert_eq!(row["evaluations"], 3);
        let times: Vec<f64> = ["min", "p50", "p95", "p99"]
            .iter()
            .map(|key| row[*key].as_f64().unwrap())
            .collect();
        assert!(times.is_sorted(), "{row}");
        assert!(times[0] > 0.0, "{row}");
        // Evaluations in a second: as many as the mean allows, which is between the ends.
        let rate = row["reviewsPerSecond"].as_f64().unwrap();
        assert!(
            rate <= 1e6 / times[0] + 1.0 && rate >= 1e6 / times[3] - 1.0,
            "{row}"
        );
    }

    // A thousand times faster before: slower now. A thousand times slower before: not.
    let compare = |factor: f64| {
        let mut before = saved.clone();
        for row in before["policies"].as_array_mut().unwrap() {
            row["p50"] = (row["p50"].as_f64().unwrap() * factor).into();
        }
        fs::write(here.join("b.json"), before.to_string()).unwrap();
        let arguments = ["bench", "pod.yaml", "--rounds", "3", "--compare", "b.json"];
        sekisho_in(here, &arguments, "")
    };
    let slower = compare(0.001);
    assert_eq!(slower.status, 1, "{}", slower.stderr);
    assert!(
        slower.stderr.contains("% more: --threshold 20"),
        "{}",
        slower.stderr
    );
    let japanese = [
        "bench",
        "pod.yaml",
        "--rounds",
        "3",
        "--compare",
        "b.json",
        "--lang",
        "ja",
    ];
    let japanese = sekisho_in(here, &japanese, "");
    assert!(
        japanese
            .stdout
            .contains("件を評価 (オブジェクト 1 件、3 回)"),
        "{}",
        japanese.stdout
    );
    let faster = compare(1000.0);
    assert_eq!(faster.status, 0, "{}", faster.stderr);

    // What cannot be read is said, the rest measured.
    fs::write(here.join("odd.yaml"), "kind: Pod\nspec: [\n").unwrap();
    let partial = sekisho_in(here, &["bench", ".", "--rounds", "1", "-o", "json"], "");
    assert_eq!(partial.status, 2, "{}", partial.stderr);
    assert!(
        partial.stderr.contains("odd.yaml:3:1: invalid YAML"),
        "{}",
        partial.stderr
    );
    assert!(partial.json()["objects"].as_u64().unwrap() >= 1);
    fs::write(here.join("c.json"), "{}").unwrap();
    let wrong = sekisho_in(here, &["bench", "pod.yaml", "--compare", "c.json"], "");
    assert_eq!(wrong.status, 2);
    assert!(
        wrong.stderr.contains("is not what --save writes"),
        "{}",
        wrong.stderr
    );
}

fn read(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
