//! Arguments as a built-in wants them, and OPA's sentence where they are not.

use std::sync::Arc;

use crate::engine::Value;

/// The argument at `position` (from 0). A call with too few never gets past the compiler.
pub(super) fn at(args: &[Value], position: usize) -> Result<&Value, String> {
    args.get(position)
        .ok_or_else(|| format!("operand {} is missing", position + 1))
}

/// What OPA calls the type of `value`.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Set(_) => "set",
        Value::Object(_) => "object",
        Value::Undefined => "undefined",
    }
}

/// The sentence for an argument of the wrong type; `wanted` as `string` or `one of {array, set}`.
pub(super) fn wrong(position: usize, value: &Value, wanted: &str) -> String {
    format!(
        "operand {} must be {wanted} but got {}",
        position + 1,
        type_name(value)
    )
}

/// The argument as a string.
pub(super) fn string(args: &[Value], position: usize) -> Result<&str, String> {
    match at(args, position)? {
        Value::String(text) => Ok(text),
        other => Err(wrong(position, other, "string")),
    }
}

/// The argument as an integer that fits 64 bits.
pub(super) fn integer(args: &[Value], position: usize) -> Result<i64, String> {
    match at(args, position)? {
        Value::Number(number) => number.as_i64().ok_or_else(|| {
            format!(
                "operand {} must be integer number but got floating-point number",
                position + 1
            )
        }),
        other => Err(wrong(position, other, "number")),
    }
}

/// The elements of an array or a set, a set's in OPA's order.
pub(super) fn elements(args: &[Value], position: usize) -> Result<Vec<Value>, String> {
    match at(args, position)? {
        Value::Array(array) => Ok(array.iter().cloned().collect()),
        Value::Set(set) => {
            let mut elements: Vec<Value> = set.iter().cloned().collect();
            elements.sort_by(super::order::compare);
            Ok(elements)
        }
        other => Err(wrong(position, other, "one of {set, array}")),
    }
}

/// The elements of an array.
pub(super) fn array(args: &[Value], position: usize) -> Result<Vec<Value>, String> {
    match at(args, position)? {
        Value::Array(array) => Ok(array.iter().cloned().collect()),
        other => Err(wrong(position, other, "array")),
    }
}

/// The strings of an array or a set.
pub(super) fn strings(args: &[Value], position: usize) -> Result<Vec<Arc<str>>, String> {
    elements(args, position)?
        .iter()
        .map(|element| match element {
            Value::String(text) => Ok(Arc::clone(text)),
            other => Err(format!(
                "operand {} must be {} of strings but got {} containing {}",
                position + 1,
                args.get(position).map_or("array", type_name),
                args.get(position).map_or("array", type_name),
                type_name(other)
            )),
        })
        .collect()
}

/// A set of `elements`.
pub(super) fn set(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::from(
        elements
            .into_iter()
            .collect::<std::collections::BTreeSet<Value>>(),
    )
}

/// An array of `elements`.
pub(super) fn list(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::from(elements.into_iter().collect::<Vec<Value>>())
}
