//! What tests reach and what they notice, for programs.

use serde::Serialize;

use crate::suite::{CoverageReport, CoveredFile, Mutant, MutantOutcome, MutationReport, percent};

#[derive(Serialize)]
pub(super) struct WireCoverage<'a> {
    lines: usize,
    reached: usize,
    percent: f64,
    files: Vec<WireCovered<'a>>,
}

#[derive(Serialize)]
struct WireCovered<'a> {
    path: &'a str,
    lines: usize,
    reached: usize,
    unreached: Vec<u32>,
}

impl<'a> WireCoverage<'a> {
    pub(super) fn new(report: &'a CoverageReport) -> WireCoverage<'a> {
        let (reached, lines) = report.lines();
        WireCoverage {
            lines,
            reached,
            percent: rounded(percent((reached, lines))),
            files: report.files.iter().map(WireCovered::new).collect(),
        }
    }
}

impl<'a> WireCovered<'a> {
    fn new(file: &'a CoveredFile) -> WireCovered<'a> {
        WireCovered {
            path: &file.path,
            lines: file.lines.len(),
            reached: file.reached(),
            unreached: file.unreached().collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct WireMutation<'a> {
    killed: usize,
    survived: usize,
    unreached: usize,
    skipped: usize,
    invalid: usize,
    score: f64,
    mutants: Vec<WireMutant<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireMutant<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    kind: &'static str,
    before: &'a str,
    after: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    killed_by: Option<&'a str>,
}

impl<'a> WireMutation<'a> {
    pub(super) fn new(report: &'a MutationReport) -> WireMutation<'a> {
        WireMutation {
            killed: report.score().0,
            survived: report.count(|outcome| *outcome == MutantOutcome::Survived),
            unreached: report.count(|outcome| *outcome == MutantOutcome::Unreached),
            skipped: report.count(|outcome| *outcome == MutantOutcome::Skipped),
            invalid: report.count(|outcome| *outcome == MutantOutcome::Invalid),
            score: rounded(percent(report.score())),
            mutants: report.mutants.iter().map(WireMutant::new).collect(),
        }
    }
}

impl<'a> WireMutant<'a> {
    fn new(mutant: &'a Mutant) -> WireMutant<'a> {
        let (status, killed_by) = match &mutant.outcome {
            MutantOutcome::Killed(by) => ("killed", Some(by.as_str())),
            MutantOutcome::Survived => ("survived", None),
            MutantOutcome::Unreached => ("unreached", None),
            MutantOutcome::Invalid => ("invalid", None),
            MutantOutcome::Skipped => ("skipped", None),
        };
        WireMutant {
            path: &mutant.path,
            line: mutant.line,
            column: mutant.column,
            kind: mutant.mutation.kind.name(),
            before: &mutant.mutation.before,
            after: &mutant.mutation.after,
            status,
            killed_by,
        }
    }
}

/// Two digits, cut and not rounded: 100 is said of all alone.
fn rounded(percent: f64) -> f64 {
    (percent * 100.0).floor() / 100.0
}
