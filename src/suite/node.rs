//! Reading a Suite strictly: every key known, every value of its type, every error at its line.

use std::sync::Arc;

use crate::engine::Value;
use crate::manifest::{Fault, FieldPath, Positions, Step};
use crate::source::Place;
use crate::suggest;

/// A document with the places of its fields.
pub(super) struct Document<'s> {
    pub(super) path: Arc<str>,
    pub(super) text: &'s str,
    pub(super) positions: Positions<'s>,
}

/// A value somewhere in a document. What is wrong with it is said to the caller's list of faults.
#[derive(Clone)]
pub(super) struct Node<'d> {
    document: &'d Document<'d>,
    steps: Vec<Step>,
    value: &'d Value,
}

impl<'d> Node<'d> {
    pub(super) fn root(document: &'d Document<'d>, value: &'d Value) -> Node<'d> {
        Node {
            document,
            steps: Vec::new(),
            value,
        }
    }

    pub(super) fn value(&self) -> &'d Value {
        self.value
    }

    /// Where the value stands: at its key, where it has one.
    pub(super) fn place(&self) -> Place {
        self.document.positions.find(&self.steps).place
    }

    /// The path from the document's root.
    pub(super) fn path(&self) -> FieldPath {
        FieldPath(self.steps.clone())
    }

    /// An error at the value's place.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        let place = self.place();
        Fault {
            path: self.document.path.clone(),
            line: place.line,
            column: place.column,
            message: message.into(),
        }
    }

    /// Checks that the value is a mapping with no other keys than `known`.
    pub(super) fn check_keys(&self, known: &[&str], faults: &mut Vec<Fault>) -> bool {
        let Value::Object(object) = self.value else {
            faults.push(self.wrong_type("a mapping"));
            return false;
        };
        for (key, value) in object.iter_sorted() {
            let text = match key {
                Value::String(text) => text.to_string(),
                other => other.to_string(),
            };
            if !known.contains(&text.as_str()) {
                let help = suggest::among(&text, known.iter().copied());
                let fault = self.step(Step::Key(text.clone()), value);
                faults.push(fault.fault(format!("unknown key `{text}`{help}")));
            }
        }
        true
    }

    fn step(&self, step: Step, value: &'d Value) -> Node<'d> {
        let mut steps = self.steps.clone();
        steps.push(step);
        Node {
            document: self.document,
            steps,
            value,
        }
    }

    /// The value of `key`; `None` where it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Node<'d>> {
        let Value::Object(object) = self.value else {
            return None;
        };
        match object.get(&Value::from(key))? {
            Value::Null => None,
            value => Some(self.step(Step::Key(key.to_owned()), value)),
        }
    }

    /// The items of a sequence.
    pub(super) fn items(&self, faults: &mut Vec<Fault>) -> Vec<Node<'d>> {
        match self.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.step(Step::Index(index), item))
                .collect(),
            _ => {
                faults.push(self.wrong_type("a sequence"));
                Vec::new()
            }
        }
    }

    /// The items of a sequence, or the value itself where it is none.
    pub(super) fn one_or_more(&self) -> Vec<Node<'d>> {
        match self.value {
            Value::Array(_) => self.items(&mut Vec::new()),
            _ => vec![self.clone()],
        }
    }

    /// The string under `key`.
    pub(super) fn string(&self, key: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let node = self.get(key)?;
        match node.value {
            Value::String(text) => Some(text.to_string()),
            _ => {
                let word = node.word();
                if word.is_none() {
                    faults.push(node.wrong_type("a string"));
                }
                word
            }
        }
    }

    /// The word that YAML 1.1 takes for a boolean, as written: gator reads Suites as YAML 1.2, where
    /// a test may be called `no`.
    fn word(&self) -> Option<String> {
        const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
        let Value::Bool(_) = self.value else {
            return None;
        };
        let found = self.document.positions.find(&self.steps);
        let text = self.document.text.get(found.value)?;
        WORDS
            .iter()
            .any(|word| word.eq_ignore_ascii_case(text))
            .then(|| text.to_owned())
    }

    /// The boolean under `key`; false where it is missing.
    pub(super) fn flag(&self, key: &str, faults: &mut Vec<Fault>) -> bool {
        let Some(node) = self.get(key) else {
            return false;
        };
        match node.value {
            Value::Bool(flag) => *flag,
            _ => {
                faults.push(node.wrong_type("`true` or `false`"));
                false
            }
        }
    }

    /// An error that says what was expected and what is there instead.
    pub(super) fn wrong_type(&self, expected: &str) -> Fault {
        let path = self.path().to_string();
        let subject = if path.is_empty() {
            String::new()
        } else {
            format!("`{path}`: ")
        };
        let given = match self.value {
            Value::Object(_) => "a mapping".to_owned(),
            Value::Array(_) => "a sequence".to_owned(),
            Value::Null | Value::Undefined => "nothing".to_owned(),
            // YAML 1.1, as a cluster reads it: that `no` is no string surprises.
            Value::Bool(flag) => format!("the boolean `{flag}`"),
            other => format!("`{other}`"),
        };
        let quote = match (expected, self.value) {
            ("a string", Value::Bool(_) | Value::Number(_)) => " (put it in quotes)",
            _ => "",
        };
        self.fault(format!("{subject}expected {expected}, got {given}{quote}"))
    }
}
