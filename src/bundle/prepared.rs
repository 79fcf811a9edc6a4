//! What is known of the policies that the program carries before it runs: a release build reads
//! their folders and compiles their Rego, so that no run has to.
//!
//! It can be left out: then folders are read as they are. What is prepared says the same.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::{Module, Options, Program, RegoVersion, Value};
use crate::gatekeeper::{CheckedRego, ConstraintTemplate};
use crate::manifest::Fault;
use crate::params::ParameterSet;
use crate::source::Source;

use super::exploded::Folder;
use super::files::Files;
use super::recommendation::Recommendation;

/// Folders by path.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Prepared<'a> {
    #[serde(borrow)]
    folders: BTreeMap<Cow<'a, str>, PreparedFolder<'a>>,
}

/// What [`Folder`] would read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PreparedFolder<'a> {
    /// The template, its Recommendation and its default values as JSON.
    #[serde(borrow)]
    template: Cow<'a, str>,
    #[serde(borrow)]
    recommendation: Option<Cow<'a, str>>,
    #[serde(borrow)]
    defaults: Option<(Cow<'a, str>, Cow<'a, str>)>,
    is_v1: bool,
    /// The main module's path, then the libraries'.
    #[serde(borrow)]
    modules: Vec<Cow<'a, str>>,
    /// The main module's text, where that is not the file's.
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    entry: Cow<'a, str>,
    uses_inventory: bool,
    program: Option<&'a [u8]>,
}

impl<'a> Prepared<'a> {
    /// Reads what [`prepare`] wrote; nothing where it is not that.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Prepared<'a>> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn folder(&self, path: &str) -> Option<&PreparedFolder<'a>> {
        self.folders.get(path)
    }
}

impl<'a> PreparedFolder<'a> {
    pub(super) fn template(&self, files: &Files) -> Option<ConstraintTemplate> {
        let value = Value::from_json_str(&self.template).ok()?;
        let mut modules = Vec::new();
        for path in &self.modules {
            modules.push(Module {
                name: path.to_string(),
                text: files.get(path)?.to_owned(),
                version: if self.is_v1 {
                    RegoVersion::V1
                } else {
                    RegoVersion::V0
                },
            });
        }
        let checked = CheckedRego {
            entry: self.entry.to_string(),
            text: self.text.as_ref().map(ToString::to_string),
            uses_inventory: self.uses_inventory,
        };
        let libraries = modules.split_off(1.min(modules.len()));
        let main = modules.pop()?;
        ConstraintTemplate::with_checked_rego(&value, main, libraries, checked).ok()
    }

    pub(super) fn recommendation(&self) -> Option<Recommendation> {
        serde_json::from_str(self.recommendation.as_ref()?).ok()
    }

    pub(super) fn defaults(&self, files: &Files, id: &str) -> Option<ParameterSet> {
        let (path, json) = self.defaults.as_ref()?;
        let source = Source::new(&**path, files.get(path)?);
        ParameterSet::of_defaults(source, id, &Value::from_json_str(json).ok()?).ok()
    }

    /// The compiled Rego.
    pub(super) fn program(&self) -> Option<&'a [u8]> {
        self.program
    }
}

/// Prepares what `files` hold in the exploded layout, compiled with `options`.
///
/// # Errors
/// What is wrong with them.
pub fn prepare(files: &Files, options: &Options) -> Result<Vec<u8>, Vec<Fault>> {
    let mut folders = Vec::new();
    let mut programs = Vec::new();
    for folder in Folder::all(files) {
        let template = folder.template()?;
        let modules: Vec<Module> = std::iter::once(&template.main)
            .chain(&template.libs)
            .cloned()
            .collect();
        let program = Program::compile(&modules, &template.entry, options)
            .ok()
            .and_then(|program| program.image());
        programs.push(program);
        folders.push((folder, template));
    }
    let mut prepared = Prepared::default();
    for ((folder, template), program) in folders.iter().zip(&programs) {
        if let Some(one) = folder_of(files, folder, template, program.as_deref()) {
            prepared.folders.insert(folder.path().into(), one);
        }
    }
    Ok(postcard::to_allocvec(&prepared).unwrap_or_default())
}

fn folder_of<'a>(
    files: &'a Files,
    folder: &Folder<'a>,
    template: &'a ConstraintTemplate,
    program: Option<&'a [u8]>,
) -> Option<PreparedFolder<'a>> {
    let json = |value: &Value| value.to_json_str().ok().map(Cow::Owned);
    let recommendation = match folder.recommendation_text() {
        None => None,
        Some(text) => {
            let value: serde_json::Value = serde_yaml::from_str(text).ok()?;
            Some(Cow::Owned(value.to_string()))
        }
    };
    let defaults = match folder.defaults_text() {
        None => None,
        Some((path, text)) => {
            let value = crate::manifest::value(&Source::new(&*path, text)).ok()?;
            Some((Cow::Owned(path), json(&value)?))
        }
    };
    let main = &template.main;
    let text = Some(main.text.as_str()).filter(|text| files.get(&main.name) != Some(text));
    let modules = std::iter::once(main).chain(&template.libs);
    Some(PreparedFolder {
        template: json(&template.raw)?,
        recommendation,
        defaults,
        is_v1: main.version == RegoVersion::V1,
        modules: modules.map(|module| Cow::Borrowed(&*module.name)).collect(),
        text: text.map(Cow::Borrowed),
        entry: Cow::Borrowed(&template.entry),
        uses_inventory: template.uses_inventory,
        program,
    })
}
