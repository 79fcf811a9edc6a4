//! Templates of Suites: read and compiled once each, however many tests name them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::bundle::{Origin, Policy};
use crate::engine;
use crate::gatekeeper::{ConstraintTemplate, Problem};
use crate::manifest::{Fault, Resource};
use crate::source::Source;

use super::given::{FileName, Given, at};

type Slot = OnceLock<Result<Arc<Policy>, Vec<Fault>>>;

/// The templates of a run.
pub(super) struct Templates<'o> {
    /// Those that stand in files.
    slots: BTreeMap<PathBuf, Slot>,
    options: &'o engine::Options,
}

impl<'o> Templates<'o> {
    /// Makes room for the templates that will be asked for.
    pub(super) fn new<'a>(
        given: impl Iterator<Item = &'a Given>,
        options: &'o engine::Options,
    ) -> Templates<'o> {
        let slots = given.filter_map(|given| match given {
            Given::File(file) => Some((identity(file), Slot::new())),
            Given::Inline { .. } => None,
        });
        Templates {
            slots: slots.collect(),
            options,
        }
    }

    /// The template, compiled by whoever asks first.
    pub(super) fn get(&self, given: &Given) -> Result<Arc<Policy>, Vec<Fault>> {
        match given {
            Given::Inline { .. } => self.read(given),
            Given::File(file) => match self.slots.get(&identity(file)) {
                Some(slot) => slot.get_or_init(|| self.read(given)).clone(),
                None => self.read(given),
            },
        }
    }

    fn read(&self, given: &Given) -> Result<Arc<Policy>, Vec<Fault>> {
        let policy = match self.exploded(given)? {
            Some(policy) => policy,
            None => self.plain(given)?,
        };
        let compiled = policy.program().map(drop).map_err(<[_]>::to_vec);
        match compiled {
            Ok(()) => Ok(Arc::new(policy)),
            Err(faults) => Err(faults.iter().map(|fault| policy.place(fault)).collect()),
        }
    }

    /// The policy of a `template.yaml` without Rego beside a `policy.rego`.
    fn exploded(&self, given: &Given) -> Result<Option<Policy>, Vec<Fault>> {
        let Given::File(file) = given else {
            return Ok(None);
        };
        let is_template = file
            .path
            .file_name()
            .is_some_and(|name| name == "template.yaml");
        if !is_template || !file.path.with_file_name("policy.rego").is_file() {
            return Ok(None);
        }
        // By its name, as errors are to call what is in it.
        let folder = Path::new(&*file.name).parent().unwrap_or(Path::new(""));
        Policy::of_folder(folder, self.options)
    }

    /// The one ConstraintTemplate of a file, or of the Suite itself.
    fn plain(&self, given: &Given) -> Result<Policy, Vec<Fault>> {
        let (source, resources) = given.contents()?;
        let [resource] = resources.as_slice() else {
            let message = format!(
                "expected one ConstraintTemplate in `{}`, found {} objects",
                given.name(),
                resources.len()
            );
            return Err(vec![given.fault(message)]);
        };
        let template = ConstraintTemplate::from_value(&resource.object)
            .map_err(|problems| placed(problems, resource, Some(&source)))?;
        let origin = Origin {
            source,
            location: resource.location.clone(),
        };
        Ok(Policy::of_template(template, Some(origin), self.options))
    }
}

fn identity(file: &FileName) -> PathBuf {
    std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone())
}

/// Problems with an object, each at its field; without a text at the object's place.
pub(super) fn placed(
    problems: Vec<Problem>,
    resource: &Resource,
    source: Option<&Arc<Source>>,
) -> Vec<Fault> {
    let origin = source.map(|source| Origin {
        source: source.clone(),
        location: resource.location.clone(),
    });
    let fault = |problem: Problem| match &origin {
        Some(origin) => origin.problem(problem),
        None => at(&resource.location, problem.to_string()),
    };
    problems.into_iter().map(fault).collect()
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
