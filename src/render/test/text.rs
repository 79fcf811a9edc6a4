//! A run of tests for people.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::language::Language;
use crate::suite::{Check, FileKind, Outcome, TestReport, TestedFile, TestedTest};

use super::super::layout::{Canvas, pad, widest};
use super::measures;
use super::words::{Words, words};
use super::{fault, name, place, print, rows};

/// The report in `language`: what failed, and how many did not; with `verbose` every check.
pub fn text(report: &TestReport, language: Language, canvas: &Canvas, verbose: bool) -> String {
    let page = Page {
        canvas,
        words: words(language),
        verbose,
    };
    let mut out = String::new();
    for broken in &report.faults {
        out.push_str(&page.error(&fault(broken)));
    }
    for file in &report.files {
        out.push_str(&page.file(file));
    }
    out.push_str(&page.summary(report));
    if let Some(coverage) = &report.coverage {
        out.push_str(&measures::coverage(coverage, canvas, page.words));
    }
    if let Some(mutation) = &report.mutation {
        out.push_str(&measures::mutation(mutation, canvas, page.words));
    }
    out
}

struct Page<'a> {
    canvas: &'a Canvas,
    words: &'static Words,
    verbose: bool,
}

impl Page<'_> {
    fn file(&self, file: &TestedFile) -> String {
        let mut out = String::new();
        for broken in &file.faults {
            out.push_str(&self.error(&fault(broken)));
        }
        for test in &file.tests {
            for check in &test.checks {
                out.push_str(&self.check(file, test, check));
            }
        }
        out
    }

    fn error(&self, text: &str) -> String {
        self.headed(self.words.broken, AnsiColor::Red, text)
    }

    fn headed(&self, word: &str, color: AnsiColor, text: &str) -> String {
        let style = Style::new().fg_color(Some(color.into())).bold();
        let lead = format!("{}  ", self.canvas.paint(style, word));
        self.canvas.hang(&lead, word.width() + 2, text)
    }

    fn check(&self, file: &TestedFile, test: &TestedTest, check: &Check) -> String {
        let words = self.words;
        let (word, color, shown) = match &check.outcome {
            Outcome::Passed => (words.passed, AnsiColor::Green, self.verbose),
            Outcome::Skipped => (words.skipped, AnsiColor::Yellow, self.verbose),
            Outcome::Failed(_) => (words.failed, AnsiColor::Red, true),
            Outcome::Broken(_) => (words.broken, AnsiColor::Red, true),
        };
        if !shown {
            return String::new();
        }
        let title = format!(
            "{}  {}",
            self.canvas.bold(name(test, check)),
            self.canvas.dim(place(&file.path, check.place.line, 0))
        );
        let mut out = self.headed(word, color, &title);
        match &check.outcome {
            Outcome::Passed | Outcome::Skipped => {}
            Outcome::Broken(faults) => {
                for broken in faults {
                    out.push_str(&self.canvas.hang("  ", 2, &fault(broken)));
                }
            }
            Outcome::Failed(failures) => {
                for failure in failures {
                    out.push_str(&self.table(&rows(file, failure, words)));
                }
            }
        }
        let prints: Vec<_> = check
            .prints
            .iter()
            .map(|said| (words.printed, print(said)))
            .collect();
        out.push_str(&self.table(&prints));
        out
    }

    fn table(&self, rows: &[(&str, String)]) -> String {
        let column = widest(rows.iter().map(|(label, _)| *label));
        let mut out = String::new();
        for (label, value) in rows {
            let lead = format!("  {}  ", self.canvas.dim(pad(label, column)));
            // What a policy says may have lines of its own.
            for (index, line) in value.lines().enumerate() {
                let blank = " ".repeat(column + 4);
                let lead = if index == 0 { &lead } else { &blank };
                out.push_str(&self.canvas.hang(lead, column + 4, line));
            }
        }
        out
    }

    fn summary(&self, report: &TestReport) -> String {
        let mut out = String::new();
        let mut line = |text: String| out.push_str(&self.canvas.hang("", 0, &text));
        let suites = report.of(FileKind::Suite).count();
        if suites > 0 {
            let tests = report.of(FileKind::Suite).map(|file| file.tests.len());
            let tally = report.tally(FileKind::Suite);
            line((self.words.suites)(suites, tests.sum(), tally));
        }
        let rego = report.of(FileKind::Rego).count();
        if rego > 0 {
            line((self.words.rego)(rego, report.tally(FileKind::Rego)));
        }
        if !report.faults.is_empty() {
            line((self.words.unread)(report.faults.len()));
        }
        out
    }
}
