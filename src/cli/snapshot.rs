//! `sekisho snapshot`.

mod accept;
mod record;
mod review;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use crate::compare::Class;
use crate::language::Language;
use crate::snapshot::{self, Pending, Trouble};

use super::Status;
use super::shared;

use record::Record;

/// Record what policies say about manifests, one reviewable file a manifest, and hold later runs
/// against that
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Snapshot {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    record: Record,
    /// Accept changes of this class at once (comma-separated, repeatable)
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    accept: Vec<Accepted>,
    /// Delete the snapshots of manifests that are not there any more
    #[arg(long)]
    delete_orphans: bool,
}

#[derive(Subcommand)]
enum Action {
    /// Say what is different from the snapshots; write nothing
    Check(Box<Record>),
    /// Walk through what waits: accept, reject or skip, one key each
    Review(accept::Review),
    /// Accept what waits, without asking
    Accept(accept::Accept),
    /// Drop what waits, without asking
    Reject(accept::Reject),
}

/// Where snapshots are.
#[derive(Args)]
struct Store {
    /// Folder with the snapshots
    #[arg(long = "snapshots", value_name = "FOLDER", default_value = "snapshots")]
    folder: PathBuf,
}

impl Store {
    fn open(&self) -> snapshot::Folder {
        snapshot::Folder::new(&self.folder)
    }

    fn pending(&self) -> Result<Vec<Pending>> {
        self.open().pending().map_err(|one| troubled(vec![one]))
    }
}

/// A class of changes, or all of them.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Accepted {
    /// Whatever it is
    All,
    /// Findings that were not there
    New,
    /// Findings that are not there any more
    Resolved,
    /// Another sentence
    Message,
    /// Another severity
    Severity,
    /// Another field
    Place,
    /// Another enforcement action
    Action,
}

/// The classes that are meant.
fn classes(accepted: &[Accepted]) -> Vec<Class> {
    if accepted.contains(&Accepted::All) {
        return Class::ALL.to_vec();
    }
    let named = accepted.iter().filter_map(|one| {
        Class::ALL.into_iter().find(|class| {
            one.to_possible_value()
                .is_some_and(|value| value.get_name() == class.name())
        })
    });
    named.collect()
}

impl Snapshot {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        match &self.action {
            None => {
                let accept = classes(&self.accept);
                self.record.record(language, &accept, self.delete_orphans)
            }
            Some(Action::Check(record)) => record.check(language),
            Some(Action::Review(command)) => command.run(language),
            Some(Action::Accept(command)) => command.run(),
            Some(Action::Reject(command)) => command.run(),
        }
    }
}

/// Whether this is a build server, as insta tells it.
fn in_ci() -> bool {
    match std::env::var("CI") {
        Ok(value) => !matches!(value.as_str(), "" | "0" | "false"),
        Err(_) => std::env::var_os("TF_BUILD").is_some(),
    }
}

/// That nothing is written on a build server.
fn refuse_in_ci() -> Result<()> {
    if in_ci() {
        bail!("`CI` is set, and nothing is written there: run this on a machine of your own");
    }
    Ok(())
}

fn troubled(troubles: Vec<Trouble>) -> anyhow::Error {
    let fault = |trouble: Trouble| crate::manifest::Fault {
        path: trouble.path.into(),
        line: 0,
        column: 0,
        message: trouble.message,
    };
    shared::said(troubles.into_iter().map(fault).collect())
}
