//! What a policy answers.

use crate::bundle::Policy;
use crate::engine::{EvalError, EvalErrorKind, Value};
use crate::gatekeeper::Autoreject;

/// One violation, as the policy said it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    pub(crate) message: String,
    pub(crate) details: Value,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// Rules gave two answers. OPA stops there, and Gatekeeper makes a violation of it with these
    /// words.
    Conflict(String),
    /// Anything else: what was asked stays unjudged.
    Failed(String),
}

impl Unanswered {
    /// What an error of the engine means to Gatekeeper.
    pub(crate) fn of(policy: &Policy, error: EvalError) -> Unanswered {
        if error.kind == EvalErrorKind::Conflict {
            let module = policy.template.called(&error.module);
            let EvalError { line, message, .. } = error;
            return Unanswered::Conflict(format!(
                "{module}:{line}: eval_conflict_error: {message}"
            ));
        }
        let EvalError {
            message,
            module,
            line,
            column,
            ..
        } = error;
        if module.is_empty() {
            return Unanswered::Failed(message);
        }
        Unanswered::Failed(policy.place_at(&module, line, column, message).to_string())
    }
}

impl Violation {
    /// The violations in the answer of a policy's rule, in one order, each once.
    ///
    /// Gatekeeper refuses a template whose `violation` it can see to be of another shape; where that
    /// only turns out here, it is a failure, and never silence.
    pub(crate) fn all(answer: Option<Value>) -> Result<Vec<Violation>, Unanswered> {
        let items: Vec<&Value> = match &answer {
            None => Vec::new(),
            Some(Value::Set(items)) => items.iter().collect(),
            // Gatekeeper walks over the keys.
            Some(Value::Object(entries)) => entries.iter().map(|(key, _)| key).collect(),
            Some(other) => {
                let message = format!("`violation` is `{other}`; expected a set");
                return Err(Unanswered::Failed(message));
            }
        };
        let mut violations = Vec::new();
        for item in items {
            if !matches!(item, Value::Object(_)) {
                let message = format!("a violation is `{item}`; expected an object with `msg`");
                return Err(Unanswered::Failed(message));
            }
            let message = match &item["msg"] {
                Value::String(text) => text.to_string(),
                Value::Undefined => {
                    let message = format!("a violation without `msg`: `{item}`");
                    return Err(Unanswered::Failed(message));
                }
                other => {
                    let message = format!("`msg` of a violation is `{other}`; expected text");
                    return Err(Unanswered::Failed(message));
                }
            };
            let details = match &item["details"] {
                Value::Undefined => Value::new_object(),
                given => given.clone(),
            };
            violations.push(Violation { message, details });
        }
        violations.sort_by(|a, b| {
            (a.field(), &a.message, &a.details).cmp(&(b.field(), &b.message, &b.details))
        });
        violations.dedup();
        Ok(violations)
    }

    /// What Gatekeeper answers when it cannot tell whether a Constraint matches.
    pub(crate) fn autoreject(unmatched: &Autoreject) -> Violation {
        Violation::of(unmatched.to_string())
    }

    /// A violation without details.
    pub(crate) fn of(message: String) -> Violation {
        Violation {
            message,
            details: Value::new_object(),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match &self.details[key] {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn field(&self) -> Option<&str> {
        self.text("field")
    }
}
