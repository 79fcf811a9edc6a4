//! Whether a schema is one.

use std::collections::BTreeSet;

use super::check::text_of;
use super::decimal::Decimal;
use crate::engine::Value;
use crate::engine::builtins::{args, regex};

/// Schemas deeper than this are refused.
const DEEPEST: usize = 200;

/// How the error begins about a reference that is not followed.
pub(super) const OUTSIDE: &str = "only references within the schema are followed";

/// What is wrong with `schema`, in the words of OPA's library.
pub(super) fn check(schema: &Value) -> Result<(), String> {
    match schema {
        Value::Bool(_) | Value::Object(_) => schema_at(schema, schema, 0),
        _ => Err("schema is invalid".to_owned()),
    }
}

/// The value of one keyword.
pub(super) fn keyword<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    match schema {
        Value::Object(object) => object.get(&Value::from(name)),
        _ => None,
    }
}

/// What a `$ref` within `root` stands for.
pub(super) fn referred<'a>(root: &'a Value, reference: &str) -> Result<&'a Value, String> {
    let unknown = || format!("{OUTSIDE}, not `{reference}`");
    // Escapes of URLs are not undone.
    let pointer = reference
        .strip_prefix('#')
        .filter(|pointer| !pointer.contains('%'))
        .ok_or_else(unknown)?;
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(unknown());
    }
    let mut place = root;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match place {
            Value::Object(object) => object.get(&Value::from(step.as_str())),
            Value::Array(array) => step.parse().ok().and_then(|at: usize| array.get(at)),
            _ => None,
        };
        place = next.ok_or_else(|| format!("Object has no key '{step}'"))?;
    }
    Ok(place)
}

fn wrong_type(expected: &str, given: &str) -> String {
    format!("Invalid type. Expected: {expected}, given: {given}")
}

/// A schema where another holds it.
fn inner(root: &Value, schema: &Value, depth: usize) -> Result<(), String> {
    match schema {
        Value::Bool(_) | Value::Object(_) => schema_at(root, schema, depth + 1),
        _ => Err("Expected: Valid Schema, given: Invalid JSON".to_owned()),
    }
}

fn schema_at(root: &Value, schema: &Value, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("schema nested deeper than {DEEPEST} levels"));
    }
    if matches!(schema, Value::Bool(_)) {
        return Ok(());
    }
    for name in ["$ref", "title", "description", "format", "pattern"] {
        if keyword(schema, name).is_some_and(|value| !matches!(value, Value::String(_))) {
            return Err(wrong_type("string", name));
        }
    }
    if let Some(Value::String(reference)) = keyword(schema, "$ref") {
        // What it refers to is checked when it is used, or where it stands.
        return match referred(root, reference)? {
            Value::Bool(_) | Value::Object(_) => Ok(()),
            _ => Err("Expected: Valid Schema, given: Invalid JSON".to_owned()),
        };
    }
    if let Some(Value::String(pattern)) = keyword(schema, "pattern")
        && regex::is_match(pattern, "").is_err()
    {
        return Err("pattern must be a valid regex".to_owned());
    }
    types(schema)?;
    numbers(schema)?;
    collections(schema)?;
    parts(root, schema, depth)
}

fn types(schema: &Value) -> Result<(), String> {
    const TYPES: [&str; 7] = [
        "array", "boolean", "integer", "number", "null", "object", "string",
    ];
    let mut seen = BTreeSet::new();
    let mut add = |value: &Value| match value {
        Value::String(name) if !TYPES.contains(&name.as_ref()) => Err(format!(
            "has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{}]",
            TYPES.join(" ")
        )),
        Value::String(name) if !seen.insert(name.to_string()) => {
            Err(format!("{name} type is duplicated"))
        }
        Value::String(_) => Ok(()),
        _ => Err(wrong_type("type", "string/Array Of Strings")),
    };
    match keyword(schema, "type") {
        None => Ok(()),
        Some(Value::Array(types)) => types.iter().try_for_each(add),
        Some(value) => add(value),
    }
}

fn numbers(schema: &Value) -> Result<(), String> {
    for name in ["minimum", "maximum", "multipleOf"] {
        if let Some(value) = keyword(schema, name) {
            let number = Decimal::of(value).ok_or_else(|| format!("{name} must be of a Number"))?;
            if name == "multipleOf" && !number.is_positive() {
                return Err("multipleOf must be strictly greater than 0".to_owned());
            }
        }
    }
    for (name, of) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        match keyword(schema, name) {
            None | Some(Value::Number(_)) => {}
            Some(Value::Bool(_)) if keyword(schema, of).is_some() => {}
            Some(Value::Bool(_)) => return Err(format!("{name} cannot be used without {of}")),
            Some(_) => return Err(wrong_type("boolean/number", name)),
        }
    }
    for kind in ["Length", "Items", "Properties"] {
        let bound = |side: &str| -> Result<Option<i64>, String> {
            let name = format!("{side}{kind}");
            let Some(value) = keyword(schema, &name) else {
                return Ok(None);
            };
            let number = match value {
                Value::Number(number) if number.is_integer() => number.as_i64(),
                _ => None,
            };
            match number {
                None => Err(format!("{name} must be of an integer")),
                Some(..0) => Err(format!("{name} must be greater than or equal to 0")),
                number => Ok(number),
            }
        };
        if let (Some(least), Some(most)) = (bound("min")?, bound("max")?)
            && least > most
            && kind != "Items"
        {
            return Err(format!("min{kind} cannot be greater than max{kind}"));
        }
    }
    Ok(())
}

fn collections(schema: &Value) -> Result<(), String> {
    if keyword(schema, "uniqueItems").is_some_and(|value| !matches!(value, Value::Bool(_))) {
        return Err("uniqueItems must be of a boolean".to_owned());
    }
    match keyword(schema, "required") {
        None => {}
        Some(Value::Array(names)) => {
            let mut seen = BTreeSet::new();
            for name in names.iter() {
                if !matches!(name, Value::String(_)) {
                    return Err(wrong_type("string", "required"));
                }
                if !seen.insert(name) {
                    return Err("required items must be unique".to_owned());
                }
            }
        }
        Some(_) => return Err("required must be of an array".to_owned()),
    }
    match keyword(schema, "enum") {
        None => Ok(()),
        Some(Value::Array(values)) => {
            let mut seen = BTreeSet::new();
            for value in values.iter() {
                if !seen.insert(text_of(value)?) {
                    return Err("enum items must be unique".to_owned());
                }
            }
            Ok(())
        }
        Some(_) => Err("enum must be of an array".to_owned()),
    }
}

fn parts(root: &Value, schema: &Value, depth: usize) -> Result<(), String> {
    for name in ["allOf", "anyOf", "oneOf"] {
        match keyword(schema, name) {
            None => {}
            Some(Value::Array(schemas)) => schemas
                .iter()
                .try_for_each(|schema| inner(root, schema, depth))?,
            Some(_) => return Err(format!("{name} must be of an array")),
        }
    }
    for name in ["not", "if", "then", "else"] {
        match keyword(schema, name) {
            None => {}
            Some(value @ (Value::Object(_) | Value::Bool(_))) => inner(root, value, depth)?,
            Some(_) => return Err(format!("{name} must be of an object")),
        }
    }
    if let Some(value) = keyword(schema, "contains") {
        inner(root, value, depth)?;
    }
    for (name, expected, given) in [
        (
            "additionalProperties",
            "boolean/Valid Schema",
            "additionalProperties",
        ),
        ("additionalItems", "boolean/Valid Schema", "additionalItems"),
        ("propertyNames", "Valid Schema", "patternProperties"),
    ] {
        match keyword(schema, name) {
            None => {}
            Some(value @ (Value::Object(_) | Value::Bool(_))) => inner(root, value, depth)?,
            Some(_) => return Err(wrong_type(expected, given)),
        }
    }
    let list = || wrong_type("Valid Schema/Array Of Schemas", "items");
    match keyword(schema, "items") {
        None => {}
        Some(value @ (Value::Object(_) | Value::Bool(_))) => inner(root, value, depth)?,
        Some(Value::Array(schemas)) => {
            for schema in schemas.iter() {
                if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
                    return Err(list());
                }
                inner(root, schema, depth)?;
            }
        }
        Some(_) => return Err(list()),
    }
    named(root, schema, depth)
}

/// Keywords that name schemas.
fn named(root: &Value, schema: &Value, depth: usize) -> Result<(), String> {
    let definitions = || wrong_type("Array Of Schemas", "definitions");
    match keyword(schema, "definitions") {
        None => {}
        Some(Value::Object(schemas)) => {
            for schema in schemas.values() {
                if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
                    return Err(definitions());
                }
                inner(root, schema, depth)?;
            }
        }
        Some(_) => return Err(definitions()),
    }
    match keyword(schema, "properties") {
        None => {}
        Some(Value::Object(schemas)) => schemas
            .values()
            .try_for_each(|schema| inner(root, schema, depth))?,
        Some(_) => return Err("Properties must be of type object".to_owned()),
    }
    match keyword(schema, "patternProperties") {
        None => {}
        Some(Value::Object(schemas)) => {
            for (pattern, schema) in schemas.iter() {
                let Value::String(pattern) = pattern else {
                    continue;
                };
                regex::is_match(pattern, "")
                    .map_err(|_| format!("Invalid regex pattern '{pattern}'"))?;
                inner(root, schema, depth)?;
            }
        }
        Some(_) => return Err(wrong_type("Valid Schema", "patternProperties")),
    }
    match keyword(schema, "dependencies") {
        None => Ok(()),
        Some(Value::Object(dependencies)) => {
            dependencies
                .values()
                .try_for_each(|dependency| match dependency {
                    Value::Object(_) | Value::Bool(_) => inner(root, dependency, depth),
                    Value::Array(names)
                        if names.iter().all(|name| matches!(name, Value::String(_))) =>
                    {
                        Ok(())
                    }
                    _ => Err("Dependency must be of type Schema Or Array Of Strings".to_owned()),
                })
        }
        Some(other) => Err(wrong_type("Valid Schema", args::type_name(other))),
    }
}
