//! What a bundle says about manifests, kept in files that a reviewer reads: one file for each
//! manifest, in the form and by the names of insta's snapshots.

mod file;
mod folder;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compare::{Change, Statement, compare};

pub use file::Snapshot;
pub use folder::{Folder, Pending, Trouble};

/// One manifest: what was recorded of it, and what is said now.
#[derive(Clone, Debug)]
pub struct Page {
    /// The manifest's name.
    pub source: Arc<str>,
    /// What was recorded; `None` where nothing was.
    pub recorded: Option<Vec<Statement>>,
    /// What is said now.
    pub current: Vec<Statement>,
    /// What is said otherwise.
    pub changes: Vec<Change>,
}

impl Page {
    /// Whether the record must be renewed: it says something else, or there is none.
    pub fn differs(&self) -> bool {
        self.recorded.is_none() || !self.changes.is_empty()
    }
}

/// All manifests of a run against what was recorded.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The manifests, by name.
    pub pages: Vec<Page>,
    /// Snapshots of manifests that are not there any more: the snapshot's path, the manifest's.
    pub orphans: Vec<(String, String)>,
}

impl Comparison {
    /// Holds `statements` of `sources` against what is in `folder`. A snapshot of another source is
    /// an orphan where `covers` says that this run would have found the source.
    ///
    /// # Errors
    /// Every snapshot that cannot be read.
    pub fn new(
        folder: &Folder,
        sources: impl IntoIterator<Item = Arc<str>>,
        statements: Vec<Statement>,
        covers: impl Fn(&str) -> bool,
    ) -> Result<Comparison, Vec<Trouble>> {
        let mut current: BTreeMap<Arc<str>, Vec<Statement>> = sources
            .into_iter()
            .map(|source| (source, Vec::new()))
            .collect();
        for statement in statements {
            current
                .entry(statement.source.clone())
                .or_default()
                .push(statement);
        }
        let mut pages = Vec::new();
        let mut troubles = Vec::new();
        for (source, current) in current {
            let recorded = match folder.read(&source) {
                Ok(found) => found.map(|snapshot| snapshot.statements),
                Err(trouble) => {
                    troubles.push(trouble);
                    continue;
                }
            };
            let changes = compare(recorded.as_deref().unwrap_or_default(), &current);
            pages.push(Page {
                source,
                recorded,
                current,
                changes,
            });
        }
        let mut orphans = Vec::new();
        match folder.all() {
            Ok(all) => {
                let known = |source: &str| pages.iter().any(|page| &*page.source == source);
                for (path, source) in all {
                    if !known(&source) && covers(&source) {
                        orphans.push((path, source));
                    }
                }
            }
            Err(trouble) => troubles.push(trouble),
        }
        if troubles.is_empty() {
            Ok(Comparison { pages, orphans })
        } else {
            Err(troubles)
        }
    }

    /// Whether everything is as recorded.
    pub fn is_same(&self) -> bool {
        self.orphans.is_empty() && !self.pages.iter().any(Page::differs)
    }

    /// All changes, in order of the manifests.
    pub fn changes(&self) -> Vec<Change> {
        self.pages
            .iter()
            .flat_map(|page| page.changes.iter().cloned())
            .collect()
    }

    /// What could not be judged, and whether that is recorded.
    pub fn unjudged(&self) -> (usize, usize) {
        let count = |statements: &[Statement]| {
            let unjudged = statements.iter().filter(|one| one.is_unjudged());
            unjudged.count()
        };
        let all = self.pages.iter().map(|page| count(&page.current)).sum();
        let unrecorded = |change: &Change| match change {
            Change::New(statement) => statement.is_unjudged(),
            Change::Resolved(_) => false,
            Change::Changed { after, .. } => after.is_unjudged(),
        };
        let new = self.changes().iter().filter(|one| unrecorded(one)).count();
        (all, new)
    }
}
