//! From a policy's violation to a finding: whose it is, where, in both languages.

use crate::bundle::Policy;
use crate::engine::Value;
use crate::gatekeeper::{Autoreject, Constraint, EnforcementAction, Expanded};
use crate::language::Text;
use crate::manifest::Resource;
use crate::report::{Finding, ResourceRef};

use super::judge::constraint_name;

/// What a policy answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    pub(super) message: String,
    pub(super) details: Value,
}

impl Violation {
    /// The violations in the answer of a policy's rule, in one order, each once.
    pub(super) fn all(answer: Option<Value>) -> Result<Vec<Violation>, String> {
        let items: Vec<&Value> = match &answer {
            None => Vec::new(),
            Some(Value::Set(items)) => items.iter().collect(),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(other) => return Err(format!("`violation` is not a set: `{other}`")),
        };
        let mut violations = Vec::new();
        for item in items {
            let message = match &item["msg"] {
                Value::String(text) => text.to_string(),
                Value::Undefined => continue,
                other => return Err(format!("`msg` of a violation is `{other}`; expected text")),
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
    pub(super) fn autoreject(unmatched: &Autoreject) -> Violation {
        Violation {
            message: unmatched.to_string(),
            details: Value::new_object(),
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match &self.details[key] {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn field(&self) -> Option<&str> {
        self.text("field")
    }
}

/// A violation, with whose it is.
pub(super) struct Found<'a> {
    pub(super) policy: &'a Policy,
    pub(super) constraint: &'a Constraint,
    pub(super) action: EnforcementAction,
    pub(super) name: &'a ResourceRef,
    pub(super) resource: &'a Resource,
    /// The Pod that was judged, where it was not the resource itself.
    pub(super) generated: Option<&'a Expanded>,
    pub(super) violation: Violation,
}

/// The finding of a violation.
pub(super) fn finding(found: Found<'_>) -> Finding {
    let Found {
        policy,
        constraint,
        action,
        name,
        resource,
        generated,
        violation,
    } = found;
    let as_written = |field: &str| match generated {
        Some(expanded) => expanded.field_in_parent(field),
        None => field.to_owned(),
    };
    Finding {
        policy: policy.id.clone(),
        constraint: constraint_name(constraint),
        name: policy.name(),
        severity: policy.severity(),
        control: policy.control().cloned(),
        action: action.name(),
        resource: name.clone(),
        location: resource.location.clone(),
        container: violation.text("container").map(str::to_owned),
        field: violation.field().map(as_written),
        message: message(policy, &violation),
        remediation: policy
            .recommendation
            .as_ref()
            .map(|known| known.remediation.clone()),
        details: violation.details,
    }
}

fn message(policy: &Policy, violation: &Violation) -> Text {
    let translated = || {
        let messages = &policy.recommendation.as_ref()?.messages;
        Some(fill(
            &messages.get(violation.text("reason")?)?.ja,
            violation,
        ))
    };
    let ja = translated().unwrap_or_else(|| violation.message.clone());
    Text {
        en: violation.message.clone(),
        ja,
    }
}

// `{name}` stands for `details.name`; a container without a name is called by its position.
fn fill(sentence: &str, violation: &Violation) -> String {
    let mut filled = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        filled.push_str(&word(name, violation));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn word(name: &str, violation: &Violation) -> String {
    match &violation.details[name] {
        Value::String(text) => text.to_string(),
        Value::Undefined if name == "container" => position(violation.field().unwrap_or_default()),
        Value::Undefined => String::new(),
        other => other.to_string(),
    }
}

// `containers[0]` of `spec.containers[0].securityContext`.
fn position(field: &str) -> String {
    let mut parts = field.split('.');
    let part = parts
        .clone()
        .find(|part| part.contains('['))
        .or_else(|| parts.nth(1));
    part.unwrap_or_default().to_owned()
}
