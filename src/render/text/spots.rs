//! Findings that mark one place are shown there once.

use std::collections::BTreeMap;

use crate::report::{Finding, Point, Relation};

/// What is found at one place: never empty.
pub(super) struct Spot<'a> {
    /// The first finding: its place is that of all.
    pub(super) first: &'a Finding,
    /// By policy and cause, in the report's order: what is said once for all of them.
    pub(super) causes: Vec<Vec<&'a Finding>>,
    /// Whether it is the first in its container: the reader has to be told where that is.
    pub(super) opens_container: bool,
}

/// The findings by resource, in the report's order; in each by place.
pub(super) fn of(findings: &[Finding]) -> Vec<Spot<'_>> {
    let mut all = Vec::new();
    for of_resource in findings.chunk_by(same_resource) {
        let mut places: BTreeMap<(Point, Point), Spot<'_>> = BTreeMap::new();
        for finding in of_resource {
            let spot = places
                .entry((finding.place.start, finding.place.end))
                .or_insert_with(|| Spot {
                    first: finding,
                    causes: Vec::new(),
                    opens_container: false,
                });
            spot.add(finding);
        }
        let mut known = None;
        for mut spot in places.into_values() {
            let container = spot.container();
            spot.opens_container = container != known;
            known = container.or(known);
            all.push(spot);
        }
    }
    all
}

/// Whether two findings are about one resource.
pub(super) fn same_resource(one: &Finding, other: &Finding) -> bool {
    one.subject.location == other.subject.location
}

impl<'a> Spot<'a> {
    fn add(&mut self, finding: &'a Finding) {
        let same = |cause: &&mut Vec<&Finding>| {
            cause.first().is_some_and(|first| {
                first.rule.policy == finding.rule.policy
                    && first.rule.constraint == finding.rule.constraint
                    && first.group == finding.group
            })
        };
        match self.causes.iter_mut().find(same) {
            Some(cause) => cause.push(finding),
            None => self.causes.push(vec![finding]),
        }
    }

    /// Where its container begins.
    fn container(&self) -> Option<Point> {
        let mut related = self.first.place.related.iter();
        let container = related.find(|related| related.relation == Relation::Container);
        container.map(|related| related.start)
    }

    /// All that is missing here, each once.
    pub(super) fn missing(&self) -> Vec<&'a str> {
        let mut missing = Vec::new();
        for finding in self.causes.iter().flatten() {
            if let Some(field) = finding
                .place
                .missing
                .as_deref()
                .filter(|field| !missing.contains(field))
            {
                missing.push(field);
            }
        }
        missing
    }
}
