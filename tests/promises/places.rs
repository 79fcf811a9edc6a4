//! Every finding stands where a person would point: held against labels that people wrote from
//! reading the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::policies::{CONSTRAINT, judge, template};
use crate::policies_library::library;
use crate::run::{root, sekisho_in};

/// A line of a table of labels.
struct Label {
    file: String,
    /// Part of the message, or the policy's id.
    words: String,
    line: u64,
    column: u64,
    field: String,
}

fn labels(name: &str) -> Vec<Label> {
    let path = root().join("tests/promises/places").join(name);
    let table = fs::read_to_string(path).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let [file, words, line, column, field] = cells[..] else {
            panic!("{row}");
        };
        Label {
            file: file.to_owned(),
            words: words.to_owned(),
            line: line.parse().unwrap(),
            column: column.parse().unwrap(),
            field: field.to_owned(),
        }
    })
    .collect()
}

fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    let found = path.iter().fold(value, |value, key| &value[*key]);
    found.as_str().unwrap_or_default()
}

/// `line:column`
fn place(finding: &Value) -> String {
    format!(
        "{}:{}",
        finding["place"]["line"], finding["place"]["column"]
    )
}

#[test]
fn the_librarys_violations_stand_where_a_person_would_point() {
    let Some(folder) = library("the places of the library's violations") else {
        return;
    };
    let folder = folder.join("library");
    let mut by_sample: BTreeMap<String, Vec<Label>> = BTreeMap::new();
    for label in labels("library.tsv") {
        let (sample, _) = label.file.rsplit_once('/').unwrap();
        by_sample.entry(sample.to_owned()).or_default().push(label);
    }
    let (mut exact, mut all) = (0, 0);
    let mut missed = Vec::new();
    for (sample, labels) in &by_sample {
        let findings = judge_sample(&folder, sample, labels);
        for finding in &findings {
            let file = text(finding, &["location", "path"]);
            let message = text(finding, &["message"]);
            let fits = |label: &&Label| label.file == file && message.contains(&label.words);
            // `container` is part of `initContainer`.
            let label = labels.iter().filter(fits).min_by_key(|label| {
                (
                    message.find(&label.words),
                    std::cmp::Reverse(label.words.len()),
                )
            });
            let Some(label) = label else {
                panic!("no label: {file}: {message}");
            };
            all += 1;
            // In another file or before the resource nothing may ever stand.
            assert!(
                finding["place"]["line"].as_u64().unwrap()
                    >= finding["location"]["line"].as_u64().unwrap()
            );
            if place(finding) == format!("{}:{}", label.line, label.column) {
                exact += 1;
            } else {
                missed.push(format!(
                    "{file}: {}:{} {} expected, {} {} ({})",
                    label.line,
                    label.column,
                    label.field,
                    place(finding),
                    text(finding, &["place", "field"]),
                    text(finding, &["place", "precision"]),
                ));
            }
        }
        for label in labels {
            let found = findings.iter().any(|finding| {
                text(finding, &["location", "path"]) == label.file
                    && text(finding, &["message"]).contains(&label.words)
            });
            assert!(found, "no finding: {}: {}", label.file, label.words);
        }
    }
    assert!(all >= 150, "{all}");
    println!("{exact} of {all} exact; missed:\n{}", missed.join("\n"));
    assert!(
        exact * 100 >= all * 95,
        "{exact} of {all}:\n{}",
        missed.join("\n")
    );
}

/// Asks for probes as the library's policy does: of two that are missing, one is there without a value.
const PROBES: &str = r#"package probes
violation[{"msg": msg}] {
  container := input.review.object.spec.containers[_]
  probe := input.parameters.probes[_]
  is_missing(container, probe)
  msg := sprintf("container <%v> has no <%v>", [container.name, probe])
}
is_missing(container, probe) { not container[probe] }
is_missing(container, probe) {
  given := {field | container[probe][field]}
  count({"tcpSocket", "httpGet"} - given) == 2
}"#;

const UNPROBED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: default}
spec:
  containers:
  - name: web
    image: web
    livenessProbe:
";

#[test]
fn a_container_is_not_the_field_that_is_missing_in_it() {
    let template = template(PROBES).replace(
        "        kind: TestKind\n",
        "        kind: TestKind\n      validation:\n        openAPIV3Schema:\n          type: object\n          \
         properties: {probes: {type: array, items: {type: string}}}\n",
    );
    let parameters = "spec: {parameters: {probes: [livenessProbe, readinessProbe]}}";
    let policy = format!("{template}{CONSTRAINT}{parameters}\n");
    let run = judge(&policy, UNPROBED, &[]);
    let report = run.json();
    let mut found: Vec<String> = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        let (at, near) = (place(finding), text(finding, &["place", "precision"]));
        found.push(format!("{at} {near} {}", whole_field(finding)));
        // The reason speaks of no more than the place.
        let edits = finding["cause"]["edits"].as_array().unwrap();
        assert_eq!(edits.len(), 1, "{finding}");
        assert_eq!(edits[0]["field"], whole_field(finding).as_str());
    }
    found.sort();
    assert_eq!(
        found,
        [
            "6:5 parent spec.containers[0].readinessProbe",
            "8:5 field spec.containers[0].livenessProbe",
        ]
    );
}

/// The findings of a sample's template and Constraint on the labelled files.
fn judge_sample(folder: &Path, sample: &str, labels: &[Label]) -> Vec<Value> {
    let policy = sample.split("/samples/").next().unwrap();
    let mut files: Vec<String> = labels.iter().map(|label| label.file.clone()).collect();
    // What a Suite puts into the inventory stands in files of that name.
    for entry in fs::read_dir(folder.join(sample)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.contains("inventory") {
            files.push(format!("{sample}/{name}"));
        }
    }
    files.sort();
    files.dedup();
    let constraint = ["constraint.yaml", "constraint1.yaml"]
        .into_iter()
        .map(|name| format!("{sample}/{name}"))
        .find(|path| folder.join(path).is_file())
        .unwrap();
    let template = format!("{policy}/template.yaml");
    let mut arguments = vec![
        "check",
        "--no-bundled",
        "--output",
        "json",
        "--default-namespace",
        "",
    ];
    arguments.extend(["--policies", &template, "--policies", &constraint]);
    arguments.extend(files.iter().map(String::as_str));
    let run = sekisho_in(folder, &arguments, "");
    assert!(run.status < 2, "{sample}: {}", run.stderr);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let labelled = |finding: &&Value| {
        let file = text(finding, &["location", "path"]);
        labels.iter().any(|label| label.file == file)
    };
    findings.iter().filter(labelled).cloned().collect()
}

/// What `sekisho check` finds in files, as rows of a table of labels.
fn rows(folder: &Path, files: &[&str]) -> Vec<(String, String, u64, u64, String)> {
    let mut arguments = vec!["check", "--output", "json"];
    arguments.extend(files);
    let run = sekisho_in(folder, &arguments, "");
    assert!(run.status < 2, "{}", run.stderr);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let row = |finding: &Value| {
        (
            text(finding, &["location", "path"]).to_owned(),
            text(finding, &["id"]).to_owned(),
            finding["place"]["line"].as_u64().unwrap(),
            finding["place"]["column"].as_u64().unwrap(),
            whole_field(finding),
        )
    };
    findings.iter().map(row).collect()
}

/// The path of the field itself, whether it is there or not.
fn whole_field(finding: &Value) -> String {
    let there = text(finding, &["place", "field"]);
    match text(finding, &["place", "missing"]) {
        "" => there.to_owned(),
        missing if there.is_empty() || missing.starts_with('[') => format!("{there}{missing}"),
        missing => format!("{there}.{missing}"),
    }
}

fn hold_against(table: &str, folder: &Path) {
    let mut expected: Vec<_> = labels(table)
        .into_iter()
        .map(|label| {
            (
                label.file,
                label.words,
                label.line,
                label.column,
                label.field,
            )
        })
        .collect();
    let mut files: Vec<String> = expected.iter().map(|row| row.0.clone()).collect();
    files.dedup();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let all = expected.len();
    let mut missed = Vec::new();
    for row in rows(folder, &files) {
        match expected.iter().position(|label| *label == row) {
            Some(at) => {
                expected.remove(at);
            }
            None => missed.push(format!("{row:?}")),
        }
    }
    let exact = all - expected.len();
    println!("{table}: {exact} of {all} exact");
    assert!(
        exact * 100 >= all * 95 && missed.len() * 100 <= all * 5,
        "{exact} of {all}; found:\n{}\nlabelled:\n{expected:#?}",
        missed.join("\n")
    );
}

#[test]
fn the_articles_findings_stand_where_a_person_would_point() {
    hold_against("article.tsv", &root());
}

#[test]
fn findings_in_real_files_stand_where_a_person_would_point() {
    if let Some(folder) = crate::corpus::root("the places in real files") {
        hold_against("corpus.tsv", folder);
    }
}
