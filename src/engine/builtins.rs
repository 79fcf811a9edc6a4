//! Built-ins that answer as Go does.

use regorus::Value;

/// A built-in function.
pub(crate) struct Builtin {
    /// What Rego calls it.
    pub(crate) name: &'static str,
    /// The number of arguments.
    pub(crate) arity: u8,
    /// `Ok(Value::Undefined)`: undefined; `Err`: a built-in error.
    pub(crate) call: fn(&[Value]) -> Result<Value, String>,
}

/// All of them.
pub(crate) fn all() -> &'static [Builtin] {
    &[]
}
