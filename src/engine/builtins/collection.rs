//! Arrays and sets where OPA's order or depth matters.

use super::{Answer, Table, args, order};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("array.flatten", 1, flatten),
    ("max", 1, max),
    ("min", 1, min),
    ("sort", 1, sort),
];

/// Arrays within the array give their elements; deeper ones stay.
fn flatten(arguments: &[Value]) -> Answer {
    let mut out = Vec::new();
    for element in args::array(arguments, 0)? {
        match element {
            Value::Array(inner) => out.extend(inner.iter().cloned()),
            other => out.push(other),
        }
    }
    Ok(Value::from(out))
}

/// Undefined for an empty collection.
fn max(arguments: &[Value]) -> Answer {
    Ok(args::elements(arguments, 0)?
        .into_iter()
        .max_by(order::compare)
        .unwrap_or(Value::Undefined))
}

/// Undefined for an empty collection.
fn min(arguments: &[Value]) -> Answer {
    Ok(args::elements(arguments, 0)?
        .into_iter()
        .min_by(order::compare)
        .unwrap_or(Value::Undefined))
}

fn sort(arguments: &[Value]) -> Answer {
    let mut elements = args::elements(arguments, 0)?;
    elements.sort_by(order::compare);
    Ok(Value::from(elements))
}
