//! Built-ins that no author calls: the rewritten source does.

use std::collections::BTreeMap;

use regorus::Value;

use super::catalogue::Call;

pub(super) const BUILTINS: &[(&str, u8, Call)] = &[
    ("sekisho.at", 2, at),
    ("sekisho.object", 2, object),
    ("sekisho.only", 2, only),
    ("sekisho.shape", 3, shape),
    ("sekisho.walk", 1, walk),
];

/// How many pairs `walk` makes at most, and how deep it goes.
const WALKED: usize = 1_000_000;
const DEPTH: usize = 2_000;

/// Begins the message of a conflict; line, column, OPA's words and the module follow, with colons
/// between.
pub(super) const CONFLICT: &str = "sekisho-conflict:";

/// The one value in the sets of a rule's answers: none is undefined, two are a conflict. First what
/// is said of a conflict.
fn only(arguments: &[Value]) -> Result<Value, String> {
    let [Value::String(told), Value::Array(sets)] = arguments else {
        return Err("no sets of answers".to_owned());
    };
    let mut found: Option<&Value> = None;
    for set in sets.iter() {
        let Value::Set(answers) = set else { continue };
        for answer in answers.iter() {
            if found.is_some_and(|before| before != answer) {
                return Err(format!("{CONFLICT}{told}"));
            }
            found = Some(answer);
        }
    }
    Ok(found.cloned().unwrap_or(Value::Undefined))
}

/// The object of a rule's sets of `[key, value]` pairs. First what is said of a conflict.
fn object(arguments: &[Value]) -> Result<Value, String> {
    let [Value::String(told), Value::Array(sets)] = arguments else {
        return Err("no sets of pairs".to_owned());
    };
    let mut fields = BTreeMap::new();
    for set in sets.iter() {
        let Value::Set(pairs) = set else { continue };
        for pair in pairs.iter() {
            let Value::Array(pair) = pair else { continue };
            if let [key, value] = pair.as_slice()
                && fields
                    .insert(key.clone(), value.clone())
                    .is_some_and(|before| before != *value)
            {
                return Err(format!("{CONFLICT}{told}"));
            }
        }
    }
    Ok(Value::from(fields))
}

/// Whether a value is an array or object of so many items.
fn shape(arguments: &[Value]) -> Result<Value, String> {
    let [value, Value::String(wanted), Value::Number(length)] = arguments else {
        return Err("no shape to compare with".to_owned());
    };
    let found = match (value, &**wanted) {
        (Value::Array(items), "array") => items.len(),
        (Value::Object(fields), "object") => fields.len(),
        _ => return Ok(Value::from(false)),
    };
    Ok(Value::from(length.as_u64() == u64::try_from(found).ok()))
}

/// `collection[key]` where the key is a number with a fraction or an exponent: no index of an array.
fn at(arguments: &[Value]) -> Result<Value, String> {
    Ok(match arguments {
        [Value::Object(fields), key] => fields.get(key).cloned().unwrap_or(Value::Undefined),
        [Value::Set(items), key] if items.contains(key) => key.clone(),
        _ => Value::Undefined,
    })
}

/// All `[path, value]` pairs of a document, itself included.
fn walk(arguments: &[Value]) -> Result<Value, String> {
    let [root] = arguments else {
        return Err("walk takes one argument".to_owned());
    };
    let mut pairs = Vec::new();
    let mut waiting: Vec<(Vec<Value>, Value)> = vec![(Vec::new(), root.clone())];
    while let Some((path, value)) = waiting.pop() {
        if pairs.len() >= WALKED || path.len() > DEPTH {
            return Err("walk: the document is too large".to_owned());
        }
        let mut step = |key: Value, inner: &Value| {
            let mut longer = Vec::with_capacity(path.len() + 1);
            longer.extend_from_slice(&path);
            longer.push(key);
            waiting.push((longer, inner.clone()));
        };
        match &value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(at, item)| step(Value::from(at as u64), item)),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(key, item)| step(key.clone(), item)),
            Value::Set(items) => items.iter().for_each(|item| step(item.clone(), item)),
            _ => {}
        }
        pairs.push(Value::from(vec![Value::from(path), value]));
    }
    Ok(Value::from(pairs))
}
