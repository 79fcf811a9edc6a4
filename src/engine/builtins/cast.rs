//! Built-ins that Rego v1 took away and that policies of the first days still call.

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("all", 1, all),
    ("any", 1, any),
    ("cast_array", 1, cast_array),
    ("cast_boolean", 1, |arguments| cast(arguments, "boolean")),
    ("cast_null", 1, |arguments| cast(arguments, "null")),
    ("cast_object", 1, |arguments| cast(arguments, "object")),
    ("cast_set", 1, cast_set),
    ("cast_string", 1, |arguments| cast(arguments, "string")),
    ("set_diff", 2, set_diff),
];

/// Whether every element is `true`.
fn all(arguments: &[Value]) -> Answer {
    Ok(Value::from(
        args::elements(arguments, 0)?
            .iter()
            .all(|element| *element == Value::Bool(true)),
    ))
}

/// Whether an element is `true`.
fn any(arguments: &[Value]) -> Answer {
    Ok(Value::from(
        args::elements(arguments, 0)?.contains(&Value::Bool(true)),
    ))
}

fn cast_array(arguments: &[Value]) -> Answer {
    match args::at(arguments, 0)? {
        Value::Array(_) | Value::Set(_) => args::elements(arguments, 0).map(args::list),
        other => Err(args::wrong(0, other, "one of {array, set}")),
    }
}

fn cast_set(arguments: &[Value]) -> Answer {
    args::elements(arguments, 0).map(args::set)
}

/// The value itself where it has the type already; nothing is converted.
fn cast(arguments: &[Value], wanted: &str) -> Answer {
    let value = args::at(arguments, 0)?;
    if args::type_name(value) == wanted {
        Ok(value.clone())
    } else {
        Err(args::wrong(0, value, wanted))
    }
}

fn set_diff(arguments: &[Value]) -> Answer {
    match (args::at(arguments, 0)?, args::at(arguments, 1)?) {
        (Value::Set(a), Value::Set(b)) => Ok(args::set(
            a.iter().filter(|element| !b.contains(element)).cloned(),
        )),
        (Value::Set(_), other) => Err(args::wrong(1, other, "set")),
        (other, _) => Err(args::wrong(0, other, "set")),
    }
}
