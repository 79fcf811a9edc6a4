//! From a policy's violation to a finding: whose it is, where, in both languages.

use std::sync::Arc;

use crate::bundle::Policy;
use crate::engine::{self, Value};
use crate::gatekeeper::{Constraint, EnforcementAction};
use crate::language::Text;
use crate::manifest::{FieldPath, Step};
use crate::report::{Cause, Edit, Finding, Instead, Precision, Rule, Subject};

use super::answer::Violation;
use super::cause::{self, Origin};
use super::judge::constraint_name;
use super::matters::Matter;
use super::place::{self, Begun};

/// A violation, with whose it is.
pub(super) struct Found<'a> {
    pub(super) policy: &'a Policy,
    pub(super) title: &'a Title,
    pub(super) action: EnforcementAction,
    pub(super) subject: &'a Arc<Subject>,
    pub(super) object: &'a Value,
    /// What was judged: the resource itself, or what it leads to.
    pub(super) matter: &'a Matter,
    pub(super) violation: Violation,
    /// Where it comes from, where that was looked for.
    pub(super) cause: Option<Origin>,
}

/// A Constraint, as its findings name it.
pub(super) struct Title {
    pub(super) rule: Arc<Rule>,
    /// What their identities begin with.
    begun: Begun,
}

impl Title {
    pub(super) fn of(policy: &Policy, constraint: &Constraint) -> Title {
        let name = constraint_name(constraint);
        Title {
            begun: Begun::with(&[&policy.id, &name]),
            rule: Arc::new(Rule {
                policy: policy.id.clone(),
                constraint: name.into(),
                name: policy.name(),
                severity: policy.severity_of(constraint),
                control: policy.control_of(constraint).cloned(),
                remediation: policy.remediation_of(constraint).cloned(),
            }),
        }
    }
}

/// The finding of a violation.
pub(super) fn finding(found: Found<'_>) -> Finding {
    let Found {
        policy,
        title,
        action,
        subject,
        object,
        matter,
        violation,
        cause,
    } = found;
    let as_written = |field: &Arc<str>| match &matter.generated {
        Some(generated) => generated.expanded.field_in_parent(field).into(),
        None => field.clone(),
    };
    let field = violation.field().map(as_written);
    let path = |path: &[Step]| as_written(&FieldPath::text(path).into());
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
        })
        .map(Box::new);
    let fingerprint = place::fingerprint(
        &title.begun,
        &subject.resource,
        object,
        wanted.as_deref().unwrap_or_default(),
    );
    Finding {
        rule: title.rule.clone(),
        subject: subject.clone(),
        action: action.name(),
        container: violation.text("container").cloned(),
        place: place::wanted(&subject.location, wanted, precision),
        field,
        cause,
        fingerprint,
        group: fingerprint,
        message: message(policy, &matter.prefix(policy), &violation),
        details: violation.details,
    }
}

fn message(policy: &Policy, prefix: &str, violation: &Violation) -> Text {
    let with_prefix = |text: &str| format!("{prefix}{text}").into();
    let en = match prefix {
        "" => violation.message.clone(),
        _ => with_prefix(&violation.message),
    };
    let ja = match sentence(policy, violation) {
        Some(sentence) => with_prefix(&fill(sentence, violation)),
        None => en.clone(),
    };
    Text { en, ja }
}

/// What the recommendation says in Japanese about the violation's reason.
fn sentence<'p>(policy: &'p Policy, violation: &Violation) -> Option<&'p str> {
    let messages = &policy.recommendation.as_ref()?.messages;
    let message = messages.get(&**violation.text("reason")?)?;
    Some(&message.ja)
}

/// `{name}` stands for `details.name`; a container without a name is called by its position.
fn fill(sentence: &str, violation: &Violation) -> String {
    let mut filled = String::with_capacity(2 * sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = split(rest, b'{') {
        let Some((name, after)) = split(after, b'}') else {
            break;
        };
        filled.push_str(before);
        say(name, violation, &mut filled);
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn split(text: &str, at: u8) -> Option<(&str, &str)> {
    let found = memchr::memchr(at, text.as_bytes())?;
    Some((text.get(..found)?, text.get(found + 1..)?))
}

fn say(name: &str, violation: &Violation, out: &mut String) {
    match engine::field(&violation.details, name) {
        Value::String(text) => out.push_str(text),
        Value::Undefined if name == "container" => {
            out.push_str(position(violation.field().map_or("", |field| field)));
        }
        Value::Undefined => {}
        other => out.push_str(&other.to_string()),
    }
}

/// `containers[0]` of `spec.containers[0].securityContext`.
fn position(field: &str) -> &str {
    let mut parts = field.split('.');
    let part = parts
        .clone()
        .find(|part| part.contains('['))
        .or_else(|| parts.nth(1));
    part.unwrap_or_default()
}
