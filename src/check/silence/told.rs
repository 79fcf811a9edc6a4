//! What leaves an object out, and where somebody wrote it.

use crate::bundle::{Bundle, Policy};
use crate::engine::Value;
use crate::gatekeeper::{Clause, Constraint, Review};
use crate::manifest::{Fault, FieldPath};
use crate::params::Giver;

use crate::check::cause::get;
use crate::check::matters::Matter;

/// A field that leaves an object out.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its path: `spec.match.excludedNamespaces[0]`.
    pub field: String,
    /// What stands there.
    pub value: Option<Value>,
    /// Where it was written.
    pub place: Written,
}

/// Where something was written.
#[derive(Clone, Debug)]
pub enum Written {
    /// In a user's file; without a message.
    At(Fault),
    /// As the value of a parameter.
    Given(Giver),
    /// The recommendation is always so.
    Always,
}

/// The entry of the Config that leaves `written` out.
pub(super) fn by_config(bundle: &Bundle, written: &Review) -> Option<Told> {
    let surroundings = &bundle.surroundings;
    let excluded = surroundings.settings.excluded_by(written.subject()?)?;
    let origin = surroundings.settings_origins.get(excluded.object)?;
    Some(Told {
        place: Written::At(origin.fault(&excluded.field, String::new())),
        value: Some(excluded.pattern.into()),
        field: excluded.field,
    })
}

/// The clause of `constraint` that does not agree with `matter`.
pub(super) fn by_match(
    policy: &Policy,
    constraint: &Constraint,
    matter: &Matter,
    clause: Clause,
) -> Told {
    let mut field = format!("spec.match.{}", clause.key());
    if let Clause::ExcludedNamespaces = clause
        && let Some(subject) = matter.review.subject()
        && let Some(entry) = constraint.matcher.excluded_by(subject)
    {
        field.push_str(&format!("[{entry}]"));
    }
    let FieldPath(path) = field.parse().unwrap_or_default();
    let value = get(&constraint.raw, &path).cloned();
    let place = match policy.constraint_origins.get(&constraint.name) {
        Some(origin) => Written::At(origin.fault(&field, String::new())),
        None => given(policy, clause, value.as_ref()),
    };
    Told {
        field,
        value,
        place,
    }
}

/// Who gave a Constraint that was made of parameters such a clause.
fn given(policy: &Policy, clause: Clause, value: Option<&Value>) -> Written {
    let known = policy.recommendation.as_ref();
    let always = known.and_then(|known| known.matches.get(clause.key()));
    let is_always = always.is_some_and(|always| match (always, value) {
        (serde_json::Value::Array(entries), Some(Value::String(text))) => {
            entries.iter().any(|entry| entry.as_str() == Some(text))
        }
        _ => true,
    });
    match policy.givers.get(clause.key()) {
        Some(giver) if !is_always => Written::Given(giver.clone()),
        _ => Written::Always,
    }
}
