//! Templates of Suites: read and compiled once each, however many tests name them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::bundle::{self, Files};
use crate::engine::{self, Program, Value};
use crate::gatekeeper::{ConstraintTemplate, Problem, RegoPlace};
use crate::manifest::{self, Fault, Resource};
use crate::source::{Source, SourcePath, discover_with};

use super::given::{FileName, Given, at, joined};

/// A template, ready to answer.
pub(super) struct Ready {
    pub(super) template: ConstraintTemplate,
    pub(super) program: Program,
}

type Slot = OnceLock<Result<Arc<Ready>, Vec<Fault>>>;

/// The templates of a run that stand in files.
#[derive(Default)]
pub(super) struct Templates {
    slots: BTreeMap<PathBuf, Slot>,
}

impl Templates {
    /// Makes room for the templates that will be asked for.
    pub(super) fn new<'a>(given: impl Iterator<Item = &'a Given>) -> Templates {
        let slots = given.filter_map(|given| match given {
            Given::File(file) => Some((identity(file), Slot::new())),
            Given::Inline { .. } => None,
        });
        Templates {
            slots: slots.collect(),
        }
    }

    /// The template, compiled by whoever asks first.
    pub(super) fn get(&self, given: &Given) -> Result<Arc<Ready>, Vec<Fault>> {
        match given {
            Given::Inline { .. } => plain(given, None),
            Given::File(file) => match self.slots.get(&identity(file)) {
                Some(slot) => slot.get_or_init(|| from_file(given, file)).clone(),
                None => from_file(given, file),
            },
        }
    }
}

fn identity(file: &FileName) -> PathBuf {
    std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone())
}

/// Compiles a template; its faults by `place`.
fn compiled(
    template: ConstraintTemplate,
    place: impl Fn(&ConstraintTemplate, &[engine::Fault]) -> Vec<Fault>,
) -> Result<Arc<Ready>, Vec<Fault>> {
    let modules: Vec<_> = std::iter::once(&template.main)
        .chain(&template.libs)
        .cloned()
        .collect();
    let options = engine::Options {
        prints: true,
        ..engine::Options::default()
    };
    match Program::compile(&modules, &template.entry, &options) {
        Ok(program) => Ok(Arc::new(Ready { template, program })),
        Err(faults) => Err(place(&template, &faults)),
    }
}

/// Faults in modules that are files.
pub(super) fn in_files(faults: &[engine::Fault]) -> Vec<Fault> {
    let fault = |fault: &engine::Fault| Fault {
        path: fault.module.as_str().into(),
        line: fault.line,
        column: fault.column,
        message: fault.message.clone(),
    };
    faults.iter().map(fault).collect()
}

fn from_file(given: &Given, file: &FileName) -> Result<Arc<Ready>, Vec<Fault>> {
    let source = file.source()?;
    let exploded = file
        .path
        .file_name()
        .is_some_and(|name| name == "template.yaml")
        && file.path.with_file_name("policy.rego").is_file();
    if exploded && let Some(template) = from_folder(file, &source) {
        return compiled(template?, |_, faults| in_files(faults));
    }
    plain(given, Some(&source))
}

/// The one ConstraintTemplate of a file, or of the Suite itself.
fn plain(given: &Given, source: Option<&Source>) -> Result<Arc<Ready>, Vec<Fault>> {
    let resources = given.resources()?;
    let [resource] = resources.as_slice() else {
        let message = format!(
            "expected one ConstraintTemplate in `{}`, found {} objects",
            given.name(),
            resources.len()
        );
        return Err(vec![given.fault(message)]);
    };
    let template = ConstraintTemplate::from_value(&resource.object)
        .map_err(|problems| placed(problems, resource, source))?;
    compiled(template, |template, faults| {
        let problem = |fault: &engine::Fault| Problem {
            path: template
                .field_of(&fault.module)
                .unwrap_or_default()
                .to_owned(),
            message: fault.message.clone(),
            rego: Some(RegoPlace {
                module: fault.module.clone(),
                line: fault.line,
                column: fault.column,
            }),
        };
        placed(faults.iter().map(problem).collect(), resource, source)
    })
}

/// Problems with an object, each at its field.
pub(super) fn placed(
    problems: Vec<Problem>,
    resource: &Resource,
    source: Option<&Source>,
) -> Vec<Fault> {
    let positions = source.map(|source| manifest::positions(source, &resource.location));
    let place = |problem: &Problem| {
        let path: manifest::FieldPath = problem.path.parse().ok()?;
        Some(positions.as_ref()?.find(&path.0).place)
    };
    let fault = |problem: Problem| {
        let mut fault = at(&resource.location, problem.to_string());
        if let Some(place) = place(&problem) {
            (fault.line, fault.column) = (place.line, place.column);
        }
        fault
    };
    problems.into_iter().map(fault).collect()
}

/// The template of a folder in the exploded layout; `None` where `template.yaml` holds Rego itself.
fn from_folder(
    file: &FileName,
    template: &Source,
) -> Option<Result<ConstraintTemplate, Vec<Fault>>> {
    let value = match manifest::value(template) {
        Ok(value) => value,
        Err(fault) => return Some(Err(vec![fault])),
    };
    if holds_rego(&value) {
        return None;
    }
    let folder = file.path.parent().unwrap_or(Path::new(""));
    // The libraries stand beside the folder: it needs a name that can be left.
    let name = match file.name.rsplit_once('/') {
        Some((folder, _)) if !folder.ends_with("..") => folder.to_owned(),
        outer => {
            let real = std::fs::canonicalize(folder).ok()?;
            let last = real.file_name()?.to_string_lossy().into_owned();
            joined(
                outer.map_or("", |(folder, _)| folder),
                &format!("../{last}"),
            )
        }
    };
    let mut texts = vec![(
        format!("{name}/template.yaml"),
        template.text().text.into_owned(),
    )];
    let policy = format!("{name}/policy.rego");
    match read(&folder.join("policy.rego"), &policy) {
        Ok(text) => texts.push((policy, text)),
        Err(faults) => return Some(Err(faults)),
    }
    let libraries = folder.join("..").join("lib");
    if libraries.is_dir() {
        let root = joined(&name, "../lib");
        for source in discover_with(&[libraries.clone()], &["rego"]).sources {
            let SourcePath::File { path, .. } = source else {
                continue;
            };
            let inner = path.strip_prefix(&libraries).unwrap_or(&path);
            let name = joined(&root, &inner.to_string_lossy().replace('\\', "/"));
            match read(&path, &name) {
                Ok(text) => texts.push((name, text)),
                Err(faults) => return Some(Err(faults)),
            }
        }
    }
    let files: Files = texts.into_iter().collect();
    bundle::exploded_template(&files, &name)
}

fn read(path: &Path, name: &str) -> Result<String, Vec<Fault>> {
    let source = Source::read(&SourcePath::File {
        path: path.to_owned(),
        name: name.into(),
    });
    match source {
        Ok(source) => Ok(source.text().text.into_owned()),
        Err(fault) => Err(vec![Fault {
            path: fault.path,
            line: 0,
            column: 0,
            message: fault.message,
        }]),
    }
}

/// Whether a template has Rego in it.
fn holds_rego(template: &Value) -> bool {
    let target = &template["spec"]["targets"][0];
    let is_text = |value: &Value| matches!(value, Value::String(text) if !text.is_empty());
    let code = match &target["code"] {
        Value::Array(items) => items.iter().any(|item| is_text(&item["source"]["rego"])),
        _ => false,
    };
    is_text(&target["rego"]) || code
}
