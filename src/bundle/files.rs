//! The files of a bundle, embedded in the program or read from a folder: one shape for both, so
//! that the bundled policies take no path of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, DirEntry, File, include_dir};

use crate::source::{Source, SourceFault, discover_with};

use super::prepared::{Prepared, PreparedFolder};

static REGO: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rego");
static PARAMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/params");

/// What a bundle's files are called.
pub(super) const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "rego"];

/// Texts by path; paths are relative, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    texts: BTreeMap<String, Cow<'static, str>>,
    /// What is known of them before they are read.
    prepared: Option<Arc<Prepared<'static>>>,
}

impl Files {
    /// The files that the program carries: `rego/…` and `params/…`.
    pub fn embedded() -> Files {
        let mut files = Files::default();
        files.embed("rego", &REGO);
        files.embed("params", &PARAMS);
        files
    }

    /// The names of the presets that the program carries, in order. The command line asks for them at
    /// every start: nothing else is looked at.
    pub fn presets() -> Vec<&'static str> {
        let presets = PARAMS.get_dir("presets");
        let files = presets.into_iter().flat_map(Dir::files);
        let name = |file: &'static File<'static>| file.path().file_name()?.to_str();
        files
            .filter_map(|file| name(file)?.strip_suffix(".yaml"))
            .collect()
    }

    fn embed(&mut self, root: &str, folder: &Dir<'static>) {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(inner) => self.embed(root, inner),
                DirEntry::File(file) => {
                    if let Some(text) = file.contents_utf8() {
                        let path = file.path().to_string_lossy().replace('\\', "/");
                        self.texts.insert(format!("{root}/{path}"), text.into());
                    }
                }
            }
        }
    }

    /// These files, of which `prepared` is what [`prepare`](super::prepare) made; empty: nothing.
    #[must_use]
    pub fn with_prepared(mut self, prepared: &'static [u8]) -> Files {
        self.prepared = Prepared::read(prepared).map(Arc::new);
        self
    }

    /// What is known of the folder `path` before it is read.
    pub(super) fn prepared(&self, path: &str) -> Option<&PreparedFolder<'static>> {
        self.prepared.as_ref()?.folder(path)
    }

    /// The YAML, JSON and Rego files below the folder `root`; a path begins with `root` as it was
    /// given.
    ///
    /// # Errors
    /// The first file that cannot be read.
    pub fn read(root: &Path) -> Result<Files, SourceFault> {
        let mut files = Files::default();
        files.add_all(&[root.to_path_buf()], &EXTENSIONS)?;
        Ok(files)
    }

    /// The files of the one exploded policy in `folder`: its template, its Rego, its libraries.
    ///
    /// # Errors
    /// The first file that cannot be read; a folder without a template.
    pub fn of_policy(folder: &Path) -> Result<Files, SourceFault> {
        let mut files = Files::default();
        let found = discover_with(&[folder.join("template.yaml")], &EXTENSIONS);
        if let Some(fault) = found.faults.into_iter().next() {
            return Err(fault);
        }
        for path in &found.sources {
            let source = Source::read(path)?;
            files.add(&source);
            files.add_surroundings(&source.name)?;
        }
        Ok(files)
    }

    fn add_all(&mut self, paths: &[PathBuf], extensions: &[&str]) -> Result<(), SourceFault> {
        let found = discover_with(paths, extensions);
        if let Some(fault) = found.faults.into_iter().next() {
            return Err(fault);
        }
        for path in &found.sources {
            self.add(&Source::read(path)?);
        }
        Ok(())
    }

    /// Adds a text under its name.
    pub(super) fn add(&mut self, source: &Source) {
        self.texts.insert(
            source.name.to_string(),
            source.text().text.into_owned().into(),
        );
    }

    /// Adds what belongs to the exploded policy of the template called `name`, though nobody may have
    /// named it: its Rego, its samples, the libraries and default values beside its folder.
    pub(super) fn add_surroundings(&mut self, name: &str) -> Result<(), SourceFault> {
        let folder = parent(name);
        if !Path::new(&join(folder, "policy.rego")).is_file() {
            return Ok(());
        }
        let mut paths: Vec<PathBuf> = ["policy.rego", "recommendation.yaml", "lib", "samples"]
            .into_iter()
            .map(|inner| join(folder, inner).into())
            .collect();
        paths.push(join(&above(folder), "lib").into());
        let defaults = format!("{}.yaml", file_name(folder));
        paths.push(join(&above(&above(folder)), &join("params", &defaults)).into());
        paths.retain(|path| path.exists());
        if paths.is_empty() {
            return Ok(());
        }
        self.add_all(&paths, &EXTENSIONS)
    }

    /// The text of the file at `path`.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(AsRef::as_ref)
    }

    /// The files below the folder `folder` (all, where it is empty), by path.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        self.texts
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, text)| (path.as_str(), text.as_ref()))
    }

    /// The folders that hold a file called `name`, in order of path.
    pub fn folders_with<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        self.texts
            .keys()
            .filter(move |path| file_name(path) == name)
            .map(|path| parent(path))
    }
}

/// The folder that holds `path`; `""` at the top.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder that holds `folder`, also where that is the current one.
pub(crate) fn above(folder: &str) -> String {
    if folder.is_empty() || folder.ends_with("..") {
        join(folder, "..")
    } else {
        parent(folder).to_owned()
    }
}

/// The last part of `path`.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `name` in `folder`.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
