//! Validating a value against a schema, as the API server does.

use super::super::fields::{entries, field, items, quoted, string, type_name};
use super::super::problem::suggestion;
use super::{Additional, Kind, Node, child, format};
use crate::engine::Value;
use crate::gatekeeper::Problem;

pub(super) fn validate(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let before = problems.len();
    check_type(node, value, path, problems);
    if problems.len() > before {
        return;
    }
    check_enum(node, value, path, problems);
    match value {
        Value::Null | Value::Undefined => return,
        Value::String(text) => check_string(node, text, path, problems),
        Value::Number(_) => check_number(node, value, path, problems),
        Value::Array(_) => check_array(node, value, path, problems),
        Value::Object(_) => check_object(node, value, path, problems),
        Value::Bool(_) | Value::Set(_) => {}
    }
    check_combinations(node, value, path, problems);
}

fn accepts(node: &Node, value: &Value) -> bool {
    let mut problems = Vec::new();
    validate(node, value, "", &mut problems);
    problems.is_empty()
}

fn check_type(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if matches!(value, Value::Null | Value::Undefined) && node.nullable {
        return;
    }
    if node.int_or_string {
        if !Kind::Integer.fits(value) && !Kind::String.fits(value) {
            let message = format!("expected an integer or a string, got {}", describe(value));
            problems.push(Problem::new(path, message));
        }
    } else if let Some(kind) = node.kind
        && !kind.fits(value)
    {
        let article = if matches!(kind, Kind::Array | Kind::Integer | Kind::Object) {
            "an"
        } else {
            "a"
        };
        let message = format!(
            "expected {article} {}, got {}",
            kind.name(),
            describe(value)
        );
        problems.push(Problem::new(path, message));
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null | Value::Undefined => "null".to_owned(),
        Value::Array(_) | Value::Object(_) | Value::Set(_) => type_name(value).to_owned(),
        _ => format!(
            "{} {}",
            type_name(value).trim_start_matches("a "),
            quoted(value)
        ),
    }
}

fn check_enum(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let Some(values) = &node.limits.values else {
        return;
    };
    let null = matches!(value, Value::Null) && node.nullable;
    if !null && !values.contains(value) {
        let known: Vec<String> = values.iter().map(quoted).collect();
        let hint = suggestion(
            string(value).unwrap_or_default(),
            values.iter().filter_map(string),
        );
        let message = format!("{} is none of {}{hint}", quoted(value), known.join(", "));
        problems.push(Problem::new(path, message));
    }
}

fn check_string(node: &Node, text: &str, path: &str, problems: &mut Vec<Problem>) {
    let limits = &node.limits;
    let shown = quoted(&Value::from(text));
    if !limits.length.holds(text.chars().count()) {
        let message = format!("{shown} must have {} characters", limits.length.words());
        problems.push(Problem::new(path, message));
    }
    if let Some(pattern) = &limits.pattern
        && !pattern.is_match(text)
    {
        problems.push(Problem::new(
            path,
            format!("{shown} does not match `{pattern}`"),
        ));
    }
    if let Some(name) = &limits.format
        && !format::holds(name, text)
    {
        problems.push(Problem::new(path, format!("{shown} is no {name}")));
    }
}

fn check_number(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let limits = &node.limits;
    let mut wrong = |words: &str, limit: &Value| {
        let message = format!(
            "{} must be {words} {}",
            quoted(value),
            quoted(limit).trim_matches('`')
        );
        problems.push(Problem::new(path, message));
    };
    if let Some((minimum, exclusive)) = &limits.minimum {
        if *exclusive && value <= minimum {
            wrong("greater than", minimum);
        } else if value < minimum {
            wrong("at least", minimum);
        }
    }
    if let Some((maximum, exclusive)) = &limits.maximum {
        if *exclusive && value >= maximum {
            wrong("less than", maximum);
        } else if value > maximum {
            wrong("at most", maximum);
        }
    }
    if let Some(step) = limits.multiple_of {
        let quotient = value.as_f64().unwrap_or(f64::NAN) / step;
        if (quotient - quotient.round()).abs() > 1e-9 * quotient.abs().max(1.0) || quotient.is_nan()
        {
            wrong("a multiple of", &Value::from(step));
        }
    }
}

fn check_array(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if !node.limits.items.holds(items(value).count()) {
        let message = format!("must have {} items", node.limits.items.words());
        problems.push(Problem::new(path, message));
    }
    if let Some(schema) = &node.items {
        for (index, item) in items(value).enumerate() {
            validate(schema, item, &format!("{path}[{index}]"), problems);
        }
    }
}

fn check_object(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if !node.limits.properties.holds(entries(value).count()) {
        let message = format!("must have {} fields", node.limits.properties.words());
        problems.push(Problem::new(path, message));
    }
    for name in &node.limits.required {
        let null_allowed = node
            .properties
            .get(name)
            .is_some_and(|property| property.nullable);
        let key = Value::from(name.as_str());
        let given = value
            .as_object()
            .is_ok_and(|object| object.contains_key(&key));
        let present = given && (null_allowed || field(value, name).is_some());
        if !present {
            problems.push(Problem::new(child(path, name), "missing, but required"));
        }
    }
    for (name, given) in entries(value) {
        let at = child(path, name);
        match (node.properties.get(name), &node.additional) {
            (Some(property), _) => {
                // A required null has been said to be missing.
                let null = matches!(given, Value::Null) && !property.nullable;
                if !(null && node.limits.required.iter().any(|required| required == name)) {
                    validate(property, given, &at, problems);
                }
            }
            (None, Additional::Of(values)) => validate(values, given, &at, problems),
            (None, _) => {}
        }
    }
}

fn check_combinations(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    for part in &node.all_of {
        validate(part, value, path, problems);
    }
    if !node.any_of.is_empty() && !node.any_of.iter().any(|part| accepts(part, value)) {
        problems.push(Problem::new(path, "matches none of the schemas of `anyOf`"));
    }
    if !node.one_of.is_empty() {
        let matching = node
            .one_of
            .iter()
            .filter(|part| accepts(part, value))
            .count();
        if matching != 1 {
            let message = format!("must match exactly one schema of `oneOf`, matches {matching}");
            problems.push(Problem::new(path, message));
        }
    }
    if let Some(part) = &node.not
        && accepts(part, value)
    {
        problems.push(Problem::new(path, "matches the schema of `not`"));
    }
}
