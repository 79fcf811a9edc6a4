//! `sekisho bench`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::check::{self, Options};
use crate::language::Language;
use crate::manifest::{self, Fault};
use crate::render::times::bench::Record;
use crate::source::{self, Source};

use super::Status;
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

impl Bench {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let before = self.compare.as_deref().map(read).transpose()?;
        let bundle = self.selection.bundle()?;
        let found = source::discover(&self.paths, 0);
        if let Some(fault) = found.faults.first() {
            bail!("{}", fault.message);
        }
        let mut resources = Vec::new();
        let mut troubles = Vec::new();
        for path in &found.sources {
            let read = manifest::read(&Source::read(path)?);
            resources.extend(read.resources);
            troubles.extend(read.faults);
        }
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            expand_workloads: self.expand_workloads,
            ..Options::default()
        };
        let (questions, wrong) = check::questions(&bundle, &resources, &options, false);
        troubles.extend(wrong.into_iter().filter_map(|(at, message)| {
            let location = &resources.get(at)?.location;
            Some(Fault {
                path: location.path.clone(),
                line: location.line,
                column: location.column,
                message,
            })
        }));
        let is_whole = troubles.is_empty();
        if !is_whole {
            shared::complain(&shared::said(troubles));
        }
        if questions.is_empty() {
            bail!("there is nothing to measure: no policy is about what was named");
        }
        let rounds = usize::try_from(self.rounds).unwrap_or(usize::MAX);
        let measured = check::measure(&bundle, &questions, rounds).map_err(shared::said)?;
        let record = Record::of(resources.len(), self.rounds, &measured);
        match self.output {
            Output::Text => {
                shared::write(&record.text(before.as_ref(), language, &shared::canvas()))?;
            }
            Output::Json => shared::write(&record.json())?,
        }
        if let Some(path) = &self.save {
            std::fs::write(path, record.json())
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        let slower = before.map(|before| record.slower(&before, self.threshold));
        let slower = slower.unwrap_or_default();
        for line in &slower {
            shared::complain(&anyhow::anyhow!("{line}"));
        }
        if !is_whole {
            shared::complain(&anyhow::anyhow!("not everything could be measured"));
            return Ok(Status::Failed);
        }
        Ok(if slower.is_empty() {
            Status::Clean
        } else {
            Status::Findings
        })
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
