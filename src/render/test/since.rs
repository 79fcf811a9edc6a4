//! Which checks ended otherwise than in the last run of a command that watches.

use std::collections::BTreeMap;

use crate::language::Language;
use crate::suite::{Outcome, TestReport};

use super::super::layout::{Canvas, pad, widest};
use super::words::{Words, words};

/// What `after` says otherwise than `before`.
pub fn since(
    before: &TestReport,
    after: &TestReport,
    language: Language,
    canvas: &Canvas,
) -> String {
    let words = words(language);
    let (before, after) = (outcomes(before, words), outcomes(after, words));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let word = |ended: Option<&&'static str>| ended.copied().unwrap_or("-");
    let rows: Vec<(&str, &str, &String)> = names
        .into_iter()
        .map(|name| (word(before.get(name)), word(after.get(name)), name))
        .filter(|(was, is, _)| was != is)
        .collect();
    let mut out = format!("{}\n", canvas.bold((words.since)(rows.len())));
    let width = widest(rows.iter().map(|(was, _, _)| *was));
    let next = widest(rows.iter().map(|(_, is, _)| *is));
    for (was, is, name) in rows {
        let lead = format!("  {} → {}  ", pad(was, width), pad(is, next));
        out.push_str(&canvas.hang(&lead, width + next + 7, name));
    }
    out.push('\n');
    out
}

/// How each check ended, by its name.
fn outcomes(report: &TestReport, words: &Words) -> BTreeMap<String, &'static str> {
    let mut ended = BTreeMap::new();
    for fault in &report.faults {
        ended.insert(fault.path.to_string(), words.broken);
    }
    for file in &report.files {
        if !file.faults.is_empty() {
            ended.insert(file.path.to_string(), words.broken);
        }
        for test in &file.tests {
            for check in &test.checks {
                let case = check.case.as_deref().map(|case| format!("//{case}"));
                let name = format!("{}: {}{}", file.path, test.name, case.unwrap_or_default());
                let word = match check.outcome {
                    Outcome::Passed => words.passed,
                    Outcome::Failed(_) => words.failed,
                    Outcome::Broken(_) => words.broken,
                    Outcome::Skipped => words.skipped,
                };
                ended.insert(name, word);
            }
        }
    }
    ended
}
