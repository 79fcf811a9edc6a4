//! Putting right what can be put right without asking. A file is only changed where that leaves
//! nothing of the finding and breaks nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Lint, LintReport, lint};

/// How something is put right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fix {
    /// The line goes.
    DropLine,
    /// In the finding's line a text becomes another.
    Replace {
        /// What is there.
        before: String,
        /// What it becomes.
        after: String,
    },
}

/// Puts right what it can in the files of `report`, which is about `paths`. What was put right comes
/// back, and what is left.
///
/// # Errors
/// A file that cannot be written: its name and the reason.
pub fn fix(paths: &[PathBuf], report: LintReport) -> Result<(Vec<Lint>, LintReport), String> {
    let mut files: BTreeMap<Arc<str>, Vec<&Lint>> = BTreeMap::new();
    for found in report.lints.iter().filter(|lint| lint.fix.is_some()) {
        files.entry(found.path.clone()).or_default().push(found);
    }
    let mut fixed = Vec::new();
    let mut left = report.clone();
    for (path, lints) in files {
        let Ok(before) = std::fs::read_to_string(&*path) else {
            continue;
        };
        let Some(after) = changed(&before, &lints) else {
            continue;
        };
        let write = |text: &str| {
            std::fs::write(&*path, text).map_err(|error| format!("cannot write `{path}`: {error}"))
        };
        write(&after)?;
        let again = lint(paths);
        if is_better(&left, &again, &lints) {
            fixed.extend(lints.into_iter().cloned());
            left = again;
        } else {
            write(&before)?;
        }
    }
    Ok((fixed, left))
}

/// Whether the findings that were to go are gone, and nothing else came: but that a library is not
/// used any more. Lines move, so they are told by rule and words.
fn is_better(before: &LintReport, after: &LintReport, fixed: &[&Lint]) -> bool {
    let same =
        |a: &Lint, b: &Lint| (&a.path, a.rule, &a.message.en) == (&b.path, b.rule, &b.message.en);
    let gone = |lint: &&Lint| !after.lints.iter().any(|left| same(left, lint));
    let known = |lint: &Lint| {
        lint.rule == "unused-library" || before.lints.iter().any(|old| same(old, lint))
    };
    after.faults == before.faults && fixed.iter().all(gone) && after.lints.iter().all(known)
}

/// The text with all changes made, from the last line to the first; `None` where one does not fit.
fn changed(text: &str, lints: &[&Lint]) -> Option<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut ordered = lints.to_vec();
    ordered.sort_by_key(|lint| std::cmp::Reverse(lint.line));
    for lint in ordered {
        let at = usize::try_from(lint.line).ok()?.checked_sub(1)?;
        match lint.fix.as_ref()? {
            Fix::DropLine => {
                let line = lines.get(at)?;
                if !line.trim_start().starts_with("import ") {
                    return None;
                }
                lines.remove(at);
            }
            Fix::Replace { before, after } => {
                let line = lines.get_mut(at)?;
                if line.matches(before.as_str()).count() != 1 {
                    return None;
                }
                *line = line.replace(before.as_str(), after);
            }
        }
    }
    Some(lines.concat())
}
