//! Fields of a value by path: reading, setting, taking away.

use crate::engine::Value;
use crate::manifest::Step;

pub(super) fn child(path: &[Step], key: &str) -> Vec<Step> {
    let key = Step::Key(key.to_owned());
    path.iter().cloned().chain([key]).collect()
}

pub(super) fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter()
        .try_fold(value, |value, step| match (value, step) {
            (Value::Object(fields), Step::Key(key)) => fields.get(&Value::from(key.as_str())),
            (Value::Array(items), Step::Index(index)) => items.get(*index),
            _ => None,
        })
}

pub(super) fn set(value: &mut Value, path: &[Step], new: Value) {
    let Some((step, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    match step {
        Step::Key(key) => {
            if !matches!(value, Value::Object(_)) {
                *value = Value::new_object();
            }
            if let Ok(fields) = value.as_object_mut() {
                let key = Value::from(key.as_str());
                let mut inner = fields.get(&key).cloned().unwrap_or(Value::Null);
                set(&mut inner, rest, new);
                fields.insert(key, inner);
            }
        }
        Step::Index(index) => {
            if let Ok(items) = value.as_array_mut()
                && let Some(inner) = items.get_mut(*index)
            {
                set(inner, rest, new);
            }
        }
    }
}

pub(super) fn remove(value: &mut Value, path: &[Step]) {
    let (Some(Step::Key(last)), Some(above)) =
        (path.last(), path.get(..path.len().saturating_sub(1)))
    else {
        return;
    };
    let Some(Value::Object(fields)) = at(value, above) else {
        return;
    };
    let key = Value::from(last.as_str());
    if fields.get(&key).is_none() {
        return;
    }
    let mut fields = Value::Object(fields.clone());
    if let Ok(fields) = fields.as_object_mut() {
        fields.remove(&key);
    }
    set(value, above, fields);
}
