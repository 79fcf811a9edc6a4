//! Judging: resources and a bundle in, a report out.

pub(crate) mod answer;
mod bench;
mod cause;
mod context;
mod evaluate;
mod finding;
mod inspect;
mod judge;
mod matters;
mod place;
mod profile;
mod shelf;
mod silence;
mod stream;
mod sum;

use std::collections::HashMap;

use crate::bundle::{Bundle, Policy};
use crate::manifest::{Fault, Manifest};
use crate::report::{Assessment, Report};

use crate::workers;

pub use bench::{Measured, measure};
pub use evaluate::{Evaluated, Evaluator, Said, Traced, TracedLine};
pub use inspect::{Question, questions};
pub use profile::{Profile, RulePlace, RuleSpent, Rules, Time};
pub use silence::{Reason, Silence, Stop, Told, Written, silences};
pub use stream::{Progress, Streamed, stream};

use judge::{Bench, Court};
use sum::Sum;

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
    /// Whether the lines around every place are kept: not every form of a report shows them.
    pub lines: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            fallback_namespace: "default".to_owned(),
            threads: 0,
            expand_workloads: false,
            profile: None,
            why: false,
            lines: true,
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
    check_all(bundle, manifests, options).map(|checked| checked.report)
}

/// The same, with what [`stream`] says beside the report.
pub fn check_all(
    bundle: &Bundle,
    manifests: Vec<Manifest>,
    options: &Options,
) -> Result<Streamed, Vec<Uncompiled>> {
    let policies = applied(bundle)?;
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
    let objects: Vec<_> = resources
        .iter()
        .map(|resource| resource.object.clone())
        .collect();
    let court = Court::new(bundle, &policies, &objects, options);
    let judge = |bench: &mut Bench<'_>, resource: &_| bench.judge(resource);
    let verdicts = workers::map(&resources, options.threads, || court.bench(), judge);

    report.resources = resources.len();
    report.assessments = bundle.policies.iter().map(assessment).collect();
    let mut sum = Sum::new(&policies);
    for verdict in verdicts {
        sum.count(&verdict);
        report.findings.extend(verdict.findings);
        report.failures.extend(verdict.failures);
    }
    sum.report(&mut report);
    let text = |path: &str| texts.get(path).cloned();
    place::place(&mut report.findings, &text, options);
    place::Seen::default().distinguish(&mut report.findings);
    let template = resources.into_iter().find(stream::is_template);
    Ok(Streamed {
        report,
        template: template.map(|template| template.location),
        stopped: false,
    })
}

/// The policies that have Constraints, compiled.
fn applied(bundle: &Bundle) -> Result<Vec<&Policy>, Vec<Uncompiled>> {
    let policies: Vec<&Policy> = bundle
        .policies
        .iter()
        .filter(|policy| !policy.constraints.is_empty())
        .collect();
    compile(&policies)?;
    Ok(policies)
}

// All of them, so that the user sees all that is wrong at once.
fn compile(policies: &[&Policy]) -> Result<(), Vec<Uncompiled>> {
    let wrong: Vec<Uncompiled> = policies
        .iter()
        // What the program carries compiled was compiled before.
        .filter(|policy| !policy.is_prepared())
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
