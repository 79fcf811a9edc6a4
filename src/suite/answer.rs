//! What a Constraint answers about an object.

use crate::engine::Value;
use crate::gatekeeper::EnforcementAction;

/// A violation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The name of the Constraint.
    pub constraint: String,
    /// The message, with Gatekeeper's `[Implied by …] ` where the object was generated.
    pub message: String,
    /// The details; `{}` where there are none.
    pub details: Value,
    /// What is done about it, the strictest first.
    pub actions: Vec<EnforcementAction>,
}
