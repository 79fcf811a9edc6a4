//! Gatekeeper's semantics, without Rego: what a ConstraintTemplate and a Constraint are, which
//! objects a Constraint matches, what a policy is shown of an object, and what an
//! ExpansionTemplate makes of it.
//!
//! Where gator and the admission webhook differ, this room does what the webhook does: that is
//! what refuses a manifest in a cluster.
//!
//! Objects are [`crate::engine::Value`]s as Kubernetes reads them: keys are strings, there are no sets.

mod config;
mod constraint;
mod enforcement;
mod expansion;
mod fields;
mod inventory;
mod matching;
mod numbers;
mod problem;
mod rego_rules;
mod review;
mod schema;
mod scopes;
mod template;

pub use config::{CONFIG_GROUP, ClusterSettings, Excluded, SYNC_GROUP};
pub use constraint::Constraint;
pub use enforcement::{
    AUDIT_POINT, Enforcement, EnforcementAction, GATOR_POINT, ScopedAction, WEBHOOK_POINT,
};
pub use expansion::{Expanded, Expander, ExpansionTemplate};
pub use inventory::{Inventory, Namespaces};
pub use matching::{Autoreject, Clause, Match, Matcher, Origin, Subject};
pub use numbers::as_gatekeeper_numbers;
pub use problem::{Problem, RegoPlace};
pub use review::{Review, ReviewOptions, is_admission_review};
pub use schema::Schema;
pub use scopes::Scopes;
pub use template::{ConstraintTemplate, KnownTemplate, SyncEntry};

/// The one target of Gatekeeper's templates.
pub const TARGET: &str = "admission.k8s.gatekeeper.sh";
/// The API group of ConstraintTemplates.
pub const TEMPLATE_GROUP: &str = "templates.gatekeeper.sh";
/// The API group of Constraints.
pub const CONSTRAINT_GROUP: &str = "constraints.gatekeeper.sh";
/// The API group of ExpansionTemplates.
pub const EXPANSION_GROUP: &str = "expansion.gatekeeper.sh";
