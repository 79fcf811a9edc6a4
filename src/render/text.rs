//! The report for people.

mod closing;
mod frame;
mod listing;
mod spot;
mod spots;
mod statistics;

use std::collections::{BTreeMap, BTreeSet};

use crate::report::Report;

use super::formats::Look;
use super::layout::{Canvas, of_severity};
use super::shared;
use super::words::{Words, words};

use crate::bundle::Severity;
use crate::language::Language;

/// Up to so many findings are shown in the lines of their files; more are listed, a line each, so that
/// the end of the report is not thousands of lines away. `--verbose` shows the lines all the same.
const FRAMED: usize = 100;

/// The report, for a terminal or a pipe.
pub fn text(report: &Report, look: &Look) -> String {
    let links = report
        .assessments
        .iter()
        .filter_map(|assessment| Some((&*assessment.policy, assessment.link.as_deref()?)));
    let page = Page {
        language: look.language,
        canvas: &look.canvas,
        words: words(look.language),
        verbose: look.verbose,
        why: look.why,
        links: links.collect(),
    };
    let framed = look.verbose || report.findings.len() <= FRAMED;
    let mut out = String::new();
    if look.statistics {
        out.push_str(&page.statistics(report));
    } else if framed {
        let mut explained = BTreeSet::new();
        for spot in spots::of(&report.findings) {
            out.push_str(&page.spot(&spot, &mut explained));
            out.push('\n');
        }
    } else {
        out.push_str(&page.listing(&report.findings));
    }
    out.push_str(&page.troubles(report));
    if look.quiet {
        return out;
    }
    if look.verbose {
        out.push_str(&page.asides(report));
    }
    if !look.statistics {
        out.push_str(&page.table(&report.assessments));
        out.push('\n');
    }
    out.push_str(&page.closing(report, framed || look.statistics));
    out
}

/// How, and in which words, everything is written.
struct Page<'a> {
    language: Language,
    canvas: &'a Canvas,
    words: &'static Words,
    verbose: bool,
    why: bool,
    /// The pages of policies that have one.
    links: BTreeMap<&'a str, &'a str>,
}

impl Page<'_> {
    /// A policy's id, linked to its page.
    fn id(&self, policy: &str) -> String {
        self.canvas
            .link(&visible(policy), self.links.get(policy).copied())
    }

    fn troubles(&self, report: &Report) -> String {
        let mut out = String::new();
        for trouble in shared::troubles(report) {
            let word = match trouble.kind {
                shared::UNREADABLE => self.words.unreadable,
                _ => self.words.unjudged,
            };
            let label = self.canvas.paint(of_severity(Severity::High), word);
            let parts = [
                trouble.place(),
                trouble
                    .resource
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                trouble.policy.to_owned(),
                trouble.message.to_owned(),
            ];
            let parts: Vec<&str> = parts
                .iter()
                .map(String::as_str)
                .filter(|part| !part.is_empty())
                .collect();
            out.push_str(&self.paragraph(&label, word, "  ", &parts.join(": ")));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// What was read, but is not as it should be, and what was not for us.
    fn asides(&self, report: &Report) -> String {
        let mut out = String::new();
        let note = self.words.note;
        for fault in &report.notes {
            let at = shared::place(&fault.path, fault.line, fault.column);
            let text = format!("{at}: {}", fault.message);
            out.push_str(&self.paragraph(&self.canvas.bold(note), note, "  ", &text));
        }
        let left_out = self.words.left_out;
        for skipped in &report.skipped {
            let reason = super::words::skipped(skipped.reason, self.language);
            let at = &skipped.location;
            let text = format!("{}: {reason}", shared::place(&at.path, at.line, at.column));
            out.push_str(&self.paragraph(&self.canvas.dim(left_out), left_out, "  ", &text));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// `lead`, which shows `shown`, then `gap` and `text`, its further lines a little to the right.
    fn paragraph(&self, lead: &str, shown: &str, gap: &str, text: &str) -> String {
        let text = visible(text);
        let indent = shown.len() - shown.trim_start().len() + 4;
        self.canvas.flow(
            &format!("{lead}{gap}"),
            &format!("{shown}{gap}"),
            indent,
            &text,
        )
    }
}

/// `text` on one line, and without what would move a terminal's cursor or speak to a CI system from
/// the beginning of a line of its own.
fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        // Marks that turn the direction of what follows.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars().map(shown).collect()
}
