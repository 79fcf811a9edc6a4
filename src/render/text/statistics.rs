//! How often each policy was violated.

use std::collections::BTreeMap;

use crate::report::Report;

use super::{Page, visible};
use crate::render::layout::{of_severity, pad, pad_left, widest};

impl Page<'_> {
    /// A line for each policy with findings, the most frequent first.
    pub(super) fn statistics(&self, report: &Report) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &report.findings {
            *counts.entry(&finding.rule.policy).or_default() += 1;
        }
        let count = |id: &str| counts.get(id).copied().unwrap_or_default();
        let mut rows: Vec<_> = report
            .assessments
            .iter()
            .filter(|assessment| count(&assessment.policy) > 0)
            .collect();
        // Equal ones keep the bundle's order.
        rows.sort_by_key(|assessment| std::cmp::Reverse(count(&assessment.policy)));
        let numbers: Vec<String> = rows
            .iter()
            .map(|row| count(&row.policy).to_string())
            .collect();
        let widths = [
            widest(numbers.iter().map(String::as_str)),
            widest(rows.iter().map(|row| &*row.policy)),
            widest(rows.iter().map(|row| row.severity.name(self.language))),
        ];
        let mut out = String::new();
        for (row, number) in rows.iter().zip(&numbers) {
            let [number, id, severity] = [
                pad_left(number, widths[0]),
                pad(&visible(&row.policy), widths[1]),
                pad(row.severity.name(self.language), widths[2]),
            ];
            let lead = format!(
                "{}  {id}  {}  ",
                self.canvas.bold(&number),
                self.canvas.paint(of_severity(row.severity), &severity)
            );
            let shown = format!("{number}  {id}  {severity}  ");
            let name = visible(row.name.get(self.language));
            out.push_str(&self.canvas.flow(&lead, &shown, 8, &name));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}
