//! The folder with the snapshots: accepted ones (`.snap`), and pending ones beside them
//! (`.snap.new`).

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::compare::{Change, Class, apply, compare};

use super::file::{Snapshot, body};

const ACCEPTED: &str = ".snap";
const PENDING: &str = ".snap.new";

/// A file that cannot be read or written.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The file.
    pub path: String,
    /// One line, lower case.
    pub message: String,
}

/// Where snapshots are kept.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// A snapshot that waits to be accepted.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The manifest's name.
    pub source: Arc<str>,
    /// The accepted snapshot's path; it may not be there yet.
    pub path: PathBuf,
    /// What is to be recorded.
    pub new: Snapshot,
    /// What is recorded.
    pub old: Option<Snapshot>,
    /// What is different.
    pub changes: Vec<Change>,
    /// The text of the new snapshot, without the header.
    pub new_text: String,
    /// The text of the old one; empty where there is none.
    pub old_text: String,
}

impl Folder {
    /// The snapshots below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }

    /// Where the snapshot of `source` is kept: its path mirrors that of the manifest.
    pub fn path_of(&self, source: &str) -> PathBuf {
        let mut path = self.root.clone();
        let source = source.trim_matches(['<', '>']);
        let parts: Vec<String> = source
            .split(['/', '\\', ':'])
            .filter(|part| !part.is_empty() && *part != ".")
            .map(|part| match part {
                ".." => "__".to_owned(),
                // Hidden files are not what a folder is searched for.
                hidden => match hidden.strip_prefix('.') {
                    Some(rest) => format!("_{rest}"),
                    None => hidden.to_owned(),
                },
            })
            .collect();
        path.push(format!("{}{ACCEPTED}", parts.join("/")));
        path
    }

    /// What is recorded of `source`.
    ///
    /// # Errors
    /// A snapshot that cannot be read, or that is of something else.
    pub fn read(&self, source: &str) -> Result<Option<Snapshot>, Trouble> {
        let path = self.path_of(source);
        let Some(text) = read(&path)? else {
            return Ok(None);
        };
        let found = Snapshot::parse(&text).map_err(|message| unreadable(&path, &message))?;
        match found {
            None => Err(unreadable(
                &path,
                "not one of `sekisho snapshot`; --snapshots names another folder",
            )),
            Some(found) if &*found.source != source => {
                let message = format!("it is of `{}`, not of `{source}`", found.source);
                Err(unreadable(&path, &message))
            }
            found => Ok(found),
        }
    }

    /// The accepted snapshots of ours, by path: the path, the manifest.
    ///
    /// # Errors
    /// A folder or file that cannot be read.
    pub fn all(&self) -> Result<Vec<(String, String)>, Trouble> {
        let mut all = Vec::new();
        for path in files(&self.root)? {
            if shown(&path).ends_with(ACCEPTED)
                && let Some(text) = read(&path)?
                && let Some(source) = Snapshot::source_of(&text)
            {
                all.push((shown(&path), source.to_string()));
            }
        }
        Ok(all)
    }

    /// The snapshots that wait, by path.
    ///
    /// # Errors
    /// The first one that cannot be read.
    pub fn pending(&self) -> Result<Vec<Pending>, Trouble> {
        let mut pending = Vec::new();
        for waiting in files(&self.root)? {
            let name = shown(&waiting);
            if !name.ends_with(PENDING) {
                continue;
            }
            let Some(text) = read(&waiting)? else {
                continue;
            };
            let new = Snapshot::parse(&text).map_err(|message| unreadable(&waiting, &message))?;
            // Somebody else's tests may keep theirs in the same folder.
            let Some(new) = new else { continue };
            let path = waiting.with_extension("");
            let old_file = read(&path)?;
            let old = match &old_file {
                Some(text) => {
                    Snapshot::parse(text).map_err(|message| unreadable(&path, &message))?
                }
                None => None,
            };
            let recorded = old.as_ref().map(|old| old.statements.as_slice());
            pending.push(Pending {
                source: new.source.clone(),
                changes: compare(recorded.unwrap_or_default(), &new.statements),
                new_text: body(&text),
                old_text: old_file.as_deref().map(body).unwrap_or_default(),
                path,
                new,
                old,
            });
        }
        Ok(pending)
    }

    /// Writes a snapshot beside the accepted one, to be reviewed.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn propose(&self, snapshot: &Snapshot) -> Result<(), Trouble> {
        write(&pending_path(&self.path_of(&snapshot.source)), snapshot)
    }

    /// Takes back what was proposed for `source`, if anything was.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn withdraw(&self, source: &str) -> Result<(), Trouble> {
        remove(&pending_path(&self.path_of(source)))
    }

    /// Removes the snapshot at `path`, and what waits beside it.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn delete(&self, path: &str) -> Result<(), Trouble> {
        remove(Path::new(path))?;
        remove(&pending_path(Path::new(path)))
    }
}

impl Pending {
    /// Accepts the changes of `classes`, and all where none is named; whether nothing is left to
    /// accept.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn accept(&self, classes: &[Class]) -> Result<bool, Trouble> {
        let wanted = |class: &Class| classes.is_empty() || classes.contains(class);
        let accepted: Vec<Change> = self
            .changes
            .iter()
            .filter(|change| change.classes().iter().all(wanted))
            .cloned()
            .collect();
        // That there is a snapshot at all is new as well.
        let whole =
            accepted.len() == self.changes.len() && (self.old.is_some() || wanted(&Class::New));
        if whole {
            let waiting = pending_path(&self.path);
            fs::rename(&waiting, &self.path)
                .map_err(|error| trouble("write", &self.path, &error))?;
        } else if !accepted.is_empty() {
            let old = self.old.as_ref().map(|old| old.statements.clone());
            let snapshot = Snapshot {
                source: self.source.clone(),
                statements: apply(old.unwrap_or_default(), &accepted),
            };
            write(&self.path, &snapshot)?;
        }
        Ok(whole)
    }

    /// Drops what was proposed.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn reject(&self) -> Result<(), Trouble> {
        remove(&pending_path(&self.path))
    }

    /// Its path, with `/` between folders.
    pub fn name(&self) -> String {
        shown(&self.path)
    }
}

fn pending_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// All files below `root`, by path; what a snapshot folder ignores for git is no matter here.
fn files(root: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(trouble("read", &folder, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| trouble("read", &folder, &error))?;
            let kind = entry
                .file_type()
                .map_err(|error| trouble("read", &entry.path(), &error))?;
            if kind.is_dir() {
                waiting.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Option<String>, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(trouble("read", path, &error)),
    }
}

fn write(path: &Path, snapshot: &Snapshot) -> Result<(), Trouble> {
    let text = snapshot.to_text();
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text))
        .map_err(|error| trouble("write", path, &error))
}

fn remove(path: &Path) -> Result<(), Trouble> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(trouble("remove", path, &error)),
        _ => Ok(()),
    }
}

fn trouble(what: &str, path: &Path, error: &std::io::Error) -> Trouble {
    let path = shown(path);
    Trouble {
        message: format!("cannot {what} `{path}`: {error}"),
        path,
    }
}

fn unreadable(path: &Path, message: &str) -> Trouble {
    let path = shown(path);
    Trouble {
        message: format!("cannot read the snapshot `{path}`: {message}"),
        path,
    }
}
