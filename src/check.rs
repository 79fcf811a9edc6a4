//! Judging: resources and a bundle in, a report out.

pub(crate) mod answer;
mod bench;
mod cause;
mod evaluate;
mod finding;
mod inspect;
mod judge;
mod matters;
mod place;
mod profile;
mod silence;

use std::collections::{BTreeSet, HashMap};

use crate::bundle::{Bundle, POINTS, Policy, SecurityControl};
use crate::manifest::{Fault, Manifest};
use crate::report::{Answer, Assessment, Report, ScoreCount, Standing};

use crate::workers;

pub use bench::{Measured, measure};
pub use evaluate::{Evaluated, Evaluator, Said, Traced, TracedLine};
pub use inspect::{Question, questions};
pub use profile::{Profile, Time};
pub use silence::{Reason, Silence, Stop, silences};

use judge::{Bench, Court, Verdict};

/// How resources are judged.
#[derive(Clone, Debug)]
pub struct Options {
    /// The namespace of what names none.
    pub fallback_namespace: String,
    /// How many threads judge; 0: as many as the machine has cores.
    pub threads: usize,
    /// Whether every policy judges workloads by the Pods that they would make, not only those that
    /// always do.
    pub expand_workloads: bool,
    /// Where the time of every evaluation is noted.
    pub profile: Option<Profile>,
    /// Whether the cause of every finding is looked for, not only where its place is not known.
    pub why: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            fallback_namespace: "default".to_owned(),
            threads: 0,
            expand_workloads: false,
            profile: None,
            why: false,
        }
    }
}

/// A policy that does not compile: nothing can be judged by it.
#[derive(Debug)]
pub struct Uncompiled {
    /// The policy's id.
    pub policy: std::sync::Arc<str>,
    /// What is wrong with its Rego, where it stands.
    pub faults: Vec<Fault>,
}

/// Judges every resource of `manifests` by every policy of `bundle`.
pub fn check(
    bundle: &Bundle,
    manifests: Vec<Manifest>,
    options: &Options,
) -> Result<Report, Vec<Uncompiled>> {
    let policies: Vec<&Policy> = bundle
        .policies
        .iter()
        .filter(|policy| !policy.constraints.is_empty())
        .collect();
    compile(&policies)?;
    let mut report = Report::default();
    let mut resources = Vec::new();
    let mut texts = HashMap::new();
    for manifest in manifests {
        if let (Some(resource), Some(text)) = (manifest.resources.first(), manifest.text) {
            texts.insert(resource.location.path.clone(), text);
        }
        resources.extend(manifest.resources);
        report.skipped.extend(manifest.skipped);
        report.faults.extend(manifest.faults);
        report.notes.extend(manifest.notes);
    }
    let court = Court::new(bundle, &policies, &resources, options);
    let judge = |bench: &mut Bench<'_>, resource: &_| bench.judge(resource);
    let verdicts = workers::map(&resources, options.threads, || court.bench(), judge);

    report.resources = resources.len();
    let mut assessments: Vec<Assessment> = bundle.policies.iter().map(assessment).collect();
    let mut matched = BTreeSet::new();
    let mut score = ScoreCount::new(policies.iter().flat_map(|policy| controls(policy)));
    for verdict in verdicts {
        matched.extend(
            verdict
                .answers
                .iter()
                .map(|(policy, place, _)| (*policy, *place)),
        );
        score.add(answers(&policies, &verdict));
        tally(&mut assessments, &verdict);
        report.judged += usize::from(!verdict.outcomes.is_empty());
        report.findings.extend(verdict.findings);
        report.failures.extend(verdict.failures);
    }
    report.assessments = assessments;
    let text = |path: &str| texts.get(path).cloned();
    place::place(&mut report.findings, &text, options.threads);
    place::distinguish(&mut report.findings);
    report.score = score.finish(policies.iter().map(|policy| &policy.id));
    for (index, policy) in policies
        .iter()
        .enumerate()
        .filter(|(_, policy)| policy.of_user)
    {
        for (place, constraint) in policy.constraints.iter().enumerate() {
            let counts = !constraint.enforcement.at(&POINTS).is_empty();
            if counts && !matched.contains(&(index, place)) {
                report.unmatched.push(judge::constraint_name(constraint));
            }
        }
    }
    Ok(report)
}

// All of them, so that the user sees all that is wrong at once.
fn compile(policies: &[&Policy]) -> Result<(), Vec<Uncompiled>> {
    let wrong: Vec<Uncompiled> = policies
        .iter()
        .filter_map(|policy| {
            let faults = policy.program().err()?;
            Some(Uncompiled {
                policy: policy.id.clone(),
                faults: faults.iter().map(|fault| policy.place(fault)).collect(),
            })
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn assessment(policy: &Policy) -> Assessment {
    Assessment {
        policy: policy.id.clone(),
        name: policy.name(),
        description: policy.description(),
        remediation: policy.remediation().cloned(),
        link: policy.link(),
        severity: policy.severity(),
        control: policy.control().cloned(),
        healthy: 0,
        unhealthy: 0,
        failed: 0,
        unconfigured: policy.is_unconfigured(),
        disabled: policy.constraints.is_empty(),
    }
}

fn controls(policy: &Policy) -> impl Iterator<Item = &SecurityControl> {
    let constraints = policy.constraints.iter();
    constraints.filter_map(|constraint| policy.control_of(constraint))
}

// What Constraints say of a resource, where they count for a control.
fn answers<'a>(policies: &[&'a Policy], verdict: &Verdict) -> Vec<Answer<'a>> {
    let answer = |&(index, place, outcome): &(usize, usize, judge::Outcome)| {
        let policy: &'a Policy = policies.get(index)?;
        Some(Answer {
            control: policy.control_of(policy.constraints.get(place)?)?,
            policy: &policy.id,
            unconfigured: policy.is_unconfigured(),
            standing: match outcome {
                judge::Outcome::Healthy => Standing::Healthy,
                judge::Outcome::Failed => Standing::Unjudged,
                judge::Outcome::Unhealthy => Standing::Unhealthy,
            },
        })
    };
    verdict.answers.iter().filter_map(answer).collect()
}

fn tally(assessments: &mut [Assessment], verdict: &Verdict) {
    for (id, outcome) in &verdict.outcomes {
        let Some(assessment) = assessments
            .iter_mut()
            .find(|assessment| &assessment.policy == id)
        else {
            continue;
        };
        match outcome {
            judge::Outcome::Healthy => assessment.healthy += 1,
            judge::Outcome::Unhealthy => assessment.unhealthy += 1,
            judge::Outcome::Failed => assessment.failed += 1,
        }
    }
}
