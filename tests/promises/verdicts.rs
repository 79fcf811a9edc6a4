//! Real manifests get the verdicts that a program without Rego computed for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use sekisho::bundle::{Bundle, Files};
use sekisho::check::{Options, check};
use sekisho::engine;
use sekisho::manifest;
use sekisho::params::ParameterSet;
use sekisho::source::Source;

use crate::corpus;
use crate::run::root;

/// Document, and position in a List.
type Place = (u64, String);

/// File, document, id.
type Difference = (String, u64, String);

struct Row {
    ids: BTreeSet<String>,
    windows: bool,
}

#[test]
fn every_row_of_the_articles_reading_agrees_or_is_explained() {
    every_row_agrees_or_is_explained("article", &[]);
}

#[test]
fn every_row_of_defenders_reading_agrees_or_is_explained() {
    let files = Files::embedded();
    let preset = files.get("params/presets/defender.yaml").unwrap();
    let layer = ParameterSet::parse(Source::new("defender.yaml", preset)).unwrap();
    every_row_agrees_or_is_explained("defender", &[layer]);
}

fn every_row_agrees_or_is_explained(reading: &str, layers: &[ParameterSet]) {
    let Some(folder) = corpus::root("the verdicts") else {
        return;
    };
    let explained = explained(reading);
    let options = engine::Options {
        strict_builtins: true,
        ..engine::Options::default()
    };
    let bundle = Bundle::load(&Files::embedded(), layers, &options).unwrap();
    let (mut same, mut listed, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for (file, rows) in &expected(reading) {
        let text = fs::read(folder.join(file)).unwrap();
        let read = manifest::read(&Source::new(file.as_str(), text));
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
        let mut found: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
        for finding in &report.findings {
            let item = finding
                .subject
                .location
                .item
                .replace("items[", "")
                .replace(']', "");
            let place = (finding.subject.location.document as u64, item);
            found
                .entry(place)
                .or_default()
                .insert(finding.rule.policy.to_string());
        }
        for place in rows.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
            let row = rows.get(place);
            let expected = row.map(|row| row.ids.clone()).unwrap_or_default();
            let answered = found.get(place).cloned().unwrap_or_default();
            for id in expected.symmetric_difference(&answered) {
                let missing = expected.contains(id);
                let difference = (file.clone(), place.0, id.clone());
                // The article's column knows nothing of Windows.
                let skipped = reading == "article" && row.is_some_and(|row| row.windows) && missing;
                if skipped || explained.contains(&difference) {
                    listed.insert(difference);
                } else {
                    let which = if missing { "missing" } else { "extra" };
                    wrong.push(format!(
                        "{file} document {} {}: {which} {id}",
                        place.0, place.1
                    ));
                }
            }
            same += usize::from(expected == answered);
        }
    }
    eprintln!(
        "{reading}: {same} rows agree, {} differences are explained, {} are not",
        listed.len(),
        wrong.len()
    );
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(same > 7_000, "only {same} rows were compared");
    let stale: Vec<_> = explained.difference(&listed).collect();
    assert!(stale.is_empty(), "these rows agree by now: {stale:?}");
}

fn expected(reading: &str) -> BTreeMap<String, BTreeMap<Place, Row>> {
    let mut files: BTreeMap<String, BTreeMap<Place, Row>> = BTreeMap::new();
    for row in corpus::lines("corpus/verdicts.jsonl") {
        let texts = |key: &str| -> BTreeSet<String> {
            let texts = row[key].as_array().unwrap().iter();
            texts
                .map(|text| text.as_str().unwrap().to_owned())
                .collect()
        };
        let place = (
            row["doc"].as_u64().unwrap(),
            row["item"].as_str().unwrap().to_owned(),
        );
        let file = row["file"].as_str().unwrap().to_owned();
        let windows = texts("flags").contains("windows");
        files.entry(file).or_default().insert(
            place,
            Row {
                ids: texts(reading),
                windows,
            },
        );
    }
    files
}

/// The rows that are listed, each under a reason that the documentation gives.
fn explained(reading: &str) -> BTreeSet<Difference> {
    #[derive(serde::Deserialize)]
    struct Listed {
        file: String,
        document: u64,
        ids: Vec<String>,
        /// The one reading that it is about, where it is not about both.
        #[serde(default)]
        reading: Option<String>,
    }
    let list: BTreeMap<String, Vec<Listed>> =
        serde_yaml::from_str(include_str!("verdicts/differences.yaml")).unwrap();
    let documented = fs::read_to_string(root().join("docs/differences.md")).unwrap();
    for reason in list.keys() {
        assert!(
            documented.contains(&format!("\n| {reason} | ")),
            "`{reason}` is not documented"
        );
    }
    let rows = list.into_values().flatten();
    let rows = rows.filter(|row| row.reading.as_deref().is_none_or(|only| only == reading));
    rows.flat_map(|row| {
        let (file, document) = (row.file, row.document);
        row.ids
            .into_iter()
            .map(move |id| (file.clone(), document, id))
    })
    .collect()
}
