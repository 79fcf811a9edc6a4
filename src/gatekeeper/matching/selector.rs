//! Label selectors, as Kubernetes defines them.

use super::super::fields::{entries, field, items, quoted, string};
use super::super::problem::suggestion;
use crate::engine::Value;
use crate::gatekeeper::Problem;

/// Every requirement must hold; none: everything matches.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug)]
struct Requirement {
    /// A string, kept as a value so that looking it up allocates nothing.
    key: Value,
    operator: Operator,
}

#[derive(Clone, Debug)]
enum Operator {
    In(Vec<Value>),
    NotIn(Vec<Value>),
    Exists,
    DoesNotExist,
}

impl Selector {
    pub(super) fn compile(value: &Value, path: &str, problems: &mut Vec<Problem>) -> Selector {
        let mut requirements = Vec::new();
        for (key, label) in field(value, "matchLabels").into_iter().flat_map(entries) {
            let at = format!("{path}.matchLabels");
            check_key(key, &at, problems);
            check_value(label, &format!("{at}.{key}"), problems);
            let operator = Operator::In(vec![label.clone()]);
            requirements.push(Requirement {
                key: Value::from(key),
                operator,
            });
        }
        let expressions = field(value, "matchExpressions").into_iter().flat_map(items);
        for (index, expression) in expressions.enumerate() {
            let path = format!("{path}.matchExpressions[{index}]");
            if let Some(requirement) = requirement(expression, &path, problems) {
                requirements.push(requirement);
            }
        }
        Selector { requirements }
    }

    pub(super) fn matches(&self, labels: &Value) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.holds(labels))
    }
}

impl Requirement {
    fn holds(&self, labels: &Value) -> bool {
        let label = match labels {
            Value::Object(labels) => labels.get(&self.key),
            _ => None,
        };
        match &self.operator {
            Operator::In(values) => label.is_some_and(|label| values.contains(label)),
            // A label that is not there is not among the values either.
            Operator::NotIn(values) => label.is_none_or(|label| !values.contains(label)),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
        }
    }
}

fn requirement(expression: &Value, path: &str, problems: &mut Vec<Problem>) -> Option<Requirement> {
    const OPERATORS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];
    let key = field(expression, "key")
        .and_then(string)
        .unwrap_or_default();
    check_key(key, &format!("{path}.key"), problems);
    let values: Vec<Value> = field(expression, "values")
        .into_iter()
        .flat_map(items)
        .cloned()
        .collect();
    let at = format!("{path}.values");
    for value in &values {
        check_value(value, &at, problems);
    }
    let operator = field(expression, "operator")
        .and_then(string)
        .unwrap_or_default();
    match operator {
        "In" | "NotIn" if values.is_empty() => {
            problems.push(Problem::new(
                &at,
                format!("missing: `{operator}` needs at least one value"),
            ));
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            problems.push(Problem::new(&at, format!("`{operator}` takes no values")));
        }
        _ => {}
    }
    let operator = match operator {
        "In" => Operator::In(values),
        "NotIn" => Operator::NotIn(values),
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        other => {
            let hint = suggestion(other, OPERATORS);
            let message = format!("`{other}` is none of {}{hint}", OPERATORS.join(", "));
            problems.push(Problem::new(format!("{path}.operator"), message));
            return None;
        }
    };
    Some(Requirement {
        key: Value::from(key),
        operator,
    })
}

fn check_key(key: &str, path: &str, problems: &mut Vec<Problem>) {
    if !is_label_key(key) {
        problems.push(Problem::new(path, format!("`{key}` is no label key")));
    }
}

fn check_value(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if !string(value).is_some_and(is_label_value) {
        problems.push(Problem::new(
            path,
            format!("{} is no label value", quoted(value)),
        ));
    }
}

/// `name` or `prefix/name`: a prefix is a DNS name.
pub(in crate::gatekeeper) fn is_label_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => {
            crate::gatekeeper::constraint::is_dns_subdomain(prefix) && is_label_name(name)
        }
        None => is_label_name(key),
    }
}

/// Empty, or like a label's name.
pub(in crate::gatekeeper) fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_label_name(value)
}

fn is_label_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    name.len() <= 63
        && bytes.iter().all(|byte| inner(*byte))
        && end(bytes.first())
        && end(bytes.last())
}
