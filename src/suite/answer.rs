//! What a Constraint answers about an object.

use crate::engine::Value;
use crate::gatekeeper::EnforcementAction;

/// A violation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The name of the Constraint.
    pub constraint: String,
    /// The message, with Gatekeeper's `[Implied by …] ` where the object was generated.
    pub message: String,
    /// The details; `{}` where there are none.
    pub details: Value,
    /// What is done about it, the strictest first.
    pub actions: Vec<EnforcementAction>,
}

/// The messages and details in the answer of a template's rule, each pair once, in order. An error
/// is one line.
pub(super) fn violations(answer: Option<&Value>) -> Result<Vec<(String, Value)>, String> {
    let items: Vec<&Value> = match answer {
        None => Vec::new(),
        Some(Value::Set(items)) => items.iter().collect(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(other) => return Err(format!("`violation` is not a set: `{other}`")),
    };
    let mut violations = Vec::new();
    for item in items {
        let message = match &item["msg"] {
            Value::String(text) => text.to_string(),
            // In a cluster such a violation is lost without a word.
            Value::Undefined => return Err(format!("a violation has no `msg`: `{item}`")),
            other => return Err(format!("`msg` of a violation is `{other}`; expected text")),
        };
        let details = match &item["details"] {
            Value::Undefined => Value::new_object(),
            given => given.clone(),
        };
        violations.push((message, details));
    }
    violations.sort();
    violations.dedup();
    Ok(violations)
}
