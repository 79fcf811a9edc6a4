//! What a Suite gives: the name of a file, or the thing itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bundle::Origin;
use crate::engine::Value;
use crate::manifest::{self, Fault, Location, Manifest, Resource};
use crate::source::{Place, Source, SourcePath};

use super::node::Node;

/// A thing that a Suite gives.
#[derive(Clone, Debug)]
pub(super) enum Given {
    File(FileName),
    /// The object as it stands in the Suite.
    Inline {
        value: Value,
        origin: Origin,
    },
}

/// A file that a Suite names.
#[derive(Clone, Debug)]
pub(super) struct FileName {
    /// Where it is.
    pub(super) path: PathBuf,
    /// What reports call it.
    pub(super) name: Arc<str>,
    /// The Suite, and where it names the file.
    pub(super) suite: Arc<str>,
    pub(super) place: Place,
}

/// Where a Suite's relative paths begin.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) suite: Arc<str>,
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// The Suite itself, for what stands in it.
    pub(super) origin: Origin,
}

impl Folder {
    pub(super) fn of(source: &SourcePath, origin: Origin) -> Folder {
        let suite = source.name();
        let path = match source {
            SourcePath::File { path, .. } => path.parent().map(Path::to_owned),
            SourcePath::Stdin => None,
        };
        let name = match source {
            SourcePath::File { .. } => suite.rsplit_once('/').map_or("", |(folder, _)| folder),
            SourcePath::Stdin => "",
        };
        Folder {
            path: path.unwrap_or_default(),
            name: name.to_owned(),
            suite,
            origin,
        }
    }
}

impl Folder {
    /// Where `node` of the Suite stands.
    fn inside(&self, node: &Node<'_>) -> Origin {
        let mut origin = self.origin.clone();
        let location = &mut origin.location;
        let dot = if location.item.is_empty() { "" } else { "." };
        location.item = format!("{}{dot}{}", location.item, node.path());
        let place = node.place();
        (location.line, location.column) = (place.line, place.column);
        origin
    }
}

impl Given {
    /// Reads a file's name or an object.
    pub(super) fn read(node: &Node<'_>, folder: &Folder, faults: &mut Vec<Fault>) -> Option<Given> {
        match node.value() {
            Value::String(text) if text.is_empty() => {
                faults.push(node.fault("the name of the file is empty"));
                None
            }
            Value::String(text) => Some(Given::File(FileName {
                path: folder.path.join(&**text),
                name: joined(&folder.name, text).into(),
                suite: folder.suite.clone(),
                place: node.place(),
            })),
            value @ Value::Object(_) => Some(Given::Inline {
                value: value.clone(),
                origin: folder.inside(node),
            }),
            _ => {
                faults.push(node.wrong_type("the name of a file, or the object itself"));
                None
            }
        }
    }

    /// What reports call it.
    pub(super) fn name(&self) -> String {
        match self {
            Given::File(file) => file.name.to_string(),
            Given::Inline { origin, .. } => origin.to_string(),
        }
    }

    /// An error where the Suite gives it.
    pub(super) fn fault(&self, message: String) -> Fault {
        match self {
            Given::File(file) => file.fault(message),
            Given::Inline { origin, .. } => at(&origin.location, message),
        }
    }

    /// The Kubernetes objects in it, Lists taken apart and AdmissionReviews unwrapped. Anything that
    /// keeps it from being all of what its author meant is an error.
    pub(super) fn resources(&self) -> Result<Vec<Resource>, Vec<Fault>> {
        self.contents().map(|(_, resources)| resources)
    }

    /// Its objects, and the text that they stand in.
    pub(super) fn contents(&self) -> Result<(Arc<Source>, Vec<Resource>), Vec<Fault>> {
        let (source, manifest) = match self {
            Given::File(file) => {
                let source = file.source()?;
                let manifest = manifest::read(&source);
                (Arc::new(source), manifest)
            }
            Given::Inline { value, origin } => {
                (origin.source.clone(), inline(value, &origin.location))
            }
        };
        let mut faults = manifest.faults.clone();
        faults.extend(manifest.duplicates().cloned());
        for skipped in &manifest.skipped {
            faults.push(at(
                &skipped.location,
                format!("expected a Kubernetes object, found {}", skipped.reason),
            ));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok((source, manifest.resources))
    }
}

/// An object in a Suite takes the way of all others, through its text.
fn inline(value: &Value, location: &Location) -> Manifest {
    let text = value.to_json_str().unwrap_or_default();
    let mut manifest = manifest::read(&Source::new(location.path.clone(), text));
    for resource in &mut manifest.resources {
        resource.location = location.clone();
    }
    for skipped in &mut manifest.skipped {
        skipped.location = location.clone();
    }
    for fault in &mut manifest.faults {
        *fault = at(location, fault.message.clone());
    }
    manifest
}

impl FileName {
    pub(super) fn source(&self) -> Result<Source, Vec<Fault>> {
        let path = SourcePath::File {
            path: self.path.clone(),
            name: self.name.clone(),
        };
        // A file that is not there is the Suite's mistake, at the Suite's line.
        Source::read(&path).map_err(|fault| vec![self.fault(fault.message)])
    }

    /// An error where the Suite names the file.
    pub(super) fn fault(&self, message: String) -> Fault {
        Fault {
            path: self.suite.clone(),
            line: self.place.line,
            column: self.place.column,
            message,
        }
    }
}

/// An error at a resource.
pub(super) fn at(location: &Location, message: String) -> Fault {
    Fault {
        path: location.path.clone(),
        line: location.line,
        column: location.column,
        message,
    }
}

/// `name` in `folder`, with `.` and `..` resolved as far as the text goes.
pub(super) fn joined(folder: &str, name: &str) -> String {
    if name.starts_with('/') {
        return name.to_owned();
    }
    let rooted = folder.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(name.split('/')) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}
