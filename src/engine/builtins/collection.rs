//! Arrays and sets where OPA's order or depth matters.

use super::{Answer, Table, args, order};
use crate::engine::{Value, arithmetic};

pub(super) const TABLE: Table = &[
    ("array.flatten", 1, flatten),
    ("max", 1, max),
    ("min", 1, min),
    ("product", 1, product),
    ("sort", 1, sort),
    ("sum", 1, sum),
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

/// The numbers of a collection, drawn together.
fn fold(arguments: &[Value], start: u64, step: fn(&[Value]) -> Answer) -> Answer {
    let collection = args::at(arguments, 0)?;
    args::elements(arguments, 0)?
        .into_iter()
        .try_fold(Value::from(start), |so_far, element| match element {
            Value::Number(_) => step(&[so_far, element]),
            other => {
                let name = args::type_name(collection);
                Err(format!(
                    "operand 1 must be {name} of numbers but got {name} containing {}",
                    args::type_name(&other)
                ))
            }
        })
}

fn sum(arguments: &[Value]) -> Answer {
    fold(arguments, 0, arithmetic::plus)
}

fn product(arguments: &[Value]) -> Answer {
    fold(arguments, 1, arithmetic::multiply)
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
