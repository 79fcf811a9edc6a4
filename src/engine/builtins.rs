//! Built-in functions that regorus lacks, or answers differently from OPA.
//!
//! [`all`] is looked up before regorus' own table. A built-in gets its arguments in order, as many
//! as its arity says. It answers with a value; with [`Value::Undefined`] where OPA says undefined; or
//! with an error in OPA's words, which is undefined too unless built-in errors are strict.
//!
//! What each of them answers is recorded from OPA in `tests/opa/builtins`.

mod args;
mod cast;
mod collection;
mod encoding;
mod glob;
mod gofmt;
mod hash;
mod json;
mod jwt;
mod net;
mod number;
mod order;
mod regex;
mod schema;
mod semver;
mod sprintf;
mod strings;
mod template;
mod text;
mod units;
mod yaml;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::Value;

pub(crate) use number::fits;
pub(crate) use regex::go_regex;
pub(crate) use sprintf::plain as plain_sprintf;

/// What a built-in answers.
pub(crate) type Answer = Result<Value, String>;

/// One built-in function.
#[derive(Clone, Copy)]
pub(crate) struct Builtin {
    /// Its name in Rego, dots included.
    pub(crate) name: &'static str,
    /// How many arguments it takes.
    pub(crate) arity: u8,
    /// The function itself.
    pub(crate) call: fn(&[Value]) -> Answer,
}

/// Rows of one file's table: name, arity, function.
type Table = &'static [(&'static str, u8, fn(&[Value]) -> Answer)];

/// Every built-in of this module, sorted by name.
pub(crate) fn all() -> &'static [Builtin] {
    static ALL: LazyLock<Vec<Builtin>> = LazyLock::new(|| {
        let tables: &[Table] = &[
            cast::TABLE,
            collection::TABLE,
            encoding::TABLE,
            glob::TABLE,
            hash::TABLE,
            json::TABLE,
            jwt::TABLE,
            net::TABLE,
            number::TABLE,
            regex::TABLE,
            schema::TABLE,
            semver::TABLE,
            sprintf::TABLE,
            strings::TABLE,
            template::TABLE,
            units::TABLE,
            yaml::TABLE,
        ];
        let mut all: Vec<Builtin> = tables
            .iter()
            .flat_map(|table| table.iter())
            .map(|&(name, arity, call)| Builtin { name, arity, call })
            .collect();
        all.sort_by_key(|builtin| builtin.name);
        all
    });
    &ALL
}
