//! The end of the report: each policy over the whole run, and the counts.

use std::collections::BTreeMap;

use crate::bundle::Severity;
use crate::report::{Assessment, Outcome, Report};

use super::{Page, visible};
use crate::render::layout::{of_severity, pad, pad_left, widest};
use crate::render::score;
use crate::render::words::{outcome, skip_reason};

impl Page<'_> {
    /// A row for each policy that applies to something; the others in a line.
    pub(super) fn table(&self, assessments: &[Assessment]) -> String {
        let words = self.words;
        let (told, rest): (Vec<&Assessment>, Vec<&Assessment>) =
            assessments.iter().partition(|assessment| {
                let outcome = assessment.outcome();
                !matches!(outcome, Outcome::NotApplicable | Outcome::Disabled)
            });
        let mut rows = vec![[
            words.policy.to_owned(),
            words.severity.to_owned(),
            words.healthy.to_owned(),
            words.unhealthy.to_owned(),
            words.assessment.to_owned(),
        ]];
        rows.extend(told.iter().map(|assessment| {
            [
                visible(&assessment.policy),
                assessment.severity.name(self.language).to_owned(),
                assessment.healthy.to_string(),
                assessment.unhealthy.to_string(),
                outcome(assessment.outcome(), self.language).to_owned(),
            ]
        }));
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            widest(cells.map(String::as_str))
        };
        let widths = [width(0), width(1), width(2), width(3)];
        let mut out = String::new();
        for (index, [policy, severity, healthy, unhealthy, result]) in rows.iter().enumerate() {
            let line = format!(
                "{}  {}  {}  {}  ",
                pad(policy, widths[0]),
                pad(severity, widths[1]),
                pad_left(healthy, widths[2]),
                pad_left(unhealthy, widths[3]),
            );
            let row = index.checked_sub(1).and_then(|index| told.get(index));
            out.push_str(&match row {
                None => self.canvas.bold(format!("{line}{result}")),
                Some(row) if row.outcome() == Outcome::Healthy => {
                    self.canvas.dim(format!("{line}{result}"))
                }
                Some(row) => {
                    let style = of_severity(row.severity);
                    format!("{line}{}", self.canvas.paint(style, result))
                }
            });
            out.push('\n');
        }
        if told.is_empty() {
            out.clear();
        }
        for left_out in [Outcome::NotApplicable, Outcome::Disabled] {
            let ids: Vec<String> = rest
                .iter()
                .filter(|assessment| assessment.outcome() == left_out)
                .map(|assessment| visible(&assessment.policy))
                .collect();
            if !ids.is_empty() {
                let label = format!("{}:", outcome(left_out, self.language));
                let text = ids.join(", ");
                out.push_str(&self.paragraph(&self.canvas.dim(&label), &label, " ", &text));
            }
        }
        out
    }

    /// The counts, and what to know about them. `framed`: the findings stand above in the lines of
    /// their files.
    pub(super) fn closing(&self, report: &Report, framed: bool) -> String {
        let words = self.words;
        let counts: Vec<String> = report
            .by_severity()
            .iter()
            .map(|(severity, count)| {
                let text = format!("{} {count}", severity.0.name(self.language));
                self.canvas.paint(of_severity(severity.0), text)
            })
            .collect();
        let mut out = self.canvas.bold((words.findings)(report.findings.len()));
        if !counts.is_empty() {
            out.push_str(&format!(" ({})", counts.join(", ")));
        }
        let judged = (words.judged)(report.judged, report.resources);
        out.push_str(&format!("; {judged}"));
        for (count, word) in [
            (report.faults.len(), words.unreadable),
            (report.failures.len(), words.unjudged),
        ] {
            if count > 0 {
                let text = self
                    .canvas
                    .paint(of_severity(Severity::High), format!("{word}: {count}"));
                out.push_str(&format!("; {text}"));
            }
        }
        out.push('\n');
        out.push_str(&score::lines(&report.score, self.language, self.canvas));
        let mut line = |text: &str| out.push_str(&self.canvas.hang("", 0, text));
        let waiting: Vec<&str> = report
            .assessments
            .iter()
            .filter(|assessment| assessment.unconfigured && !assessment.disabled)
            .map(|assessment| &*assessment.policy)
            .collect();
        if !waiting.is_empty() {
            line(&(words.unconfigured)(&waiting.join(", ")));
        }
        if !report.skipped.is_empty() {
            let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
            for skipped in &report.skipped {
                let sort = skip_reason(skipped.reason, self.language);
                *sorts.entry(sort).or_default() += 1;
            }
            let sorts: Vec<String> = sorts
                .iter()
                .map(|(sort, count)| format!("{count} {sort}"))
                .collect();
            line(&(words.skipped)(report.skipped.len(), &sorts.join(", ")));
        }
        if !report.notes.is_empty() && !self.verbose {
            line(&(words.noted)(report.notes.len()));
        }
        if !framed {
            line(words.listed);
        }
        out
    }
}
