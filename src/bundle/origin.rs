//! Where a user wrote something, so that what is wrong with it is said there.

use std::sync::Arc;

use crate::engine;
use crate::gatekeeper::Problem;
use crate::manifest::{self, Fault, FieldPath, Location};
use crate::source::Source;

/// The text that an object was read from, and where in it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The text.
    pub source: Arc<Source>,
    /// Where the object begins.
    pub location: Location,
}

impl Origin {
    /// An error at the field `path` of the object, or at its nearest parent.
    pub fn fault(&self, path: &str, message: String) -> Fault {
        let place = self.positions().find(&steps(path).0).place;
        self.at(place.line, place.column, message)
    }

    /// What is wrong with the object, at its place: where it is about Rego, at the line of the text
    /// in which the Rego stands.
    pub fn problem(&self, problem: Problem) -> Fault {
        match &problem.rego {
            Some(rego) => self.inside(&problem.path, rego.line, rego.column, problem.message),
            None => self.fault(&problem.path, said(&problem)),
        }
    }

    /// A sentence about a line and column of the text that the field at `path` holds.
    pub fn inside(&self, path: &str, line: u32, column: u32, message: String) -> Fault {
        let place = self.positions().find_inside(&steps(path).0, line, column);
        self.at(place.line, place.column, message)
    }

    fn positions(&self) -> manifest::Positions<'_> {
        manifest::positions(&self.source, &self.location)
    }

    fn at(&self, line: u32, column: u32, message: String) -> Fault {
        Fault {
            path: self.source.name.clone(),
            line,
            column,
            message,
        }
    }
}

/// The place of an object, for a sentence.
impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.source.name, self.location.line)
    }
}

/// An error in a module that is a file of its own.
pub(super) fn in_module(fault: &engine::Fault) -> Fault {
    Fault {
        path: fault.module.as_str().into(),
        line: fault.line,
        column: fault.column,
        message: fault.message.clone(),
    }
}

/// The field is named where the line alone may hold several.
pub(super) fn said(problem: &Problem) -> String {
    if problem.path.is_empty() {
        problem.message.clone()
    } else {
        format!("`{}`: {}", problem.path, problem.message)
    }
}

fn steps(path: &str) -> FieldPath {
    path.parse().unwrap_or_default()
}
