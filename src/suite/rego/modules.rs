//! Which modules a test file needs.
//!
//! `opa test` loads everything below a folder into one program. That cannot be done with a tree of
//! policies each of which brings its own copy of a library, so a test file is given what it asks
//! for: the other modules of its package, and for each `data.…` that it or they speak of the modules
//! that define it, from the nearest folder that has some. Nearest is the file's own folder, then
//! the folder `lib` in it (read even where it was not named), then all that is below it; then the
//! same of the folder above, and so on up to the root of the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::engine::{self, Module, Outline, RegoVersion, outline};
use crate::manifest::Fault;
use crate::source::{Source, SourcePath, discover_with};
use crate::workers;

/// A module that parses.
pub(super) struct Read {
    pub(super) module: Module,
    pub(super) outline: Outline,
    /// The folder, as the file system knows it.
    folder: PathBuf,
}

impl Read {
    fn is_test(&self) -> bool {
        self.module.name.ends_with("_test.rego")
    }
}

/// All modules of a run.
pub(in crate::suite) struct Modules {
    all: Vec<Read>,
    given: usize,
    /// Folders called `lib` that have been read, or were given.
    libraries: BTreeSet<PathBuf>,
    known: BTreeSet<PathBuf>,
}

impl Modules {
    /// Reads the modules at `paths`; what cannot be read is a fault.
    pub(in crate::suite) fn read(paths: &[SourcePath], threads: usize) -> (Modules, Vec<Fault>) {
        let mut modules = Modules {
            all: Vec::new(),
            given: 0,
            libraries: BTreeSet::new(),
            known: BTreeSet::new(),
        };
        let faults = modules.add(paths, threads);
        modules.given = modules.all.len();
        (modules, faults)
    }

    fn add(&mut self, paths: &[SourcePath], threads: usize) -> Vec<Fault> {
        let mut faults = Vec::new();
        for read in workers::map_heavy(paths, threads, read) {
            match read {
                Ok((real, read)) => {
                    if self.known.insert(real) {
                        self.all.push(read);
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults
    }

    /// The modules that the user named.
    pub(super) fn given(&self) -> std::ops::Range<usize> {
        0..self.given
    }

    /// The modules that the user named, tests left out.
    pub(in crate::suite) fn policies(&self) -> impl Iterator<Item = &Module> {
        let given = self.all.iter().take(self.given);
        given
            .filter(|read| !read.is_test())
            .map(|read| &read.module)
    }

    pub(super) fn get(&self, index: usize) -> Option<&Read> {
        self.all.get(index)
    }

    /// The modules that the one at `index` needs, itself included, in order.
    pub(super) fn needed_by(&mut self, index: usize) -> Vec<usize> {
        let mut needed = BTreeSet::from([index]);
        let mut waiting = vec![index];
        // What a test speaks of is looked for from where the one speaking stands.
        let mut settled: BTreeMap<Vec<String>, ()> = BTreeMap::new();
        while let Some(at) = waiting.pop() {
            let Some(read) = self.all.get(at) else {
                continue;
            };
            let folder = read.folder.clone();
            let mut wanted: Vec<Vec<String>> = vec![read.outline.package.path.clone()];
            let spoken = read.outline.imports.iter().chain(&read.outline.data);
            wanted.extend(
                spoken
                    .filter(|reference| reference.path.first().is_some_and(|root| root == "data"))
                    .filter_map(|reference| reference.path.get(1..))
                    .filter(|path| !path.is_empty())
                    .map(<[String]>::to_vec),
            );
            for path in wanted {
                if settled.insert(path.clone(), ()).is_some() {
                    continue;
                }
                for found in self.providers(&path, &folder, at) {
                    if needed.insert(found) {
                        waiting.push(found);
                    }
                }
            }
        }
        needed.into_iter().collect()
    }

    /// The modules of the nearest folder that define `path`, for the module `asking` in `folder`.
    fn providers(&mut self, path: &[String], folder: &Path, asking: usize) -> Vec<usize> {
        for scope in folder.ancestors() {
            let found = self.defining(path, asking, |read| read.folder == scope);
            if !found.is_empty() {
                return found;
            }
            // A library for all goes before what some other policy keeps for itself.
            for inner in [self.open_library(scope), scope.to_owned()] {
                let below = |read: &Read| read.folder.starts_with(&inner);
                let found = self.defining(path, asking, below);
                if !found.is_empty() {
                    return found;
                }
            }
            // The root of the repository ends the search.
            if scope.join(".git").exists() {
                break;
            }
        }
        Vec::new()
    }

    fn defining(
        &self,
        path: &[String],
        asking: usize,
        is_in_scope: impl Fn(&Read) -> bool,
    ) -> Vec<usize> {
        let mut found: Vec<usize> = (0..self.all.len())
            .filter(|index| *index != asking)
            .filter(|index| {
                self.all
                    .get(*index)
                    .is_some_and(|read| is_in_scope(read) && defines(&read.outline, path))
            })
            .collect();
        let is_test = |index: &usize| self.all.get(*index).is_some_and(Read::is_test);
        // Tests of something are not that thing, where there is more of it than tests.
        if !found.iter().all(is_test) {
            found.retain(|index| !is_test(index));
        }
        found
    }

    /// Reads the folder `lib` of `scope`, once; gives its path. What does not parse there is nobody's, unless it is
    /// needed: then the module that needs it does not compile, and says what is missing.
    fn open_library(&mut self, scope: &Path) -> PathBuf {
        let library = scope.join("lib");
        if self.libraries.insert(library.clone()) && library.is_dir() {
            let paths = discover_with(&[shown(&library)], &["rego"], 0).sources;
            let _ = self.add(&paths, 1);
        }
        library
    }
}

/// `path` as a user in the current folder would write it.
fn shown(path: &Path) -> PathBuf {
    let Ok(current) = std::env::current_dir().and_then(std::fs::canonicalize) else {
        return path.to_owned();
    };
    let mut up = PathBuf::new();
    for ancestor in current.ancestors().take(4) {
        if let Ok(inner) = path.strip_prefix(ancestor) {
            return up.join(inner);
        }
        up.push("..");
    }
    path.to_owned()
}

/// Whether the module has something at `path`, or below it.
fn defines(outline: &Outline, path: &[String]) -> bool {
    let package = &outline.package.path;
    if package.starts_with(path) {
        return true;
    }
    path.starts_with(package)
        && path
            .get(package.len())
            .is_some_and(|rule| outline.rules.contains(rule))
}

fn read(path: &SourcePath) -> Result<(PathBuf, Read), Fault> {
    let name = path.name();
    let fault = |line, column, message| Fault {
        path: name.clone(),
        line,
        column,
        message,
    };
    let source = Source::read(path).map_err(|error| fault(0, 0, error.message))?;
    let text = source.text().text.into_owned();
    let (module, outline) = dialect(&name, text).map_err(|error| {
        // A file without a package is no module at all.
        fault(error.line, error.column, error.message)
    })?;
    let real = match path {
        SourcePath::File { path, .. } => {
            std::fs::canonicalize(path).unwrap_or_else(|_| path.clone())
        }
        SourcePath::Stdin => PathBuf::from(&*name),
    };
    let folder = real.parent().map(Path::to_owned).unwrap_or_default();
    Ok((
        real,
        Read {
            module,
            outline,
            folder,
        },
    ))
}

/// The module in the dialect in which it parses: v1, else v0.
fn dialect(name: &str, text: String) -> Result<(Module, Outline), engine::Fault> {
    let mut module = Module {
        name: name.to_owned(),
        text: text.into(),
        version: RegoVersion::V1,
    };
    let new = match outline(&module) {
        Ok(outline) => return Ok((module, outline)),
        Err(fault) => fault,
    };
    module.version = RegoVersion::V0;
    match outline(&module) {
        Ok(outline) => Ok((module, outline)),
        // The dialect that understands more of it is the one that was meant.
        Err(old) if (old.line, old.column) > (new.line, new.column) => Err(old),
        Err(_) => Err(new),
    }
}
