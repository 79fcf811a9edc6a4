//! Numbers as Gatekeeper's Rego sees them.

use crate::engine::Value;

/// From here on Go writes a float64 with an exponent.
const FIRST_WITH_EXPONENT: f64 = 1e6;

/// `value` with its large integers as floats.
///
/// Gatekeeper sends reviews, parameters and the inventory through JSON into float64, so that
/// `sprintf("%v", [1000000])` prints `1e+06` and integers beyond 2^53 lose digits. Smaller integers
/// print the same either way and are left alone; a value without large ones is shared, not copied.
///
/// Defaults of a template's schema do not take this way and stay integers: convert a constraint
/// before [`super::Constraint::from_value`] reads it, not after.
pub fn as_gatekeeper_numbers(value: &Value) -> Value {
    converted(value).unwrap_or_else(|| value.clone())
}

/// `None` where nothing changes.
fn converted(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => {
            let float = match number.as_f64() {
                Some(float) => float,
                None => number.format_decimal().parse().ok()?,
            };
            (float.is_finite() && float.abs() >= FIRST_WITH_EXPONENT).then(|| Value::from(float))
        }
        Value::Array(array) => {
            let mut copy = None;
            for (index, item) in array.iter().enumerate() {
                if let Some(item) = converted(item) {
                    let copy = copy.get_or_insert_with(|| array.to_vec());
                    if let Some(slot) = copy.get_mut(index) {
                        *slot = item;
                    }
                }
            }
            copy.map(Value::from)
        }
        Value::Object(object) => {
            let mut copy = None;
            for (key, item) in object.iter() {
                if let Some(item) = converted(item) {
                    copy.get_or_insert_with(|| (**object).clone())
                        .insert(key.clone(), item);
                }
            }
            copy.map(Value::from)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_large_integers_change() {
        let value = Value::from_json_str(
            r#"{"a": [999999, 1000000, -1000000], "b": {"c": 1.5, "d": "x"}}"#,
        )
        .unwrap();
        let seen = as_gatekeeper_numbers(&value);
        let sort = |value: &Value| std::mem::discriminant(value.as_number().unwrap());
        let float = sort(&Value::from(0.5));
        let floats: Vec<bool> = seen["a"]
            .as_array()
            .unwrap()
            .iter()
            .map(|number| sort(number) == float)
            .collect();
        assert_eq!(floats, [false, true, true]);
        assert_eq!(seen, value, "the numbers stay equal");
    }
}
