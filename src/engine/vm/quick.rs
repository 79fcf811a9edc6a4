//! What the built-ins that policies call all the time answer to what is usual: from registers as they
//! are, no argument is copied. What is unusual, and every error, is left to the catalogue.

use regorus::Value;

use crate::engine::field::part;
use crate::engine::{builtins, memory};

/// Answers to arguments that have a value; `None` where the catalogue has to.
pub(super) type Quick = fn(&[&Value]) -> Option<Value>;

/// The most arguments of any of them.
pub(super) const ARGUMENTS: usize = 3;

/// The quick answer of the built-in `name`.
pub(super) fn of(name: &str) -> Option<Quick> {
    Some(match name {
        "array.concat" => array_concat,
        "concat" => concat,
        "endswith" => |given| texts(given, |text, end| Value::Bool(text.ends_with(end))),
        "is_array" => |given| is(given, |value| matches!(value, Value::Array(_))),
        "is_boolean" => |given| is(given, |value| matches!(value, Value::Bool(_))),
        "is_null" => |given| is(given, |value| matches!(value, Value::Null)),
        "is_number" => |given| is(given, |value| matches!(value, Value::Number(_))),
        "is_object" => |given| is(given, |value| matches!(value, Value::Object(_))),
        "is_string" => |given| is(given, |value| matches!(value, Value::String(_))),
        "object.get" => object_get,
        "sekisho.recall" => recall,
        "sprintf" => sprintf,
        "startswith" => |given| texts(given, |text, start| Value::Bool(text.starts_with(start))),
        "trim_prefix" => trim_prefix,
        "type_name" => type_name,
        _ => return None,
    })
}

fn is(given: &[&Value], is: impl Fn(&Value) -> bool) -> Option<Value> {
    match given {
        [value] => Some(Value::Bool(is(value))),
        _ => None,
    }
}

fn texts(given: &[&Value], answer: impl Fn(&str, &str) -> Value) -> Option<Value> {
    match given {
        [Value::String(one), Value::String(other)] => Some(answer(one, other)),
        _ => None,
    }
}

fn trim_prefix(given: &[&Value]) -> Option<Value> {
    match given {
        [Value::String(text), Value::String(prefix)] => Some(match text.strip_prefix(&**prefix) {
            Some(rest) if !prefix.is_empty() => Value::from(rest),
            _ => Value::String(text.clone()),
        }),
        _ => None,
    }
}

fn type_name(given: &[&Value]) -> Option<Value> {
    let [value] = given else {
        return None;
    };
    Some(Value::from(match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Set(_) => "set",
        Value::Undefined => return None,
    }))
}

fn array_concat(given: &[&Value]) -> Option<Value> {
    let [Value::Array(one), Value::Array(other)] = given else {
        return None;
    };
    Some(if other.is_empty() {
        Value::Array(one.clone())
    } else if one.is_empty() {
        Value::Array(other.clone())
    } else {
        Value::from([one.as_slice(), other.as_slice()].concat())
    })
}

fn concat(given: &[&Value]) -> Option<Value> {
    let [Value::String(between), collection] = given else {
        return None;
    };
    match collection {
        Value::Array(items) => joined(between, items.iter()),
        Value::Set(items) => joined(between, items.iter()),
        _ => None,
    }
}

fn joined<'v>(between: &str, mut items: impl ExactSizeIterator<Item = &'v Value>) -> Option<Value> {
    if items.len() == 1 {
        return match items.next() {
            Some(Value::String(text)) => Some(Value::String(text.clone())),
            _ => None,
        };
    }
    let mut whole = String::with_capacity(64);
    for (at, item) in items.enumerate() {
        let Value::String(text) = item else {
            return None;
        };
        if at > 0 {
            whole.push_str(between);
        }
        whole.push_str(text);
    }
    Some(Value::from(whole))
}

fn object_get(given: &[&Value]) -> Option<Value> {
    let [object, key, default] = given else {
        return None;
    };
    if !matches!(object, Value::Object(_)) {
        return None;
    }
    let found = match key {
        Value::Array(keys) => {
            let mut found: &Value = object;
            for key in keys.iter() {
                found = part(found, key);
                if matches!(found, Value::Undefined) {
                    break;
                }
            }
            found
        }
        key => part(object, key),
    };
    Some(match found {
        Value::Undefined => (*default).clone(),
        found => found.clone(),
    })
}

fn recall(given: &[&Value]) -> Option<Value> {
    match given {
        [Value::String(function), asked] => Some(memory::known(function, asked)),
        _ => None,
    }
}

/// Where the format has nothing but `%s` for texts and `%d` for integers.
fn sprintf(given: &[&Value]) -> Option<Value> {
    match given {
        [Value::String(format), Value::Array(values)] => {
            builtins::plain_sprintf(format, values.as_slice()).map(Value::from)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::catalogue;

    const ALL: [(&str, usize); 14] = [
        ("array.concat", 2),
        ("concat", 2),
        ("endswith", 2),
        ("is_array", 1),
        ("is_boolean", 1),
        ("is_null", 1),
        ("is_number", 1),
        ("is_object", 1),
        ("is_string", 1),
        ("object.get", 3),
        ("sprintf", 2),
        ("startswith", 2),
        ("trim_prefix", 2),
        ("type_name", 1),
    ];

    fn odd() -> Vec<Value> {
        let json = [
            "null",
            "true",
            "0",
            "1",
            "-7",
            "1.5",
            "1e0",
            "1e30",
            r#""""#,
            r#""a""#,
            r#""ab""#,
            r#""%s""#,
            r#""%d""#,
            r#""%s%d é %s""#,
            r#""%v%%""#,
            r#""100%""#,
            "[]",
            r#"["a"]"#,
            r#"["a", 1]"#,
            r#"["a", "b", "c"]"#,
            r#"["a", 1, "é"]"#,
            r#"["a", "b", 1]"#,
            "[1.5]",
            "[1e0]",
            "[[]]",
            "{}",
            r#"{"a": 1}"#,
            r#"{"a": {"b": 2}, "c": []}"#,
            r#"{"a": {"d": 3}, "ab": null}"#,
            r#"{"a": [1, {"b": false}]}"#,
        ];
        let mut values: Vec<Value> = json
            .iter()
            .filter_map(|text| Value::from_json_str(text).ok())
            .collect();
        let sets = values.clone().into_iter().map(|value| [value]);
        values.extend(sets.map(|one| Value::from(std::collections::BTreeSet::from(one))));
        values
    }

    /// Every list of so many of `values`.
    fn lists(values: &[Value], length: usize) -> Vec<Vec<Value>> {
        let Some(shorter) = length.checked_sub(1) else {
            return vec![Vec::new()];
        };
        let shorter = lists(values, shorter);
        let longer = |list: Vec<Value>| {
            let add = move |value: &Value| [list.as_slice(), std::slice::from_ref(value)].concat();
            values.iter().map(add).collect::<Vec<_>>()
        };
        shorter.into_iter().flat_map(longer).collect()
    }

    #[test]
    fn they_answer_as_the_catalogue_does() {
        let values = odd();
        assert!(values.len() > 50, "some are no JSON");
        for (name, arity) in ALL {
            let mut answered = 0;
            for given in lists(&values, arity) {
                let quick = of(name).and_then(|quick| quick(&given.iter().collect::<Vec<_>>()));
                let Some(answer) = quick else {
                    continue;
                };
                let number = catalogue::number(name).unwrap_or(usize::MAX);
                let shown = |value: &Value| format!("{value:?}");
                assert_eq!(
                    Ok(shown(&answer)),
                    catalogue::call(number, &given)
                        .as_ref()
                        .map(shown)
                        .map_err(Clone::clone),
                    "{name} of {given:?}"
                );
                answered += 1;
            }
            assert!(answered >= 5, "{name} answers {answered} times");
        }
    }
}
