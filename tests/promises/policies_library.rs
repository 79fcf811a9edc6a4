//! The Gatekeeper library, where it is present: its samples give the violations that gator gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::corpus::shared;
use crate::run::{root, sekisho_in};

pub(crate) fn library(test: &str) -> Option<PathBuf> {
    let given = std::env::var_os("SEKISHO_GATEKEEPER_LIBRARY").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| root().join("../gatekeeper-library"));
    let found = folder.join("library").is_dir().then_some(folder);
    if found.is_none() {
        eprintln!("skipped: {test} needs ../gatekeeper-library, or SEKISHO_GATEKEEPER_LIBRARY");
    }
    found
}

/// One line of gator's: object, Constraint, message.
type Line = (String, String, String);

fn captured(path: &Path) -> BTreeMap<Line, usize> {
    let mut lines = BTreeMap::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let (object, rest) = line.split_once(": [\"").unwrap();
        let (constraint, message) = rest.split_once("\"] Message: ").unwrap();
        let message: String = serde_json::from_str(message).unwrap();
        let line = (object.to_owned(), constraint.to_owned(), message);
        *lines.entry(line).or_default() += 1;
    }
    lines
}

/// Lines that name a place in Rego are compared without it.
fn without_line(message: &str) -> String {
    match message.split_once(": eval_conflict_error: ") {
        Some((_, conflict)) => format!("eval_conflict_error: {conflict}"),
        None => message.to_owned(),
    }
}

#[test]
fn the_librarys_samples_give_gators_violations() {
    let name = "the library's samples";
    let Some(folder) = library(name) else { return };
    let Some(capture) = shared("reference/gator-captures/library-test-rego.txt") else {
        eprintln!("skipped: {name} needs ../shared");
        return;
    };
    let arguments = [
        "check",
        "--no-bundled",
        "--policies",
        "library",
        "-o",
        "json",
        "--default-namespace",
        "",
        "library",
    ];
    let run = sekisho_in(&folder, &arguments, "");
    assert_eq!(run.status, 1, "{}", run.stderr);
    let mut expected: BTreeMap<Line, usize> = BTreeMap::new();
    for ((object, constraint, message), count) in captured(&capture) {
        *expected
            .entry((object, constraint, without_line(&message)))
            .or_default() += count;
    }
    assert_eq!(expected.values().sum::<usize>(), 3708);

    let namespaces = constraints_with_namespaces(&folder.join("library"));
    let report = run.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    // Only two things of gator's may explain more: it judges the AdmissionReview, not the object in it,
    // and it takes an object without a namespace for one in a namespace without a name.
    let (explained, plain): (Vec<_>, Vec<_>) = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        // gator was given no Suites.
        .filter(|finding| finding["resource"]["kind"] != "Suite")
        .partition(|finding| {
            let reviewed = text(&finding["location"]["item"]).starts_with("request");
            let unplaced = finding["resource"]["namespace"].is_null()
                && namespaces.contains(&text(&finding["constraint"]));
            reviewed || unplaced
        });
    assert!(!explained.is_empty());
    for finding in plain {
        let resource = &finding["resource"];
        let namespace = text(&resource["namespace"]);
        let prefix = if namespace.is_empty() {
            String::new()
        } else {
            format!("{namespace}/")
        };
        let object = format!(
            "{}/{} {prefix}{}",
            text(&resource["apiVersion"]),
            text(&resource["kind"]),
            text(&resource["name"])
        );
        let constraint = text(&finding["constraint"]);
        let line = (
            object,
            constraint.split('/').nth(1).unwrap().to_owned(),
            without_line(&text(&finding["message"])),
        );
        let count = expected.get_mut(&line).filter(|count| **count > 0);
        *count.unwrap_or_else(|| panic!("not gator's: {finding}")) -= 1;
    }
    expected.retain(|_, count| *count > 0);
    assert!(expected.is_empty(), "only gator's: {expected:#?}");
}

/// The Constraints that name namespaces, `Kind/name`.
fn constraints_with_namespaces(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("constraint")
            {
                let text = fs::read_to_string(&path).unwrap();
                let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
                if value["spec"]["match"]["namespaces"].is_sequence() {
                    let text = |value: &serde_yaml::Value| value.as_str().unwrap().to_owned();
                    found.push(format!(
                        "{}/{}",
                        text(&value["kind"]),
                        text(&value["metadata"]["name"])
                    ));
                }
            }
        }
    }
    found
}

#[test]
fn the_librarys_policies_take_every_real_manifest() {
    let name = "the library on the corpus";
    let Some(folder) = library(name) else { return };
    let Some(corpus) = crate::corpus::root(name) else {
        return;
    };
    let path = folder.join("library");
    let arguments = [
        "check",
        "--policies",
        path.to_str().unwrap(),
        "-o",
        "json",
        "--fail-on",
        "never",
        ".",
    ];
    let run = sekisho_in(corpus, &arguments, "");
    let report = run.json();
    let unjudged = report["unjudged"].as_array().unwrap();
    assert!(
        unjudged.is_empty(),
        "{:#?}",
        unjudged.iter().take(5).collect::<Vec<_>>()
    );
    assert!(
        report["summary"]["judged"].as_u64().unwrap() > 7000,
        "{}",
        report["summary"]
    );
}
