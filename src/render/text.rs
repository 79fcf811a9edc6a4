//! The report for people.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use crate::bundle::Severity;
use crate::language::Language;
use crate::report::{Assessment, Finding, Outcome, Report};

use super::layout::{Canvas, of_severity, pad, pad_left, widest};
use super::score;
use super::words::{Words, outcome, skip_reason, words};

/// The report in `language`, for a terminal or a pipe.
pub fn text(report: &Report, language: Language, canvas: &Canvas) -> String {
    let page = Page {
        language,
        canvas,
        words: words(language),
    };
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&page.finding(finding));
        out.push('\n');
    }
    out.push_str(&page.troubles(report));
    out.push_str(&page.summary(report));
    out
}

struct Page<'a> {
    language: Language,
    canvas: &'a Canvas,
    words: &'static Words,
}

impl Page<'_> {
    fn finding(&self, finding: &Finding) -> String {
        let words = self.words;
        let canvas = self.canvas;
        let severity = finding.severity.name(self.language);
        let lead = format!("{}  {}  ", severity, finding.policy);
        let colored = format!(
            "{}  {}  ",
            canvas.paint(of_severity(finding.severity), severity),
            canvas.bold(&finding.policy)
        );
        let mut out = canvas.hang(&colored, lead.width(), finding.name.get(self.language));
        out.push_str(&canvas.hang("  ", 2, finding.message.get(self.language)));
        let container = finding
            .container
            .as_deref()
            .map(words.container)
            .unwrap_or_default();
        let mut rows = vec![
            (
                words.at,
                format!("{}:{}", finding.location.path, finding.location.line),
            ),
            (words.resource, format!("{}{container}", finding.resource)),
        ];
        rows.extend(finding.field.clone().map(|field| (words.field, field)));
        rows.extend(
            finding
                .control
                .as_ref()
                .map(|control| (words.control, control.name.get(self.language).to_owned())),
        );
        rows.extend(
            finding
                .remediation
                .as_ref()
                .map(|text| (words.fix, text.get(self.language).to_owned())),
        );
        let column = widest(rows.iter().map(|(label, _)| *label));
        for (label, value) in rows {
            let lead = format!("  {}  ", canvas.dim(pad(label, column)));
            out.push_str(&canvas.hang(&lead, column + 4, &value));
        }
        out
    }

    fn troubles(&self, report: &Report) -> String {
        let mut out = String::new();
        let label = |word: &str| self.canvas.paint(of_severity(Severity::High), word);
        for fault in &report.faults {
            let word = self.words.unreadable;
            let line = format!(
                "{}:{}:{}: {}",
                fault.path, fault.line, fault.column, fault.message
            );
            out.push_str(
                &self
                    .canvas
                    .hang(&format!("{}  ", label(word)), word.width() + 2, &line),
            );
        }
        for failure in &report.failures {
            let word = self.words.unjudged;
            let line = format!(
                "{}:{}: {}: {}: {}",
                failure.location.path,
                failure.location.line,
                failure.resource,
                failure.policy,
                failure.message
            );
            out.push_str(
                &self
                    .canvas
                    .hang(&format!("{}  ", label(word)), word.width() + 2, &line),
            );
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    fn summary(&self, report: &Report) -> String {
        let mut out = self.table(&report.assessments);
        out.push('\n');
        let counts: Vec<String> = report
            .by_severity()
            .iter()
            .map(|(severity, count)| {
                self.canvas.paint(
                    of_severity(severity.0),
                    format!("{} {count}", severity.0.name(self.language)),
                )
            })
            .collect();
        out.push_str(
            &self
                .canvas
                .bold((self.words.findings)(report.findings.len())),
        );
        if !counts.is_empty() {
            out.push_str(&format!(" ({})", counts.join(", ")));
        }
        out.push_str(&format!(
            "; {}\n",
            (self.words.judged)(report.judged, report.resources)
        ));
        out.push_str(&score::lines(&report.score, self.language, self.canvas));
        let waiting: Vec<&str> = report
            .assessments
            .iter()
            .filter(|assessment| assessment.unconfigured && !assessment.disabled)
            .map(|assessment| &*assessment.policy)
            .collect();
        if !waiting.is_empty() {
            out.push_str(
                &self
                    .canvas
                    .hang("", 0, &(self.words.unconfigured)(&waiting.join(", "))),
            );
        }
        if !report.skipped.is_empty() {
            let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
            for skipped in &report.skipped {
                *sorts
                    .entry(skip_reason(skipped.reason, self.language))
                    .or_default() += 1;
            }
            let sorts: Vec<String> = sorts
                .iter()
                .map(|(sort, count)| format!("{count} {sort}"))
                .collect();
            let line = (self.words.skipped)(report.skipped.len(), &sorts.join(", "));
            out.push_str(&self.canvas.hang("", 0, &line));
        }
        out
    }

    fn table(&self, assessments: &[Assessment]) -> String {
        let words = self.words;
        let mut rows = vec![[
            words.policy.to_owned(),
            words.severity.to_owned(),
            words.healthy.to_owned(),
            words.unhealthy.to_owned(),
            words.assessment.to_owned(),
        ]];
        rows.extend(assessments.iter().map(|assessment| {
            [
                assessment.policy.to_string(),
                assessment.severity.name(self.language).to_owned(),
                assessment.healthy.to_string(),
                assessment.unhealthy.to_string(),
                outcome(assessment.outcome(), self.language).to_owned(),
            ]
        }));
        let width = |column: usize| {
            widest(
                rows.iter()
                    .filter_map(|row| row.get(column))
                    .map(String::as_str),
            )
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
            let bad = index
                .checked_sub(1)
                .and_then(|index| assessments.get(index));
            out.push_str(&match bad {
                None => self.canvas.bold(format!("{line}{result}")),
                Some(one) if matches!(one.outcome(), Outcome::Unhealthy | Outcome::Unknown) => {
                    format!(
                        "{line}{}",
                        self.canvas.paint(of_severity(one.severity), result)
                    )
                }
                Some(_) => self.canvas.dim(format!("{line}{result}")),
            });
            out.push('\n');
        }
        out
    }
}
