//! Which lines of the policies the tests reach, each at its place in its file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bundle::{Origin, Policy};
use crate::engine::{self, Coverage, Module};
use crate::gatekeeper::ConstraintTemplate;
use crate::manifest;
use crate::source::{Source, SourcePath};

use super::rego::Modules;

/// What all threads add to.
#[derive(Default)]
pub(super) struct Covered {
    lines: Mutex<Coverage>,
}

impl Covered {
    /// Lines of modules that are files.
    pub(super) fn add(&self, coverage: &Coverage) {
        let mut named = Coverage::default();
        for (module, lines) in &coverage.modules {
            named.modules.insert(plain(module), lines.clone());
        }
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(&named);
    }

    /// Lines of a policy's modules, wherever its author keeps them.
    pub(super) fn add_of(&self, policy: &Policy, coverage: &Coverage) {
        let mut placed = Coverage::default();
        for (module, lines) in &coverage.modules {
            for (line, covered) in lines {
                let place = policy.place_at(module, *line, 1, String::new());
                let lines = placed.modules.entry(place.path.to_string()).or_default();
                *lines.entry(place.line).or_default() |= covered;
            }
        }
        self.add(&placed);
    }

    pub(super) fn into_lines(self) -> Coverage {
        self.lines
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path without `.` and without steps up that follow a step down.
pub(super) fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !["..", ""].contains(last)) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The lines of all policies that were found, so that what no test loads counts as well. What does not
/// parse is said by whoever needs it.
pub(super) fn add_untested(covered: &Covered, modules: &Modules, yaml: &[SourcePath]) {
    let mut all = Coverage::default();
    for module in modules.policies() {
        if let Ok(lines) = engine::lines(module) {
            all.modules.insert(module.name.clone(), lines);
        }
    }
    covered.add(&all);
    for path in yaml {
        let Ok(source) = Source::read(path) else {
            continue;
        };
        for policy in templates(source) {
            let mut all = Coverage::default();
            for module in policy.modules() {
                if let Ok(lines) = engine::lines(module) {
                    all.modules.insert(module.name.clone(), lines);
                }
            }
            covered.add_of(&policy, &all);
        }
    }
}

fn templates(source: Source) -> Vec<Policy> {
    let needle = b"ConstraintTemplate";
    if memchr::memmem::find(source.text().text.as_bytes(), needle).is_none() {
        return Vec::new();
    }
    let read = manifest::read(&source);
    let source = Arc::new(source);
    let options = engine::Options::default();
    read.resources
        .into_iter()
        .filter_map(|resource| {
            let template = ConstraintTemplate::from_value(&resource.object).ok()?;
            let origin = Origin {
                source: source.clone(),
                location: resource.location,
            };
            Some(Policy::of_template(template, Some(origin), &options))
        })
        .collect()
}

/// Whether a module is about others: its lines do not count.
pub(super) fn is_test(module: &Module) -> bool {
    module.name.ends_with("_test.rego")
}

/// Lines of policies, and whether a test reaches them.
#[derive(Clone, Debug, Default)]
pub struct CoverageReport {
    /// By path.
    pub files: Vec<CoveredFile>,
}

/// One file with Rego in it.
#[derive(Clone, Debug)]
pub struct CoveredFile {
    /// Its name.
    pub path: Arc<str>,
    /// The lines that count, from 1, `true`: reached.
    pub lines: BTreeMap<u32, bool>,
    /// Its text, to show what is not reached.
    pub text: String,
}

impl CoveredFile {
    /// How many lines are reached.
    pub fn reached(&self) -> usize {
        self.lines.values().filter(|reached| **reached).count()
    }

    /// The lines that are not.
    pub fn unreached(&self) -> impl Iterator<Item = u32> {
        let missed = self.lines.iter().filter(|(_, reached)| !**reached);
        missed.map(|(line, _)| *line)
    }
}

impl CoverageReport {
    pub(super) fn of(coverage: Coverage) -> CoverageReport {
        let file = |(path, lines): (String, BTreeMap<u32, bool>)| {
            let source = Source::read(&SourcePath::File {
                path: PathBuf::from(&path),
                name: path.as_str().into(),
            });
            CoveredFile {
                path: path.into(),
                lines,
                text: source.map_or_else(|_| String::new(), |it| it.text().text.into_owned()),
            }
        };
        let files = coverage.modules.into_iter().map(file).collect();
        CoverageReport { files }
    }

    /// How many lines are reached, of how many.
    pub fn lines(&self) -> (usize, usize) {
        let reached = self.files.iter().map(CoveredFile::reached).sum();
        (
            reached,
            self.files.iter().map(|file| file.lines.len()).sum(),
        )
    }
}

/// `part` of `whole` in percent; of nothing all.
pub fn percent((part, whole): (usize, usize)) -> f64 {
    if whole == 0 {
        return 100.0;
    }
    100.0 * part as f64 / whole as f64
}
