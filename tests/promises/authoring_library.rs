//! The author's commands on policies that others wrote: gatekeeper-library, where it stands beside the
//! project.

use std::fs;
use std::path::PathBuf;

use crate::policies_library;
use crate::run::{Outcome, copy_folder, sekisho_in};

/// The library's own policies and a folder to work in, with those of the Pod security policies in it.
fn library(what: &str) -> Option<(PathBuf, tempfile::TempDir)> {
    let library = policies_library::library(what)?.join("library");
    let folder = tempfile::tempdir().unwrap();
    copy_folder(
        &library.join("pod-security-policy"),
        &folder.path().join("policies"),
    );
    Some((library.canonicalize().unwrap(), folder))
}

const POLICIES: [&str; 3] = ["--policies", "policies", "--no-bundled"];

fn run(folder: &tempfile::TempDir, arguments: &[&str], more: &[&str]) -> Outcome {
    sekisho_in(folder.path(), &[arguments, more].concat(), "")
}

#[test]
fn what_the_librarys_suites_reach_and_notice() {
    let Some((library, folder)) = library("coverage and mutation of the library") else {
        return;
    };
    let all = sekisho_in(&library, &["test", "--coverage", "-o", "json"], "");
    assert_eq!(all.status, 0, "{}", all.stderr);
    let report = all.json();
    let files = report["coverage"]["files"].as_array().unwrap();
    assert!(files.len() >= 49, "{}", files.len());
    for file in files {
        // Every policy of the library has a Suite that reaches some of it, and each line is one of its file.
        let path = file["path"].as_str().unwrap();
        assert!(file["reached"].as_u64().unwrap() > 0, "{path}");
        let lines = fs::read_to_string(library.join(path))
            .unwrap()
            .lines()
            .count() as u64;
        let unreached = file["unreached"].as_array().unwrap();
        assert!(
            unreached
                .iter()
                .all(|line| (1..=lines).contains(&line.as_u64().unwrap())),
            "{path}"
        );
    }
    let mutated = [
        "test",
        "policies/capabilities",
        "policies/privileged-containers",
        "--mutate",
        "-o",
        "json",
    ];
    let mutated = run(&folder, &mutated, &[]);
    assert_eq!(mutated.status, 0, "{}", mutated.stderr);
    let mutation = &mutated.json()["mutation"];
    assert!(mutation["killed"].as_u64().unwrap() > 20, "{mutation}");
    for mutant in mutation["mutants"].as_array().unwrap() {
        let path = folder.path().join(mutant["path"].as_str().unwrap());
        let text = fs::read_to_string(path).unwrap();
        let line = text
            .lines()
            .nth(mutant["line"].as_u64().unwrap() as usize - 1)
            .unwrap();
        let column = mutant["column"].as_u64().unwrap() as usize - 1;
        let there: String = line.chars().skip(column).collect();
        // Of a field the reference is the place.
        let before = mutant["before"].as_str().unwrap().trim_matches('"');
        let before = before.split(' ').next().unwrap();
        let is_operator = mutant["kind"] == "operator";
        assert!(is_operator || there.contains(before), "{mutant}: {there}");
    }
}

#[test]
fn the_librarys_policies_are_looked_into_and_measured() {
    let Some((_, folder)) = library("eval, bench, lint and profiles of the library") else {
        return;
    };
    let mut asked = 0;
    let policies = fs::read_dir(folder.path().join("policies")).unwrap();
    let mut names: Vec<String> = policies
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            folder
                .path()
                .join("policies")
                .join(name)
                .join("template.yaml")
                .exists()
        })
        .collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    for name in names.iter().step_by(4) {
        let policy = format!("policies/{name}");
        let samples = fs::read_dir(folder.path().join(&policy).join("samples")).unwrap();
        let sample = samples.map(|entry| entry.unwrap().path().join("example_disallowed.yaml"));
        let Some(sample) = sample.into_iter().find(|path| path.exists()) else {
            continue;
        };
        let sample = sample.to_str().unwrap();
        let eval = run(
            &folder,
            &["eval", &policy, sample, "--trace", "-o", "json"],
            &[],
        );
        assert_eq!(eval.status, 0, "{name}: {}", eval.stderr);
        let answers = eval.json()["answers"].clone();
        let answers = answers.as_array().unwrap();
        assert!(
            answers
                .iter()
                .any(|answer| answer["violations"][0]["message"].is_string()),
            "{name}: {}",
            eval.stdout
        );
        assert!(
            answers
                .iter()
                .all(|answer| !answer["trace"].as_array().unwrap().is_empty()),
            "{name}"
        );
        asked += 1;
    }
    assert!(asked >= 3, "{asked}");

    let pods = "policies/privileged-containers/samples";
    let bench = run(
        &folder,
        &["bench", pods, "--rounds", "1", "-o", "json"],
        &POLICIES,
    );
    assert_eq!(bench.status, 0, "{}", bench.stderr);
    let rows = bench.json()["policies"].clone();
    assert!(rows.as_array().unwrap().len() >= 10, "{rows}");

    let check = ["check", pods, "-o", "json"];
    let plain = run(&folder, &check, &POLICIES);
    let profiled = run(&folder, &[&check[..], &["--profile"]].concat(), &POLICIES);
    assert_eq!(plain.stdout, profiled.stdout);
    let rule = "  input_containers  policies/";
    assert!(profiled.stderr.contains(rule), "{}", profiled.stderr);
    let own = "policies/privileged-containers/template.yaml:";
    assert!(profiled.stderr.contains(own), "{}", profiled.stderr);

    let lint = run(&folder, &["lint", "policies", "-o", "json"], &[]);
    assert_eq!(lint.status, 1, "{}", lint.stderr);
    assert_eq!(lint.json()["templates"], names.len());
}

#[test]
fn the_librarys_samples_are_recorded_and_a_forgotten_list_is_named() {
    let Some((_, folder)) = library("snapshots of the library") else {
        return;
    };
    let manifests = "policies/privileged-containers";
    let recorded = run(
        &folder,
        &["snapshot", "--accept", "all", manifests],
        &POLICIES,
    );
    assert_eq!(recorded.status, 0, "{}{}", recorded.stdout, recorded.stderr);
    let same = run(&folder, &["snapshot", "check", manifests], &POLICIES);
    assert_eq!(same.status, 0, "{}{}", same.stdout, same.stderr);

    let path = folder
        .path()
        .join("policies/privileged-containers/template.yaml");
    let template = fs::read_to_string(&path).unwrap();
    let forgetful = template.replace("spec.initContainers", "spec.noContainers");
    assert_ne!(template, forgetful);
    fs::write(folder.path().join("old.yaml"), &template).unwrap();
    fs::write(&path, &forgetful).unwrap();
    let check = run(&folder, &["snapshot", "check", manifests], &POLICIES);
    assert_eq!(check.status, 1);
    assert!(check.stdout.contains("nginx-init"), "{}", check.stdout);
    assert!(
        check.stdout.ends_with("changes: resolved 1\n"),
        "{}",
        check.stdout
    );
}
