//! From a policy's violation to a finding: whose it is, where, in both languages.

use std::sync::Arc;

use crate::bundle::Policy;
use crate::engine::Value;
use crate::gatekeeper::{Constraint, EnforcementAction};
use crate::language::Text;
use crate::manifest::{FieldPath, Resource, Step};
use crate::report::{Cause, Edit, Finding, Instead, Precision, ResourceRef};

use super::answer::Violation;
use super::cause::{self, Origin};
use super::judge::constraint_name;
use super::matters::Matter;
use super::place::{self, Begun};

/// A violation, with whose it is.
pub(super) struct Found<'a> {
    pub(super) policy: &'a Policy,
    pub(super) constraint: &'a Constraint,
    pub(super) title: &'a Title,
    pub(super) action: EnforcementAction,
    pub(super) name: &'a ResourceRef,
    pub(super) resource: &'a Resource,
    /// What was judged: the resource itself, or what it leads to.
    pub(super) matter: &'a Matter,
    pub(super) violation: Violation,
    /// Where it comes from, where that was looked for.
    pub(super) cause: Option<Origin>,
}

/// A Constraint, as its findings name it.
pub(super) struct Title {
    /// `Kind/name`
    pub(super) name: Arc<str>,
    /// What their identities begin with.
    begun: Begun,
}

impl Title {
    pub(super) fn of(policy: &Policy, constraint: &Constraint) -> Title {
        let name = constraint_name(constraint);
        Title {
            begun: Begun::with(&[&policy.id, &name]),
            name: name.into(),
        }
    }
}

/// The finding of a violation.
pub(super) fn finding(found: Found<'_>) -> Finding {
    let Found {
        policy,
        constraint,
        title,
        action,
        name,
        resource,
        matter,
        violation,
        cause,
    } = found;
    let as_written = |field: &str| match &matter.generated {
        Some(generated) => generated.expanded.field_in_parent(field),
        None => field.to_owned(),
    };
    let field = violation.field().map(as_written);
    let path = |path: &[Step]| as_written(&FieldPath(path.to_vec()).to_string());
    let found = cause.as_ref();
    let (wanted, precision) = match found.map(|origin| (&origin.path, origin.precision)) {
        Some((_, Precision::Resource)) => (None, Precision::Resource),
        Some((steps, precision)) => (Some(path(steps)), precision),
        None => (field.clone(), Precision::Field),
    };
    let cause = found
        .filter(|origin| !origin.changes.is_empty())
        .map(|origin| Cause {
            edits: origin
                .changes
                .iter()
                .map(|change| Edit {
                    field: path(&change.path),
                    now: cause::get(matter.review.object(), &change.path).cloned(),
                    instead: match &change.to {
                        None => Instead::Absent,
                        Some(_) if change.is_any_other => Instead::Other,
                        Some(value) => Instead::Is(value.clone()),
                    },
                })
                .collect(),
            tried: origin.tried,
        });
    let fingerprint = place::fingerprint(
        &title.begun,
        name,
        &resource.object,
        wanted.as_deref().unwrap_or_default(),
    );
    Finding {
        policy: policy.id.clone(),
        constraint: title.name.clone(),
        name: policy.name(),
        severity: policy.severity_of(constraint),
        control: policy.control_of(constraint).cloned(),
        action: action.name(),
        resource: name.clone(),
        location: resource.location.clone(),
        container: violation.text("container").map(str::to_owned),
        place: place::wanted(&resource.location, wanted, precision),
        field,
        cause,
        fingerprint,
        group: String::new(),
        message: message(policy, &matter.prefix(policy), &violation),
        remediation: policy.remediation_of(constraint).cloned(),
        details: violation.details,
    }
}

fn message(policy: &Policy, prefix: &str, violation: &Violation) -> Text {
    let translated = || {
        let messages = &policy.recommendation.as_ref()?.messages;
        Some(fill(
            &messages.get(violation.text("reason")?)?.ja,
            violation,
        ))
    };
    let ja = translated();
    let en: Arc<str> = format!("{prefix}{}", violation.message).into();
    Text {
        ja: match ja {
            Some(ja) => format!("{prefix}{ja}").into(),
            None => en.clone(),
        },
        en,
    }
}

// `{name}` stands for `details.name`; a container without a name is called by its position.
fn fill(sentence: &str, violation: &Violation) -> String {
    let mut filled = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        filled.push_str(&word(name, violation));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn word(name: &str, violation: &Violation) -> String {
    match &violation.details[name] {
        Value::String(text) => text.to_string(),
        Value::Undefined if name == "container" => position(violation.field().unwrap_or_default()),
        Value::Undefined => String::new(),
        other => other.to_string(),
    }
}

// `containers[0]` of `spec.containers[0].securityContext`.
fn position(field: &str) -> String {
    let mut parts = field.split('.');
    let part = parts
        .clone()
        .find(|part| part.contains('['))
        .or_else(|| parts.nth(1));
    part.unwrap_or_default().to_owned()
}
