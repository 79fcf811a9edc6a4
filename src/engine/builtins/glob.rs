//! `glob.match` and `glob.quote_meta`.
//!
//! OPA's library turns a pattern into a tree of matchers and shortens it; some of its shortcuts
//! decide otherwise than the pattern's words would (`a**a` takes `a`, `{a*,b}c` does not take
//! `axc`). A policy sees those answers in a cluster, so the same steps are taken here: reading
//! (`pattern`), shortening (`plan`), deciding (`matcher`).

mod matcher;
mod pattern;
mod plan;

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("glob.match", 3, glob_match),
    ("glob.quote_meta", 1, quote_meta),
];

/// The longest pattern that is read, in bytes: shortening looks at every pair of places.
const LONGEST: usize = 4_096;

/// `glob.match(pattern, delimiters, text)`: `null` is no delimiter, `[]` is `["."]`.
fn glob_match(arguments: &[Value]) -> Answer {
    let pattern = args::string(arguments, 0)?;
    let delimiters = match args::at(arguments, 1)? {
        Value::Null => Vec::new(),
        Value::Array(array) if array.is_empty() => vec!['.'],
        Value::Array(array) => array.iter().map(delimiter).collect::<Result<_, _>>()?,
        other => return Err(args::wrong(1, other, "one of {null, array}")),
    };
    let text = args::string(arguments, 2)?;
    if pattern.len() > LONGEST {
        return Err(format!("pattern longer than {LONGEST} bytes"));
    }
    let plan = plan::plan(&pattern::parse(pattern)?, &delimiters)?;
    matcher::decide(&plan, text.as_bytes()).map(Value::from)
}

fn delimiter(value: &Value) -> Result<char, String> {
    let Value::String(text) = value else {
        return Err(format!(
            "operand 2 must be array of strings but got array containing {}",
            args::type_name(value)
        ));
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err("operand 2 must be array of runes but got array containing string".to_owned()),
    }
}

fn quote_meta(arguments: &[Value]) -> Answer {
    let mut out = String::new();
    for c in args::string(arguments, 0)?.chars() {
        if "*?\\[]{}".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Ok(Value::from(out))
}
