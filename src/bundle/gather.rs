//! A user's policies as they lie in files and folders, or come from a cluster: every document is
//! read and sorted, nothing is put together yet.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::Value;
use crate::gatekeeper::{
    CONFIG_GROUP, CONSTRAINT_GROUP, EXPANSION_GROUP, SYNC_GROUP, TEMPLATE_GROUP,
};
use crate::manifest::{self, Fault, Resource};
use crate::source::{Source, SourceFault, discover_with};

use super::azure_policy;
use super::exploded::{self, Folder};
use super::files::{EXTENSIONS, Files, file_name, parent};
use super::origin::Origin;

/// An object that matters to policies, and where it was read.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) object: Value,
    pub(super) origin: Origin,
}

/// What was found, by what it is; each list in order of path and place.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Files of policies in the exploded layout.
    pub(super) files: Files,
    pub(super) templates: Vec<Document>,
    pub(super) constraints: Vec<Document>,
    pub(super) expansions: Vec<Document>,
    /// SyncSets and Configs.
    pub(super) settings: Vec<Document>,
    /// Namespaces and CustomResourceDefinitions: what policies must know of a cluster.
    pub(super) context: Vec<Document>,
    /// How many objects are nothing of that, and the first of them.
    pub(super) others: usize,
    pub(super) first_other: Option<Origin>,
    /// Objects that change others, which is not done here.
    pub(super) mutators: usize,
    pub(super) faults: Vec<Fault>,
    pub(super) notes: Vec<String>,
    /// The paths that were asked for, as given.
    pub(super) paths: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Template,
    Constraint,
    Expansion,
    Settings,
    Context,
    Mutator,
    /// Part of Gatekeeper's world, but nothing to judge by.
    Silent,
    Other,
}

impl Gathered {
    /// Reads all that `paths` hold; what cannot be read is kept as an error.
    pub fn read(paths: &[PathBuf]) -> Gathered {
        let mut gathered = Gathered::default();
        let names: Vec<String> = paths
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        gathered.paths = names.join(", ");
        let found = discover_with(paths, &EXTENSIONS, 0);
        gathered.faults.extend(found.faults.iter().map(unreadable));
        let mut sources = Vec::new();
        for path in &found.sources {
            match Source::read(path) {
                Ok(source) => sources.push(source),
                Err(fault) => gathered.faults.push(unreadable(&fault)),
            }
        }
        for source in &sources {
            gathered.files.add(source);
            if file_name(&source.name) == exploded::TEMPLATE
                && let Err(fault) = gathered.files.add_surroundings(&source.name)
            {
                gathered.faults.push(unreadable(&fault));
            }
        }
        gathered.sort_all(sources);
        gathered
    }

    /// The same of texts that are in memory: `named` is what was asked for, `around` what policies in
    /// the exploded layout may need besides (libraries, default values). `paths` is what errors call
    /// them together.
    pub fn of(named: Vec<Source>, around: Vec<Source>, paths: String) -> Gathered {
        let mut gathered = Gathered {
            paths,
            ..Gathered::default()
        };
        for source in around.iter().chain(&named) {
            gathered.files.add(source);
        }
        gathered.sort_all(named);
        gathered
    }

    fn sort_all(&mut self, sources: Vec<Source>) {
        let folders: Vec<String> = Folder::all(&self.files)
            .map(|folder| folder.path().to_owned())
            .collect();
        for source in sources {
            if !source.name.ends_with(".rego") && !is_of_folder(&source.name, &folders) {
                self.sort(source);
            }
        }
    }

    fn sort(&mut self, source: Source) {
        match azure_policy::definition(&source) {
            None => self.sort_objects(source),
            Some(Err(fault)) => self.faults.push(fault),
            Some(Ok(None)) => {}
            Some(Ok(Some(definition))) => {
                self.sort_objects(definition.template);
                if let Some(constraint) = definition.constraint {
                    self.sort_objects(constraint);
                }
            }
        }
    }

    fn sort_objects(&mut self, source: Source) {
        let read = manifest::read(&source);
        let source = Arc::new(source);
        self.faults.extend(read.faults);
        self.notes
            .extend(read.notes.iter().map(ToString::to_string));
        for Resource {
            object, location, ..
        } in read.resources
        {
            let origin = Origin {
                source: source.clone(),
                location,
            };
            let list = match sort(&object) {
                Sort::Template => &mut self.templates,
                Sort::Constraint => &mut self.constraints,
                Sort::Expansion => &mut self.expansions,
                Sort::Settings => &mut self.settings,
                Sort::Context => &mut self.context,
                Sort::Silent => continue,
                Sort::Mutator => {
                    self.mutators += 1;
                    continue;
                }
                Sort::Other => {
                    self.others += 1;
                    self.first_other.get_or_insert(origin);
                    continue;
                }
            };
            list.push(Document { object, origin });
        }
    }

    /// Whether there is anything by which to judge, or that says how.
    pub(super) fn is_empty(&self) -> bool {
        let lists = [
            &self.templates,
            &self.constraints,
            &self.expansions,
            &self.settings,
            &self.context,
        ];
        lists.iter().all(|list| list.is_empty()) && Folder::all(&self.files).next().is_none()
    }
}

/// The template and the samples of an exploded policy are read with its folder.
fn is_of_folder(name: &str, folders: &[String]) -> bool {
    folders.iter().any(|folder| {
        let inner = name
            .strip_prefix(folder.as_str())
            .map(|rest| rest.trim_start_matches('/'));
        inner.is_some_and(|inner| {
            parent(name) == folder && inner == exploded::TEMPLATE || inner.starts_with("samples/")
        })
    })
}

/// What an object is to a bundle.
pub(super) fn sort(object: &Value) -> Sort {
    let text = |key: &str| match &object[key] {
        Value::String(text) => text.to_string(),
        _ => String::new(),
    };
    let (version, kind) = (text("apiVersion"), text("kind"));
    let group = version.split_once('/').map_or("", |(group, _)| group);
    match (group, kind.as_str()) {
        (TEMPLATE_GROUP, _) => Sort::Template,
        (CONSTRAINT_GROUP, _) => Sort::Constraint,
        (EXPANSION_GROUP, _) => Sort::Expansion,
        (SYNC_GROUP | CONFIG_GROUP, _) => Sort::Settings,
        ("", "Namespace") | ("apiextensions.k8s.io", "CustomResourceDefinition") => Sort::Context,
        ("mutations.gatekeeper.sh", _) => Sort::Mutator,
        (group, _) if group.ends_with(".gatekeeper.sh") => Sort::Silent,
        _ => Sort::Other,
    }
}

fn unreadable(fault: &SourceFault) -> Fault {
    Fault {
        path: fault.path.clone(),
        line: 0,
        column: 0,
        message: fault.message.clone(),
    }
}
