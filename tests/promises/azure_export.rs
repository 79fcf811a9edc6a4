//! What is exported for Azure Policy has its form, and read back it judges as it did before; and so
//! does what is exported for Gatekeeper.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::corpus;
use crate::run::{Outcome, root, sekisho_in};

const USERS: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: k8srequiredlabels
  annotations: {metadata.gatekeeper.sh/title: Required Labels}
spec:
  crd:
    spec:
      names: {kind: K8sRequiredLabels}
      validation:
        openAPIV3Schema:
          type: object
          properties:
            labels: {type: array, items: {type: string}, description: The labels.}
            namespaces: {type: string}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package k8srequiredlabels
      violation[{"msg": msg}] {
        wanted := input.parameters.labels[_]
        not input.review.object.metadata.labels[wanted]
        msg := sprintf("label %v is missing (%v)", [wanted, input.parameters.namespaces])
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sRequiredLabels
metadata:
  name: owners
  annotations: {sekisho/severity: High, sekisho/control: Own control}
spec:
  enforcementAction: warn
  match:
    kinds: [{apiGroups: [apps], kinds: [Deployment, DaemonSet]}, {apiGroups: [apps], kinds: [StatefulSet]}]
    excludedNamespaces: [kube-*]
  parameters: {labels: ["[owner]", team], namespaces: "[a]"}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sRequiredLabels
metadata: {name: costs}
spec:
  match:
    kinds: [{apiGroups: [""], kinds: [Service]}]
    labelSelector: {matchExpressions: [{key: free, operator: DoesNotExist}]}
  parameters: {labels: [cost], namespaces: all}
"#;

fn export(folder: &Path, form: &str, more: &[&str]) -> Outcome {
    let mut arguments = vec!["export", form, "--output", form];
    arguments.extend(more);
    sekisho_in(folder, &arguments, "")
}

fn json_files(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut found = Vec::new();
    for path in files(folder) {
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            found.push((path, value));
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn definitions_and_the_initiative_have_azures_form() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.yaml"), USERS).unwrap();
    let run = export(
        folder.path(),
        "azure-policy",
        &["--policies", "users.yaml", "--preset", "defender"],
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
    let schema: Value = serde_json::from_str(include_str!("../schemas/azure-policy.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let written = json_files(&folder.path().join("azure-policy"));
    assert_eq!(
        written.len(),
        19,
        "16 recommendations, 2 Constraints, the initiative"
    );
    for (path, value) in &written {
        let wrong: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
    }
    let named = |name: &str| {
        let found = written.iter().find(|(path, _)| path.ends_with(name));
        found
            .map(|(_, value)| value)
            .unwrap_or_else(|| panic!("no {name}"))
    };
    let initiative = &named("initiative.json")["properties"];
    let groups = initiative["policyDefinitionGroups"].as_array().unwrap();
    assert_eq!(
        groups.len(),
        8,
        "Defender's seven controls and the user's own"
    );
    for reference in initiative["policyDefinitions"].as_array().unwrap() {
        for (name, passed) in reference["parameters"].as_object().unwrap() {
            let outer = passed["value"].as_str().unwrap();
            let outer = outer
                .trim_start_matches("[parameters('")
                .trim_end_matches("')]");
            assert!(
                initiative["parameters"][outer].is_object(),
                "{name}: {outer}"
            );
        }
    }
    let limits = &named("definitions/resource_limits.json")["properties"];
    assert_eq!(
        limits["parameters"]["onlyPlainQuantities"]["defaultValue"],
        true
    );
    assert_eq!(limits["metadata"]["sekisho/severity"], "Medium");
    let owners = &named("definitions/K8sRequiredLabels-owners.json")["properties"];
    let details = &owners["policyRule"]["then"]["details"];
    assert_eq!(
        details["kinds"],
        json!(["DaemonSet", "Deployment", "StatefulSet"])
    );
    assert_eq!(
        details["values"]["namespaces"],
        "[parameters('namespacesValue')]"
    );
    assert_eq!(
        owners["parameters"]["labels"]["defaultValue"],
        json!(["[[owner]", "team"]),
        "no expression"
    );
}

/// The findings of a run as they are written.
fn findings(run: &Outcome) -> String {
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
    let all = run.json();
    let texts = all["findings"].as_array().unwrap().iter();
    texts.map(|finding| format!("{finding}\n")).collect()
}

fn check(folder: &Path, more: &[&str], manifests: &[String]) -> Outcome {
    let mut arguments = vec!["check", "--output", "json"];
    arguments.extend(more);
    arguments.extend(manifests.iter().map(String::as_str));
    sekisho_in(folder, &arguments, "")
}

fn manifests() -> Vec<String> {
    let own = ["tests/manifests", "rego"].map(|path| root().join(path).display().to_string());
    let mut all = own.to_vec();
    if let Some(corpus) = corpus::root("the exports on the corpus") {
        let dev = files(&corpus.join("dev"));
        all.extend(
            dev.iter()
                .step_by(10)
                .map(|path| path.display().to_string()),
        );
    }
    all
}

#[test]
fn read_back_both_exports_give_the_same_findings() {
    let folder = tempfile::tempdir().unwrap();
    let manifests = manifests();
    for preset in ["article", "defender"] {
        let expected = findings(&check(folder.path(), &["--preset", preset], &manifests));
        assert!(expected.lines().count() > 100);
        for form in ["gatekeeper", "azure-policy"] {
            let run = export(folder.path(), form, &["--preset", preset, "--overwrite"]);
            assert_eq!(run.status, 0, "{}", run.stderr);
            let back = ["--no-bundled", "--policies", form, "--expand-workloads"];
            let found = findings(&check(folder.path(), &back, &manifests));
            same(&found, &expected, &format!("{form} of {preset}"));
        }
    }
}

#[test]
fn read_back_a_users_own_give_the_same_findings() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.yaml"), USERS).unwrap();
    let manifests = manifests();
    let own = ["--no-bundled", "--policies", "users.yaml"];
    let expected = findings(&check(folder.path(), &own, &manifests));
    assert!(expected.contains("label [owner] is missing ([a])"));
    assert!(expected.contains("label cost is missing"));
    for form in ["gatekeeper", "azure-policy"] {
        let run = export(folder.path(), form, &own);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let back = ["--no-bundled", "--policies", form];
        let found = findings(&check(folder.path(), &back, &manifests));
        same(&found, &expected, form);
    }
}

fn same(found: &str, expected: &str, what: &str) {
    if found != expected {
        let mut lines = expected.lines().zip(found.lines());
        let first = lines.find(|(expected, found)| expected != found);
        panic!(
            "{what}: {} findings, expected {}; first {first:#?}",
            found.lines().count(),
            expected.lines().count()
        );
    }
}

#[test]
fn what_azure_has_no_words_for_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let selector = USERS.replace(
        "    excludedNamespaces: [kube-*]\n",
        "    namespaceSelector: {matchLabels: {a: b}}\n",
    );
    let unlike = USERS.replace(
        "{apiGroups: [apps], kinds: [StatefulSet]}",
        "{apiGroups: [batch], kinds: [Job]}",
    );
    for (text, expected) in [
        (selector, "its match has `namespaceSelector`"),
        (unlike, "its `kinds` have groups of their own each"),
    ] {
        fs::write(folder.path().join("users.yaml"), text).unwrap();
        let own = ["--no-bundled", "--policies", "users.yaml"];
        let run = export(folder.path(), "azure-policy", &own);
        assert_eq!(run.status, 2);
        let expected = format!(
            "error: the Constraint `K8sRequiredLabels/owners` cannot be a definition of Azure Policy: {expected}\n"
        );
        assert_eq!(run.stderr, expected);
        assert!(!folder.path().join("azure-policy").exists());
    }
}

#[test]
fn a_definition_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        export(folder.path(), "azure-policy", &["--only", "root_user"]).status,
        0
    );
    let path = folder
        .path()
        .join("azure-policy/definitions/root_user.json");
    let right: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let details = "/properties/policyRule/then/details";
    let change = |at: &str, value: Value| {
        let mut wrong = right.clone();
        *wrong.pointer_mut(at).unwrap() = value;
        wrong
    };
    for (wrong, expected) in [
        (
            change(
                &format!("{details}/templateInfo"),
                json!({"sourceType": "PublicURL", "url": "https://example.com/t.yaml"}),
            ),
            "nothing is fetched",
        ),
        (
            change(&format!("{details}/templateInfo/content"), "*".into()),
            "the content is no Base64",
        ),
        (
            change(
                &format!("{details}/values/runAsUserRule"),
                "[parameters('rule')]".into(),
            ),
            "no parameter `rule`",
        ),
        (
            change(
                "/properties/parameters/runAsUserRule/defaultValue",
                "Root".into(),
            ),
            "Root",
        ),
        (
            change(
                "/properties/parameters/effect/defaultValue",
                "Modify".into(),
            ),
            "expected `Audit`, `Deny` or `Disabled`",
        ),
    ] {
        fs::write(&path, serde_json::to_string_pretty(&wrong).unwrap()).unwrap();
        let back = [
            "check",
            "--no-bundled",
            "--policies",
            "azure-policy",
            "azure-policy",
        ];
        let run = sekisho_in(folder.path(), &back, "");
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (2, ""),
            "{expected}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        assert!(run.stderr.contains("root_user.json"), "{}", run.stderr);
    }
    let disabled = change(
        "/properties/parameters/effect/defaultValue",
        "Disabled".into(),
    );
    fs::write(&path, disabled.to_string()).unwrap();
    let sample = root().join("rego/root_user/samples/bad.yaml");
    let back = [
        "check",
        "--no-bundled",
        "--policies",
        "azure-policy",
        "--allow-empty",
        sample.to_str().unwrap(),
    ];
    let run = sekisho_in(folder.path(), &back, "");
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}
