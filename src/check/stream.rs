//! Reading and judging at once, part by part: of what is read, nothing stays but what is said of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::bundle::Bundle;
use crate::engine::Value;
use crate::gatekeeper::TEMPLATE_GROUP;
use crate::manifest::{self, Extent, Fault, Finder, Location, Manifest, Resource, Skipped};
use crate::report::{Failure, Finding, Report, Subject};
use crate::source::{Job, SourceFault, Sources};
use crate::workers;

use super::context::Context;
use super::judge::{Bench, Court};
use super::shelf::{Kept, Shelf};
use super::sum::Sum;
use super::{Options, Uncompiled, applied, assessment, place};

/// How far a run is, for those who watch it, and whether it is to end.
#[derive(Debug, Default)]
pub struct Progress {
    /// The run ends before the next part, with what is known until then.
    pub stop: Arc<AtomicBool>,
    /// About how many parts there are to do.
    pub all: AtomicUsize,
    /// Parts that are done.
    pub done: AtomicUsize,
}

/// What came of a run.
#[derive(Debug)]
pub struct Streamed {
    /// What it says.
    pub report: Report,
    /// Where the first ConstraintTemplate stands among what was judged.
    pub template: Option<Location>,
    /// Whether it was stopped before its end; the report says so, too.
    pub stopped: bool,
}

/// What was said of one part. Places in it are counted from the part.
#[derive(Default)]
struct Judged {
    source: usize,
    extent: Extent,
    resources: usize,
    findings: Vec<Finding>,
    failures: Vec<Failure>,
    skipped: Vec<Skipped>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
    template: Option<Location>,
}

/// Judges every resource in `sources` by every policy of `bundle`. They are read twice: first for
/// what policies must know of all of them.
pub fn stream(
    bundle: &Bundle,
    sources: &Sources,
    options: &Options,
    progress: &Progress,
) -> Result<Streamed, Vec<Uncompiled>> {
    let policies = applied(bundle)?;
    let threads = workers::threads(options.threads).min(sources.len().max(1));
    progress.all.store(sources.len(), Ordering::Relaxed);
    let shelf = Shelf::new();
    let context = Context::of(&policies);
    let objects = known(sources, (&context, &shelf), threads, progress);
    let court = Court::new(bundle, &policies, &objects, options);
    let work = |bench: &mut Bench<'_>, (source, job): (usize, Job)| {
        let mut sum = Sum::new(&policies);
        let judged = match shelf.take(source).map_or_else(|| read(job), Ok) {
            Ok(kept) => judge(bench, kept, options.lines, &mut sum),
            Err(fault) => unread(&fault),
        };
        progress.done.fetch_add(1, Ordering::Relaxed);
        (Judged { source, ..judged }, sum)
    };
    let mut whole = Whole::default();
    let mut sum = Sum::new(&policies);
    let take = |(part, its)| {
        whole.add(part);
        sum.add(its);
    };
    let mut parts = sources.parts(manifest::is_list);
    let bench = || court.bench();
    workers::stream(&mut parts, threads, &progress.stop, bench, work, take);
    let stopped = parts.next();

    let Whole {
        mut report,
        template,
        ..
    } = whole;
    report.assessments = bundle.policies.iter().map(assessment).collect();
    sum.report(&mut report);
    if let Some((source, _)) = &stopped {
        report.faults.push(Fault {
            path: sources.name(*source),
            line: 0,
            column: 0,
            message: "interrupted: this report is partial; from here on nothing was judged"
                .to_owned(),
        });
    }
    Ok(Streamed {
        report,
        template,
        stopped: stopped.is_some(),
    })
}

/// The objects that policies must know of.
fn known(
    sources: &Sources,
    (context, shelf): (&Context, &Shelf),
    threads: usize,
    progress: &Progress,
) -> Vec<Value> {
    let look = |(): &mut (), (source, job): (usize, Job)| {
        let is_whole = job.is_whole();
        // What cannot be read is said when it is to be judged.
        let Ok(mut kept) = read(job) else {
            return Vec::new();
        };
        let part = &kept.part;
        let focus = part.focus.as_ref();
        let elements = focus.and_then(|focus| focus.elements.as_ref());
        let shell = elements.map_or("", |elements| &elements.shell);
        let mut found = Vec::new();
        if context.may_be_in(&part.source.text().text) || context.may_be_in(shell) {
            let manifest = manifest::read_part(part);
            let objects = manifest.resources.iter().map(|resource| &resource.object);
            found.extend(objects.filter(|object| context.is(object)).cloned());
            kept.manifest = Some(manifest);
        }
        if is_whole {
            shelf.put(source, kept);
        }
        found
    };
    let mut known = Vec::new();
    let take = |found: Vec<Value>| known.extend(found);
    let mut parts = sources.parts(manifest::is_list);
    workers::stream(&mut parts, threads, &progress.stop, || (), look, take);
    known
}

fn read(job: Job) -> Result<Kept, SourceFault> {
    let part = job.read()?;
    let manifest = None;
    Ok(Kept { part, manifest })
}

fn judge(bench: &mut Bench<'_>, kept: Kept, lines: bool, sum: &mut Sum<'_>) -> Judged {
    let part = &kept.part;
    let manifest = kept.manifest;
    let Manifest {
        resources,
        skipped,
        faults,
        notes,
        extent,
        trees,
        ..
    } = manifest.unwrap_or_else(|| manifest::read_part(part));
    let mut judged = Judged {
        extent,
        resources: resources.len(),
        skipped,
        faults,
        notes,
        template: resources
            .iter()
            .find(|resource| is_template(resource))
            .map(|it| it.location.clone()),
        ..Judged::default()
    };
    for resource in resources {
        let verdict = bench.judge(&resource);
        sum.count(&verdict);
        judged.findings.extend(verdict.findings);
        judged.failures.extend(verdict.failures);
    }
    if !judged.findings.is_empty() {
        let text = part.source.text().text;
        let finder = Finder::with(&text, part.place, trees);
        place::place_in(&mut judged.findings, finder, lines);
    }
    judged
}

fn unread(fault: &SourceFault) -> Judged {
    Judged {
        faults: vec![Fault {
            path: fault.path.clone(),
            line: 0,
            column: 0,
            message: fault.message.clone(),
        }],
        ..Judged::default()
    }
}

pub(super) fn is_template(resource: &Resource) -> bool {
    match &resource.object["apiVersion"] {
        Value::String(version) => version
            .split_once('/')
            .is_some_and(|(group, _)| group == TEMPLATE_GROUP),
        _ => false,
    }
}

/// Counts the places of what `findings` are about from further in front.
fn move_all(findings: &mut [Finding], by: Extent) {
    for same in findings.chunk_by_mut(|one, other| Arc::ptr_eq(&one.subject, &other.subject)) {
        let Some(first) = same.first() else { continue };
        let subject = &first.subject;
        let mut location = subject.location.clone();
        location.moved(by);
        if location == subject.location {
            continue;
        }
        let subject = Arc::new(Subject {
            resource: subject.resource.clone(),
            location,
        });
        for finding in same {
            finding.subject = subject.clone();
        }
    }
}

/// All parts together.
#[derive(Default)]
struct Whole {
    report: Report,
    template: Option<Location>,
    /// The source that is being put together, and how much of it there is.
    source: usize,
    extent: Extent,
    /// The findings so far, by what they are.
    seen: place::Seen,
    /// Whether it was said that it is not UTF-8, and where its notes begin.
    is_odd: bool,
    notes: usize,
}

impl Whole {
    fn add(&mut self, mut part: Judged) {
        self.seen.distinguish(&mut part.findings);
        if part.source != self.source {
            self.source = part.source;
            self.extent = Extent::default();
            self.is_odd = false;
            self.notes = self.report.notes.len();
        }
        let extent = self.extent;
        let moved = |mut location: Location| {
            location.moved(extent);
            location
        };
        let report = &mut self.report;
        report.resources += part.resources;
        move_all(&mut part.findings, extent);
        report.findings.append(&mut part.findings);
        report
            .failures
            .extend(part.failures.into_iter().map(|failure| Failure {
                location: moved(failure.location),
                ..failure
            }));
        report
            .skipped
            .extend(part.skipped.into_iter().map(|skipped| Skipped {
                location: moved(skipped.location),
                ..skipped
            }));
        report.faults.extend(part.faults);
        for note in part.notes {
            if !manifest::is_about_encoding(&note) {
                report.notes.push(note);
            } else if !self.is_odd {
                // Said once of a source, and first.
                self.is_odd = true;
                report.notes.insert(self.notes, note);
            }
        }
        self.template = self.template.take().or(part.template.map(moved));
        self.extent = extent.and(part.extent);
    }
}
