//! What is said otherwise than before, for people: manifest by manifest, resource by resource.

mod difference;
mod words;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::bundle::Severity;
use crate::compare::{Change, Class, Statement, tally};
use crate::language::Language;
use crate::snapshot::Comparison;

use super::layout::{Canvas, pad, widest};

pub use difference::difference;
use words::{Words, words};

/// The changes, in their order.
pub fn changes(changes: &[Change], language: Language, canvas: &Canvas) -> String {
    let page = Page {
        language,
        canvas,
        words: words(language),
    };
    let mut out = String::new();
    let mut place = ("", "");
    for change in changes {
        let statement = change.statement();
        if statement.source.as_ref() != place.0 {
            out.push_str(&format!("{}\n", canvas.bold(&statement.source)));
            place = (&statement.source, "\0");
        }
        if statement.resource != place.1 {
            place.1 = &statement.resource;
            let name = match statement.resource.as_str() {
                "" => page.words.document,
                name => name,
            };
            out.push_str(&canvas.hang("  ", 2, name));
        }
        out.push_str(&page.change(change));
    }
    out
}

/// What has changed since the last run of a command that watches.
pub fn since(changed: &[Change], language: Language, canvas: &Canvas) -> String {
    let words = words(language);
    let tally = tally_of(changed, language);
    let heading = if tally.is_empty() {
        words.unchanged.to_owned()
    } else {
        (words.since)(&tally)
    };
    let mut out = format!("{}\n", canvas.bold(heading));
    out.push_str(&changes(changed, language, canvas));
    out.push('\n');
    out
}

/// One change, without whose it is.
pub(super) fn described(change: &Change, language: Language, canvas: &Canvas) -> String {
    let page = Page {
        language,
        canvas,
        words: words(language),
    };
    page.change(change)
}

/// How many changes there are of each class: `2 new, 1 message`; empty where there is none.
pub fn tally_of(changes: &[Change], language: Language) -> String {
    let words = words(language);
    let counts = tally(changes);
    let said: Vec<String> = counts
        .iter()
        .map(|(class, count)| format!("{} {count}", (words.class)(*class)))
        .collect();
    said.join(", ")
}

/// A run against its snapshots.
pub fn snapshots(comparison: &Comparison, language: Language, canvas: &Canvas) -> String {
    let words = words(language);
    let mut out = String::new();
    let mut all = Vec::new();
    let (mut same, mut differing, mut missing) = (0, 0, 0);
    for page in &comparison.pages {
        match (&page.recorded, page.changes.is_empty()) {
            (Some(_), true) => same += 1,
            (Some(_), false) => {
                differing += 1;
                out.push_str(&changes(&page.changes, language, canvas));
                all.extend(page.changes.iter().cloned());
            }
            (None, _) => {
                missing += 1;
                let findings = (words.unrecorded)(page.current.len());
                out.push_str(&canvas.hang("", 0, &format!("{}  {findings}", page.source)));
            }
        }
    }
    for (path, source) in &comparison.orphans {
        out.push_str(&canvas.hang("", 0, &(words.orphan)(path, source)));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let counts = [
        (words.same, same),
        (words.differing, differing),
        (words.missing, missing),
        (words.orphans, comparison.orphans.len()),
    ];
    let said: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(say, count)| say(*count))
        .collect();
    out.push_str(&canvas.bold((words.snapshots)(comparison.pages.len())));
    if !said.is_empty() {
        out.push_str(&format!(": {}", said.join(", ")));
    }
    out.push('\n');
    let tally = tally_of(&all, language);
    if !tally.is_empty() {
        out.push_str(&canvas.hang("", 0, &(words.changes)(&tally)));
    }
    let (unjudged, new) = comparison.unjudged();
    if unjudged > 0 {
        out.push_str(&canvas.hang(
            "",
            0,
            &(words.unjudged)(unjudged, unjudged - new.min(unjudged)),
        ));
    }
    out
}

struct Page<'a> {
    language: Language,
    canvas: &'a Canvas,
    words: &'static Words,
}

impl Page<'_> {
    fn change(&self, change: &Change) -> String {
        let statement = change.statement();
        let (sign, color) = match change {
            Change::New(_) => ("+", AnsiColor::Red),
            Change::Resolved(_) => ("-", AnsiColor::Green),
            Change::Changed { .. } => ("~", AnsiColor::Yellow),
        };
        let style = Style::new().fg_color(Some(color.into()));
        let head = head(statement, self.language, self.words);
        let width = head.width() + 8;
        let lead = format!(
            "    {} {}  ",
            self.canvas.paint(style, sign),
            self.canvas.bold(head)
        );
        let message = statement.message.get(self.language_of(change));
        let mut out = self.canvas.hang(&lead, width, message);
        for (label, text) in self.rows(change) {
            let label = pad(label, self.column());
            let lead = format!("      {}  ", self.canvas.dim(&label));
            out.push_str(&self.canvas.hang(&lead, label.width() + 8, &text));
        }
        out
    }

    /// What was recorded is in English: then both sentences are, so that they can be compared.
    fn language_of(&self, change: &Change) -> Language {
        match change {
            Change::Changed { before, .. } if before.message.ja == before.message.en => {
                Language::En
            }
            _ => self.language,
        }
    }

    /// What else is to be said: the place, and what was there before.
    fn rows(&self, change: &Change) -> Vec<(&'static str, String)> {
        let words = self.words;
        let mut rows = Vec::new();
        let language = self.language_of(change);
        let field = change.statement().field.clone();
        rows.extend(field.map(|field| (words.at, field)));
        if let Change::Changed { before, after } = change {
            for class in change.classes() {
                let was = match class {
                    Class::Message => before.message.get(language).to_owned(),
                    Class::Severity => before.severity.name(self.language).to_owned(),
                    Class::Place => before.field.clone().unwrap_or_else(|| "-".to_owned()),
                    // The head leaves `deny` out: what is usual is not said there.
                    Class::Action => {
                        format!("{} → {}", action(before, words), action(after, words))
                    }
                    Class::New | Class::Resolved => continue,
                };
                rows.push((words.before, was));
            }
        }
        rows
    }

    fn column(&self) -> usize {
        widest([self.words.at, self.words.before])
    }
}

fn action<'a>(statement: &'a Statement, words: &Words) -> &'a str {
    match statement.action.as_str() {
        "" => words.not_judged,
        action => action,
    }
}

/// `policy (high, warn)`
fn head(statement: &Statement, language: Language, words: &Words) -> String {
    let severity = match statement.severity {
        Severity::Unspecified => None,
        severity => Some(severity.name(language).to_lowercase()),
    };
    let action = match statement.action.as_str() {
        "" => Some(words.not_judged),
        "deny" if severity.is_some() => None,
        action => Some(action),
    };
    let said: Vec<&str> = severity.as_deref().into_iter().chain(action).collect();
    match (statement.policy.as_str(), said.join(", ")) {
        ("", said) => said,
        (policy, said) => format!("{policy} ({said})"),
    }
}
