//! One place: what is found there, the lines of the file, what to do.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use crate::report::Finding;

use super::spots::Spot;
use super::{Page, frame, shared, visible};
use crate::render::edits::edits;
use crate::render::layout::of_severity;
use crate::render::why;
use crate::render::words::imprecise;

impl Page<'_> {
    /// `explained` are the policies whose remediation the reader has seen.
    pub(super) fn spot<'a>(&self, spot: &Spot<'a>, explained: &mut BTreeSet<&'a str>) -> String {
        let mut out = String::new();
        for cause in &spot.causes {
            out.push_str(&self.title(cause));
        }
        let frame = frame::draw(spot, self.canvas, self.words);
        let gutter = " ".repeat(frame.gutter);
        let at = shared::place_of(spot.first);
        let at = visible(&at);
        let resource = format!("({})", visible(&spot.first.subject.resource.to_string()));
        // A place is copied whole: where both do not fit on a line, they are not wrapped.
        let columns = frame.gutter + 5 + at.width() + resource.width();
        let between = match self.canvas.width {
            Some(width) if columns > width => format!("\n{gutter}    "),
            _ => " ".to_owned(),
        };
        let (arrow, resource) = (self.canvas.frame("-->"), self.canvas.dim(resource));
        out.push_str(&format!(
            "{gutter}{arrow} {at}{between}{resource}\n{}",
            frame.lines
        ));
        for (label, text) in self.advice(spot, explained) {
            let shown = format!("{gutter} = {label}:");
            let lead = format!(
                "{gutter} {} {}:",
                self.canvas.frame("="),
                self.canvas.bold(&label)
            );
            out.push_str(&self.paragraph(&lead, &shown, " ", &text));
        }
        out
    }

    fn title(&self, cause: &[&Finding]) -> String {
        let Some(first) = cause.first() else {
            return String::new();
        };
        let severity = first.rule.severity.name(self.language);
        let id = visible(&first.rule.policy);
        let shown = format!("{severity}[{id}]:");
        let style = of_severity(first.rule.severity);
        let lead = format!("{severity}[{}]", self.id(&first.rule.policy));
        let lead = format!("{}:", self.canvas.paint(style, lead));
        let mut text = first.message.get(self.language).to_owned();
        let others: Vec<&str> = cause
            .iter()
            .skip(1)
            .filter_map(|finding| finding.container.as_deref())
            .collect();
        if cause.len() > 1 {
            text.push_str(&(self.words.same_cause)(
                cause.len() - 1,
                &others.join(", "),
            ));
        }
        self.paragraph(&lead, &shown, " ", &text)
    }

    /// What is missing, what is to be changed, what to do about each policy that comes up for the
    /// first time: labels and texts.
    fn advice<'a>(
        &self,
        spot: &Spot<'a>,
        explained: &mut BTreeSet<&'a str>,
    ) -> Vec<(String, String)> {
        let words = self.words;
        let mut rows = Vec::new();
        let missing = spot.missing();
        if !missing.is_empty() {
            rows.push((words.missing.to_owned(), missing.join(", ")));
        }
        let several = spot.causes.len() > 1;
        let label = |word: &str, policy: &str| {
            if several {
                format!("{word} {policy}")
            } else {
                word.to_owned()
            }
        };
        for first in spot.causes.iter().filter_map(|cause| cause.first()) {
            let marked = imprecise(first.place.precision, self.language);
            if let Some(marked) = marked {
                rows.push((label(words.place, &first.rule.policy), marked.to_owned()));
            }
            if self.verbose {
                rows.push((
                    label(words.policy_label, &first.rule.policy),
                    self.facts(first),
                ));
            }
            if self.why {
                rows.push((
                    label(words.reason, &first.rule.policy),
                    why::reason(first, self.language),
                ));
            // That a container would have to go is no advice.
            } else if first.cause.is_some() && marked.is_none() {
                rows.push((label(words.edit, &first.rule.policy), edits(first, words)));
            }
            let new = explained.insert(&first.rule.policy);
            if let Some(text) = first
                .rule
                .remediation
                .as_ref()
                .filter(|_| new || self.verbose)
            {
                let text = text.get(self.language).to_owned();
                rows.push((label(words.fix, &first.rule.policy), text));
            }
        }
        rows
    }

    /// Whose finding it is: title, control, Constraint, what a cluster does.
    fn facts(&self, finding: &Finding) -> String {
        let mut facts = vec![finding.rule.name.get(self.language).to_owned()];
        let control = finding.rule.control.as_ref();
        facts.extend(control.map(|control| control.name.get(self.language).to_owned()));
        facts.push(format!("{} ({})", finding.rule.constraint, finding.action));
        facts.join("; ")
    }
}
