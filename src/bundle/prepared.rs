//! What is known of the policies that the program carries before it runs: a release build reads
//! their folders and compiles their Rego, so that no run has to.
//!
//! It can be left out: then folders are read as they are. What is prepared says the same.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::engine::{Module, Options, Program, RegoVersion, Value};
use crate::gatekeeper::{Constraint, ConstraintTemplate, KnownTemplate};
use crate::lazy::Lazy;
use crate::manifest::Fault;
use crate::params::{Giver, ParameterSet, Parameters};
use crate::source::Source;

use super::exploded::{Folder, Samples};
use super::files::Files;
use super::load_policy;
use super::policy::Policy;
use super::rating::Rating;
use super::recommendation::Recommendation;

/// Folders by path: all of them, or none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Prepared<'a> {
    #[serde(borrow)]
    folders: BTreeMap<&'a str, PreparedFolder<'a>>,
}

/// What [`Folder`] would read. Values are JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PreparedFolder<'a> {
    #[serde(borrow)]
    template: PreparedTemplate<'a>,
    recommendation: &'a [u8],
    /// The path of the file with the default values, and these.
    defaults: Option<(&'a str, &'a str)>,
    /// The Constraint that the default values make, and its `parameters` where they are more than
    /// what it says.
    constraint: Option<(&'a str, Option<&'a str>)>,
    /// Whether the default values are to be replaced first.
    is_unconfigured: bool,
    program: Option<&'a [u8]>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct PreparedTemplate<'a> {
    name: &'a str,
    kind: &'a str,
    raw: &'a str,
    annotations: BTreeMap<&'a str, &'a str>,
    is_v1: bool,
    /// The main module's path, then the libraries'.
    modules: Vec<&'a str>,
    /// The main module's text, where that is not the file's.
    text: Option<&'a str>,
    entry: &'a str,
    uses_inventory: bool,
}

impl<'a> Prepared<'a> {
    /// Reads what [`prepare`] wrote; nothing where it is not that.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Prepared<'a>> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn folder(&self, path: &str) -> Option<&PreparedFolder<'a>> {
        self.folders.get(path)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.folders.keys().copied()
    }
}

impl PreparedFolder<'static> {
    pub(super) fn template(&self, files: &Files) -> Option<ConstraintTemplate> {
        let template = &self.template;
        let raw = template.raw;
        let version = if template.is_v1 {
            RegoVersion::V1
        } else {
            RegoVersion::V0
        };
        let mut modules = template.modules.iter().map(|path| {
            Some(Module {
                name: (*path).to_owned(),
                text: files.text(path)?,
                version,
            })
        });
        let mut main = modules.next()??;
        if let Some(text) = template.text {
            main.text = text.into();
        }
        let owned = |(key, value): (&&str, &&str)| ((*key).to_owned(), (*value).to_owned());
        Some(ConstraintTemplate::known(KnownTemplate {
            name: template.name.to_owned(),
            kind: template.kind.to_owned(),
            main,
            libs: modules.collect::<Option<_>>()?,
            entry: template.entry.to_owned(),
            annotations: template.annotations.iter().map(owned).collect(),
            uses_inventory: template.uses_inventory,
            raw: Lazy::new(move || Value::from_json_str(raw).unwrap_or(Value::Null)),
        }))
    }

    pub(super) fn recommendation(&self) -> Option<Recommendation> {
        postcard::from_bytes(self.recommendation).ok()
    }

    pub(super) fn defaults(&self, files: &Files, id: &str) -> Option<ParameterSet> {
        let (path, json) = self.defaults?;
        let source = Source::new(path, files.get(path)?);
        ParameterSet::of_defaults(source, id, &Value::from_json_str(json).ok()?).ok()
    }

    /// The compiled Rego.
    pub(super) fn program(&self) -> Option<&'static [u8]> {
        self.program
    }

    /// The whole policy of `folder`, as it is with its default values.
    pub(super) fn policy(&self, folder: &Folder<'_>, options: &Options) -> Option<Policy> {
        let template = self.template(folder.files())?;
        let recommendation = self.recommendation()?;
        let constraint = match self.constraint {
            None => None,
            Some((raw, parameters)) => {
                let raw = Value::from_json_str(raw).ok()?;
                let parameters = parameters.map(Value::from_json_str).transpose().ok()?;
                Some(Constraint::known(&raw, parameters, &template)?)
            }
        };
        let json = self.defaults.map_or("{}", |(_, json)| json);
        let values = Lazy::new(move || values(json));
        let (files, path) = (folder.files().clone(), folder.path().to_owned());
        Some(Policy {
            id: folder.id().into(),
            template,
            recommendation: Some(Arc::new(recommendation)),
            constraints: constraint.into_iter().collect(),
            givers: {
                let values = values.clone();
                Lazy::new(move || {
                    let names = values.keys();
                    names.map(|name| (name.clone(), Giver::Default)).collect()
                })
            },
            parameters: values.clone(),
            defaults: values,
            samples: Lazy::new(move || Samples::of(&Folder::at(&files, &path))),
            origin: None,
            of_user: false,
            rating: Rating::default(),
            ratings: BTreeMap::new(),
            constraint_origins: BTreeMap::new(),
            options: options.clone(),
            unconfigured: self.is_unconfigured.into(),
            image: self.program,
            program: OnceLock::new(),
        })
    }
}

fn values(json: &str) -> Parameters {
    match Value::from_json_str(json) {
        Ok(Value::Object(entries)) => entries
            .iter()
            .filter_map(|(name, value)| Some((name.as_string().ok()?.to_string(), value.clone())))
            .collect(),
        _ => Parameters::new(),
    }
}

/// What a folder is prepared from.
struct Parts {
    path: String,
    policy: Policy,
    raw: String,
    recommendation: Vec<u8>,
    defaults: Option<(String, String)>,
    constraint: Option<(String, Option<String>)>,
    program: Option<Vec<u8>>,
    text: Option<String>,
}

/// Prepares what `files` hold in the exploded layout, compiled with `options`; nothing where any of
/// it cannot be.
///
/// # Errors
/// What is wrong with them.
pub fn prepare(files: &Files, options: &Options) -> Result<Vec<u8>, Vec<Fault>> {
    let mut all = Vec::new();
    for folder in Folder::all(files) {
        let policy = load_policy(&folder, &[], options)?;
        match parts(files, &folder, policy) {
            Some(parts) => all.push(parts),
            None => return Ok(Vec::new()),
        }
    }
    let folders = all.iter().map(|parts| (&*parts.path, prepared(parts)));
    let prepared = Prepared {
        folders: folders.collect(),
    };
    Ok(postcard::to_allocvec(&prepared).unwrap_or_default())
}

fn parts(files: &Files, folder: &Folder<'_>, policy: Policy) -> Option<Parts> {
    let json = |value: &Value| value.to_json_str().ok();
    // Somebody has to be told of these: whoever reads the folder does.
    if !policy.template.notes.is_empty() {
        return None;
    }
    let constraint = match policy.constraints.as_slice() {
        [] => None,
        [one] if one.notes.is_empty() => {
            let more = one.raw["spec"]["parameters"] != one.parameters;
            let parameters = more.then(|| json(&one.parameters));
            let parameters = match parameters {
                None => None,
                Some(json) => Some(json?),
            };
            Some((json(&one.raw)?, parameters))
        }
        _ => return None,
    };
    let defaults = match folder.defaults_text() {
        None => None,
        Some((path, text)) => {
            let value = crate::manifest::value(&Source::new(&*path, text)).ok()?;
            Some((path, json(&value)?))
        }
    };
    let main = &policy.template.main;
    let is_file = files.get(&main.name) == Some(&*main.text);
    Some(Parts {
        path: folder.path().to_owned(),
        raw: json(&policy.template.raw)?,
        recommendation: postcard::to_allocvec(policy.recommendation.as_deref()?).ok()?,
        defaults,
        constraint,
        program: policy.program().ok().and_then(Program::image),
        text: (!is_file).then(|| main.text.to_string()),
        policy,
    })
}

fn prepared(parts: &Parts) -> PreparedFolder<'_> {
    let template = &parts.policy.template;
    let annotations = template.annotations.iter();
    let defaults = parts.defaults.as_ref();
    let constraint = parts.constraint.as_ref();
    PreparedFolder {
        template: PreparedTemplate {
            name: &template.name,
            kind: &template.kind,
            raw: &parts.raw,
            annotations: annotations.map(|(key, text)| (&**key, &**text)).collect(),
            is_v1: template.main.version == RegoVersion::V1,
            modules: parts.policy.modules().map(|module| &*module.name).collect(),
            text: parts.text.as_deref(),
            entry: &template.entry,
            uses_inventory: template.uses_inventory,
        },
        recommendation: &parts.recommendation,
        defaults: defaults.map(|(path, json)| (&**path, &**json)),
        is_unconfigured: parts.policy.is_unconfigured(),
        constraint: constraint.map(|(raw, parameters)| (&**raw, parameters.as_deref())),
        program: parts.program.as_deref(),
    }
}
