//! One template with its modules, wherever they stand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bundle::{Origin, Policy};
use crate::engine::{self, Module, RegoVersion, Value};
use crate::gatekeeper::{ConstraintTemplate, TEMPLATE_GROUP};
use crate::language::{Language, Text};
use crate::manifest::{self, Fault, Resource};
use crate::source::{Source, SourceFault, SourcePath, discover_with};

use super::Lint;
use super::rules::RULES;

/// A template, and what belongs to it.
pub(super) struct Unit {
    /// The template as written.
    pub(super) value: Value,
    pub(super) origin: Origin,
    /// The main module first.
    pub(super) parts: Vec<Part>,
    /// The policy, where a cluster takes the template; else why not.
    pub(super) policy: Result<Policy, Vec<Fault>>,
    /// The folder's name, in the exploded layout.
    pub(super) folder: Option<String>,
}

/// One module.
pub(super) struct Part {
    pub(super) module: Module,
    /// The field of the template that holds it; `None`: it is a file.
    pub(super) field: Option<String>,
}

impl Unit {
    /// What is wrong at a place of a module.
    pub(super) fn at(
        &self,
        part: &Part,
        (line, column): (u32, u32),
        rule: &'static str,
        message: Text,
    ) -> Lint {
        let fault = match &part.field {
            Some(field) => self.origin.inside(field, line, column, String::new()),
            None => Fault {
                path: part.module.name.as_str().into(),
                line,
                column,
                message: String::new(),
            },
        };
        Lint {
            message,
            ..lint(rule, fault)
        }
    }

    /// What is wrong with a field of the template.
    pub(super) fn field(&self, field: &str, rule: &'static str, message: Text) -> Lint {
        Lint {
            message,
            ..lint(rule, self.origin.fault(field, String::new()))
        }
    }
}

/// An error, which speaks English, as a finding of a rule; in Japanese what the rule is about goes before it.
pub(super) fn lint(rule: &'static str, fault: Fault) -> Lint {
    let known = RULES.iter().find(|known| known.name == rule);
    let about = known.map_or(rule, |known| known.about(Language::Ja));
    Lint {
        path: fault.path,
        line: fault.line,
        column: fault.column,
        rule,
        message: Text::new(
            fault.message.as_str(),
            format!("{about}: {}", fault.message),
        ),
        help: None,
        fix: None,
    }
}

/// Every template at `paths`, and what could not be read.
pub(super) fn read(paths: &[PathBuf]) -> (Vec<Unit>, Vec<Fault>) {
    let found = discover_with(paths, &["yaml", "yml", "json"], 0);
    let mut units = Vec::new();
    let mut faults: Vec<Fault> = found.faults.iter().map(unreadable).collect();
    for path in &found.sources {
        match Source::read(path) {
            Ok(source) => units.extend(of(path, source, &mut faults)),
            Err(fault) => faults.push(unreadable(&fault)),
        }
    }
    (units, faults)
}

fn of(path: &SourcePath, source: Source, faults: &mut Vec<Fault>) -> Vec<Unit> {
    let speaks = memchr::memmem::find(&source.bytes, TEMPLATE_GROUP.as_bytes()).is_some();
    if !speaks {
        return Vec::new();
    }
    let read = manifest::read(&source);
    let source = Arc::new(source);
    let mut units = Vec::new();
    for resource in read.resources {
        let (version, kind) = (&resource.object["apiVersion"], &resource.object["kind"]);
        let of_group = matches!(version, Value::String(text) if text.starts_with(TEMPLATE_GROUP));
        if of_group && *kind == Value::from("ConstraintTemplate") {
            units.push(unit(path, resource, &source));
        }
    }
    // A file of other things is none of ours.
    if !units.is_empty()
        || read
            .faults
            .iter()
            .any(|_| path.name().ends_with("template.yaml"))
    {
        faults.extend(read.faults);
    }
    units
}

fn unit(path: &SourcePath, resource: Resource, source: &Arc<Source>) -> Unit {
    let value = resource.object;
    let origin = Origin {
        source: source.clone(),
        location: resource.location,
    };
    if let Some(unit) = exploded(path, &value, &origin) {
        return unit;
    }
    let policy = match ConstraintTemplate::from_value(&value) {
        Ok(template) => {
            let options = engine::Options::default();
            Ok(Policy::of_template(
                template,
                Some(origin.clone()),
                &options,
            ))
        }
        Err(problems) => Err(problems
            .into_iter()
            .map(|problem| origin.problem(problem))
            .collect()),
    };
    Unit {
        parts: inside(&value),
        value,
        origin,
        policy,
        folder: None,
    }
}

/// The policy of a `template.yaml` beside a `policy.rego`.
fn exploded(path: &SourcePath, value: &Value, origin: &Origin) -> Option<Unit> {
    let name = path.name();
    let folder = Path::new(&*name).parent()?;
    let main = folder.join("policy.rego");
    if !name.ends_with("template.yaml") || !main.is_file() || !inside(value).is_empty() {
        return None;
    }
    let options = engine::Options::default();
    let policy = match Policy::of_folder(folder, &options) {
        Ok(policy) => Ok(policy?),
        Err(faults) => Err(faults),
    };
    let parts = match &policy {
        Ok(policy) => policy
            .modules()
            .map(|module| Part {
                module: module.clone(),
                field: None,
            })
            .collect(),
        Err(_) => {
            let shown = main.to_string_lossy().replace('\\', "/");
            let source = Source::read(&SourcePath::File {
                path: main,
                name: shown.as_str().into(),
            });
            let text = source.map(|it| it.text().text.into_owned());
            let version = version(&value["spec"]["targets"][0]["code"][0]["source"]);
            text.ok()
                .map(|text| Part {
                    module: Module {
                        name: shown,
                        text: text.into(),
                        version,
                    },
                    field: None,
                })
                .into_iter()
                .collect()
        }
    };
    let real = std::fs::canonicalize(folder).ok()?;
    let folder = real.file_name()?.to_string_lossy().into_owned();
    Some(Unit {
        value: value.clone(),
        origin: origin.clone(),
        parts,
        policy,
        folder: Some(folder),
    })
}

/// The Rego that stands in a template, sound or not.
fn inside(value: &Value) -> Vec<Part> {
    let target = &value["spec"]["targets"][0];
    let (holder, field, version) = match (&target["rego"], &target["code"]) {
        (Value::String(_), _) => (target, "spec.targets[0]".to_owned(), RegoVersion::V0),
        (_, Value::Array(entries)) => {
            let rego = entries
                .iter()
                .enumerate()
                .find(|(_, entry)| matches!(entry["source"]["rego"], Value::String(_)));
            let Some((at, entry)) = rego else {
                return Vec::new();
            };
            let source = &entry["source"];
            let field = format!("spec.targets[0].code[{at}].source");
            (source, field, version(source))
        }
        _ => return Vec::new(),
    };
    let part = |name: String, text: &Value, field: String| match text {
        Value::String(text) => Some(Part {
            module: Module {
                name,
                text: text.to_string().into(),
                version,
            },
            field: Some(field),
        }),
        _ => None,
    };
    let main = part(
        "template".to_owned(),
        &holder["rego"],
        format!("{field}.rego"),
    );
    let mut parts: Vec<Part> = main.into_iter().collect();
    if let Value::Array(libs) = &holder["libs"] {
        for (at, lib) in libs.iter().enumerate() {
            parts.extend(part(
                format!("lib_{at}"),
                lib,
                format!("{field}.libs[{at}]"),
            ));
        }
    }
    parts
}

fn version(source: &Value) -> RegoVersion {
    if source["version"] == Value::from("v1") {
        RegoVersion::V1
    } else {
        RegoVersion::V0
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
