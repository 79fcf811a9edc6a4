//! OPA's total order of values: null, booleans, numbers, strings, arrays, objects, sets.
//! regorus has sets before objects.

use std::cmp::Ordering;

use crate::engine::Value;

fn rank(value: &Value) -> u8 {
    match value {
        Value::Undefined => 0,
        Value::Null => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
        Value::Set(_) => 7,
    }
}

/// Compares two values as OPA's `sort` does.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => sequence(a.iter(), b.iter()),
        (Value::Set(a), Value::Set(b)) => {
            let (a, b) = (sorted(a.iter()), sorted(b.iter()));
            sequence(a.into_iter(), b.into_iter())
        }
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (entries(a.iter()), entries(b.iter()));
            for ((key_a, value_a), (key_b, value_b)) in a.iter().zip(&b) {
                let order = compare(key_a, key_b).then_with(|| compare(value_a, value_b));
                if order != Ordering::Equal {
                    return order;
                }
            }
            a.len().cmp(&b.len())
        }
        _ => rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)),
    }
}

fn sequence<'a>(
    a: impl Iterator<Item = &'a Value>,
    mut b: impl Iterator<Item = &'a Value>,
) -> Ordering {
    for left in a {
        match b.next() {
            None => return Ordering::Greater,
            Some(right) => match compare(left, right) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
    if b.next().is_some() {
        Ordering::Less
    } else {
        Ordering::Equal
    }
}

/// The elements in OPA's order.
pub(super) fn sorted<'a>(elements: impl Iterator<Item = &'a Value>) -> Vec<&'a Value> {
    let mut elements: Vec<&Value> = elements.collect();
    elements.sort_by(|a, b| compare(a, b));
    elements
}

/// The entries in OPA's order of their keys.
pub(super) fn entries<'a>(
    entries: impl Iterator<Item = (&'a Value, &'a Value)>,
) -> Vec<(&'a Value, &'a Value)> {
    let mut entries: Vec<(&Value, &Value)> = entries.collect();
    entries.sort_by(|a, b| compare(a.0, b.0));
    entries
}
