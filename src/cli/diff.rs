//! `sekisho diff`.

mod git;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};

use crate::bundle::{Bundle, Files, Gathered};
use crate::check::{self, Options};
use crate::compare::{Statement, statements, turned};
use crate::language::Language;
use crate::manifest::{self, Manifest};
use crate::params::ParameterSet;
use crate::render::{self, Impact};
use crate::witness;

use super::inputs::{self, Inputs, Kept};
use super::shared::{self, Selection};
use super::values;
use super::watch::{self, Readers, Since};
use super::{Status, uncompiled};

/// Compare two bundles, or two sets of parameters: which resources are newly denied, newly allowed,
/// differently worded
#[derive(Args)]
pub(super) struct Diff {
    /// Policies before: a file or folder, `REVISION:PATH` of git, `bundled`, a file of parameters,
    /// or `preset:NAME`
    #[arg(value_name = "OLD")]
    old: String,
    /// Policies after, in the same forms
    #[arg(value_name = "NEW")]
    new: String,
    /// Files and folders with manifests; `-` is stdin; repeatable
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    on: Vec<PathBuf>,
    /// Form of the report on stdout
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Only the tables, without the single changes
    #[arg(long)]
    summary: bool,
    /// Where nothing differs: how many edited objects to try, to find one that does (0: none)
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    tries: usize,
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
    bundles: Option<(Bundle, Bundle)>,
    since: Since,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What stands on one side.
enum Side {
    Policies(Box<Gathered>),
    Parameters(ParameterSet),
    Bundled,
}

/// What one side says.
struct Said {
    bundle: Bundle,
    statements: Vec<Statement>,
    judged: usize,
    unjudged: usize,
}

impl Diff {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let mut memory = Memory::default();
        if !self.watch {
            return self.round(language, &mut memory);
        }
        let mut roots = self.selection.roots();
        roots.extend_from_slice(&self.on);
        for side in [&self.old, &self.new] {
            // Revisions and what the program carries do not change.
            if Path::new(side).exists() {
                roots.push(side.into());
                roots.extend(shared::beside(side.as_ref()));
            }
        }
        watch::run(&roots, || self.round(language, &mut memory))
    }

    fn round(&self, language: Language, memory: &mut Memory) -> Result<Status> {
        let Inputs { manifests, faults } =
            inputs::read(&self.on, self.jobs, self.watch.then_some(&mut memory.kept));
        if !faults.is_empty() {
            return Err(shared::said(faults));
        }
        let manifests: Vec<Manifest> = manifests.into_iter().map(|(_, one)| one).collect();
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            threads: self.jobs,
            expand_workloads: self.expand_workloads,
            ..Options::default()
        };
        let sides = [self.side(&self.old)?, self.side(&self.new)?];
        let of_base = |side: &Side| !matches!(side, Side::Policies(_));
        if self.selection.has_policies() && !sides.iter().any(of_base) {
            bail!(
                "--policies says what parameters are for, and neither OLD nor NEW is a set of parameters"
            );
        }
        let [old, new] = sides;
        let mut old = self.bundle(&self.old, old)?;
        let mut new = self.bundle(&self.new, new)?;
        self.selection.narrow(&mut [&mut old, &mut new])?;
        let before = memory.bundles.as_ref();
        self.selection.reuse(&old, before.map(|(old, _)| old));
        self.selection.reuse(&new, before.map(|(_, new)| new));
        let old = said(old, manifests.clone(), &options)?;
        let new = said(new, manifests.clone(), &options)?;
        if self.watch {
            memory.bundles = Some((old.bundle.clone(), new.bundle.clone()));
            let readers = Readers::of(matches!(self.output, Output::Json));
            memory
                .since
                .show(new.statements.clone(), (language, readers))?;
        }
        let turned = turned(&old.statements, &new.statements);
        let policies = (old.bundle.policies.len(), new.bundle.policies.len());
        let unjudged = (old.unjudged, new.unjudged);
        let judged = old.judged.max(new.judged);
        let search = if turned.is_empty() && self.tries > 0 {
            let resources: Vec<_> = manifests
                .into_iter()
                .flat_map(|one| one.resources)
                .collect();
            let found = witness::search(old.bundle, new.bundle, &resources, self.tries, &options);
            Some(found.map_err(uncompiled)?)
        } else {
            None
        };
        let impact = Impact {
            old: &self.old,
            new: &self.new,
            turned: &turned,
            policies,
            judged,
            unjudged,
            search: search.as_ref(),
            summary: self.summary,
        };
        let text = match self.output {
            Output::Text => render::impact(&impact, language, &shared::canvas()),
            Output::Json => render::impact_json(&impact, language),
        };
        shared::write(&text)?;
        if unjudged != (0, 0) {
            shared::complain(&anyhow!(
                "not everything could be judged: {} before, {} after; `sekisho check` says what",
                unjudged.0,
                unjudged.1
            ));
            return Ok(Status::Failed);
        }
        if judged == 0 && search.as_ref().is_none_or(|search| search.found.is_none()) {
            shared::complain(&anyhow!("there was nothing to judge"));
            return Ok(Status::Failed);
        }
        let differs = !turned.is_empty() || search.is_some_and(|search| search.found.is_some());
        Ok(if differs {
            Status::Findings
        } else {
            Status::Clean
        })
    }

    /// What `given` stands for: what lies on the disk counts first.
    fn side(&self, given: &str) -> Result<Side> {
        let path = Path::new(given);
        if !path.exists() {
            if given == "bundled" {
                return Ok(Side::Bundled);
            }
            if let Some(name) = given.strip_prefix("preset:") {
                return Ok(Side::Parameters(values::preset(&Files::embedded(), name)?));
            }
            if let Some((revision, path)) = git::split(given) {
                return Ok(Side::Policies(Box::new(git::gather(revision, path)?)));
            }
        }
        if path.is_file()
            && let Ok(source) = shared::file(path)
            && manifest::read(&source).resources.is_empty()
            && let Ok(read) = values::read(&Files::embedded(), &source, None)
        {
            return Ok(Side::Parameters(read.into_set()));
        }
        Ok(Side::Policies(Box::new(Gathered::read(&[path.into()]))))
    }

    fn bundle(&self, given: &str, side: Side) -> Result<Bundle> {
        let made = match side {
            Side::Policies(gathered) => self.selection.bundle_of(*gathered),
            Side::Parameters(values) => self.selection.bundle_with(vec![values]),
            Side::Bundled => self.selection.bundle_with(Vec::new()),
        };
        made.inspect_err(|_| shared::note(format_args!("of `{given}`:")))
    }
}

fn said(bundle: Bundle, manifests: Vec<Manifest>, options: &Options) -> Result<Said> {
    let report = check::check(&bundle, manifests, options).map_err(uncompiled)?;
    Ok(Said {
        statements: statements(&report),
        judged: report.judged,
        unjudged: report.faults.len() + report.failures.len(),
        bundle,
    })
}
