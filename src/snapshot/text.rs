//! Statements as the text of a snapshot, and back: YAML, resource by resource and policy by policy,
//! a line for each finding.
//!
//! ```yaml
//! apps/v1 Deployment default/web:
//!   no_root (high):
//!   - spec.template.spec.containers[0].securityContext: Container web may run as root
//! ```

use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use crate::bundle::Severity;
use crate::compare::Statement;
use crate::language::{Language, Text};

/// What stands in the snapshot of a manifest in which nothing was found.
const NOTHING: &str = "nothing found";
/// What is about the whole document.
const UNREADABLE: &str = "(unreadable)";
const UNJUDGED: &str = "not judged";

/// The text of `statements`, in their order.
pub(super) fn write(statements: &[Statement]) -> String {
    if statements.is_empty() {
        return format!("{NOTHING}\n");
    }
    let mut page = Mapping::new();
    for statement in statements {
        let resource = match statement.resource.as_str() {
            "" => UNREADABLE,
            name => name,
        };
        let policies = inner(&mut page, resource, || Value::Mapping(Mapping::new()));
        if let Value::Mapping(policies) = policies
            && let Value::Sequence(items) =
                inner(policies, &head(statement), || Value::Sequence(Vec::new()))
        {
            items.push(item(statement));
        }
    }
    // Texts in mappings with text keys: there is nothing that could fail.
    serde_yaml::to_string(&page).unwrap_or_default()
}

fn inner<'a>(mapping: &'a mut Mapping, key: &str, empty: fn() -> Value) -> &'a mut Value {
    mapping.entry(key.into()).or_insert_with(empty)
}

fn head(statement: &Statement) -> String {
    let severity = match statement.severity {
        Severity::Unspecified => None,
        severity => Some(severity.name(Language::En).to_lowercase()),
    };
    // What denies is the rule, and said only where nothing else is.
    let action = match statement.action.as_str() {
        "" => Some(UNJUDGED),
        "deny" if severity.is_some() => None,
        action => Some(action),
    };
    let words: Vec<&str> = severity.as_deref().into_iter().chain(action).collect();
    let words = format!("({})", words.join(", "));
    match statement.policy.as_str() {
        "" => words,
        policy => format!("{policy} {words}"),
    }
}

fn item(statement: &Statement) -> Value {
    let message = Value::from(&*statement.message.en);
    match &statement.field {
        None => message,
        Some(field) => Value::Mapping(Mapping::from_iter([(field.as_str().into(), message)])),
    }
}

/// The statements of a text about `source`; where it is none, what was expected.
pub(super) fn read(text: &str, source: &Arc<str>) -> Result<Vec<Statement>, String> {
    let value: Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let page = match value {
        Value::String(said) if said == NOTHING => return Ok(Vec::new()),
        Value::Mapping(page) => page,
        _ => return Err(format!("expected a mapping of resources, or `{NOTHING}`")),
    };
    let mut statements = Vec::new();
    for (resource, policies) in page {
        let (Value::String(resource), Value::Mapping(policies)) = (resource, policies) else {
            return Err("expected a mapping of policies below each resource".to_owned());
        };
        for (head, items) in policies {
            let (Value::String(head), Value::Sequence(items)) = (head, items) else {
                return Err(format!("`{resource}`: expected a list below each policy"));
            };
            let blank = blank(source, &resource, &head)?;
            for item in items {
                let (field, message) = entry(item).ok_or_else(|| {
                    format!("`{head}`: expected a sentence, or `field: sentence`")
                })?;
                statements.push(Statement {
                    field,
                    message: Text::untranslated(&message),
                    ..blank.clone()
                });
            }
        }
    }
    statements.sort();
    Ok(statements)
}

fn entry(item: Value) -> Option<(Option<String>, String)> {
    match item {
        Value::String(message) => Some((None, message)),
        Value::Mapping(pair) => match pair.into_iter().next()? {
            (Value::String(field), Value::String(message)) => Some((Some(field), message)),
            _ => None,
        },
        _ => None,
    }
}

fn blank(source: &Arc<str>, resource: &str, head: &str) -> Result<Statement, String> {
    let expected = || format!("`{head}`: expected a policy and `(severity, action)` behind it");
    let (policy, words) = head.rsplit_once('(').ok_or_else(expected)?;
    let words = words.strip_suffix(')').ok_or_else(expected)?;
    let mut severity = Severity::Unspecified;
    let mut action = "deny";
    for word in words.split(", ") {
        match word {
            "high" => severity = Severity::High,
            "medium" => severity = Severity::Medium,
            "low" => severity = Severity::Low,
            UNJUDGED => action = "",
            "deny" | "warn" | "dryrun" => action = word,
            _ => return Err(expected()),
        }
    }
    Ok(Statement {
        source: source.clone(),
        resource: if resource == UNREADABLE { "" } else { resource }.to_owned(),
        policy: policy.trim_end().to_owned(),
        field: None,
        message: Text::untranslated(""),
        severity,
        action: action.to_owned(),
    })
}
