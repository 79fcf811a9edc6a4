//! The secure score is Defender's, to the point.

use std::fmt::Write;

use serde_json::Value;

use crate::run::{Outcome, sekisho, sekisho_with};

const HEALTHY: &str = "tests/manifests/healthy.yaml";
const UNHEALTHY: &str = "tests/manifests/unhealthy.yaml";
const CONFIGURED: &str = "tests/manifests/configured.yaml";

fn score(run: &Outcome) -> Value {
    run.json()["score"].clone()
}

/// A control as `healthy/unhealthy/unjudged points`.
fn control(score: &Value, id: &str) -> String {
    let controls = score["controls"].as_array().unwrap();
    match controls.iter().find(|control| control["id"] == id) {
        None => "none".to_owned(),
        Some(found) => format!(
            "{}/{}/{} {} of {}",
            found["healthy"], found["unhealthy"], found["unjudged"], found["current"], found["max"]
        ),
    }
}

fn total(score: &Value) -> String {
    let (current, max) = (&score["current"], &score["max"]);
    format!("{current} of {max}, {}%", score["percent"])
}

// The worked examples of docs/score.md.
#[test]
fn worked_example_of_the_healthy_sample() {
    let found = score(&sekisho(&["check", HEALTHY, "--output", "json"]));
    let expected = [
        ("remediate_vulnerabilities", "0/1/0 0.0 of 6"),
        ("manage_access_and_permissions", "0/1/0 0.0 of 4"),
        ("remediate_security_configurations", "1/0/0 4.0 of 4"),
        ("restrict_unauthorized_network_access", "1/1/0 2.0 of 4"),
        ("protect_applications_against_ddos", "1/0/0 2.0 of 2"),
        ("implement_security_best_practices", "0/2/0 0.0 of 0"),
        ("encrypt_data_in_transit", "none"),
    ];
    for (id, expected) in expected {
        assert_eq!(control(&found, id), expected, "{id}");
    }
    assert_eq!(total(&found), "8.0 of 20, 40.0%");
    assert_eq!(total(&found["configured"]), "10.0 of 14, 71.43%");
    let waiting = serde_json::json!(["image_registries", "service_ports"]);
    assert_eq!(found["unconfigured"], waiting);
}

#[test]
fn worked_example_of_the_healthy_sample_once_configured() {
    let arguments = ["check", HEALTHY, "--output", "json", "--params", CONFIGURED];
    let found = score(&sekisho(&arguments));
    assert_eq!(total(&found), "16.0 of 20, 80.0%");
    assert_eq!(total(&found["configured"]), "16.0 of 20, 80.0%");
    assert_eq!(found["unconfigured"], serde_json::json!([]));
}

#[test]
fn worked_examples_of_the_unhealthy_sample_and_of_both() {
    let found = score(&sekisho(&["check", UNHEALTHY, "--output", "json"]));
    assert_eq!(total(&found), "0.0 of 20, 0.0%");
    let both = ["check", HEALTHY, UNHEALTHY, "--output", "json"];
    let found = score(&sekisho(&[&both[..], &["--params", CONFIGURED]].concat()));
    let network = control(&found, "restrict_unauthorized_network_access");
    assert_eq!(network, "2/2/0 2.0 of 4");
    assert_eq!(total(&found), "8.0 of 20, 40.0%");
}

#[test]
fn article_and_documentation_agree() {
    let page = std::fs::read_to_string(crate::run::root().join("docs/score.md")).unwrap();
    for run in [
        "secure score 40% (8 of 20 points); 71.43% without what is not configured",
        "secure score 80% (16 of 20 points)",
        "secure score 0% (0 of 20 points)",
    ] {
        assert!(page.contains(run), "docs/score.md lacks `{run}`");
    }
}

/// Pods without a host namespace, `bad` of them privileged.
fn pods(good: usize, bad: usize) -> String {
    let mut text = String::new();
    for number in 0..good + bad {
        let privileged = number < bad;
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, namespace: shop}}\nspec:\n  \
             containers:\n  - {{name: c, image: a, securityContext: {{privileged: {privileged}}}}}\n---\n"
        );
    }
    text
}

#[test]
fn resource_is_healthy_for_a_control_only_where_it_keeps_all_of_it() {
    // 3 of 4 Pods are not privileged; none refuses its token. Both count for one control.
    let text = pods(3, 1);
    let only = |ids: &str| {
        let arguments = ["check", "-", "--output", "json", "--only", ids];
        score(&sekisho_with(&arguments, &text))
    };
    let id = "manage_access_and_permissions";
    let privileged = only("privileged_containers");
    assert_eq!(control(&privileged, id), "3/1/0 3.0 of 4");
    assert_eq!(total(&privileged), "3.0 of 4, 75.0%");
    let both = only("privileged_containers,token_automount");
    assert_eq!(control(&both, id), "0/4/0 0.0 of 4");
}

#[test]
fn points_are_exact_to_hundredths() {
    let percent = |good: usize, bad: usize| {
        let only = ["--only", "privileged_containers"];
        let arguments = [&["check", "-", "--output", "json"][..], &only].concat();
        score(&sekisho_with(&arguments, &pods(good, bad)))["percent"].clone()
    };
    assert_eq!(percent(2, 1), 66.67);
    assert_eq!(percent(1, 2), 33.33);
    assert_eq!(percent(7, 0), 100.0);
}

#[test]
fn what_counts_for_no_control_changes_nothing() {
    let pod = pods(1, 0);
    let arguments = [
        "check",
        "-",
        "--output",
        "json",
        "--only",
        "privileged_containers",
    ];
    let alone = score(&sekisho_with(&arguments, &pod));
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: shop}\n";
    let together = score(&sekisho_with(&arguments, &format!("{pod}{map}")));
    assert_eq!(alone, together);
    // An excluded namespace is not judged, so it does not count.
    let system = pods(0, 1).replace("shop", "kube-system");
    let together = score(&sekisho_with(&arguments, &format!("{pod}{system}")));
    assert_eq!(alone, together);
}

#[test]
fn what_cannot_be_judged_earns_nothing() {
    let policy = "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata:\n  name: breaks\n  annotations:\n    sekisho/control: Encrypt data in transit\nspec:\n  crd:\n    spec:\n      names: {kind: Breaks}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package breaks\n      violation[{\"msg\": 1}] { input.review.object.metadata.name == \"p0\" }\n---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Breaks\nmetadata: {name: all}\nspec: {match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}}\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, policy).unwrap();
    let path = path.to_str().unwrap();
    let arguments = ["check", "-", "--no-bundled", "--policies", path];
    let run = sekisho_with(&[&arguments[..], &["-o", "json"]].concat(), &pods(2, 0));
    assert_eq!(run.status, 2, "{}", run.stderr);
    let found = score(&run);
    let controls = found["controls"].as_array().unwrap();
    assert_eq!(controls.len(), 1, "{found}");
    assert_eq!(controls[0]["unjudged"], 1, "{found}");
    assert_eq!(controls[0]["healthy"], 1, "{found}");
}

#[test]
fn least_score_decides_the_exit_status() {
    let run = |extra: &[&str]| {
        let arguments = [&["check", HEALTHY, "--fail-on", "never"][..], extra].concat();
        let run = sekisho(&arguments);
        (run.status, run.stderr)
    };
    assert_eq!(run(&["--min-score", "40"]).0, 0);
    let (status, stderr) = run(&["--min-score", "40.01"]);
    assert_eq!(status, 1);
    let sentence = "error: the secure score is 40%, below --min-score 40.01\n";
    assert!(stderr.contains(sentence), "{stderr}");
    let (status, stderr) = run(&["--min-score", "101"]);
    assert_eq!(status, 2);
    assert!(
        stderr.contains("expected a number from 0 to 100"),
        "{stderr}"
    );
    assert_eq!(run(&["--min-score", "NaN"]).0, 2);
    // Findings still count by --fail-on.
    let both = sekisho(&["check", HEALTHY, "--min-score", "1"]);
    assert_eq!(both.status, 1);
}

#[test]
fn run_without_a_score_is_no_success_unless_it_may_be_empty() {
    // Judged, by a recommendation whose control has no points.
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n";
    let only = [
        "check",
        "-",
        "--only",
        "default_namespace",
        "--fail-on",
        "never",
    ];
    let with = |extra: &[&str]| sekisho_with(&[&only[..], extra].concat(), service);
    let run = with(&["--output", "json", "--min-score", "1"]);
    assert_eq!(run.status, 2);
    let expected = "there is no secure score";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert_eq!(score(&run)["percent"], Value::Null);
    let run = with(&["--min-score", "1", "--allow-empty"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("secure score"), "{}", run.stdout);
    assert_eq!(with(&[]).status, 0);
}

#[test]
fn disabled_policies_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("params.yaml");
    std::fs::write(
        &path,
        "image_registries: {effect: disabled}\nservice_ports: {effect: disabled}\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let run = sekisho(&["check", HEALTHY, "-o", "json", "--params", path]);
    assert_eq!(total(&score(&run)), "10.0 of 14, 71.43%");
    assert_eq!(score(&run)["unconfigured"], serde_json::json!([]));
}
