//! Everything that one run says. Every output format is written from a [`Report`], and from
//! nothing else: no clock, no absolute path, one order whatever the number of threads.

use std::collections::BTreeMap;
use std::sync::Arc;

mod cause;
mod identity;
mod place;
mod score;

use crate::bundle::{SecurityControl, Severity};
use crate::engine::Value;
use crate::gatekeeper::Review;
use crate::language::Text;
use crate::manifest::{Fault, Location, Skipped};

pub use cause::{Cause, Edit, Instead};
pub use identity::Identity;
pub use place::{Excerpt, Line, Place, Point, Precision, Related, Relation};
pub use score::{Answer, ControlScore, Points, Score, ScoreCount, Standing, Tally};

/// What one run says.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Resources that at least one policy looked at.
    pub judged: usize,
    /// Resources that were read.
    pub resources: usize,
    /// What was found, in order of place.
    pub findings: Vec<Finding>,
    /// Each policy over the whole run, in the bundle's order.
    pub assessments: Vec<Assessment>,
    /// Defender's secure score.
    pub score: Score,
    /// Documents that are no Kubernetes resources.
    pub skipped: Vec<Skipped>,
    /// Documents that could not be read.
    pub faults: Vec<Fault>,
    /// What was read, though a cluster would read it otherwise or refuse it.
    pub notes: Vec<Fault>,
    /// Judgements that could not be made.
    pub failures: Vec<Failure>,
    /// The Constraints of a user that are about nothing that was read, `Kind/name`.
    pub unmatched: Vec<String>,
}

/// A violation with its judgement and place. There may be many: what some of them have in common they
/// share.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was violated.
    pub rule: Arc<Rule>,
    /// What violates it.
    pub subject: Arc<Subject>,
    /// `deny`, `warn`, `dryrun`.
    pub action: &'static str,
    /// The container, where the policy named one.
    pub container: Option<Arc<str>>,
    /// The path of the field in the resource as written.
    pub field: Option<Arc<str>>,
    /// The sentence.
    pub message: Text,
    /// Everything that the policy said, as it said it.
    pub details: Value,
    /// Where the field itself stands, or what of it there is.
    pub place: Place,
    /// What makes it disappear, where that was looked for and found.
    pub cause: Option<Box<Cause>>,
    /// Its identity: of the policy, the Constraint, the resource and the field's path, elements of
    /// sequences by their names. Lines and messages are no part of it; no two findings of a report have
    /// the same.
    pub fingerprint: Identity,
    /// Findings with one value here have one cause: the same field of the same resource.
    pub group: Identity,
}

/// What was violated: a Constraint, and what is said of it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The policy's id.
    pub policy: Arc<str>,
    /// The Constraint, `Kind/name`.
    pub constraint: Arc<str>,
    /// The recommendation's title, or the policy's.
    pub name: Text,
    /// How bad a violation is.
    pub severity: Severity,
    /// The control that it counts for.
    pub control: Option<SecurityControl>,
    /// What to do.
    pub remediation: Option<Text>,
}

/// A resource that was judged.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The resource as written.
    pub resource: ResourceRef,
    /// Where it stands.
    pub location: Location,
}

/// A resource's name. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceRef {
    /// `apps/v1`
    pub api_version: Arc<str>,
    /// `Deployment`
    pub kind: Arc<str>,
    /// The namespace that it goes to; `None` for what is cluster-scoped.
    pub namespace: Option<Arc<str>>,
    /// `metadata.name`, else `metadata.generateName` with `*`; may be empty.
    pub name: Arc<str>,
}

impl ResourceRef {
    /// The name of what is under review.
    pub fn of(review: &Review) -> ResourceRef {
        ResourceRef::of_object(review.object())
    }

    /// The name of an object, as far as it says.
    pub fn of_object(object: &Value) -> ResourceRef {
        let text = |value: &Value| -> Arc<str> {
            match value {
                Value::String(text) => text.clone(),
                _ => Arc::default(),
            }
        };
        let metadata = &object["metadata"];
        let name = match (text(&metadata["name"]), text(&metadata["generateName"])) {
            (name, prefix) if name.is_empty() && !prefix.is_empty() => format!("{prefix}*").into(),
            (name, _) => name,
        };
        ResourceRef {
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
            namespace: Some(text(&metadata["namespace"])).filter(|namespace| !namespace.is_empty()),
            name,
        }
    }
}

impl ResourceRef {
    /// Whether it is the one that a user calls `NAME`, `KIND/NAME` or `KIND/NAMESPACE/NAME`.
    pub fn is_called(&self, text: &str) -> bool {
        let parts: Vec<&str> = text.split('/').collect();
        let is_kind = |kind: &str| self.kind.eq_ignore_ascii_case(kind);
        match parts.as_slice() {
            [name] => *self.name == **name,
            [kind, name] => is_kind(kind) && *self.name == **name,
            [kind, namespace, name] => {
                is_kind(kind)
                    && self.namespace.as_deref().unwrap_or_default() == *namespace
                    && *self.name == **name
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for ResourceRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.name.is_empty() {
            "(unnamed)"
        } else {
            &self.name
        };
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{name}", self.kind),
            None => write!(f, "{} {name}", self.kind),
        }
    }
}

/// One policy over one run.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The policy's id.
    pub policy: Arc<str>,
    /// The recommendation's title, or the policy's.
    pub name: Text,
    /// Why it matters.
    pub description: Option<Text>,
    /// What to do about violations.
    pub remediation: Option<Text>,
    /// A page about it.
    pub link: Option<String>,
    /// How bad its violations are.
    pub severity: Severity,
    /// The control that it counts for.
    pub control: Option<SecurityControl>,
    /// Resources that it applies to and that keep it.
    pub healthy: usize,
    /// Resources that it applies to and that violate it.
    pub unhealthy: usize,
    /// Resources that it could not judge.
    pub failed: usize,
    /// Whether its parameters still refuse everything.
    pub unconfigured: bool,
    /// Whether its parameters turn it off.
    pub disabled: bool,
}

/// The outcome of an [`Assessment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It applies to something, all of which keeps it.
    Healthy,
    /// Something violates it.
    Unhealthy,
    /// Something could not be judged, and nothing that could be violates it.
    Unknown,
    /// It applies to nothing here.
    NotApplicable,
    /// It is turned off.
    Disabled,
}

impl Assessment {
    /// The outcome in one word.
    pub fn outcome(&self) -> Outcome {
        if self.disabled {
            Outcome::Disabled
        } else if self.unhealthy > 0 {
            Outcome::Unhealthy
        } else if self.failed > 0 {
            Outcome::Unknown
        } else if self.healthy > 0 {
            Outcome::Healthy
        } else {
            Outcome::NotApplicable
        }
    }
}

/// A judgement that could not be made.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The policy's id.
    pub policy: Arc<str>,
    /// The Constraint, `Kind/name`.
    pub constraint: String,
    /// The resource that stays unjudged.
    pub resource: ResourceRef,
    /// Where it stands.
    pub location: Location,
    /// Why.
    pub message: String,
}

impl Report {
    /// Findings by severity, the worst first.
    pub fn by_severity(&self) -> BTreeMap<std::cmp::Reverse<Severity>, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts
                .entry(std::cmp::Reverse(finding.rule.severity))
                .or_insert(0) += 1;
        }
        counts
    }

    /// Whether everything that was read could be judged.
    pub fn is_complete(&self) -> bool {
        self.faults.is_empty() && self.failures.is_empty()
    }
}
