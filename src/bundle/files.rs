//! The files of a bundle, embedded in the program or read from a folder: one shape for both, so
//! that the bundled policies take no path of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, DirEntry, File, include_dir};

use crate::source::{Source, SourceFault, discover_with};

use super::prepared::{Prepared, PreparedFolder};

static REGO: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rego");
static PARAMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/params");

/// What a bundle's files are called.
pub(super) const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "rego"];

type Map = BTreeMap<String, Cow<'static, str>>;

/// The files that the program carries. What is prepared does without most of them.
static EMBEDDED: LazyLock<Map> = LazyLock::new(|| {
    let mut texts = Map::new();
    embed(&mut texts, "rego", &REGO);
    embed(&mut texts, "params", &PARAMS);
    texts
});

fn embed(texts: &mut Map, root: &str, folder: &Dir<'static>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => embed(texts, root, inner),
            DirEntry::File(file) => {
                if let Some(text) = file.contents_utf8() {
                    let path = file.path().to_string_lossy().replace('\\', "/");
                    texts.insert(format!("{root}/{path}"), text.into());
                }
            }
        }
    }
}

/// The text of one of them, without a look at the others.
fn embedded(path: &str) -> Option<&'static str> {
    let (root, inner) = path.split_once('/')?;
    let mut folder = match root {
        "rego" => &REGO,
        "params" => &PARAMS,
        _ => return None,
    };
    loop {
        let mut entries = folder.entries().iter();
        match entries.find(|entry| leads_to(entry, inner))? {
            DirEntry::Dir(found) => folder = found,
            DirEntry::File(found) => return found.contents_utf8(),
        }
    }
}

/// Whether `path` is that of `entry`, or below it.
fn leads_to(entry: &DirEntry<'_>, path: &str) -> bool {
    let own = entry.path().as_os_str().as_encoded_bytes();
    let Some((start, rest)) = path.as_bytes().split_at_checked(own.len()) else {
        return false;
    };
    let same = |(own, given): (&u8, &u8)| own == given || (*own == b'\\' && *given == b'/');
    let ends = match entry {
        DirEntry::Dir(_) => rest.starts_with(b"/"),
        DirEntry::File(_) => rest.is_empty(),
    };
    ends && own.iter().zip(start).all(same)
}

/// Texts by path; paths are relative, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Whether it is the files that the program carries, and nothing else.
    embedded: bool,
    own: Map,
    /// What is known of them before they are read.
    prepared: Option<Arc<Prepared<'static>>>,
}

impl Files {
    /// The files that the program carries: `rego/…` and `params/…`.
    pub fn embedded() -> Files {
        Files {
            embedded: true,
            ..Files::default()
        }
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

    fn texts(&self) -> &Map {
        if self.embedded { &EMBEDDED } else { &self.own }
    }

    /// These files, of which `prepared` is what [`prepare`](super::prepare) made; empty: nothing.
    #[must_use]
    pub fn with_prepared(mut self, prepared: &'static [u8]) -> Files {
        self.prepared = Prepared::read(prepared).map(Arc::new);
        self
    }

    /// The folders that are prepared, in order.
    pub(super) fn prepared_paths(&self) -> impl Iterator<Item = &'static str> {
        let prepared = self.prepared.iter();
        prepared.flat_map(|prepared| prepared.paths())
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
        let found = discover_with(&[folder.join("template.yaml")], &EXTENSIONS, 0);
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
        let found = discover_with(paths, extensions, 0);
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
        let text = source.text().text.into_owned();
        if std::mem::take(&mut self.embedded) {
            self.own.clone_from(&EMBEDDED);
        }
        self.own.insert(source.name.to_string(), text.into());
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
        self.texts().get(path).map(AsRef::as_ref)
    }

    /// The text of the file at `path` for itself; the program carries it already, or it is copied.
    pub(super) fn text(&self, path: &str) -> Option<Cow<'static, str>> {
        if self.embedded {
            return embedded(path).map(Cow::Borrowed);
        }
        self.own.get(path).cloned()
    }

    /// The files below the folder `folder` (all, where it is empty), by path.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        self.texts()
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, text)| (path.as_str(), text.as_ref()))
    }

    /// The folders that hold a file called `name`, in order of path.
    pub fn folders_with<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        self.texts()
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
