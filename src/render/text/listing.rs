//! Many findings, a line each: by file, by resource.

use unicode_width::UnicodeWidthStr;

use crate::report::Finding;

use super::spots::same_resource;
use super::{Page, shared, visible};
use crate::render::layout::{of_severity, pad, widest};

impl Page<'_> {
    pub(super) fn listing(&self, findings: &[Finding]) -> String {
        let mut out = String::new();
        let same_file = |one: &Finding, other: &Finding| {
            one.subject.location.path == other.subject.location.path
        };
        for of_file in findings.chunk_by(same_file) {
            let Some(first) = of_file.first() else {
                continue;
            };
            out.push_str(&format!(
                "{}\n",
                self.canvas.bold(visible(&first.subject.location.path))
            ));
            let ids = widest(of_file.iter().map(|finding| &*finding.rule.policy));
            let severities = of_file
                .iter()
                .map(|finding| finding.rule.severity.name(self.language));
            let severities = widest(severities);
            let places: Vec<String> = of_file.iter().map(place).collect();
            let places = widest(places.iter().map(String::as_str));
            for of_resource in of_file.chunk_by(same_resource) {
                let name = of_resource
                    .first()
                    .map(|finding| finding.subject.resource.to_string());
                out.push_str(&format!("  {}\n", visible(&name.unwrap_or_default())));
                let mut by_place: Vec<&Finding> = of_resource.iter().collect();
                by_place.sort_by_key(|finding| finding.place.start);
                for finding in by_place {
                    let severity = finding.rule.severity.name(self.language);
                    let shown = format!(
                        "    {}  {}  {}",
                        pad(&place(finding), places),
                        pad(severity, severities),
                        pad(&visible(&finding.rule.policy), ids)
                    );
                    let id = self.id(&finding.rule.policy);
                    let lead = format!(
                        "    {}  {}  {id}{}",
                        self.canvas.dim(pad(&place(finding), places)),
                        self.canvas.paint(
                            of_severity(finding.rule.severity),
                            pad(severity, severities)
                        ),
                        " ".repeat(ids.saturating_sub(finding.rule.policy.width())),
                    );
                    let message = visible(&shared::message(finding, self.language));
                    // Below its beginning, unless that would leave a narrow column.
                    let indent = match self.canvas.width {
                        Some(width) if shown.width() * 2 > width => 8,
                        _ => shown.width() + 2,
                    };
                    let (lead, shown) = (format!("{lead}  "), format!("{shown}  "));
                    out.push_str(&self.canvas.flow(&lead, &shown, indent, &message));
                }
            }
            out.push('\n');
        }
        out
    }
}

fn place(finding: &Finding) -> String {
    let start = finding.place.start;
    format!("{}:{}", start.line, start.column)
}
