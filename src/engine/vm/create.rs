//! Making values, and taking them apart.

use std::sync::Arc;

use regorus::Value;

use super::code::{Code, Comparison, Fields, Key, Path, Register, Root};
use super::{Stop, Vm};
use crate::engine::field::part;

/// What is read where there is nothing.
pub(super) static UNDEFINED: Value = Value::Undefined;

impl Vm {
    /// Values of registers, in their order; `None` where one has none.
    fn all(&self, base: usize, registers: &[Register]) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(registers.len());
        for register in registers {
            match self.get(base, *register) {
                Value::Undefined => return None,
                value => values.push(value.clone()),
            }
        }
        Some(values)
    }

    pub(super) fn array(&self, base: usize, registers: &[Register]) -> Value {
        let values = self.all(base, registers);
        values.map_or(Value::Undefined, Value::from)
    }

    pub(super) fn set_of(&self, base: usize, registers: &[Register]) -> Value {
        let values = self.all(base, registers);
        let set = |values: Vec<Value>| {
            Value::from(
                values
                    .into_iter()
                    .collect::<std::collections::BTreeSet<_>>(),
            )
        };
        values.map_or(Value::Undefined, set)
    }

    pub(super) fn object(&self, code: &Code, base: usize, fields: &Fields) -> Value {
        let has_value =
            |register: &Register| !matches!(self.get(base, *register), Value::Undefined);
        let is_whole = fields.known.iter().all(|(_, value)| has_value(value))
            && fields
                .named
                .iter()
                .all(|(name, value)| has_value(name) && has_value(value));
        let whole = code.value(fields.template);
        let Value::Object(template) = whole else {
            return Value::Undefined;
        };
        if !is_whole {
            return Value::Undefined;
        }
        if fields.known.is_empty() && fields.named.is_empty() {
            return whole.clone();
        }
        let mut object = (**template).clone();
        for (name, register) in &fields.known {
            if let Some(value) = object.get_mut(code.value(*name)) {
                value.clone_from(self.get(base, *register));
            }
        }
        for (name, register) in &fields.named {
            let name = self.get(base, *name).clone();
            object.insert(name, self.get(base, *register).clone());
        }
        object.into_value()
    }

    /// The part of a value that a path leads to.
    pub(super) fn part(&self, code: &Code, base: usize, path: &Path) -> Value {
        let (mut value, in_data) = match path.root {
            Root::Register(register) => (self.get(base, register), false),
            Root::Data => (&self.data, true),
        };
        for key in &path.keys {
            let key = match key {
                Key::Literal(key) => code.value(*key),
                Key::Register(register) => self.get(base, *register),
            };
            let mut found = part(value, key);
            if in_data && matches!((found, key), (Value::Undefined, Value::Number(_))) {
                found = &value[&Value::from(key.to_string())];
            }
            value = found;
            if matches!(value, Value::Undefined) {
                break;
            }
        }
        value.clone()
    }

    /// Adds to the array in a register.
    pub(super) fn push(&mut self, base: usize, to: Register, from: Register) -> Result<(), Stop> {
        let value = self.get(base, from).clone();
        match self.slot(base, to) {
            Some(Value::Array(items)) => {
                Arc::make_mut(items).push(value);
                Ok(())
            }
            _ => Err(Stop::Failed),
        }
    }

    /// Adds to the set in a register.
    pub(super) fn add(&mut self, base: usize, to: Register, from: Register) -> Result<(), Stop> {
        let value = self.get(base, from).clone();
        match self.slot(base, to) {
            Some(Value::Set(items)) => {
                if value != Value::Undefined {
                    Arc::make_mut(items).insert(value);
                }
                Ok(())
            }
            _ => Err(Stop::Failed),
        }
    }

    /// Adds to the object in a register.
    pub(super) fn insert(
        &mut self,
        base: usize,
        to: Register,
        [key, value]: [Register; 2],
    ) -> Result<(), Stop> {
        let key = self.get(base, key).clone();
        let value = self.get(base, value).clone();
        match self.slot(base, to) {
            Some(Value::Object(fields)) => {
                Arc::make_mut(fields).insert(key, value);
                Ok(())
            }
            _ => Err(Stop::Failed),
        }
    }
}

pub(super) fn compare(how: Comparison, left: &Value, right: &Value) -> Value {
    if matches!(left, Value::Undefined) || matches!(right, Value::Undefined) {
        return Value::Undefined;
    }
    Value::Bool(match how {
        Comparison::Equal => left == right,
        Comparison::Unequal => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    })
}

/// What is in a collection: an element, or the value of a field.
pub(super) fn contains(collection: &Value, value: &Value) -> bool {
    match collection {
        Value::Set(items) => items.contains(value),
        Value::Array(items) => items.contains(value),
        Value::Object(fields) => fields.values().any(|field| field == value),
        _ => false,
    }
}

pub(super) fn count(collection: &Value) -> Value {
    match collection {
        Value::Array(items) => Value::from(items.len()),
        Value::Object(fields) => Value::from(fields.len()),
        Value::Set(items) => Value::from(items.len()),
        _ => Value::Undefined,
    }
}

/// Whether a value counts as true among others that are asked together.
pub(super) fn truth(value: &Value) -> Result<Option<bool>, Stop> {
    match value {
        Value::Undefined => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        Value::Null => Ok(Some(true)),
        _ => Err(Stop::Failed),
    }
}
