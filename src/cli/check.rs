//! `sekisho check`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};

use crate::bundle::{Bundle, Severity};
use crate::check::{self, Options, Profile, Progress, Streamed};
use crate::compare::statements;
use crate::gatekeeper::EnforcementAction;
use crate::language::Language;
use crate::render::{Canvas, Look, times};
use crate::report::{Finding, Report};
use crate::source::{self, Sources};

use super::inputs::{self, Inputs, Kept};
use super::output::{self, Output, Outputs};
use super::progress::Watched;
use super::score::Gate;
use super::shared::{self, Selection};
use super::watch::{self, Readers, Since};
use super::{Status, uncompiled};

/// Judge manifests: files, folders, `-` for stdin; the current folder where none is named
#[derive(Args)]
pub(super) struct Check {
    /// Files and folders with manifests; `-` is stdin
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = Output::parse,
        help = output::help(),
    )]
    output: Vec<Output>,
    /// Only the findings, and what could not be judged
    #[arg(short, long)]
    quiet: bool,
    /// The lines of the files for every finding, all that is known of it, and what else is to be said
    /// of the files
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// How often each policy was violated, instead of the findings
    #[arg(long)]
    statistics: bool,
    /// Exit with 1 where a finding is at least this severe; one whose policy states no severity
    /// counts where its Constraint denies
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    fail_on: FailOn,
    #[command(flatten)]
    gate: Gate,
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
    /// Look for what makes each finding disappear, and say it
    #[arg(long)]
    why: bool,
    /// Exit with 0 even where there was nothing to judge
    #[arg(long)]
    allow_empty: bool,
    /// Show on stderr how long each policy and each of its Constraints took, and each rule's share
    #[arg(long)]
    profile: bool,
    /// Threads to judge with (0: one a core)
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Do it again whenever a file changes that it reads
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    selection: Selection,
}

/// What one run leaves to the next.
#[derive(Default)]
struct Memory {
    kept: Kept,
    bundle: Option<Bundle>,
    since: Since,
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
        let mut memory = Memory::default();
        if !self.watch {
            return self.round(language, &mut memory);
        }
        let mut roots = self.selection.roots();
        match self.paths.as_slice() {
            [] => roots.push(PathBuf::from(".")),
            paths => roots.extend_from_slice(paths),
        }
        watch::run(&roots, || self.round(language, &mut memory))
    }

    fn round(&self, language: Language, memory: &mut Memory) -> Result<Status> {
        let began = Instant::now();
        self.selection.one_stdin(&self.paths)?;
        let outputs = Outputs::open(&self.output)?;
        let bundle = self.selection.bundle()?;
        self.selection.reuse(&bundle, memory.bundle.as_ref());
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            threads: self.jobs,
            expand_workloads: self.expand_workloads,
            profile: self.profile.then(Profile::default),
            why: self.why,
            lines: outputs.show_lines(),
        };
        let Streamed {
            report,
            template,
            stopped,
        } = if self.watch {
            let kept = Some(&mut memory.kept);
            let Inputs { manifests, faults } = inputs::read(&self.paths, self.jobs, kept);
            let manifests = manifests.into_iter().map(|(_, one)| one).collect();
            let mut checked = check::check_all(&bundle, manifests, &options).map_err(uncompiled)?;
            checked.report.faults.splice(0..0, faults);
            checked
        } else {
            self.stream(&bundle, &options)?
        };
        if let Some(template) = template.filter(|_| !self.selection.has_policies()) {
            shared::note(format_args!(
                "note: {template}: ConstraintTemplates among the manifests are judged, not applied; --policies applies them",
            ));
        }
        if self.watch {
            memory.bundle = Some(bundle);
            let readers = Readers::of(outputs.have_programs_on_stdout());
            memory
                .since
                .show(statements(&report), (language, readers))?;
        } else {
            // Nobody needs its memory back: the program ends after this.
            std::mem::forget(bundle);
        }
        let look = Look {
            language,
            canvas: Canvas::default(),
            quiet: self.quiet,
            verbose: self.verbose,
            statistics: self.statistics,
            why: self.why,
            threads: self.jobs,
        };
        outputs.write(&report, &look)?;
        if !report.unmatched.is_empty() {
            shared::note(format_args!(
                "note: nothing here is matched by {}",
                report.unmatched.join(", ")
            ));
        }
        if let Some(profile) = &options.profile {
            shared::note(times::profile(profile, language, &shared::canvas_of_notes()).trim_end());
        }
        let status = if stopped {
            shared::complain(&anyhow!("interrupted: the report is partial"));
            Status::Interrupted
        } else {
            self.status(&report)
        };
        if !self.quiet {
            shared::note(format_args!(
                "judged in {:.2} s",
                began.elapsed().as_secs_f64()
            ));
        }
        if !self.watch {
            // Nor that of what was found.
            std::mem::forget(report);
        }
        Ok(status)
    }

    /// Reads and judges at once; what was read is not kept.
    fn stream(&self, bundle: &Bundle, options: &Options) -> Result<Streamed> {
        let found = source::discover(&self.paths, self.jobs);
        let sources = Sources::open(&found.sources, self.jobs);
        let progress = Arc::new(Progress::default());
        let watched = Watched::begin(&progress);
        let streamed = check::stream(bundle, &sources, options, &progress).map_err(uncompiled);
        drop(watched);
        let mut streamed = streamed?;
        let faults = found.faults.iter().map(inputs::unread);
        streamed.report.faults.splice(0..0, faults);
        Ok(streamed)
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
        let gate = self.gate.status(&report.score, self.allow_empty);
        if gate != Status::Clean {
            return gate;
        }
        let threshold = match self.fail_on {
            FailOn::High => Severity::High,
            FailOn::Medium => Severity::Medium,
            FailOn::Low => Severity::Low,
            FailOn::Never => return Status::Clean,
        };
        // Where nobody said how bad it is, the cluster's answer counts: it refuses, or it does not.
        let fails = |finding: &Finding| match finding.rule.severity {
            Severity::Unspecified => finding.action == EnforcementAction::Deny.name(),
            severity => severity >= threshold,
        };
        if report.findings.iter().any(fails) {
            Status::Findings
        } else {
            Status::Clean
        }
    }
}
