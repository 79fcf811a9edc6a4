//! `strings.render_template`: Go's `text/template` over JSON.
//!
//! Read are text, comments, trimming, fields, variables, literals, pipelines, parentheses, `if`,
//! `else`, `with`, `range`, `break`, `continue`, and the functions `and`, `or`, `not`, `eq`, `ne`,
//! `len`, `index`, `print` and `printf`. Anything else of Go's is an error.

mod lex;
mod parse;
mod run;

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[("strings.render_template", 2, render)];

/// `strings.render_template(template, {"name": value})`.
fn render(arguments: &[Value]) -> Answer {
    let template = args::string(arguments, 0)?;
    let variables = match args::at(arguments, 1)? {
        object @ Value::Object(_) if plain(object) => object,
        Value::Object(_) => return Err("a set, or a key that is no string, is not JSON".to_owned()),
        other => return Err(args::wrong(1, other, "object")),
    };
    let nodes = parse::parse(template).map_err(|error| format!("template: template:1: {error}"))?;
    let text = run::run(&nodes, variables)
        .map_err(|error| format!("template: template:1: executing \"template\": {error}"))?;
    Ok(Value::from(text))
}

/// Whether a value is JSON without any change.
fn plain(value: &Value) -> bool {
    match value {
        Value::Array(array) => array.iter().all(plain),
        Value::Object(object) => object
            .iter()
            .all(|(key, value)| matches!(key, Value::String(_)) && plain(value)),
        Value::Set(_) | Value::Undefined => false,
        _ => true,
    }
}
