//! `sekisho bench`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::check::{self, Measured, Options};
use crate::manifest;
use crate::render::pad;
use crate::source::{self, Source};

use super::Status;
use super::profile::duration;
use super::shared::{self, Selection};

/// Measure how fast policies answer about manifests
#[derive(Args)]
pub(super) struct Bench {
    /// Files and folders with manifests; the current folder where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How often each policy is asked about each object; one round more warms up
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rounds: u32,
    /// Write what was measured to a file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Compare with what was measured before; exit with 1 where something takes longer
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// By how many percent the median may grow
    #[arg(
        long,
        value_name = "PERCENT",
        default_value_t = 20.0,
        requires = "compare"
    )]
    threshold: f64,
    /// Form of the measurements on stdout
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Namespace of resources that name none
    #[arg(
        long = "default-namespace",
        value_name = "NAME",
        default_value = "default"
    )]
    fallback_namespace: String,
    /// Judge workloads by the Pods that they would make, whatever the policy
    #[arg(long)]
    expand_workloads: bool,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs, as `--save` writes it
    Json,
}

/// What was measured, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Record {
    version: u32,
    /// Objects that were judged.
    objects: usize,
    rounds: u32,
    /// Objects judged by all policies in a second, on one thread.
    reviews_per_second: f64,
    policies: Vec<Row>,
}

/// Times in microseconds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    policy: String,
    evaluations: usize,
    min: f64,
    p50: f64,
    p95: f64,
    p99: f64,
}

impl Bench {
    pub(super) fn run(&self) -> Result<Status> {
        let before = self.compare.as_deref().map(read).transpose()?;
        let bundle = self.selection.bundle()?;
        let found = source::discover(&self.paths);
        if let Some(fault) = found.faults.first() {
            bail!("{}", fault.message);
        }
        let mut resources = Vec::new();
        for path in &found.sources {
            let source = Source::read(path)?;
            resources.extend(manifest::read(&source).resources);
        }
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            expand_workloads: self.expand_workloads,
            ..Options::default()
        };
        let (questions, _) = check::questions(&bundle, &resources, &options, false);
        if questions.is_empty() {
            bail!("there is nothing to measure: no policy is about what was named");
        }
        let rounds = usize::try_from(self.rounds).unwrap_or(usize::MAX);
        let measured = check::measure(&bundle, &questions, rounds).map_err(shared::said)?;
        let record = self.record(resources.len(), &measured);
        let json = serde_json::to_string_pretty(&record).unwrap_or_default() + "\n";
        let slower = before
            .as_ref()
            .map(|before| slower(before, &record, self.threshold));
        match self.output {
            Output::Text => shared::write(&text(&record, before.as_ref()))?,
            Output::Json => shared::write(&json)?,
        }
        if let Some(path) = &self.save {
            std::fs::write(path, &json)
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        let slower = slower.unwrap_or_default();
        for line in &slower {
            shared::complain(&anyhow::anyhow!("{line}"));
        }
        Ok(if slower.is_empty() {
            Status::Clean
        } else {
            Status::Findings
        })
    }

    fn record(&self, objects: usize, measured: &[Measured]) -> Record {
        let rows = measured.iter().map(|measured| Row {
            policy: measured.policy.to_string(),
            evaluations: measured.times.len(),
            min: micros(measured.times.first().copied().unwrap_or_default()),
            p50: micros(measured.percentile(50)),
            p95: micros(measured.percentile(95)),
            p99: micros(measured.percentile(99)),
        });
        let total: Duration = measured.iter().flat_map(|it| &it.times).sum();
        let judged = objects as f64 * f64::from(self.rounds);
        let rate = judged / total.as_secs_f64().max(1e-9);
        Record {
            version: 1,
            objects,
            rounds: self.rounds,
            reviews_per_second: (rate * 10.0).round() / 10.0,
            policies: rows.collect(),
        }
    }
}

fn read(path: &std::path::Path) -> Result<Record> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let record: Record = serde_json::from_str(&text)
        .with_context(|| format!("`{shown}` is not what --save writes"))?;
    if record.version != 1 {
        bail!("`{shown}` is of version {}, expected 1", record.version);
    }
    Ok(record)
}

/// A tenth of a microsecond is as much as a clock says.
fn micros(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e7).round() / 10.0
}

/// The change of the median in percent.
fn change(before: f64, after: f64) -> f64 {
    if before <= 0.0 {
        return 0.0;
    }
    (after / before - 1.0) * 100.0
}

/// The policies whose median grew by more than `threshold`, a sentence each.
fn slower(before: &Record, after: &Record, threshold: f64) -> Vec<String> {
    let known: BTreeMap<&str, &Row> = before
        .policies
        .iter()
        .map(|row| (row.policy.as_str(), row))
        .collect();
    let slower = after.policies.iter().filter_map(|row| {
        let before = known.get(row.policy.as_str())?;
        let grown = change(before.p50, row.p50);
        (grown > threshold).then(|| {
            format!(
                "`{}` takes {:.1} us instead of {:.1} us, {grown:.0} % more: --threshold {threshold}",
                row.policy, row.p50, before.p50
            )
        })
    });
    slower.collect()
}

fn text(record: &Record, before: Option<&Record>) -> String {
    let width = record.policies.iter().map(|row| row.policy.len()).max();
    let width = width.unwrap_or_default().max("policy".len());
    let head = pad("policy", width);
    let mut out = format!(
        "{head}  {:>10}  {:>10}  {:>10}  {:>10}",
        "min", "p50", "p95", "p99"
    );
    if before.is_some() {
        out.push_str(&format!("  {:>8}", "p50"));
    }
    out.push('\n');
    let shown = |micros: f64| duration(Duration::from_secs_f64(micros / 1e6));
    for row in &record.policies {
        out.push_str(&format!(
            "{}  {:>10}  {:>10}  {:>10}  {:>10}",
            pad(&row.policy, width),
            shown(row.min),
            shown(row.p50),
            shown(row.p95),
            shown(row.p99)
        ));
        if let Some(before) = before {
            let known = before.policies.iter().find(|it| it.policy == row.policy);
            let said = known.map_or_else(
                || "new".to_owned(),
                |known| format!("{:+.0} %", change(known.p50, row.p50)),
            );
            out.push_str(&format!("  {said:>8}"));
        }
        out.push('\n');
    }
    let rounds = match record.rounds {
        1 => "1 round".to_owned(),
        rounds => format!("{rounds} rounds"),
    };
    out.push_str(&format!(
        "{} reviews per second on one thread ({} objects, {rounds})\n",
        record.reviews_per_second, record.objects
    ));
    out
}
