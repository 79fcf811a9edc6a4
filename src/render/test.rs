//! The report of a run of tests as bytes. The exit status is nobody's business here.

mod json;
mod junit;
mod measures;
mod since;
mod tap;
mod text;
mod words;

pub use json::json;
pub use junit::junit;
pub use since::since;
pub use tap::tap;
pub use text::text;

use crate::engine::Print;
use crate::language::Language;
use crate::manifest::Fault;
use crate::suite::{Check, Failure, TestedFile, TestedTest, one_line};

use words::{Words, words};

/// `test//case`, as `--run` takes it; the test's name alone for what is about the test.
fn name(test: &TestedTest, check: &Check) -> String {
    match &check.case {
        Some(case) => format!("{}//{case}", test.name),
        None => test.name.clone(),
    }
}

/// `path:line:column`, as far as known.
fn place(path: &str, line: u32, column: u32) -> String {
    match (line, column) {
        (0, _) => path.to_owned(),
        (line, 0) => format!("{path}:{line}"),
        (line, column) => format!("{path}:{line}:{column}"),
    }
}

fn fault(fault: &Fault) -> String {
    let at = place(&fault.path, fault.line, fault.column);
    if fault.line == 0 && fault.message.contains(&*fault.path) {
        fault.message.clone()
    } else {
        format!("{at}: {}", fault.message)
    }
}

fn print(print: &Print) -> String {
    if print.module.is_empty() {
        print.text.clone()
    } else {
        format!("{}: {}", place(&print.module, print.line, 0), print.text)
    }
}

/// Expected against actual, as labels with values; the first is the failing line's place.
fn rows(file: &TestedFile, failure: &Failure, words: &Words) -> Vec<(&'static str, String)> {
    let at = |line, column| place(&file.path, line, column);
    match failure {
        Failure::Assertion {
            assertion,
            found,
            object,
            answers,
        } => {
            let described = assertion.description();
            let mut rows = vec![
                (words.at, at(assertion.place.line, assertion.place.column)),
                (words.object, object.clone()),
                (words.expected, (words.count)(assertion.count, &described)),
                (words.actual, (words.found)(*found, answers.len())),
            ];
            for answer in answers {
                rows.push((words.violation, answer.message.clone()));
                let actions: Vec<&str> = answer.actions.iter().map(|it| it.name()).collect();
                rows.push((
                    "",
                    format!(
                        "{} ({}) {}",
                        answer.constraint,
                        actions.join(", "),
                        one_line(&answer.details)
                    ),
                ));
            }
            rows
        }
        Failure::Accepted { place } => vec![
            (words.at, at(place.line, place.column)),
            (words.expected, words.refused.to_owned()),
            (words.actual, words.accepted.to_owned()),
        ],
        Failure::Untrue { place, value } => vec![
            (words.at, at(place.line, place.column)),
            (words.expected, "true".to_owned()),
            (
                words.actual,
                value
                    .as_ref()
                    .map_or_else(|| words.undefined.to_owned(), one_line),
            ),
        ],
    }
}

/// Expected against actual in English, a line each, for formats that programs read.
fn lines(file: &TestedFile, failure: &Failure) -> Vec<String> {
    let rows = rows(file, failure, words(Language::En));
    rows.into_iter()
        .map(|(label, value)| match label {
            "" => format!("  {value}"),
            label => format!("{label}: {value}"),
        })
        .collect()
}

/// The sentence for a failure where there is room for one.
fn headline(failure: &Failure) -> String {
    let words = words(Language::En);
    match failure {
        Failure::Assertion {
            assertion,
            found,
            answers,
            ..
        } => {
            let expected = (words.count)(assertion.count, &assertion.description());
            format!(
                "expected {expected}, got {}",
                (words.found)(*found, answers.len())
            )
        }
        Failure::Accepted { .. } => format!("expected {}, {}", words.refused, words.accepted),
        Failure::Untrue { value, .. } => format!(
            "expected true, got {}",
            value
                .as_ref()
                .map_or_else(|| words.undefined.to_owned(), one_line)
        ),
    }
}
