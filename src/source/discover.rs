//! What a command line means: files, folders, standard input.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::workers;

use super::STDIN;

/// The extensions that a folder is searched for, in any case.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Where a source is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePath {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// What reports call it.
        name: Arc<str>,
    },
}

impl SourcePath {
    /// What reports call it.
    pub fn name(&self) -> Arc<str> {
        match self {
            SourcePath::Stdin => STDIN.into(),
            SourcePath::File { name, .. } => Arc::clone(name),
        }
    }

    fn called(&self) -> &str {
        match self {
            SourcePath::Stdin => STDIN,
            SourcePath::File { name, .. } => name,
        }
    }
}

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFault {
    /// The path as the user gave it.
    pub path: Arc<str>,
    /// One line, lower case.
    pub message: String,
}

impl SourceFault {
    pub(super) fn unreadable(path: &str, error: &std::io::Error) -> SourceFault {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => one_line(&error.to_string()),
        };
        SourceFault {
            path: path.into(),
            message: format!("cannot read `{path}`: {reason}"),
        }
    }
}

impl fmt::Display for SourceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceFault {}

/// What [`discover`] found.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// The sources, by name, each once.
    pub sources: Vec<SourcePath>,
    /// The paths that could not be followed, by name.
    pub faults: Vec<SourceFault>,
}

/// Finds the sources that `paths` mean; no path means the current folder, `-` standard input.
///
/// A file that is named is taken whatever it is called. A folder is searched for `.yaml`, `.yml`
/// and `.json` files, in any case of letters; what `.gitignore` excludes and what begins with a dot
/// is left out. Symbolic links are followed, never in a circle. A file that several paths reach is
/// taken once, under the name that was given first. So many `threads` look (0: one a core).
pub fn discover(paths: &[PathBuf], threads: usize) -> Discovery {
    discover_with(paths, &EXTENSIONS, threads)
}

/// The same for files with other extensions, given in lower case.
pub fn discover_with(paths: &[PathBuf], extensions: &[&str], threads: usize) -> Discovery {
    let mut found = Found {
        extensions,
        threads: workers::threads(threads),
        several: paths.len() > 1,
        sure: Vec::new(),
        files: HashMap::new(),
        folders: HashMap::new(),
        stdin: false,
        faults: Vec::new(),
    };
    if paths.is_empty() {
        found.folder(Path::new("."));
    }
    for path in paths {
        if path.as_os_str() == "-" {
            found.stdin = true;
        } else {
            match std::fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => found.folder(path),
                Ok(_) => found.file(path.clone(), one_path(path)),
                Err(error) => {
                    found
                        .faults
                        .push(SourceFault::unreadable(&name_of(path), &error));
                }
            }
        }
    }
    found.finish()
}

struct Found<'e> {
    extensions: &'e [&'e str],
    threads: usize,
    /// Whether more than one path was given.
    several: bool,
    /// Files to which no other road leads.
    sure: Vec<PathBuf>,
    /// The others, by the one path that all roads to a file share.
    files: HashMap<PathBuf, PathBuf>,
    /// The same of folders that were walked through.
    folders: HashMap<PathBuf, PathBuf>,
    stdin: bool,
    faults: Vec<SourceFault>,
}

impl Found<'_> {
    fn file(&mut self, path: PathBuf, identity: PathBuf) {
        self.files.entry(identity).or_insert(path);
    }

    fn folder(&mut self, root: &Path) {
        let walk = WalkBuilder::new(root)
            .follow_links(true)
            // The answer must not depend on whose machine it is.
            .git_global(false)
            .threads(self.threads)
            .build_parallel();
        let (met, all) = mpsc::channel();
        let is_wanted = |path: &Path| self.is_wanted(path);
        walk.run(|| {
            let met = met.clone();
            Box::new(move |entry| {
                let is_sought = entry.as_ref().map_or(true, |entry| {
                    let kind = entry.file_type();
                    kind.is_some_and(|kind| {
                        kind.is_dir() || kind.is_file() && is_wanted(entry.path())
                    })
                });
                if is_sought {
                    // Who is to have it waits below.
                    let _ = met.send(entry);
                }
                WalkState::Continue
            })
        });
        drop(met);
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in all {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                    folders.push(entry);
                }
                Ok(entry) => files.push(entry),
                Err(error) => self.walk_error(&error),
            }
        }
        // Where no link is there is one road to each file.
        let is_link = |entry: &DirEntry| entry.path_is_symlink() && entry.depth() > 0;
        if !self.several && !folders.iter().chain(&files).any(is_link) {
            self.sure.extend(files.into_iter().map(DirEntry::into_path));
            return;
        }
        // What a folder is called is known before what is in it.
        folders.sort_by_key(DirEntry::depth);
        for folder in folders {
            let identity = self.identity(&folder);
            self.folders.insert(folder.into_path(), identity);
        }
        let mut within = HashMap::with_capacity(files.len());
        for file in files {
            let identity = self.identity(&file);
            // Threads meet them in any order: of several roads the first by name counts.
            match within.entry(identity) {
                Entry::Vacant(free) => {
                    free.insert(file.into_path());
                }
                Entry::Occupied(mut known) if file.path() < known.get().as_path() => {
                    known.insert(file.into_path());
                }
                Entry::Occupied(_) => {}
            }
        }
        for (identity, path) in within {
            self.file(path, identity);
        }
    }

    /// The one path of what was met on the way: below its folder's, unless a link leads elsewhere.
    fn identity(&self, entry: &DirEntry) -> PathBuf {
        let path = entry.path();
        let folder = path.parent().and_then(|folder| self.folders.get(folder));
        match (folder, path.file_name()) {
            (Some(folder), Some(name)) if entry.depth() > 0 && !entry.path_is_symlink() => {
                folder.join(name)
            }
            _ => one_path(path),
        }
    }

    fn walk_error(&mut self, error: &ignore::Error) {
        match error {
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                self.walk_error(err);
            }
            ignore::Error::WithPath { path, err } => {
                let Some(io) = err.io_error() else {
                    return self.walk_error(err);
                };
                // A dead link is of no interest where its target would not have been read.
                let dead = io.kind() == std::io::ErrorKind::NotFound;
                if !dead || self.is_wanted(path) {
                    self.faults
                        .push(SourceFault::unreadable(&name_of(path), io));
                }
            }
            // The other end of the circle is walked.
            ignore::Error::Loop { .. } => {}
            ignore::Error::Partial(errors) => {
                for error in errors {
                    self.walk_error(error);
                }
            }
            other => {
                let message = one_line(&other.to_string());
                self.faults.push(SourceFault {
                    path: "".into(),
                    message,
                });
            }
        }
    }

    fn is_wanted(&self, path: &Path) -> bool {
        let extension = path.extension().and_then(std::ffi::OsStr::to_str);
        extension.is_some_and(|extension| {
            self.extensions
                .iter()
                .any(|wanted| extension.eq_ignore_ascii_case(wanted))
        })
    }

    fn finish(self) -> Discovery {
        let files = self.sure.into_iter().chain(self.files.into_values());
        let files = files.map(|path| SourcePath::File {
            name: name_of(&path).into(),
            path,
        });
        let mut sources: Vec<SourcePath> = files.collect();
        sources.extend(self.stdin.then_some(SourcePath::Stdin));
        sources.sort_by(|one, other| one.called().cmp(other.called()));
        let mut faults = self.faults;
        faults.sort();
        faults.dedup();
        Discovery { sources, faults }
    }
}

/// The path that all roads to a file share. What has none (a pipe handed over by the shell) stands for
/// itself.
fn one_path(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The name for reports: `/` between folders, without the `./` that means nothing.
fn name_of(path: &Path) -> String {
    let name = path.to_string_lossy();
    let name = if std::path::MAIN_SEPARATOR == '\\' {
        name.replace('\\', "/")
    } else {
        name.into_owned()
    };
    match name.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => name,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
