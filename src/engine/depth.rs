//! How deep a document is.

use std::cell::RefCell;
use std::sync::Arc;

use regorus::Value;
use regorus::value::Object;

/// So many parts of inputs are known again: of one object many policies are asked, each with its
/// parameters.
const RECENT: usize = 64;

thread_local! {
    /// What was measured last, and against which limit. It is held, so that nothing else can stand in
    /// its place in memory.
    static MEASURED: RefCell<Vec<(Arc<Object>, usize)>> = const { RefCell::new(Vec::new()) };
}

/// Whether an input is nested no deeper than `limit`. Of its parts those that were measured before are
/// not measured again.
pub(super) fn is_input_within(input: &Value, limit: usize) -> bool {
    let (Value::Object(parts), Some(below)) = (input, limit.checked_sub(1)) else {
        return is_within(input, limit);
    };
    parts.iter().all(|(name, part)| {
        let Value::Object(object) = part else {
            return is_within(name, below) && is_within(part, below);
        };
        let known = MEASURED.with_borrow(|measured| {
            let mut measured = measured.iter();
            measured.any(|(known, limit)| *limit == below && Arc::ptr_eq(known, object))
        });
        known
            || is_within(name, below) && is_within(part, below) && {
                MEASURED.with_borrow_mut(|measured| {
                    measured.truncate(RECENT - 1);
                    measured.insert(0, (object.clone(), below));
                });
                true
            }
    })
}

/// Whether `value` is nested no deeper than `limit`.
pub(super) fn is_within(value: &Value, limit: usize) -> bool {
    let Some(below) = limit.checked_sub(1) else {
        return !matches!(value, Value::Array(_) | Value::Set(_) | Value::Object(_));
    };
    // Scalars are passed over here: most values are.
    let deeper = |inner: &Value| match inner {
        Value::Array(_) | Value::Set(_) | Value::Object(_) => is_within(inner, below),
        _ => true,
    };
    match value {
        Value::Array(items) => items.iter().all(deeper),
        Value::Set(items) => items.iter().all(deeper),
        Value::Object(fields) => fields
            .iter()
            .all(|(key, inner)| deeper(key) && deeper(inner)),
        _ => true,
    }
}
