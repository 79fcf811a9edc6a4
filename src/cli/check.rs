//! `sekisho check`.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};

use crate::bundle::Severity;
use crate::check::{self, Options};
use crate::language::Language;
use crate::manifest::{self, Fault, Manifest};
use crate::report::Report;
use crate::source::{self, Source, SourceFault, SourcePath};
use crate::{render, workers};

use super::Status;
use super::shared::{self, Selection};

/// Judge manifests: files, folders, `-` for stdin; the current folder where none is named
#[derive(Args)]
pub(super) struct Check {
    /// Files and folders with manifests; `-` is stdin
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Form of the report on stdout
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Exit with 1 where a finding is at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    fail_on: FailOn,
    /// Namespace of resources that name none
    #[arg(
        long = "default-namespace",
        value_name = "NAME",
        default_value = "default"
    )]
    fallback_namespace: String,
    /// Exit with 0 even where there was nothing to judge
    #[arg(long)]
    allow_empty: bool,
    /// Threads to judge with (0: one a core)
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    /// High alone
    High,
    /// Medium and high
    Medium,
    /// Any finding
    Low,
    /// No finding
    Never,
}

impl Check {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let began = Instant::now();
        let bundle = self.selection.bundle()?;
        let found = source::discover(&self.paths);
        let manifests = workers::map(&found.sources, self.jobs, || (), |(), path| read(path));
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            threads: self.jobs,
        };
        let mut report = check::check(&bundle, manifests, &options).map_err(uncompiled)?;
        report.faults.splice(0..0, found.faults.iter().map(unfound));
        let text = match self.output {
            Output::Text => render::text(&report, language, &shared::canvas()),
            Output::Json => render::json(&report, language),
        };
        shared::write(&text)?;
        let status = self.status(&report);
        shared::note(format_args!(
            "judged in {:.2} s",
            began.elapsed().as_secs_f64()
        ));
        Ok(status)
    }

    fn status(&self, report: &Report) -> Status {
        if !report.is_complete() {
            shared::complain(&anyhow!("not everything could be judged: see the report"));
            return Status::Failed;
        }
        if report.judged == 0 && !self.allow_empty {
            shared::complain(&anyhow!(
                "there was nothing to judge (--allow-empty accepts that)"
            ));
            return Status::Failed;
        }
        let threshold = match self.fail_on {
            FailOn::High => Severity::High,
            FailOn::Medium => Severity::Medium,
            FailOn::Low => Severity::Unspecified,
            FailOn::Never => return Status::Clean,
        };
        if report
            .findings
            .iter()
            .any(|finding| finding.severity >= threshold)
        {
            Status::Findings
        } else {
            Status::Clean
        }
    }
}

fn read(path: &SourcePath) -> Manifest {
    match Source::read(path) {
        Ok(source) => manifest::read(&source),
        Err(fault) => Manifest {
            faults: vec![unfound(&fault)],
            ..Manifest::default()
        },
    }
}

fn unfound(fault: &SourceFault) -> Fault {
    Fault {
        path: fault.path.clone(),
        line: 0,
        column: 0,
        message: fault.message.clone(),
    }
}

fn uncompiled(policies: Vec<check::Uncompiled>) -> anyhow::Error {
    let lines: Vec<String> = policies
        .iter()
        .flat_map(|policy| {
            policy
                .faults
                .iter()
                .map(move |fault| format!("{}: {fault}", policy.policy))
        })
        .collect();
    anyhow!(lines.join("\n"))
}
