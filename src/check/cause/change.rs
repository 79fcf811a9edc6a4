//! Objects that differ from another one in single fields.

use crate::engine::{self, Value};
use crate::manifest::Step;

/// A field that is to be something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    pub(crate) path: Vec<Step>,
    /// What it is to be; `None`: not there.
    pub(crate) to: Option<Value>,
    /// Whether any other value than the one that it has would do as well as far as is known.
    pub(crate) is_any_other: bool,
}

impl Change {
    pub(super) fn without(path: Vec<Step>) -> Change {
        Change {
            path,
            to: None,
            is_any_other: false,
        }
    }

    pub(super) fn set(path: Vec<Step>, value: Value) -> Change {
        Change {
            path,
            to: Some(value),
            is_any_other: false,
        }
    }

    /// Something else than it is, for which `value` stands.
    pub(super) fn other(path: Vec<Step>, value: Value) -> Change {
        Change {
            is_any_other: true,
            ..Change::set(path, value)
        }
    }
}

/// The field at `path`.
pub(crate) fn get<'v>(object: &'v Value, path: &[Step<impl AsRef<str>>]) -> Option<&'v Value> {
    let mut value = object;
    for step in path {
        value = match (value, step) {
            (Value::Object(_), Step::Key(key)) => match engine::field(value, key.as_ref()) {
                Value::Undefined => return None,
                found => found,
            },
            (Value::Array(items), Step::Index(index)) => items.get(*index)?,
            _ => return None,
        };
    }
    Some(value)
}

/// `object` with all of `changes`; `None` where one of them is not possible.
pub(super) fn apply(object: &Value, changes: &[Change]) -> Option<Value> {
    let mut changed = object.clone();
    let mut changes: Vec<&Change> = changes.iter().collect();
    // From the end, so that no element moves before it is changed.
    changes.sort_by(|one, other| other.path.cmp(&one.path));
    for change in changes {
        let done = match &change.to {
            Some(value) => set(&mut changed, &change.path, value),
            None => remove(&mut changed, &change.path),
        };
        done?;
    }
    Some(changed)
}

pub(super) fn set(value: &mut Value, path: &[Step], to: &Value) -> Option<()> {
    let Some((step, rest)) = path.split_first() else {
        *value = to.clone();
        return Some(());
    };
    match step {
        Step::Key(key) => {
            if matches!(value, Value::Null | Value::Undefined) {
                *value = Value::new_object();
            }
            let entries = value.as_object_mut().ok()?;
            let key = Value::from(key.as_str());
            let mut inner = entries.get(&key).cloned().unwrap_or(Value::Null);
            set(&mut inner, rest, to)?;
            entries.insert(key, inner);
        }
        Step::Index(index) => {
            let items = value.as_array_mut().ok()?;
            set(items.get_mut(*index)?, rest, to)?;
        }
    }
    Some(())
}

fn remove(value: &mut Value, path: &[Step]) -> Option<()> {
    let (last, before) = path.split_last()?;
    let mut parent = value;
    for step in before {
        parent = match step {
            Step::Key(key) => parent
                .as_object_mut()
                .ok()?
                .get_mut(&Value::from(key.as_str()))?,
            Step::Index(index) => parent.as_array_mut().ok()?.get_mut(*index)?,
        };
    }
    match last {
        Step::Key(key) => {
            parent
                .as_object_mut()
                .ok()?
                .remove(&Value::from(key.as_str()))?;
        }
        Step::Index(index) => {
            let mut items = parent.as_array().ok()?.to_vec();
            if *index >= items.len() {
                return None;
            }
            items.remove(*index);
            *parent = Value::from(items);
        }
    }
    Some(())
}
