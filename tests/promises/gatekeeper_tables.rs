//! Reading the tables of cases beside the tests.

use sekisho::engine::Value;

/// A table: YAML, as written.
pub(crate) fn table(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

pub(crate) fn list(value: &Value) -> Vec<Value> {
    value
        .as_array()
        .map(|array| array.to_vec())
        .unwrap_or_default()
}

pub(crate) fn words(value: &Value) -> Vec<String> {
    list(value).iter().map(text).collect()
}

pub(crate) fn text(value: &Value) -> String {
    value
        .as_string()
        .map(|text| text.to_string())
        .unwrap_or_default()
}

pub(crate) fn entries(value: &Value) -> Vec<(String, Value)> {
    value
        .as_object()
        .unwrap()
        .iter_sorted()
        .map(|(key, value)| (text(key), value.clone()))
        .collect()
}

/// `under` with the fields of `over`; objects merge, null removes.
pub(crate) fn merged(under: &Value, over: &Value) -> Value {
    let (Ok(_), Ok(fields)) = (under.as_object(), over.as_object()) else {
        return over.clone();
    };
    let mut result = under.clone();
    for (key, value) in fields.iter() {
        let object = result.as_object_mut().unwrap();
        if *value == Value::Null {
            object.remove(key);
        } else {
            let below = object.get(key).cloned().unwrap_or(Value::Undefined);
            object.insert(key.clone(), merged(&below, value));
        }
    }
    result
}
