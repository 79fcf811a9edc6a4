//! `sekisho test` on whole collections: the bundled policies, and the public gatekeeper-library.

use std::path::{Path, PathBuf};

use crate::run::{root, sekisho};

#[test]
fn every_bundled_suite_and_rego_test_passes() {
    let run = sekisho(&["test", "rego", "--output", "json"]);
    let report = run.json();
    let trouble = crate::testing_folder::checks(&report)
        .filter(|(_, check)| check["status"] != "passed")
        .map(|(name, check)| format!("{name}: {check}"))
        .collect::<Vec<_>>();
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
    assert_eq!(run.status, 0, "{}", run.stderr);
    let folders = std::fs::read_dir(root().join("rego")).unwrap();
    let suites = folders
        .filter(|entry| entry.as_ref().unwrap().path().join("suite.yaml").exists())
        .count();
    assert_eq!(report["summary"]["suites"], suites);
    assert!(report["summary"]["regoTests"]["passed"].as_u64().unwrap() > 100);
}

fn library() -> Option<PathBuf> {
    let named = std::env::var_os("SEKISHO_GATEKEEPER_LIBRARY").map(PathBuf::from);
    let path = named.unwrap_or_else(|| Path::new("../gatekeeper-library").to_owned());
    let path = root().join(path);
    if path.join("library").is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no gatekeeper-library here (SEKISHO_GATEKEEPER_LIBRARY names one)");
    None
}

fn report(path: &Path) -> serde_json::Value {
    let run = sekisho(&["test", path.to_str().unwrap(), "--output", "json"]);
    let report = run.json();
    let bad: Vec<String> = crate::testing_folder::checks(&report)
        .filter(|(_, check)| !["passed", "skipped"].contains(&check["status"].as_str().unwrap()))
        .map(|(name, check)| format!("{name}: {check}"))
        .collect();
    assert!(bad.is_empty(), "{}\n{} in all", bad.join("\n"), bad.len());
    assert_eq!(run.status, 0, "{}", run.stderr);
    report["summary"].clone()
}

#[test]
fn the_suites_of_the_gatekeeper_library_pass() {
    let Some(library) = library() else { return };
    let summary = report(&library.join("library"));
    assert_eq!(summary["suites"], 49);
    assert_eq!(summary["suiteTests"], 75);
    let cases = serde_json::json!({"passed": 270, "failed": 0, "errors": 0, "skipped": 0});
    assert_eq!(summary["cases"], cases);
}

#[test]
fn all_its_published_versions_pass() {
    let Some(library) = library() else { return };
    let summary = report(&library.join("artifacthub"));
    assert_eq!(summary["suites"], 158);
    assert_eq!(summary["cases"]["skipped"], 0);
}

#[test]
fn its_rego_tests_pass() {
    let Some(library) = library() else { return };
    let summary = report(&library.join("src"));
    assert!(
        summary["regoTests"]["passed"].as_u64().unwrap() >= 999,
        "{summary}"
    );
    assert_eq!(summary["regoTests"]["skipped"], 0);
}
