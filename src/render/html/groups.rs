//! Findings by namespace, by resource, by cause: the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::bundle::Severity;
use crate::language::Language;
use crate::render::edits::edits;
use crate::render::words::{imprecise, words};
use crate::report::{Finding, Identity, Point, ResourceRef};

use super::bilingual::Bilingual;
use super::listing::{Listing, Sheet};

/// A severity, for the page.
#[derive(Clone, Copy)]
pub(super) struct Grade {
    pub(super) class: &'static str,
    pub(super) word: Bilingual<'static>,
}

/// How many findings of a severity there are.
pub(super) struct Count {
    pub(super) severity: Grade,
    pub(super) findings: usize,
}

/// The findings of one namespace, or of what has none.
pub(super) struct Namespace<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) counts: Vec<Count>,
    pub(super) workloads: Vec<Workload<'a>>,
}

/// The findings of one resource.
pub(super) struct Workload<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    pub(super) line: u32,
    pub(super) counts: Vec<Count>,
    pub(super) parts: Vec<Part<'a>>,
}

/// Some lines of its source, and what is said about the last of them.
pub(super) struct Part<'a> {
    /// Whether lines are left out before these.
    pub(super) gap: bool,
    pub(super) lines: Listing<'a>,
    pub(super) causes: Vec<Cause<'a>>,
}

/// Findings of one place: one edit.
pub(super) struct Cause<'a> {
    pub(super) field: String,
    pub(super) missing: Option<&'a str>,
    /// What is marked, where the field is not known.
    pub(super) whole: Option<Bilingual<'static>>,
    /// Where it is, for an editor: `:line:column`, as far as known.
    pub(super) at: String,
    /// What makes its findings disappear, in both languages, each once.
    pub(super) edits: Vec<(String, String)>,
    pub(super) findings: Vec<Shown<'a>>,
}

/// A finding, for the page.
pub(super) struct Shown<'a> {
    pub(super) policy: &'a str,
    pub(super) severity: Grade,
    pub(super) message: Bilingual<'a>,
    pub(super) denied: bool,
    pub(super) fingerprint: Identity,
}

/// By severity, the worst first.
type Counts = BTreeMap<Reverse<Severity>, usize>;

/// A resource with its findings by severity.
type Counted<'a> = (Counts, Workload<'a>);

impl Grade {
    pub(super) fn of(severity: Severity) -> Grade {
        Grade {
            class: match severity {
                Severity::High => "high",
                Severity::Medium => "medium",
                Severity::Low => "low",
                Severity::Unspecified => "unspecified",
            },
            word: Bilingual::new(severity.name(Language::En), severity.name(Language::Ja)),
        }
    }
}

impl Count {
    pub(super) fn all(counts: &Counts) -> Vec<Count> {
        let count = |(severity, findings): (&Reverse<Severity>, &usize)| Count {
            severity: Grade::of(severity.0),
            findings: *findings,
        };
        counts.iter().map(count).collect()
    }
}

impl Namespace<'_> {
    /// What stands for it in the filter; no namespace has such a name as the one of what has none.
    pub(super) fn id(&self) -> &str {
        self.name.unwrap_or("/")
    }

    /// Its name where no element may stand.
    pub(super) fn plain(&self, language: &Language) -> &str {
        self.name.unwrap_or(match language {
            Language::En => "cluster-scoped",
            Language::Ja => "クラスター スコープ",
        })
    }
}

/// `findings` in groups.
pub(super) fn namespaces(findings: &[Finding]) -> Vec<Namespace<'_>> {
    // By where the resource stands: two of one name are two.
    let mut resources: BTreeMap<(&ResourceRef, &str, usize, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let location = &finding.subject.location;
        let place = (&*location.path, location.document, &*location.item);
        resources
            .entry((&finding.subject.resource, place.0, place.1, place.2))
            .or_default()
            .push(finding);
    }
    let mut namespaces: BTreeMap<Option<&str>, (Counts, Vec<Counted<'_>>)> = BTreeMap::new();
    for ((resource, path, ..), findings) in resources {
        let counts = counts(&findings);
        let (sum, workloads) = namespaces.entry(resource.namespace.as_deref()).or_default();
        for (severity, count) in &counts {
            *sum.entry(*severity).or_default() += count;
        }
        let workload = workload(resource, path, findings, &counts);
        workloads.push((counts, workload));
    }
    let mut namespaces: Vec<_> = namespaces.into_iter().collect();
    namespaces.sort_by_key(|(_, (counts, _))| Reverse(weight(counts)));
    let namespace = |(name, (counts, mut workloads)): (_, (Counts, Vec<(Counts, _)>))| {
        workloads.sort_by_key(|(counts, _)| Reverse(weight(counts)));
        Namespace {
            name,
            counts: Count::all(&counts),
            workloads: workloads
                .into_iter()
                .map(|(_, workload)| workload)
                .collect(),
        }
    };
    namespaces.into_iter().map(namespace).collect()
}

fn counts(findings: &[&Finding]) -> Counts {
    let mut counts = Counts::new();
    for finding in findings {
        *counts.entry(Reverse(finding.rule.severity)).or_default() += 1;
    }
    counts
}

// One finding of a severity weighs more than any number below it.
fn weight(counts: &Counts) -> [usize; 4] {
    Severity::ALL.map(|severity| counts.get(&Reverse(severity)).copied().unwrap_or_default())
}

fn workload<'a>(
    resource: &'a ResourceRef,
    path: &'a str,
    findings: Vec<&'a Finding>,
    counts: &Counts,
) -> Workload<'a> {
    let line = findings
        .first()
        .map_or(0, |finding| finding.subject.location.line);
    let mut sheet = Sheet::default();
    let mut causes: BTreeMap<(u32, u32, usize), Cause<'a>> = BTreeMap::new();
    let mut groups: BTreeMap<(Identity, u32), (u32, u32, usize)> = BTreeMap::new();
    for finding in &findings {
        sheet.add(finding);
        let start = finding.place.start;
        let next = (start.line, start.column, groups.len());
        let key = *groups.entry((finding.group, start.line)).or_insert(next);
        let cause = causes.entry(key).or_insert_with(|| cause(finding));
        // That a container would have to go is no advice.
        if finding.cause.is_some() && cause.whole.is_none() {
            let said = (
                edits(finding, words(Language::En)),
                edits(finding, words(Language::Ja)),
            );
            if !cause.edits.contains(&said) {
                cause.edits.push(said);
            }
        }
        cause.findings.push(Shown {
            policy: &finding.rule.policy,
            severity: Grade::of(finding.rule.severity),
            message: (&finding.message).into(),
            denied: finding.action == "deny",
            fingerprint: finding.fingerprint,
        });
    }
    let mut of_line: BTreeMap<u32, Vec<Cause<'a>>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for ((line, ..), cause) in causes {
        if sheet.has(line) {
            of_line.entry(line).or_default().push(cause);
        } else {
            elsewhere.push(cause);
        }
    }
    let mut parts = Vec::new();
    for (gap, lines) in sheet.pieces(|line| of_line.contains_key(&line)) {
        let causes = lines.last().and_then(|line| of_line.remove(&line));
        parts.push(Part {
            gap,
            lines,
            causes: causes.unwrap_or_default(),
        });
    }
    if !elsewhere.is_empty() {
        parts.push(Part {
            gap: false,
            lines: Listing::default(),
            causes: elsewhere,
        });
    }
    Workload {
        kind: &resource.kind,
        name: match &*resource.name {
            "" => "(unnamed)",
            name => name,
        },
        path,
        line,
        counts: Count::all(counts),
        parts,
    }
}

fn cause(finding: &Finding) -> Cause<'_> {
    let field = match (&*finding.place.field, &finding.field) {
        ("", Some(field)) if finding.place.missing.is_none() => field.to_string(),
        ("", _) => finding.subject.resource.to_string(),
        (field, _) => field.to_owned(),
    };
    Cause {
        field,
        missing: finding.place.missing.as_deref(),
        whole: imprecise(finding.place.precision, Language::En)
            .zip(imprecise(finding.place.precision, Language::Ja))
            .map(|(en, ja)| Bilingual::new(en, ja)),
        at: match finding.place.start {
            Point { line: 0, .. } => String::new(),
            Point { line, column: 0 } => format!(":{line}"),
            Point { line, column } => format!(":{line}:{column}"),
        },
        edits: Vec::new(),
        findings: Vec::new(),
    }
}
