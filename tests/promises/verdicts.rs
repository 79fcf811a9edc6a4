//! Real manifests get the verdicts that a program without Rego computed for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use sekisho::bundle::{Bundle, Files};
use sekisho::check::{Options, check};
use sekisho::engine;
use sekisho::manifest;
use sekisho::source::Source;

use crate::corpus;
use crate::run::root;

#[test]
fn every_row_agrees_or_is_explained() {
    let Some(folder) = corpus::root("the verdicts") else {
        return;
    };
    let explained = fs::read_to_string(root().join("docs/differences.md")).unwrap();
    let mut files: BTreeMap<String, BTreeMap<(u64, String), Row>> = BTreeMap::new();
    for row in corpus::lines("corpus/verdicts.jsonl") {
        let ids = row["article"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        let place = (
            row["doc"].as_u64().unwrap(),
            row["item"].as_str().unwrap().to_owned(),
        );
        files
            .entry(row["file"].as_str().unwrap().to_owned())
            .or_default()
            .insert(place, Row { ids });
    }
    let options = engine::Options {
        strict_builtins: true,
        ..engine::Options::default()
    };
    let bundle = Bundle::load(&Files::embedded(), &[], &options).unwrap();
    let (mut same, mut listed, mut wrong) = (0, 0, Vec::new());
    for (file, rows) in &files {
        let read = manifest::read(&Source::new(
            file.as_str(),
            fs::read(folder.join(file)).unwrap(),
        ));
        let report = check(
            &bundle,
            vec![read],
            &Options {
                threads: 1,
                ..Options::default()
            },
        )
        .unwrap();
        assert!(report.failures.is_empty(), "{file}: {:?}", report.failures);
        let mut found: BTreeMap<(u64, String), BTreeSet<String>> = BTreeMap::new();
        for finding in &report.findings {
            let place = (
                finding.location.document as u64,
                finding.location.item.clone(),
            );
            found
                .entry(place)
                .or_default()
                .insert(finding.policy.to_string());
        }
        for place in rows.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
            let expected = rows
                .get(place)
                .map(|row| row.ids.clone())
                .unwrap_or_default();
            let answered = found.get(place).cloned().unwrap_or_default();
            for id in expected.symmetric_difference(&answered) {
                if explained.contains(&format!(
                    "`{file}` document {}{} `{id}`",
                    place.0,
                    item(&place.1)
                )) {
                    listed += 1;
                } else {
                    let which = if expected.contains(id) {
                        "missing"
                    } else {
                        "extra"
                    };
                    wrong.push(format!(
                        "{file} document {}{}: {which} {id}",
                        place.0,
                        item(&place.1)
                    ));
                }
            }
            same += usize::from(expected == answered);
        }
    }
    eprintln!(
        "{same} rows agree, {listed} differences are explained, {} are not",
        wrong.len()
    );
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(same > 7_000, "only {same} rows were compared");
}

struct Row {
    ids: BTreeSet<String>,
}

fn item(item: &str) -> String {
    if item.is_empty() {
        String::new()
    } else {
        format!(" {item}")
    }
}
