//! What is wrong with a template or a constraint, and where in it.

use std::fmt;

use crate::engine::Fault;

/// Something wrong with a template, a constraint or an expansion template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, from the object's root: `spec.targets[0].rego`; empty for the object as a whole.
    pub path: String,
    /// One line, lower case.
    pub message: String,
    /// The place inside the Rego that the field holds.
    pub rego: Option<RegoPlace>,
}

/// A place in the text of a Rego module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegoPlace {
    /// The module's name.
    pub module: String,
    /// Line in the module's own text, from 1; 0 where unknown.
    pub line: u32,
    /// Column in characters, from 1; 0 where unknown.
    pub column: u32,
}

impl Problem {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Problem {
            path: path.into(),
            message: message.into(),
            rego: None,
        }
    }

    pub(super) fn in_rego(path: &str, fault: Fault) -> Self {
        let Fault {
            module,
            line,
            column,
            message,
            ..
        } = fault;
        let rego = Some(RegoPlace {
            module,
            line,
            column,
        });
        Problem {
            path: path.to_owned(),
            message,
            rego,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        if let Some(RegoPlace { line, column, .. }) = &self.rego {
            write!(f, "rego line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// The word of `known` that `given` was most likely meant to be, as the end of a sentence.
pub(super) fn suggestion<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let close = known
        .into_iter()
        .map(|word| {
            (
                strsim::damerau_levenshtein(&given.to_lowercase(), &word.to_lowercase()),
                word,
            )
        })
        .min();
    match close {
        Some((distance, word)) if distance * 3 <= word.len().max(3) => {
            format!("; did you mean `{word}`?")
        }
        _ => String::new(),
    }
}
