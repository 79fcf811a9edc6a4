//! The files of a bundle, embedded in the program or read from a folder: one shape for both, so
//! that the bundled policies take no path of their own.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use include_dir::{Dir, DirEntry, include_dir};

use crate::source;

static REGO: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rego");
static PARAMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/params");

/// Texts by path; paths are relative, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    texts: BTreeMap<String, String>,
}

impl Files {
    /// The files that the program carries: `rego/…` and `params/…`.
    pub fn embedded() -> Files {
        let mut files = Files::default();
        files.embed("rego", &REGO);
        files.embed("params", &PARAMS);
        files
    }

    fn embed(&mut self, root: &str, folder: &Dir<'static>) {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(inner) => self.embed(root, inner),
                DirEntry::File(file) => {
                    if let Some(text) = file.contents_utf8() {
                        let path = file.path().to_string_lossy().replace('\\', "/");
                        self.texts.insert(format!("{root}/{path}"), text.to_owned());
                    }
                }
            }
        }
    }

    /// The text files below the folder `root`; a path begins with `root` as it was given.
    pub fn read(root: &Path) -> io::Result<Files> {
        let mut files = Files::default();
        for path in source::files_below(root)? {
            // What is no text belongs to no policy.
            if let Ok(text) = String::from_utf8(fs::read(&path)?) {
                files
                    .texts
                    .insert(path.to_string_lossy().replace('\\', "/"), text);
            }
        }
        Ok(files)
    }

    /// The text of the file at `path`.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
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
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The folders that hold a file called `name`, in order of path.
    pub fn folders_with<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let tail = format!("/{name}");
        self.texts
            .keys()
            .filter_map(move |path| path.strip_suffix(tail.as_str()))
    }
}

impl FromIterator<(String, String)> for Files {
    /// Files from texts that are already in memory, by path.
    fn from_iter<T: IntoIterator<Item = (String, String)>>(texts: T) -> Files {
        Files {
            texts: texts.into_iter().collect(),
        }
    }
}

/// The folder that holds `path`; `""` at the top.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
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
