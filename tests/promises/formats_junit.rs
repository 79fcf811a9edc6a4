//! JUnit XML has the structure that a CI system holds it against, and adds up.

use std::fs;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use crate::formats::{findings, hostile, sample};
use crate::run::{root, sekisho_in};

/// All that in `text` is not as the table of elements says.
fn faults(text: &str) -> Vec<String> {
    let table = fs::read_to_string(root().join("tests/schemas/junit-10.json")).unwrap();
    let table: Value = serde_json::from_str(&table).unwrap();
    let mut faults = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                element(&tag, open.last(), &table, &mut faults);
                open.push(name(&tag));
            }
            Event::Empty(tag) => element(&tag, open.last(), &table, &mut faults),
            Event::End(_) => drop(open.pop()),
            Event::Text(words) => {
                let words = words.decode().unwrap();
                let of = open.last().map(String::as_str).unwrap_or_default();
                if !words.trim().is_empty() && table["elements"][of]["text"] != true {
                    faults.push(format!("text in `{of}`: {words}"));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} is not closed");
    faults
}

fn name(tag: &BytesStart<'_>) -> String {
    String::from_utf8(tag.name().as_ref().to_vec()).unwrap()
}

fn element(tag: &BytesStart<'_>, parent: Option<&String>, table: &Value, faults: &mut Vec<String>) {
    let name = name(tag);
    let holds = |list: &Value, word: &str| {
        let words = list.as_array().into_iter().flatten();
        words.into_iter().any(|known| known == word)
    };
    let fits = match parent {
        None => table["root"] == name.as_str(),
        Some(parent) => holds(&table["elements"][parent.as_str()]["children"], &name),
    };
    if !fits {
        faults.push(format!("`{name}` in {parent:?}"));
    }
    let known = &table["elements"][name.as_str()];
    let mut missing: Vec<&str> = known["required"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|key| key.as_str().unwrap())
        .collect();
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap();
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        let value = String::from_utf8(attribute.value.to_vec()).unwrap();
        missing.retain(|required| *required != key);
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let fits = match known["attributes"][key.as_str()].as_str() {
            Some("count") => !value.is_empty() && digits(&value),
            Some("seconds") => digits(&value.replacen('.', "", 1)),
            kind => kind.is_some(),
        };
        if !fits {
            faults.push(format!("`{name}` has {key}={value:?}"));
        }
    }
    for key in missing {
        faults.push(format!("`{name}` has no `{key}`"));
    }
}

#[test]
fn junit_has_the_structure_that_jenkins_asks_for() {
    for text in [sample("junit"), hostile("junit")] {
        assert_eq!(faults(&text), [""; 0], "{text}");
    }
    // What it must not let pass.
    for (part, broken, fault) in [
        ("<testsuites ", "<testsuites skipped=\"1\" ", "skipped"),
        ("<testcase name=", "<testcase title=", "no `name`"),
        ("<testcase ", "<testcase file=\"a\" ", "file=\"a\""),
        ("failures=\"", "failures=\"-", "failures=\"-"),
        ("</failure>", "</failure><properties/>", "`properties` in"),
        ("</testcase>", "x</testcase>", "text in `testcase`"),
    ] {
        let text = sample("junit").replacen(part, broken, 1);
        let faults = faults(&text).join("\n");
        assert!(faults.contains(fault), "{broken}: {faults}");
    }
}

#[test]
fn tests_of_policies_are_written_in_the_same_structure() {
    let arguments = ["test", "rego/host_namespaces", "--output", "junit"];
    let run = sekisho_in(&root(), &arguments, "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("<testcase "), "{}", run.stdout);
    assert_eq!(faults(&run.stdout), [""; 0], "{}", run.stdout);
}

#[test]
fn junit_counts_what_it_holds() {
    let (sample, hostile) = (sample("junit"), hostile("junit"));
    let read = |text: &str| quick_junit::Report::deserialize_from_str(text).unwrap();
    let suites = read(&sample);
    assert_eq!((suites.failures, suites.errors), (findings(), 0));
    assert_eq!(suites.test_suites.len(), 16);
    let suites = read(&hostile);
    assert_eq!(suites.errors, 2);
    for text in [sample, hostile] {
        let allowed = |c: char| !c.is_control() || "\n\r\t".contains(c);
        assert!(text.chars().all(allowed));
        let suites = read(&text);
        let mut counted = (0, 0, 0);
        for suite in &suites.test_suites {
            assert_eq!(suite.tests, suite.test_cases.len());
            assert!(suite.tests > 0, "{}", suite.name.as_str());
            let sum = (suite.tests, suite.failures, suite.errors);
            counted = (counted.0 + sum.0, counted.1 + sum.1, counted.2 + sum.2);
        }
        assert_eq!(counted, (suites.tests, suites.failures, suites.errors));
    }
}
