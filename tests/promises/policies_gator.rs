//! Recorded runs of gator, where they are present: `check` comes to the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::corpus::shared;
use crate::run::{Outcome, sekisho_in};

/// One recorded run.
struct Recorded {
    files: Vec<String>,
    lines: BTreeSet<String>,
    exit: i32,
    refused: bool,
}

/// The runs of `gator test` with `-f` alone in a capture: `object: ["constraint"]`, and a message where
/// one is there.
fn recorded(capture: &Path) -> Vec<Recorded> {
    let text = fs::read_to_string(capture).unwrap();
    let mut runs: Vec<Recorded> = Vec::new();
    let mut refused = false;
    let mut open = false;
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let mut words = command.split_whitespace().skip(2);
            let mut files = Vec::new();
            while let (Some("-f"), Some(file)) = (words.next(), words.next()) {
                files.push(file.to_owned());
            }
            open = command.starts_with("gator test")
                && command
                    .split(" -")
                    .skip(1)
                    .all(|word| word.starts_with("f "));
            if open {
                runs.push(Recorded {
                    files,
                    lines: BTreeSet::new(),
                    exit: -1,
                    refused,
                });
            }
            refused = false;
        } else if let (true, Some(run)) = (open, runs.last_mut()) {
            if let Some(code) = line.strip_prefix("[exit ") {
                run.exit = code.trim_end_matches(']').parse().unwrap();
                open = false;
            } else if line.contains(": [\"") {
                run.lines.insert(line.to_owned());
            } else if line.starts_with("auditing") || line.starts_with("reading") {
                run.refused = true;
            }
        }
        if line.starts_with("auditing") {
            refused = true;
        }
    }
    runs
}

fn check(folder: &Path, files: &[String]) -> Outcome {
    let mut arguments = vec![
        "check",
        "--no-bundled",
        "-o",
        "json",
        "--default-namespace",
        "",
    ];
    for file in files {
        arguments.extend(["--policies", file.as_str()]);
    }
    arguments.extend(files.iter().map(String::as_str));
    sekisho_in(folder, &arguments, "")
}

fn lines(run: &Outcome, messages: bool) -> BTreeSet<String> {
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let resource = &finding["resource"];
            let namespace = text(&resource["namespace"]);
            let prefix = if namespace.is_empty() {
                String::new()
            } else {
                format!("{namespace}/")
            };
            // What the API server will append to a generateName is not part of gator's name.
            let name = text(&resource["name"]);
            let name = if name.ends_with('*') { "" } else { &name };
            let constraint = text(&finding["constraint"]);
            let head = format!(
                "{}/{} {prefix}{name}: [\"{}\"]",
                text(&resource["apiVersion"]),
                text(&resource["kind"]),
                constraint.split('/').nth(1).unwrap()
            );
            let message = serde_json::to_string(&text(&finding["message"])).unwrap();
            if messages {
                format!("{head} Message: {message}")
            } else {
                head
            }
        })
        .collect()
}

/// An object that gator takes for one in a namespace without a name: no cluster does.
const UNPLACED: [&str; 4] = [
    "v1/Pod nons",
    "rbac.authorization.k8s.io/v1/ClusterRole cr",
    "templates.gatekeeper.sh/v1/ConstraintTemplate",
    "constraints.gatekeeper.sh/v1beta1/K8sRequiredLabels",
];

#[test]
fn matching_comes_to_what_gator_says() {
    let Some(folder) = shared("reference/gator-captures/ex2") else {
        eprintln!("skipped: recorded matching needs ../shared");
        return;
    };
    let runs = recorded(&folder.join("cap2.txt"));
    assert!(runs.len() >= 20, "{}", runs.len());
    for run in runs {
        let ours = check(&folder, &run.files);
        let name = run.files.join(" ");
        if run.refused {
            assert_eq!(ours.status, 2, "{name}");
            continue;
        }
        let wanted: BTreeSet<String> = run
            .lines
            .iter()
            .map(|line| line.split(" Message: ").next().unwrap().to_owned())
            .collect();
        for line in wanted.symmetric_difference(&lines(&ours, false)) {
            // Scopes, namespaces and their selectors of objects that are in none: the webhook is right.
            let about_namespaces = ["scope-", "ns-", "nssel"]
                .iter()
                .any(|word| line.contains(&format!("[\"{word}")));
            let unplaced = UNPLACED.iter().any(|object| line.starts_with(object));
            assert!(
                about_namespaces && unplaced,
                "{name}: {line}\n{}",
                ours.stderr
            );
        }
    }
}

#[test]
fn whole_runs_come_to_what_gator_says() {
    let Some(folder) = shared("reference/gator-captures") else {
        eprintln!("skipped: recorded runs need ../shared");
        return;
    };
    let mut compared = 0;
    for (inner, capture) in [("ex2", "cap1.txt"), ("ex5", "cap5.txt")] {
        let folder = folder.join(inner);
        for run in recorded(&folder.join(capture)) {
            let name = run.files.join(" ");
            // Files that are not there, CEL, and mutators, which are not applied: see docs/policies.md.
            let other = ["nonexist", "cel", "mut"];
            if run.files.is_empty()
                || run
                    .files
                    .iter()
                    .any(|file| other.iter().any(|word| file.starts_with(word)))
            {
                continue;
            }
            let ours = check(&folder, &run.files);
            if run.refused {
                assert_eq!(ours.status, 2, "{name}: {}", ours.stderr);
            } else if run.lines.is_empty() {
                // gator says nothing where nothing was judged; that is an error here.
                assert!(run.exit == 0 && ours.status == 2, "{name}: {}", ours.stderr);
            } else {
                assert_eq!(lines(&ours, true), run.lines, "{name}: {}", ours.stderr);
                assert_eq!(ours.status, run.exit, "{name}");
            }
            compared += 1;
        }
    }
    assert!(compared >= 8, "{compared}");
}
