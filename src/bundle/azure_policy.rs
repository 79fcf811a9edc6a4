//! Azure Policy for Kubernetes: a Constraint and its template as a policy definition of the mode
//! `Microsoft.Kubernetes.Data`, and back.
//!
//! Facts: "Understand Azure Policy for Kubernetes clusters" and "Azure Policy definition structure"
//! in Microsoft's documentation.

mod read;
mod write;

pub(super) use read::definition;
pub use write::{Refusal, export};

/// The resource provider mode whose definitions hold templates of Gatekeeper's.
const MODE: &str = "Microsoft.Kubernetes.Data";

/// The Constraint's name, so that reading a definition gives it back; a cluster's has a name that
/// Azure gives it.
const CONSTRAINT: &str = "sekisho/constraint";

/// Fields of `then.details` that become the Constraint's `match` under the same names.
const MATCH: [&str; 4] = [
    "excludedNamespaces",
    "namespaces",
    "labelSelector",
    "source",
];
