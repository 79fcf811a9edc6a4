//! Values as bytes.

use std::collections::BTreeSet;

use regorus::Value;
use regorus::value::Object;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
enum Stored<'a> {
    Undefined,
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    /// An integer that is larger.
    Digits(String),
    #[serde(borrow)]
    String(&'a str),
    Array(Vec<Stored<'a>>),
    Set(Vec<Stored<'a>>),
    Object(Vec<(Stored<'a>, Stored<'a>)>),
}

pub(super) fn serialize<S: Serializer>(values: &[Value], to: S) -> Result<S::Ok, S::Error> {
    let stored: Option<Vec<Stored<'_>>> = values.iter().map(store).collect();
    let stored = stored.ok_or_else(|| S::Error::custom("a number that cannot be stored"))?;
    stored.serialize(to)
}

pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<Value>, D::Error> {
    let stored = Vec::<Stored<'d>>::deserialize(from)?;
    let values: Option<Vec<Value>> = stored.into_iter().map(restore).collect();
    values.ok_or_else(|| D::Error::custom("a number that is none"))
}

fn store(value: &Value) -> Option<Stored<'_>> {
    Some(match value {
        Value::Undefined => Stored::Undefined,
        Value::Null => Stored::Null,
        Value::Bool(value) => Stored::Bool(*value),
        Value::Number(_) => number(value)?,
        Value::String(text) => Stored::String(text),
        Value::Array(items) => Stored::Array(items.iter().map(store).collect::<Option<_>>()?),
        Value::Set(items) => Stored::Set(items.iter().map(store).collect::<Option<_>>()?),
        Value::Object(fields) => {
            let fields = fields.iter();
            let stored = fields.map(|(name, field)| Some((store(name)?, store(field)?)));
            Stored::Object(stored.collect::<Option<_>>()?)
        }
    })
}

/// A number in the form from which it comes back as it is.
fn number(value: &Value) -> Option<Stored<'static>> {
    let text = value.to_string();
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Stored::Integer(integer));
    }
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Stored::Digits(text));
    }
    let float = value.as_f64().ok()?;
    (Value::from(float).to_string() == text).then_some(Stored::Float(float))
}

fn restore(stored: Stored<'_>) -> Option<Value> {
    let all = |values: Vec<Stored<'_>>| -> Option<Vec<Value>> {
        values.into_iter().map(restore).collect()
    };
    Some(match stored {
        Stored::Undefined => Value::Undefined,
        Stored::Null => Value::Null,
        Stored::Bool(value) => Value::Bool(value),
        Stored::Integer(value) => Value::from(value),
        Stored::Float(value) => Value::from(value),
        Stored::Digits(text) => Value::from_numeric_string(&text).ok()?,
        Stored::String(text) => Value::from(text),
        Stored::Array(items) => Value::from(all(items)?),
        Stored::Set(items) => Value::from(all(items)?.into_iter().collect::<BTreeSet<_>>()),
        Stored::Object(fields) => {
            let mut object = Object::new();
            for (name, field) in fields {
                object.insert(restore(name)?, restore(field)?);
            }
            object.into_value()
        }
    })
}
