//! Why a finding is there, as an experiment tells it.

use std::sync::Arc;

use crate::engine::Value;

/// What makes a finding disappear: all of these edits together, and none of them alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The edits, in order of path.
    pub edits: Vec<Edit>,
    /// How many evaluations it took to know.
    pub tried: usize,
}

/// A change of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The path of the field in the resource as written.
    pub field: Arc<str>,
    /// What it is; `None`: it is not there.
    pub now: Option<Value>,
    /// What it has to be.
    pub instead: Instead,
}

/// What a field has to be, for a finding to disappear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Not there.
    Absent,
    /// This value.
    Is(Value),
    /// Something else than it is.
    Other,
}
