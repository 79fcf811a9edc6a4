//! What a case expects of the violations of an object.

use std::fmt::Write;

use crate::engine::Value;
use crate::manifest::Fault;
use crate::source::Place;
use crate::suggest;

use super::answer::Answer;
use super::node::Node;
use super::pattern::Pattern;

const KEYS: [&str; 6] = [
    "violations",
    "message",
    "details",
    "field",
    "enforcementAction",
    "constraint",
];

/// How many violations are expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// At least one.
    #[default]
    Some,
    /// None.
    None,
    /// So many.
    Exactly(u64),
}

impl Count {
    fn holds(self, found: usize) -> bool {
        match self {
            Count::Some => found > 0,
            Count::None => found == 0,
            Count::Exactly(count) => u64::try_from(found) == Ok(count),
        }
    }
}

/// One assertion: so many violations of that description.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Where it stands in the Suite.
    pub place: Place,
    /// How many.
    pub count: Count,
    /// Found in the message.
    pub message: Option<Pattern>,
    /// Contained in the details: every key that is named here, with that value.
    pub details: Option<Value>,
    /// `details.field`, exactly.
    pub field: Option<String>,
    /// What is done about it: `deny`, `warn`, `dryrun`.
    pub action: Option<String>,
    /// The name of the Constraint.
    pub constraint: Option<String>,
}

impl Assertion {
    pub(super) fn read(node: &Node<'_>, faults: &mut Vec<Fault>) -> Assertion {
        node.check_keys(&KEYS, faults);
        let message = node
            .string("message", faults)
            .and_then(|text| match Pattern::new(&text) {
                Ok(pattern) => Some(pattern),
                Err(message) => {
                    faults.push(node.get("message").as_ref().unwrap_or(node).fault(message));
                    None
                }
            });
        let action = node.string("enforcementAction", faults);
        if let Some(word) = &action {
            const ACTIONS: [&str; 3] = ["deny", "warn", "dryrun"];
            if !ACTIONS.contains(&word.as_str()) {
                let help = suggest::among(word, ACTIONS.into_iter());
                let at = node.get("enforcementAction");
                let message = format!("no enforcement action `{word}`{help}");
                faults.push(at.as_ref().unwrap_or(node).fault(message));
            }
        }
        Assertion {
            place: node.place(),
            count: count(node, faults),
            message,
            details: node.get("details").map(|details| details.value().clone()),
            field: node.string("field", faults),
            action,
            constraint: node.string("constraint", faults),
        }
    }

    /// How many of `answers` are of the description; an error where that is not as expected.
    pub(super) fn check(&self, answers: &[Answer]) -> Result<(), usize> {
        let found = answers
            .iter()
            .filter(|answer| self.is_about(answer))
            .count();
        if self.count.holds(found) {
            Ok(())
        } else {
            Err(found)
        }
    }

    fn is_about(&self, answer: &Answer) -> bool {
        let agrees = |wanted: &Option<String>, given: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| given == Some(wanted))
        };
        let field = match &answer.details["field"] {
            Value::String(field) => Some(&**field),
            _ => None,
        };
        self.message
            .as_ref()
            .is_none_or(|message| message.is_in(&answer.message))
            && self
                .details
                .as_ref()
                .is_none_or(|details| contains(&answer.details, details))
            && agrees(&self.field, field)
            && agrees(&self.constraint, Some(&answer.constraint))
            && self
                .action
                .as_ref()
                .is_none_or(|action| answer.actions.iter().any(|done| done.name() == action))
    }

    /// The description alone, as it could stand in a Suite: `message: "…", field: …`; empty where
    /// every violation counts.
    pub fn description(&self) -> String {
        let mut out = String::new();
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                let comma = if out.is_empty() { "" } else { ", " };
                // Writing to a string cannot fail.
                let _ = write!(out, "{comma}{key}: {value}");
            }
        };
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        add(
            "message",
            self.message.as_ref().map(|it| quoted(it.as_str())),
        );
        add("details", self.details.as_ref().map(one_line));
        add("field", self.field.clone());
        add("enforcementAction", self.action.clone());
        add("constraint", self.constraint.clone());
        out
    }
}

/// A value on one line, as JSON.
pub fn one_line(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| value.to_string())
}

fn count(node: &Node<'_>, faults: &mut Vec<Fault>) -> Count {
    let Some(given) = node.get("violations") else {
        return Count::Some;
    };
    let count = match given.value() {
        // `yes` and `no` are booleans in YAML 1.1, words in quotes.
        Value::Bool(true) => Some(Count::Some),
        Value::Bool(false) => Some(Count::None),
        Value::String(word) if &**word == "yes" => Some(Count::Some),
        Value::String(word) if &**word == "no" => Some(Count::None),
        number => number.as_u64().ok().map(Count::Exactly),
    };
    count.unwrap_or_else(|| {
        faults.push(given.wrong_type("`yes`, `no` or how many violations"));
        Count::Some
    })
}

/// Whether `whole` has all that `part` names: of objects the keys of `part`, all else as it is. A
/// Rego set is a sequence here, in order.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, part)| whole.get(key).is_some_and(|whole| contains(whole, part))),
        (Value::Set(whole), Value::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part.iter())
                    .all(|(whole, part)| contains(whole, part))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part.iter())
                    .all(|(whole, part)| contains(whole, part))
        }
        (whole, part) => whole == part,
    }
}
