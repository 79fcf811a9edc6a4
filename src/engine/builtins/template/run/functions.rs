//! The functions of a template.

use super::{Item, shown, text, truth};
use crate::engine::Value;
use crate::engine::builtins::sprintf;

pub(super) fn call(name: &str, items: Vec<Item>) -> Result<Item, String> {
    let wanted = |least: usize| {
        if items.len() < least {
            return Err(format!(
                "wrong number of args for {name}: want at least {least} got {}",
                items.len()
            ));
        }
        Ok(())
    };
    match name {
        // What decides earlier has been returned earlier.
        "and" | "or" => {
            wanted(1)?;
            let decided = items.iter().find(|item| truth(item) == (name == "or"));
            decided
                .or(items.last())
                .cloned()
                .ok_or_else(|| format!("wrong number of args for {name}"))
        }
        "not" => match items.as_slice() {
            [item] => Ok(Item::Json(Value::from(!truth(item)))),
            _ => Err(format!(
                "wrong number of args for not: want 1 got {}",
                items.len()
            )),
        },
        "eq" => {
            wanted(2)?;
            let mut rest = items.iter();
            let Some(first) = rest.next() else {
                return Err("missing argument for comparison".to_owned());
            };
            for item in rest {
                if equal(first, item)? {
                    return Ok(Item::Json(Value::from(true)));
                }
            }
            Ok(Item::Json(Value::from(false)))
        }
        "ne" => match items.as_slice() {
            [a, b] => Ok(Item::Json(Value::from(!equal(a, b)?))),
            _ => Err(format!(
                "wrong number of args for ne: want 2 got {}",
                items.len()
            )),
        },
        "len" => match items.as_slice() {
            [Item::Json(Value::String(text))] => length(text.len()),
            [Item::Json(Value::Array(array))] => length(array.iter().count()),
            [Item::Json(Value::Object(object))] => length(object.len()),
            [number @ Item::Json(Value::Number(_))] => length(shown(number)?.len()),
            [_] => Err("len of type that has none".to_owned()),
            _ => Err(format!(
                "wrong number of args for len: want 1 got {}",
                items.len()
            )),
        },
        "index" => {
            wanted(1)?;
            let mut rest = items.into_iter();
            let first = rest
                .next()
                .ok_or_else(|| "index of untyped nil".to_owned())?;
            rest.try_fold(first, index)
        }
        "print" => {
            let mut out = String::new();
            let mut before_text = true;
            for (position, item) in items.iter().enumerate() {
                // Go parts operands by a space where neither is a string.
                let is_text = matches!(item, Item::Json(Value::String(_) | Value::Number(_)));
                if position > 0 && !is_text && !before_text {
                    out.push(' ');
                }
                out.push_str(&shown(item)?);
                before_text = is_text;
            }
            Ok(Item::Json(Value::from(out)))
        }
        "printf" => printf(&items),
        _ => Err(format!("function \"{name}\" not defined")),
    }
}

fn length(length: usize) -> Result<Item, String> {
    i64::try_from(length)
        .map(Item::Integer)
        .map_err(|_| "too long".to_owned())
}

fn equal(a: &Item, b: &Item) -> Result<bool, String> {
    let textual = |item: &Item| match item {
        Item::Json(value @ (Value::String(_) | Value::Number(_))) => text(value).ok(),
        _ => None,
    };
    if let (Some(a), Some(b)) = (textual(a), textual(b)) {
        return Ok(a == b);
    }
    match (a, b) {
        (Item::Integer(a), Item::Integer(b)) => Ok(a == b),
        (Item::Json(Value::Bool(a)), Item::Json(Value::Bool(b))) => Ok(a == b),
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

fn index(of: Item, key: Item) -> Result<Item, String> {
    match (of, key) {
        (Item::Json(Value::Array(array)), Item::Integer(at)) => usize::try_from(at)
            .ok()
            .and_then(|at| array.get(at).cloned())
            .map(Item::Json)
            .ok_or_else(|| format!("index out of range: {at}")),
        (Item::Json(Value::Object(object)), Item::Json(key @ Value::String(_))) => Ok(object
            .get(&key)
            .map_or(Item::Missing, |value| Item::Json(value.clone()))),
        _ => Err("cannot index".to_owned()),
    }
}

/// Of strings and integers; other types have names of their own in Go's complaints.
fn printf(items: &[Item]) -> Result<Item, String> {
    let Some((Item::Json(format @ Value::String(_)), rest)) = items.split_first() else {
        return Err("printf expects a format".to_owned());
    };
    let mut values = Vec::new();
    for item in rest {
        values.push(match item {
            Item::Integer(number) => Value::from(*number),
            Item::Json(text @ Value::String(_)) => text.clone(),
            Item::Json(_) | Item::Missing => {
                return Err(
                    "printf of anything but strings and integers is not supported".to_owned(),
                );
            }
        });
    }
    sprintf::sprintf(&[format.clone(), Value::from(values)]).map(Item::Json)
}
