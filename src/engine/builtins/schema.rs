//! `json.match_schema` and `json.verify_schema`: JSON Schema drafts 4 to 7, with the sentences of
//! OPA's library, which policies put into their messages.
//!
//! References beyond the schema itself and formats that need more than a look are errors.

mod check;
mod compile;
mod decimal;
mod format;

use std::collections::BTreeMap;

use super::{Answer, Table, args, json};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("json.match_schema", 2, matches),
    ("json.verify_schema", 1, verify),
];

/// A sentence about one place of a document.
#[derive(Clone, Debug, PartialEq)]
struct Complaint {
    /// The kind of complaint.
    kind: &'static str,
    /// `(Root)`, or keys and positions between dots.
    field: String,
    text: String,
}

/// An argument: an object, or a string of JSON.
fn document(arguments: &[Value], position: usize) -> Answer {
    match args::at(arguments, position)? {
        Value::String(text) => json::read(text).map_err(|_| "invalid JSON string".to_owned()),
        // Sets become arrays, keys strings.
        value @ Value::Object(_) => json::read(&json::marshal(value)?),
        other => Err(args::wrong(position, other, "one of {string, object}")),
    }
}

/// `json.match_schema(document, schema)`: `[whether it matches, complaints]`.
fn matches(arguments: &[Value]) -> Answer {
    let document = document(arguments, 0)?;
    let schema = self::document(arguments, 1)?;
    compile::check(&schema)?;
    let complaints = check::complaints(&schema, &document)?;
    let fields = |complaint: Complaint| {
        let error = format!("{}: {}", complaint.field, complaint.text);
        let fields = [
            ("error", error),
            ("type", complaint.kind.to_owned()),
            ("field", complaint.field),
            ("desc", complaint.text),
        ];
        Value::from(
            fields
                .into_iter()
                .map(|(key, text)| (Value::from(key), Value::from(text)))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    let matched = Value::from(complaints.is_empty());
    Ok(args::list([
        matched,
        args::list(complaints.into_iter().map(fields)),
    ]))
}

/// `json.verify_schema(schema)`: `[whether it is one, what is wrong or null]`.
fn verify(arguments: &[Value]) -> Answer {
    let checked = document(arguments, 0).and_then(|schema| compile::check(&schema));
    Ok(match checked {
        Err(error) if error.starts_with(compile::OUTSIDE) => return Err(error),
        Ok(()) => args::list([Value::from(true), Value::Null]),
        Err(error) => args::list([
            Value::from(false),
            Value::from(format!("jsonschema: {error}")),
        ]),
    })
}
