//! The export is what a stock Gatekeeper takes, and read back it judges as the bundled policies do.

use std::fs;
use std::path::Path;

use crate::run::{Outcome, root, sekisho_in};

fn export(folder: &Path, more: &[&str]) -> Outcome {
    let mut arguments = vec!["export", "gatekeeper", "--output", "out"];
    arguments.extend(more);
    sekisho_in(folder, &arguments, "")
}

#[test]
fn plain_templates_with_constraints_suites_and_samples() {
    let folder = tempfile::tempdir().unwrap();
    let run = export(folder.path(), &[]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let out = folder.path().join("out");
    let read = |path: &str| -> serde_yaml::Value {
        let text =
            fs::read_to_string(out.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_yaml::from_str(&text).unwrap()
    };
    let kustomization = read("kustomization.yaml");
    let resources = kustomization["resources"].as_sequence().unwrap();
    assert!(resources.len() >= 32, "{resources:?}");
    for resource in resources {
        let resource = resource.as_str().unwrap();
        let value = read(resource);
        if resource.ends_with("template.yaml") {
            let target = &value["spec"]["targets"][0];
            let source = &target["code"][0]["source"];
            assert_eq!(source["version"], "v1", "{resource}");
            let id = resource.split('/').next().unwrap();
            let rego =
                fs::read_to_string(root().join("rego").join(id).join("policy.rego")).unwrap();
            assert_eq!(source["rego"].as_str(), Some(rego.as_str()), "{resource}");
            for lib in source["libs"].as_sequence().into_iter().flatten() {
                assert!(lib.as_str().unwrap().contains("package lib."), "{resource}");
            }
            // The Suite names files that are there.
            let suite = read(&format!("{id}/suite.yaml"));
            for test in suite["tests"].as_sequence().unwrap() {
                let named = |value: &serde_yaml::Value| {
                    let path = out.join(id).join(value.as_str().unwrap());
                    assert!(path.is_file(), "{}", path.display());
                };
                named(&test["template"]);
                named(&test["constraint"]);
                test["cases"]
                    .as_sequence()
                    .unwrap()
                    .iter()
                    .for_each(|case| named(&case["object"]));
            }
        } else if resource.ends_with("constraint.yaml") {
            assert!(value["spec"]["match"]["kinds"].is_sequence(), "{resource}");
            assert!(
                value["metadata"]["annotations"]["sekisho/severity"].is_string(),
                "{resource}"
            );
        }
    }
    let run = export(folder.path(), &[]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--overwrite"), "{}", run.stderr);
}

#[test]
fn parameters_are_the_effective_ones() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("params.yaml"),
        "root_user: {effect: deny, excludedNamespaces: [mine]}\n",
    )
    .unwrap();
    let run = export(
        folder.path(),
        &["--params", "params.yaml", "--only", "root_user"],
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
    let text = fs::read_to_string(folder.path().join("out/root_user/constraint.yaml")).unwrap();
    assert!(
        text.contains("enforcementAction: deny") && text.contains("- mine\n"),
        "{text}"
    );
}

/// On real manifests `azure_export` holds the same.
#[test]
fn read_back_it_finds_the_same() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(export(folder.path(), &[]).status, 0);
    let out = folder.path().join("out");
    let findings = |more: &[&str]| {
        let mut arguments = vec!["check", "--output", "json", "tests/manifests", "rego"];
        arguments.extend(more);
        let run = sekisho_in(&root(), &arguments, "");
        assert_eq!(run.status, 1, "{}", run.stderr);
        serde_json::to_string_pretty(&run.json()["findings"]).unwrap()
    };
    let out = out.to_str().unwrap();
    let back = ["--no-bundled", "--policies", out, "--expand-workloads"];
    let (ours, theirs) = (findings(&[]), findings(&back));
    let mut lines = ours.lines().zip(theirs.lines());
    assert_eq!(lines.find(|(ours, theirs)| ours != theirs), None);
    assert_eq!(ours.len(), theirs.len());
}
