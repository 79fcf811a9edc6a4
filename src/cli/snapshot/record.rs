//! Judging, and holding what is said against what was recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::bundle::Bundle;
use crate::check::{self, Options};
use crate::compare::{Class, Statement, statements};
use crate::language::Language;
use crate::render;
use crate::snapshot::{self, Comparison, Folder, Pending};

use super::super::inputs::{self, Inputs, Kept};
use super::super::shared::{self, Selection};
use super::super::watch::{self, Readers, Since};
use super::super::{Status, uncompiled};
use super::{Store, in_ci, troubled};

#[derive(Args)]
pub(super) struct Record {
    /// Files and folders with manifests; `-` is stdin; the current folder where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    store: Store,
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
    /// Accept that there is nothing to judge
    #[arg(long)]
    allow_empty: bool,
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

/// What a run against the snapshots gave.
struct Run {
    sources: Vec<Arc<str>>,
    statements: Vec<Statement>,
    comparison: Comparison,
    judged: usize,
}

impl Record {
    /// Writes what is different beside the snapshots; what `accept` names, into them.
    pub(super) fn record(
        &self,
        language: Language,
        accept: &[Class],
        delete_orphans: bool,
    ) -> Result<Status> {
        if in_ci() {
            shared::note("note: `CI` is set: nothing is written");
            return self.check(language);
        }
        self.watched(|memory| self.write(language, accept, delete_orphans, memory))
    }

    /// Says what is different; writes nothing.
    pub(super) fn check(&self, language: Language) -> Result<Status> {
        self.watched(|memory| self.say(language, memory))
    }

    fn watched(&self, mut round: impl FnMut(&mut Memory) -> Result<Status>) -> Result<Status> {
        let mut memory = Memory::default();
        if !self.watch {
            return round(&mut memory);
        }
        let mut roots = self.selection.roots();
        roots.extend(
            self.store
                .folder
                .is_dir()
                .then(|| self.store.folder.clone()),
        );
        match self.paths.as_slice() {
            [] => roots.push(PathBuf::from(".")),
            paths => roots.extend_from_slice(paths),
        }
        watch::run(&roots, || round(&mut memory))
    }

    fn write(
        &self,
        language: Language,
        accept: &[Class],
        delete_orphans: bool,
        memory: &mut Memory,
    ) -> Result<Status> {
        let began = Instant::now();
        let folder = self.store.open();
        let mut run = self.judge(&folder, memory)?;
        let written = |trouble| troubled(vec![trouble]);
        for page in &run.comparison.pages {
            if page.differs() {
                let snapshot = snapshot::Snapshot {
                    source: page.source.clone(),
                    statements: page.current.clone(),
                };
                folder.propose(&snapshot).map_err(written)?;
            } else {
                folder.withdraw(&page.source).map_err(written)?;
            }
        }
        if !accept.is_empty() {
            let ours = |pending: &Pending| {
                let mut pages = run.comparison.pages.iter();
                pages.any(|page| page.source == pending.source)
            };
            for pending in self.store.pending()?.iter().filter(|one| ours(one)) {
                pending.accept(accept).map_err(written)?;
            }
            run.comparison = self.compare(&folder, &run.sources, &run.statements)?;
        }
        if delete_orphans {
            for (path, _) in std::mem::take(&mut run.comparison.orphans) {
                folder.delete(&path).map_err(written)?;
                shared::note(format_args!("deleted: {path}"));
            }
        }
        self.since(&run, memory, language)?;
        shared::write(&render::snapshots(
            &run.comparison,
            language,
            &shared::canvas(),
        ))?;
        let advice = if run.comparison.pages.iter().any(snapshot::Page::differs) {
            "to go through what is different: `sekisho snapshot review`; to accept all of it: `sekisho snapshot accept`"
        } else {
            "to delete what is orphaned: `sekisho snapshot --delete-orphans`"
        };
        Ok(self.status(&run, advice, began))
    }

    fn say(&self, language: Language, memory: &mut Memory) -> Result<Status> {
        let began = Instant::now();
        let run = self.judge(&self.store.open(), memory)?;
        self.since(&run, memory, language)?;
        shared::write(&render::snapshots(
            &run.comparison,
            language,
            &shared::canvas(),
        ))?;
        let advice = "to accept: run `sekisho snapshot` with the same paths and options, then `sekisho snapshot review`, and commit the snapshots";
        Ok(self.status(&run, advice, began))
    }

    fn since(&self, run: &Run, memory: &mut Memory, language: Language) -> Result<()> {
        memory
            .since
            .show(run.statements.clone(), (language, Readers::People))
    }

    fn judge(&self, folder: &Folder, memory: &mut Memory) -> Result<Run> {
        self.selection.one_stdin(&self.paths)?;
        let bundle = self.selection.bundle()?;
        self.selection.reuse(&bundle, memory.bundle.as_ref());
        let Inputs { manifests, faults } = inputs::read(
            &self.paths,
            self.jobs,
            self.watch.then_some(&mut memory.kept),
        );
        if !faults.is_empty() {
            return Err(shared::said(faults));
        }
        let sources: Vec<Arc<str>> = manifests
            .iter()
            .filter(|(_, manifest)| !manifest.resources.is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        let options = Options {
            fallback_namespace: self.fallback_namespace.clone(),
            threads: self.jobs,
            expand_workloads: self.expand_workloads,
            ..Options::default()
        };
        let manifests = manifests.into_iter().map(|(_, manifest)| manifest);
        let report = check::check(&bundle, manifests.collect(), &options).map_err(uncompiled)?;
        memory.bundle = Some(bundle);
        let statements = statements(&report);
        Ok(Run {
            comparison: self.compare(folder, &sources, &statements)?,
            sources,
            statements,
            judged: report.judged,
        })
    }

    fn compare(
        &self,
        folder: &Folder,
        sources: &[Arc<str>],
        statements: &[Statement],
    ) -> Result<Comparison> {
        let covers = |source: &str| self.covers(source);
        let sources = sources.iter().cloned();
        Comparison::new(folder, sources, statements.to_vec(), covers).map_err(troubled)
    }

    /// Whether this run would have found `source`, were it there.
    fn covers(&self, source: &str) -> bool {
        if source == crate::source::STDIN {
            return self.paths.iter().any(|path| path.as_os_str() == "-");
        }
        let source = Path::new(source);
        let plain = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_path_buf();
        let below = |path: &PathBuf| match plain(path) {
            path if path.as_os_str().is_empty() => {
                source.is_relative() && !source.starts_with("..")
            }
            path => source.starts_with(path),
        };
        self.paths.is_empty() || self.paths.iter().any(below) || !source.exists()
    }

    fn status(&self, run: &Run, advice: &str, began: Instant) -> Status {
        shared::note(format_args!(
            "judged in {:.2} s",
            began.elapsed().as_secs_f64()
        ));
        let (_, unrecorded) = run.comparison.unjudged();
        if unrecorded > 0 {
            let message = "not everything could be judged, and that is not recorded";
            shared::complain(&anyhow!("{message}"));
            shared::note(advice);
            return Status::Failed;
        }
        if run.judged == 0 && run.comparison.is_same() && !self.allow_empty {
            shared::complain(&anyhow!(
                "there was nothing to judge (--allow-empty accepts that)"
            ));
            return Status::Failed;
        }
        if run.comparison.is_same() {
            return Status::Clean;
        }
        shared::note(advice);
        Status::Findings
    }
}
