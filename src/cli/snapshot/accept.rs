//! What waits, accepted or dropped: with a question each, or without.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;

use crate::language::Language;
use crate::snapshot::Pending;

use super::super::Status;
use super::super::shared;
use super::{Accepted, Store, classes, refuse_in_ci, review, troubled};

#[derive(Args)]
pub(super) struct Review {
    #[command(flatten)]
    waiting: Waiting,
}

#[derive(Args)]
pub(super) struct Accept {
    #[command(flatten)]
    waiting: Waiting,
    /// Only changes of this class (comma-separated, repeatable); the others go on waiting
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    accept: Vec<Accepted>,
}

#[derive(Args)]
pub(super) struct Reject {
    #[command(flatten)]
    waiting: Waiting,
}

/// Which of those that wait.
#[derive(Args)]
struct Waiting {
    /// Only those of these manifests: files and folders
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    store: Store,
}

impl Waiting {
    fn pending(&self) -> Result<Vec<Pending>> {
        let mut pending = self.store.pending()?;
        let plain = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_path_buf();
        pending.retain(|one| {
            let named = |path: &PathBuf| Path::new(&*one.source).starts_with(plain(path));
            self.paths.is_empty() || self.paths.iter().any(named)
        });
        if pending.is_empty() {
            shared::note("nothing waits to be accepted");
        }
        Ok(pending)
    }
}

impl Review {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        refuse_in_ci()?;
        let pending = self.waiting.pending()?;
        if pending.is_empty() {
            return Ok(Status::Clean);
        }
        let terminal = console::Term::stdout();
        if !console::user_attended() || !terminal.is_term() {
            bail!(
                "review needs a terminal; `sekisho snapshot accept` and `reject` do without (waiting: {})",
                pending.len()
            );
        }
        review::walk(&pending, &terminal, language)
    }
}

impl Accept {
    pub(super) fn run(&self) -> Result<Status> {
        refuse_in_ci()?;
        let classes = classes(&self.accept);
        let mut left = 0;
        for pending in self.waiting.pending()? {
            let whole = pending
                .accept(&classes)
                .map_err(|one| troubled(vec![one]))?;
            if whole {
                shared::write(&format!("accepted: {}\n", pending.name()))?;
            } else {
                left += 1;
                shared::write(&format!("waits still: {}\n", pending.name()))?;
            }
        }
        Ok(if left == 0 {
            Status::Clean
        } else {
            Status::Findings
        })
    }
}

impl Reject {
    pub(super) fn run(&self) -> Result<Status> {
        refuse_in_ci()?;
        for pending in self.waiting.pending()? {
            pending.reject().map_err(|one| troubled(vec![one]))?;
            shared::write(&format!("rejected: {}\n", pending.name()))?;
        }
        Ok(Status::Clean)
    }
}
