//! The exploded layout: a folder with `template.yaml` (a ConstraintTemplate without the Rego)
//! beside `policy.rego`, and what else belongs to the policy.
//!
//! | file | what |
//! |---|---|
//! | `template.yaml` | the ConstraintTemplate |
//! | `policy.rego` | the main module |
//! | `../lib/**/*.rego` | the libraries that modules import as `data.lib.…` |
//! | `recommendation.yaml` | what Defender says of it; gives it a Constraint of its own |
//! | `../../params/<folder>.yaml` | default values of that Constraint |
//! | `samples/good*.yaml`, `samples/bad*.yaml` | what it passes and what it finds |

use crate::engine::{Module, Outline, RegoVersion, Value, outline};
use crate::gatekeeper::{ConstraintTemplate, Problem};
use crate::manifest::{self, Fault};
use crate::params::ParameterSet;
use crate::source::Source;

use super::files::{Files, file_name, join, parent};
use super::recommendation::Recommendation;

const TEMPLATE: &str = "template.yaml";
const POLICY: &str = "policy.rego";
const RECOMMENDATION: &str = "recommendation.yaml";

/// One policy's folder, put together.
pub(super) struct Folder<'a> {
    files: &'a Files,
    path: &'a str,
}

impl<'a> Folder<'a> {
    /// Every folder of `files` in the exploded layout, in order of path.
    pub(super) fn all(files: &'a Files) -> impl Iterator<Item = Folder<'a>> {
        files
            .folders_with(TEMPLATE)
            .filter(|path| files.get(&join(path, POLICY)).is_some())
            .map(|path| Folder { files, path })
    }

    /// The folder at `path`, where it is in the exploded layout.
    pub(super) fn at(files: &'a Files, path: &'a str) -> Option<Folder<'a>> {
        let has = |name| files.get(&join(path, name)).is_some();
        (has(TEMPLATE) && has(POLICY)).then_some(Folder { files, path })
    }

    /// The folder's name: the policy's id.
    pub(super) fn id(&self) -> &'a str {
        file_name(self.path)
    }

    /// The text of a file of the folder.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.files.get(&join(self.path, name))
    }

    /// The default values.
    pub(super) fn defaults(&self) -> Option<Result<ParameterSet, Fault>> {
        let path = join(
            &join(parent(parent(self.path)), "params"),
            &format!("{}.yaml", self.id()),
        );
        let text = self.files.get(&path)?;
        Some(ParameterSet::defaults(
            Source::new(path.as_str(), text),
            self.id(),
        ))
    }

    /// What Defender says of the policy.
    pub(super) fn recommendation(&self) -> Result<Option<Recommendation>, Fault> {
        let Some(text) = self.get(RECOMMENDATION) else {
            return Ok(None);
        };
        let wrong = |error: serde_yaml::Error| {
            let place = error.location();
            Fault {
                path: join(self.path, RECOMMENDATION).into(),
                line: place.as_ref().map_or(1, |place| place.line() as u32),
                column: place.as_ref().map_or(1, |place| place.column() as u32),
                message: error.to_string(),
            }
        };
        serde_yaml::from_str(text).map(Some).map_err(wrong)
    }

    /// The samples whose name begins with `prefix`, by path.
    pub(super) fn samples(&self, prefix: &str) -> Vec<(String, String)> {
        let folder = join(self.path, "samples");
        self.files
            .below(&folder)
            .filter(|(path, _)| file_name(path).starts_with(prefix))
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .collect()
    }

    /// The ConstraintTemplate with the Rego in its place, as a cluster would be given it.
    pub(super) fn template(&self) -> Result<ConstraintTemplate, Vec<Fault>> {
        let path = join(self.path, TEMPLATE);
        let source = Source::new(path.as_str(), self.get(TEMPLATE).unwrap_or_default());
        let value = manifest::value(&source).map_err(|fault| vec![fault])?;
        let (main, libraries) = self.modules(version(&value)).map_err(|fault| vec![fault])?;
        ConstraintTemplate::with_rego(&value, main, libraries).map_err(|problems| {
            let fault = |problem: Problem| match &problem.rego {
                Some(place) => Fault {
                    path: place.module.as_str().into(),
                    line: place.line,
                    column: place.column,
                    message: problem.message,
                },
                None => manifest::fault_at(
                    &source,
                    &problem.path.parse().unwrap_or_default(),
                    problem.message,
                ),
            };
            problems.into_iter().map(fault).collect()
        })
    }

    /// The main module, and the libraries that it needs.
    fn modules(&self, version: RegoVersion) -> Result<(Module, Vec<Module>), Fault> {
        let module = |path: &str, text: &str| Module {
            name: path.to_owned(),
            text: text.to_owned(),
            version,
        };
        let main = module(
            &join(self.path, POLICY),
            self.get(POLICY).unwrap_or_default(),
        );
        let mut waiting: Vec<(Module, Outline)> = Vec::new();
        let folder = join(parent(self.path), "lib");
        for (path, text) in self.files.below(&folder) {
            if path.ends_with(".rego") && !path.ends_with("_test.rego") {
                let library = module(path, text);
                let outline = read(&library)?;
                waiting.push((library, outline));
            }
        }
        let mut wanted = imports(&read(&main)?);
        let mut needed = Vec::new();
        while let Some(import) = wanted.pop() {
            let (taken, left) = waiting
                .into_iter()
                .partition(|(_, outline)| provides(outline, &import));
            waiting = left;
            for (library, outline) in Vec::<(Module, Outline)>::from(taken) {
                wanted.extend(imports(&outline));
                needed.push(library);
            }
        }
        needed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((main, needed))
    }
}

fn read(module: &Module) -> Result<Outline, Fault> {
    outline(module).map_err(|fault| Fault {
        path: fault.module.as_str().into(),
        line: fault.line,
        column: fault.column,
        message: fault.message,
    })
}

fn imports(outline: &Outline) -> Vec<Vec<String>> {
    let of_libraries =
        |path: &&Vec<String>| path.starts_with(&["data".to_owned(), "lib".to_owned()]);
    outline
        .imports
        .iter()
        .map(|import| &import.path)
        .filter(of_libraries)
        .cloned()
        .collect()
}

// `import data.lib.paths` and `import data.lib.paths.child` both need `package lib.paths`.
fn provides(outline: &Outline, import: &[String]) -> bool {
    let import = import.get(1..).unwrap_or_default();
    let package = &outline.package.path;
    import.starts_with(package) || package.starts_with(import)
}

// `source.version: v1` beside the engine's name; what says nothing is v0, as in Gatekeeper.
fn version(template: &Value) -> RegoVersion {
    let code = &template["spec"]["targets"][0]["code"];
    let v1 = |item: &Value| item["source"]["version"] == Value::from("v1");
    match code {
        Value::Array(items) if items.iter().any(v1) => RegoVersion::V1,
        _ => RegoVersion::V0,
    }
}
