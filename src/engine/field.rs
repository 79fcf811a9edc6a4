//! Fields of objects, found by comparing names: most objects of manifests have a few, and to search
//! them in order takes longer.

use std::sync::Arc;

use regorus::Value;
use regorus::value::Object;

/// Of more fields the one is searched in order.
const FEW: usize = 16;

static UNDEFINED: Value = Value::Undefined;

/// The field `name` of `value`; undefined where there is none. No key is made for it.
pub(crate) fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    match value {
        Value::Object(fields) if fields.len() <= FEW => compared(fields, name),
        Value::Object(fields) => fields.get(&Value::from(name)).unwrap_or(&UNDEFINED),
        _ => &UNDEFINED,
    }
}

/// `value[key]`
#[inline]
pub(super) fn part<'v>(value: &'v Value, key: &Value) -> &'v Value {
    match (value, key) {
        (Value::Object(fields), Value::String(name)) if fields.len() <= FEW => {
            for (key, value) in fields.iter() {
                if let Value::String(key) = key
                    && (Arc::ptr_eq(key, name) || **key == **name)
                {
                    return value;
                }
            }
            &UNDEFINED
        }
        _ => &value[key],
    }
}

fn compared<'v>(fields: &'v Object, name: &str) -> &'v Value {
    for (key, value) in fields.iter() {
        if matches!(key, Value::String(key) if **key == *name) {
            return value;
        }
    }
    &UNDEFINED
}
