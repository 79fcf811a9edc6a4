//! The exploded layout: a folder with `template.yaml` (a ConstraintTemplate without the Rego)
//! beside `policy.rego`, and what else belongs to the policy.
//!
//! | file | what |
//! |---|---|
//! | `template.yaml` | the ConstraintTemplate |
//! | `policy.rego` | the main module |
//! | `lib/**/*.rego`, `../lib/**/*.rego` | the libraries that modules know as `data.lib.…`; the policy's own first |
//! | `recommendation.yaml` | what Defender says of it; gives it a Constraint of its own |
//! | `../../params/<folder>.yaml` | default values of that Constraint |
//! | `samples/good*.yaml`, `samples/bad*.yaml` | what it passes and what it finds |

use std::collections::BTreeSet;

use crate::engine::{Module, Outline, RegoVersion, Value, outline};
use crate::gatekeeper::{ConstraintTemplate, Problem};
use crate::manifest::{self, Fault};
use crate::params::ParameterSet;
use crate::source::Source;

use super::files::{Files, above, file_name, join};
use super::origin::{in_module, said};
use super::prepared::PreparedFolder;
use super::recommendation::Recommendation;

pub(super) const TEMPLATE: &str = "template.yaml";
pub(super) const POLICY: &str = "policy.rego";
const SUITE: &str = "suite.yaml";
const RECOMMENDATION: &str = "recommendation.yaml";

/// Manifests with which a policy is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Those that it passes: path, text.
    pub good: Vec<(String, String)>,
    /// Those that it finds something in: path, text.
    pub bad: Vec<(String, String)>,
    /// Its Suite, and all that the Suite may name: path in the policy's folder, text.
    pub tests: Vec<(String, String)>,
}

impl Samples {
    pub(super) fn of(folder: &Folder<'_>) -> Samples {
        Samples {
            good: folder.samples("good"),
            bad: folder.samples("bad"),
            tests: folder.tests(),
        }
    }
}

/// One policy's folder, put together.
pub(super) struct Folder<'a> {
    files: &'a Files,
    path: &'a str,
}

impl<'a> Folder<'a> {
    /// Every folder of `files` in the exploded layout, in order of path.
    pub(super) fn all(files: &'a Files) -> impl Iterator<Item = Folder<'a>> {
        let prepared: Vec<&str> = files.prepared_paths().collect();
        // What is prepared is all that there is, and known without a look at the files.
        let found = prepared.is_empty().then(|| {
            files
                .folders_with(TEMPLATE)
                .filter(|path| files.get(&join(path, POLICY)).is_some())
        });
        prepared
            .into_iter()
            .chain(found.into_iter().flatten())
            .map(|path| Folder { files, path })
            .filter(|folder| !folder.is_packed())
    }

    /// The folder `path` of `files`.
    pub(super) fn at(files: &'a Files, path: &'a str) -> Folder<'a> {
        Folder { files, path }
    }

    /// The files that it is of.
    pub(super) fn files(&self) -> &'a Files {
        self.files
    }

    /// Its path.
    pub(super) fn path(&self) -> &'a str {
        self.path
    }

    /// Whether the template has Rego of its own: then that counts, and what stands beside it is
    /// what it was made from, or its test.
    fn is_packed(&self) -> bool {
        if self.prepared().is_some() {
            return false;
        }
        let source = Source::new(TEMPLATE, self.get(TEMPLATE).unwrap_or_default());
        let value = manifest::value(&source).unwrap_or(Value::Null);
        let target = &value["spec"]["targets"][0];
        let given = |rego: &Value| !matches!(rego, Value::Undefined | Value::Null);
        let code = match &target["code"] {
            Value::Array(items) => items.iter().any(|item| given(&item["source"]["rego"])),
            _ => false,
        };
        given(&target["rego"]) || code
    }

    /// The folder's name: the policy's id.
    pub(super) fn id(&self) -> &'a str {
        file_name(self.path)
    }

    /// The text of a file of the folder.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.files.get(&join(self.path, name))
    }

    pub(super) fn prepared(&self) -> Option<&'a PreparedFolder<'static>> {
        self.files.prepared(self.path)
    }

    /// The compiled Rego, where the program carries it.
    pub(super) fn image(&self) -> Option<&'static [u8]> {
        self.prepared()?.program()
    }

    /// The file with the default values: path, text.
    pub(super) fn defaults_text(&self) -> Option<(String, &'a str)> {
        let path = join(
            &join(&above(&above(self.path)), "params"),
            &format!("{}.yaml", self.id()),
        );
        let text = self.files.get(&path)?;
        Some((path, text))
    }

    /// The default values.
    pub(super) fn defaults(&self) -> Option<Result<ParameterSet, Fault>> {
        if let Some(prepared) = self.prepared()
            && let Some(defaults) = prepared.defaults(self.files, self.id())
        {
            return Some(Ok(defaults));
        }
        let (path, text) = self.defaults_text()?;
        Some(ParameterSet::defaults(
            Source::new(path.as_str(), text),
            self.id(),
        ))
    }

    /// The file with what Defender says of the policy.
    pub(super) fn recommendation_text(&self) -> Option<&'a str> {
        self.get(RECOMMENDATION)
    }

    /// What Defender says of the policy.
    pub(super) fn recommendation(&self) -> Result<Option<Recommendation>, Fault> {
        if let Some(known) = self.prepared().and_then(PreparedFolder::recommendation) {
            return Ok(Some(known));
        }
        let Some(text) = self.recommendation_text() else {
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

    fn tests(&self) -> Vec<(String, String)> {
        let suite = self
            .get(SUITE)
            .map(|text| (SUITE.to_owned(), text.to_owned()));
        let samples = join(self.path, "samples");
        let samples = self.files.below(&samples).map(|(path, text)| {
            let inner = path.strip_prefix(self.path).unwrap_or(path);
            (inner.trim_start_matches('/').to_owned(), text.to_owned())
        });
        suite.into_iter().chain(samples).collect()
    }

    /// The samples whose name begins with `prefix`, by path.
    fn samples(&self, prefix: &str) -> Vec<(String, String)> {
        let folder = join(self.path, "samples");
        self.files
            .below(&folder)
            .filter(|(path, _)| file_name(path).starts_with(prefix))
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .collect()
    }

    /// The ConstraintTemplate with the Rego in its place, as a cluster would be given it.
    pub(super) fn template(&self) -> Result<ConstraintTemplate, Vec<Fault>> {
        let prepared = self.prepared();
        if let Some(template) = prepared.and_then(|prepared| prepared.template(self.files)) {
            return Ok(template);
        }
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
                    said(&problem),
                ),
            };
            problems.into_iter().map(fault).collect()
        })
    }

    /// The main module, and the libraries that it needs.
    fn modules(&self, version: RegoVersion) -> Result<(Module, Vec<Module>), Fault> {
        let module = |path: &str, text: &str| Module {
            name: path.to_owned(),
            text: text.to_owned().into(),
            version,
        };
        let main = module(
            &join(self.path, POLICY),
            self.get(POLICY).unwrap_or_default(),
        );
        let mut waiting: Vec<(Module, Outline)> = Vec::new();
        let mut own = BTreeSet::new();
        for folder in [join(self.path, "lib"), join(&above(self.path), "lib")] {
            for (path, text) in self.files.below(&folder) {
                if path.ends_with(".rego") && !path.ends_with("_test.rego") {
                    let library = module(path, text);
                    let outline = read(&library)?;
                    if folder == join(self.path, "lib") {
                        own.insert(outline.package.path.clone());
                    } else if own.contains(&outline.package.path) {
                        continue;
                    }
                    waiting.push((library, outline));
                }
            }
        }
        let mut wanted = libraries(&read(&main)?);
        // What stands in the policy's own folder is part of it, asked for or not.
        let of_policy = join(self.path, "lib/");
        let (mut needed, mut waiting): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(library, _)| library.name.starts_with(&of_policy));
        wanted.extend(needed.iter().flat_map(|(_, outline)| libraries(outline)));
        while let Some(path) = wanted.pop() {
            let (taken, left): (Vec<_>, Vec<_>) = waiting
                .into_iter()
                .partition(|(_, outline)| provides(outline, &path));
            waiting = left;
            for (library, outline) in taken {
                wanted.extend(libraries(&outline));
                needed.push((library, outline));
            }
        }
        let mut needed: Vec<Module> = needed.into_iter().map(|(library, _)| library).collect();
        needed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((main, needed))
    }
}

fn read(module: &Module) -> Result<Outline, Fault> {
    outline(module).map_err(|fault| in_module(&fault))
}

// What a module reaches for below `data.lib`, imported or not.
fn libraries(outline: &Outline) -> Vec<Vec<String>> {
    let of_libraries =
        |path: &&Vec<String>| path.starts_with(&["data".to_owned(), "lib".to_owned()]);
    let references = outline.imports.iter().chain(&outline.data);
    references
        .map(|reference| &reference.path)
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
