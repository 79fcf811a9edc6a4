//! Strings, character by character as Go sees them.

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("indexof", 2, indexof),
    ("indexof_n", 2, indexof_n),
    ("lower", 1, lower),
    ("strings.count", 2, count),
    ("strings.replace_n", 2, replace_n),
    ("strings.split_n", 3, split_n),
    ("substring", 3, substring),
    ("upper", 1, upper),
];

fn needle(arguments: &[Value]) -> Result<&str, String> {
    match args::string(arguments, 1)? {
        "" => Err("empty search character".to_owned()),
        needle => Ok(needle),
    }
}

/// The positions of `needle` in characters; matches may overlap.
fn positions<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = Value> + 'a {
    text.char_indices()
        .enumerate()
        .filter(move |(_, (byte, _))| {
            text.get(*byte..)
                .is_some_and(|rest| rest.starts_with(needle))
        })
        .map(|(position, _)| Value::from(position))
}

fn indexof(arguments: &[Value]) -> Answer {
    let (text, needle) = (args::string(arguments, 0)?, needle(arguments)?);
    Ok(positions(text, needle)
        .next()
        .unwrap_or(Value::from(-1_i64)))
}

fn indexof_n(arguments: &[Value]) -> Answer {
    let (text, needle) = (args::string(arguments, 0)?, needle(arguments)?);
    Ok(args::list(positions(text, needle)))
}

fn lower(arguments: &[Value]) -> Answer {
    Ok(Value::from(
        args::string(arguments, 0)?
            .chars()
            .map(lower_char)
            .collect::<String>(),
    ))
}

/// One character for one: `İ` becomes `i`, and a final `Σ` is like any other.
fn lower_char(c: char) -> char {
    if c == 'İ' {
        return 'i';
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

fn upper(arguments: &[Value]) -> Answer {
    Ok(Value::from(
        args::string(arguments, 0)?
            .chars()
            .map(upper_char)
            .collect::<String>(),
    ))
}

/// One character for one: `ß` and `ﬁ` have no upper case, Greek letters with iota have one.
fn upper_char(c: char) -> char {
    let iota = match c {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => 0,
    };
    if iota > 0 {
        return char::from_u32(u32::from(c) + iota).unwrap_or(c);
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => c,
    }
}

/// `strings.count(text, part)`: without overlap; of an empty part, one more than the characters.
fn count(arguments: &[Value]) -> Answer {
    let (text, part) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    Ok(Value::from(if part.is_empty() {
        text.chars().count() + 1
    } else {
        text.matches(part).count()
    }))
}

/// `strings.replace_n({old: new}, text)`: one pass; at each place the first fitting key, in order.
fn replace_n(arguments: &[Value]) -> Answer {
    let pairs = match args::at(arguments, 0)? {
        Value::Object(object) => super::order::entries(object.iter()),
        other => return Err(args::wrong(0, other, "object")),
    };
    let text = args::string(arguments, 1)?;
    let mut keys = Vec::new();
    for (old, new) in pairs {
        match (old, new) {
            (Value::String(old), Value::String(new)) => keys.push((old.as_ref(), new.as_ref())),
            (Value::String(_), _) => {
                return Err("operand 1 must be object with string values".to_owned());
            }
            _ => return Err("operand 1 must be object with string keys".to_owned()),
        }
    }
    // What an empty key would put between the bytes of a character that no other key takes.
    let parts = keys
        .iter()
        .any(|(old, new)| old.is_empty() && !new.is_empty());
    let mut out = String::new();
    let mut rest = text;
    let mut after_empty = false;
    loop {
        let fits = keys
            .iter()
            .find(|(old, _)| rest.starts_with(old) && !(after_empty && old.is_empty()));
        after_empty = fits.is_some_and(|(old, _)| old.is_empty());
        if let Some((old, new)) = fits {
            out.push_str(new);
            rest = rest.get(old.len()..).unwrap_or_default();
            if !old.is_empty() && rest.is_empty() && !keys.iter().any(|(old, _)| old.is_empty()) {
                break;
            }
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        if parts && !c.is_ascii() {
            return Err("an empty key would part the bytes of a character".to_owned());
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    Ok(Value::from(out))
}

/// `strings.split_n(text, delimiter, n)`: the first `n` parts, or with a negative `n` the last.
fn split_n(arguments: &[Value]) -> Answer {
    let (text, delimiter) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let n = args::integer(arguments, 2)?;
    let parts: Vec<Value> = if delimiter.is_empty() {
        text.chars().map(|c| Value::from(c.to_string())).collect()
    } else {
        text.split(delimiter).map(Value::from).collect()
    };
    let wanted = usize::try_from(n.unsigned_abs())
        .unwrap_or(usize::MAX)
        .min(parts.len());
    let skipped = if n < 0 { parts.len() - wanted } else { 0 };
    Ok(args::list(parts.into_iter().skip(skipped).take(wanted)))
}

/// `substring(text, offset, length)` in characters; a negative length is up to the end.
fn substring(arguments: &[Value]) -> Answer {
    let text = args::string(arguments, 0)?;
    let (offset, length) = (args::integer(arguments, 1)?, args::integer(arguments, 2)?);
    let Ok(offset) = usize::try_from(offset) else {
        return Err("negative offset".to_owned());
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(Value::from(
        text.chars().skip(offset).take(length).collect::<String>(),
    ))
}
