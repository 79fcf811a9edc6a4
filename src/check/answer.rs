//! What a policy answers.

use std::sync::Arc;

use crate::bundle::Policy;
use crate::engine::{self, EvalError, EvalErrorKind, Value};
use crate::gatekeeper::Autoreject;

/// One violation, as the policy said it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    pub(crate) message: Arc<str>,
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
        let violations: Result<Vec<Violation>, Unanswered> = match &answer {
            None => return Ok(Vec::new()),
            Some(Value::Set(items)) => items.iter().map(Violation::read).collect(),
            // Gatekeeper walks over the keys.
            Some(Value::Object(entries)) => {
                let keys = entries.iter().map(|(key, _)| key);
                keys.map(Violation::read).collect()
            }
            Some(other) => {
                let message = format!("`violation` is `{other}`; expected a set");
                return Err(Unanswered::Failed(message));
            }
        };
        let mut violations = violations?;
        violations.sort_by(|a, b| {
            (a.field(), &a.message, &a.details).cmp(&(b.field(), &b.message, &b.details))
        });
        violations.dedup();
        Ok(violations)
    }

    fn read(item: &Value) -> Result<Violation, Unanswered> {
        if !matches!(item, Value::Object(_)) {
            let message = format!("a violation is `{item}`; expected an object with `msg`");
            return Err(Unanswered::Failed(message));
        }
        let message = match engine::field(item, "msg") {
            Value::String(text) => text.clone(),
            Value::Undefined => {
                let message = format!("a violation without `msg`: `{item}`");
                return Err(Unanswered::Failed(message));
            }
            other => {
                let message = format!("`msg` of a violation is `{other}`; expected text");
                return Err(Unanswered::Failed(message));
            }
        };
        let details = match engine::field(item, "details") {
            Value::Undefined => Value::new_object(),
            given => given.clone(),
        };
        Ok(Violation { message, details })
    }

    /// What Gatekeeper answers when it cannot tell whether a Constraint matches.
    pub(crate) fn autoreject(unmatched: &Autoreject) -> Violation {
        Violation::of(unmatched.to_string())
    }

    /// A violation without details.
    pub(crate) fn of(message: String) -> Violation {
        Violation {
            message: message.into(),
            details: Value::new_object(),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&Arc<str>> {
        match engine::field(&self.details, key) {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn field(&self) -> Option<&Arc<str>> {
        self.text("field")
    }
}
