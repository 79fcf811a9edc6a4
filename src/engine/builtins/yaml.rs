//! YAML as `sigs.k8s.io/yaml` reads and writes it.

mod emit;

use super::{Answer, Table, args};
use crate::engine::{Value, yaml};

pub(super) const TABLE: Table = &[
    ("yaml.is_valid", 1, is_valid),
    ("yaml.marshal", 1, emit::marshal),
    ("yaml.unmarshal", 1, unmarshal),
];

/// The first document of a text.
fn unmarshal(arguments: &[Value]) -> Answer {
    yaml::value(args::string(arguments, 0)?).map_err(|error| format!("yaml: {error}"))
}

fn is_valid(arguments: &[Value]) -> Answer {
    Ok(Value::from(match args::at(arguments, 0)? {
        Value::String(text) => yaml::value(text).is_ok(),
        _ => false,
    }))
}
