//! Running a command again whenever a file changes that it reads.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::compare::{Statement, compare};
use crate::language::Language;
use crate::render;
use crate::source;

use super::{Status, shared};

/// Editors write in several steps: so long nothing must have happened.
const QUIET: Duration = Duration::from_millis(10);

/// Where something happens all the time, an answer comes all the same.
const PATIENCE: Duration = Duration::from_millis(300);

/// What a file must be called to be of interest.
const EXTENSIONS: [&str; 5] = ["yaml", "yml", "json", "rego", "snap"];

/// Runs `round`, and again after each change below `roots`, until the user ends it.
pub(super) fn run(roots: &[PathBuf], mut round: impl FnMut() -> Result<Status>) -> Result<Status> {
    if roots.iter().any(|root| root.as_os_str() == "-") {
        bail!("stdin cannot be watched");
    }
    let mut watch = Watch::new(roots)?;
    let terminal = console::Term::stdout();
    let mut changed = Vec::new();
    loop {
        if terminal.features().is_attended() {
            terminal.clear_screen()?;
        }
        if !changed.is_empty() {
            shared::note(format_args!("changed: {}", changed.join(", ")));
        }
        // What is wrong now may be right after the next change.
        if let Err(error) = round() {
            shared::complain(&error);
        }
        shared::note("waiting for changes; ctrl-C ends it");
        changed = watch.next()?;
    }
}

struct Watch<'a> {
    roots: &'a [PathBuf],
    notify: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    /// The folders, by what they are called from the current one.
    watched: BTreeMap<PathBuf, PathBuf>,
    here: PathBuf,
}

impl<'a> Watch<'a> {
    fn new(roots: &'a [PathBuf]) -> Result<Watch<'a>> {
        let (sender, events) = channel();
        let mut watch = Watch {
            roots,
            notify: notify::recommended_watcher(sender).context("cannot watch files")?,
            events,
            watched: BTreeMap::new(),
            here: std::env::current_dir().unwrap_or_default(),
        };
        watch.cover()?;
        if watch.watched.is_empty() {
            bail!("there is nothing to watch");
        }
        Ok(watch)
    }

    /// Watches the folders that are there now.
    fn cover(&mut self) -> Result<()> {
        for folder in source::folders(self.roots) {
            let plain = self.plain(&folder);
            if self.watched.contains_key(&plain) {
                continue;
            }
            match self.notify.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(plain, folder);
                }
                // It has gone in the meantime.
                Err(_) if !folder.exists() => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("cannot watch `{}`", folder.display()));
                }
            }
        }
        Ok(())
    }

    /// Waits until something has changed, and come to rest; the names of what did.
    fn next(&mut self) -> Result<Vec<String>> {
        let mut changed = BTreeSet::new();
        while changed.is_empty() {
            let event = self.events.recv().context("watching has ended")?;
            self.take(event, &mut changed)?;
        }
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.events.recv_timeout(QUIET) {
                Ok(event) => self.take(event, &mut changed)?,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => bail!("watching has ended"),
            }
        }
        self.cover()?;
        Ok(changed.into_iter().collect())
    }

    fn take(&mut self, event: notify::Result<Event>, changed: &mut BTreeSet<String>) -> Result<()> {
        let event = event.context("cannot watch files")?;
        if !is_change(event.kind) {
            return Ok(());
        }
        for path in &event.paths {
            let plain = self.plain(path);
            // A folder that comes back under its name is another one, and so is all in it.
            let gone: Vec<PathBuf> = self
                .watched
                .keys()
                .filter(|folder| folder.starts_with(&plain))
                .cloned()
                .collect();
            for folder in &gone {
                if let Some(folder) = self.watched.remove(folder) {
                    let _ = self.notify.unwatch(&folder);
                }
            }
            if !gone.is_empty() || path.is_dir() || self.is_wanted(&plain) {
                changed.insert(plain.to_string_lossy().replace('\\', "/"));
            }
        }
        Ok(())
    }

    /// The path from the current folder.
    fn plain(&self, path: &Path) -> PathBuf {
        let path = path.strip_prefix(&self.here).unwrap_or(path);
        let parts = path.components();
        parts.filter(|part| *part != Component::CurDir).collect()
    }

    fn is_wanted(&self, path: &Path) -> bool {
        let extension = path.extension().and_then(|one| one.to_str());
        let named = |root: &PathBuf| self.plain(root) == path;
        extension.is_some_and(|one| {
            EXTENSIONS
                .iter()
                .any(|wanted| one.eq_ignore_ascii_case(wanted))
        }) || self.roots.iter().any(named)
    }
}

fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

/// What was said in the last run that came to an end.
#[derive(Default)]
pub(super) struct Since {
    before: Option<Vec<Statement>>,
}

impl Since {
    /// Says what has changed, and keeps `now` for the next time.
    pub(super) fn show(
        &mut self,
        now: Vec<Statement>,
        (language, readers): (Language, Readers),
    ) -> Result<()> {
        if let Some(before) = &self.before {
            let changes = compare(before, &now);
            say(
                &render::since(&changes, language, &shared::canvas()),
                readers,
            )?;
        }
        self.before = Some(now);
        Ok(())
    }
}

/// Who reads stdout.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    People,
    Programs,
}

impl Readers {
    pub(super) fn of(programs: bool) -> Readers {
        if programs {
            Readers::Programs
        } else {
            Readers::People
        }
    }
}

/// Says what has changed since the last run: on stdout, unless programs read that.
pub(super) fn say(text: &str, readers: Readers) -> Result<()> {
    match readers {
        Readers::People => shared::write(text),
        Readers::Programs => {
            shared::note(text.trim_end());
            Ok(())
        }
    }
}
