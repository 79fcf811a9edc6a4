//! What the fast way says is what libyaml says, or nothing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod cases;
mod mutation;

use std::fs;
use std::io::Read;
use std::path::Path;

use super::super::dialect::ended;
use super::super::libyaml::Parser;
use super::super::{Broken, Event, Kind};
use super::Fast;
use mutation::Dice;

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Read to its end, every event the same.
    Read,
    GaveUp,
}

/// Reads a text both ways, event by event.
///
/// Inside of a document the fast way may see later than libyaml that something is out of its way; what
/// it said of the document so far is forgotten then. Beyond the document's end it must not come.
fn compare(text: &str) -> Outcome {
    let text = &*ended(text);
    let Some(mut fast) = Fast::new(text) else {
        return Outcome::GaveUp;
    };
    let mut exact = Parser::new(text);
    let mut apart = false;
    while let Some(event) = fast.next() {
        let other = if apart { None } else { Some(exact.next()) };
        if other.as_ref().is_some_and(|other| same(&event, other)) {
            if let Kind::StreamEnd = event.kind {
                return Outcome::Read;
            }
            continue;
        }
        apart = true;
        let ends = matches!(event.kind, Kind::DocumentEnd | Kind::StreamEnd);
        assert!(!ends, "{event:?} where libyaml says {other:?} in {text:?}");
    }
    assert!(fast.has_given_up());
    assert!(fast.next().is_none());
    Outcome::GaveUp
}

fn same(event: &Event<'_>, other: &Result<Event<'_>, Broken>) -> bool {
    let Ok(other) = other else { return false };
    let kinds = match (&event.kind, &other.kind) {
        (Kind::Scalar(one), Kind::Scalar(other)) => {
            (one.anchor, one.tag, one.plain) == (other.anchor, other.tag, other.plain)
                && one.value == other.value
        }
        (Kind::SequenceStart { anchor: one }, Kind::SequenceStart { anchor: other })
        | (Kind::MappingStart { anchor: one }, Kind::MappingStart { anchor: other }) => {
            one == other
        }
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    };
    kinds && (event.start, event.end) == (other.start, other.end)
}

#[test]
fn what_manifests_are_written_in_is_read() {
    for text in cases::READ {
        assert_eq!(compare(text), Outcome::Read, "{text:?}");
        // As part of something, and where the last line has no end.
        let cut = text.trim_end_matches('\n');
        compare(cut);
        compare(&format!("---\n{text}---\n{text}"));
        compare(&format!("x:\n  {}", cut.replace('\n', "\n  ")));
        compare(&format!("- {}", cut.replace('\n', "\n  ")));
    }
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_libyaml() {
    for text in cases::LEFT {
        assert_eq!(compare(text), Outcome::GaveUp, "{text:?}");
    }
}

#[test]
fn long_keys_are_left_to_libyaml() {
    for length in [900, 1000, 1001, 1020, 1024, 1025, 2000] {
        let key = "k".repeat(length);
        let as_key = [
            format!("{key}: a\n"),
            format!("- {key}: a\n"),
            format!("a:\n  b: c\n  {key}: d\n"),
            format!("{{{key}: a}}\n"),
        ];
        let outcome = if length <= 1000 {
            Outcome::Read
        } else {
            Outcome::GaveUp
        };
        for text in as_key {
            assert_eq!(compare(&text), outcome, "{length}: {text}");
        }
        for text in [format!("a: {key}\n"), format!("- '{key}'\n- {key}\n")] {
            assert_eq!(compare(&text), Outcome::Read);
        }
    }
}

/// The files of strangers, which lie beside the project on some machines.
fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let mut texts = Vec::new();
    for archive in ["manifests.tar.gz", "odd.tar.gz"] {
        let Ok(file) = fs::File::open(folder.join(archive)) else {
            eprintln!("skipped: ../shared/corpus/{archive} is not there");
            continue;
        };
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
        for entry in archive.entries().unwrap() {
            let mut bytes = Vec::new();
            entry.unwrap().read_to_end(&mut bytes).unwrap();
            texts.extend(String::from_utf8(bytes).ok());
        }
    }
    texts
}

/// A text without the lines that separate its documents.
fn documents(text: &str) -> Vec<String> {
    let mut documents = vec![String::new()];
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            documents.push(String::new());
        } else {
            documents.last_mut().unwrap().push_str(line);
        }
    }
    documents
}

#[test]
fn real_files_are_read_fast() {
    let (mut read, mut left) = ((0, 0), (0, 0));
    for text in corpus() {
        compare(&text);
        for document in documents(&text) {
            let (count, bytes) = match compare(&document) {
                Outcome::Read => &mut read,
                Outcome::GaveUp => &mut left,
            };
            *count += 1;
            *bytes += document.len();
        }
    }
    eprintln!("documents and their bytes: fast {read:?}, left to libyaml {left:?}");
    assert!(left.1 * 20 <= read.1);
}

/// `SEKISHO_YAML_MUTATIONS` says how many, `SEKISHO_MUTATION_SEED` which.
#[test]
fn mutations_are_read_alike() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let rounds: u64 = number("SEKISHO_YAML_MUTATIONS").unwrap_or(100_000);
    let mut dice = Dice::new(number("SEKISHO_MUTATION_SEED").unwrap_or(1));
    let mut texts: Vec<String> = corpus().iter().flat_map(|text| documents(text)).collect();
    // Large ones take long and are hit seldom.
    texts.retain(|text| text.len() < 6000);
    let mut read = 0;
    for _ in 0..rounds {
        let cases = [cases::READ, cases::LEFT][dice.roll(2)];
        let case = cases[dice.roll(cases.len())];
        let real = texts.get(dice.roll(texts.len() * 2));
        let text = mutation::mutated(real.map_or(case, |real| real), &mut dice);
        if compare(&text) == Outcome::Read {
            read += 1;
        }
    }
    eprintln!("{rounds} mutations: {read} read fast to their end");
    assert!(read * 5 > rounds);
}
