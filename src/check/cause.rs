//! Why a violation is there, and where: the policy is asked again about objects that differ from
//! the judged one in single fields. What has to change for the violation to go is its cause.
//!
//! Nothing is known of the Rego but its answers and the names of the fields that it reads. The bound
//! is a number of evaluations, so that the answer is the same on every machine.

use crate::engine::{Reads, Value};
use crate::manifest::{Step, Steps, owned, steps};
use crate::report::Precision;

use super::answer::Violation;
use super::place::container;

mod change;
mod guess;
mod known;
mod lab;
mod named;
mod pattern;
mod same;
mod search;

pub(super) use change::{Change, get};
use lab::Lab;

/// So many evaluations for one violation, at most.
const BUDGET: usize = 120;

/// Where a violation comes from, in the object that was judged.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) path: Vec<Step>,
    pub(super) precision: Precision,
    /// What makes it go, all of it together; nothing where that was not found.
    pub(super) changes: Vec<Change>,
    /// How many evaluations it took.
    pub(super) tried: usize,
}

/// One answer of a policy, to be asked about.
pub(super) struct Question<'a> {
    /// `input.review`, as the policy saw it.
    pub(super) review: &'a Value,
    pub(super) parameters: &'a Value,
    pub(super) reads: &'a Reads,
    /// All that the policy said.
    pub(super) violations: &'a [Violation],
}

/// Where each of the violations that `wanted` names comes from. `ask` is the policy's answer to
/// another review; `None` where it has none.
pub(super) fn origins(
    question: &Question<'_>,
    wanted: &[bool],
    ask: &mut dyn FnMut(Value) -> Option<Vec<Violation>>,
) -> Vec<Option<Origin>> {
    let mut lab = Lab::new(question, ask);
    let mut origins = Vec::new();
    for (number, violation) in question.violations.iter().enumerate() {
        if !wanted.get(number).copied().unwrap_or_default() {
            origins.push(None);
            continue;
        }
        lab.begin(BUDGET);
        let hint = stated(violation, lab.object()).map(owned);
        let mut changes = search::changes(&mut lab, number, hint.as_deref());
        let read = (lab.object(), question);
        let (path, precision) = match hint {
            Some(hint) => (hint, Precision::Field),
            None => match place(read, violation, changes.first()) {
                Where::Known(path, precision) => (path, precision),
                Where::Named(path) => {
                    // Of the field that is marked the reason speaks as well, where it can.
                    if let Some(change) = known::at(&mut lab, number, &path) {
                        changes = vec![change];
                    }
                    (path, Precision::Field)
                }
            },
        };
        known::without_nonsense(&mut lab, number, &mut changes);
        origins.push(Some(Origin {
            path,
            precision,
            changes,
            tried: lab.tried(),
        }));
    }
    origins
}

/// The field that a policy names itself, where the object can have it.
pub(super) fn stated<'v>(violation: &'v Violation, object: &Value) -> Option<Steps<'v>> {
    let path = steps(violation.field()?).ok()?;
    let first = path.first()?;
    change::get(object, std::slice::from_ref(first))?;
    Some(path)
}

/// Where a violation stands.
enum Where {
    Known(Vec<Step>, Precision),
    /// By the message's words alone: the field of a container.
    Named(Vec<Step>),
}

fn place(
    (object, question): (&Value, &Question<'_>),
    violation: &Violation,
    first: Option<&Change>,
) -> Where {
    let whole = |path: &[Step]| container(path).is_some_and(|part| part.len() == path.len());
    let path = match first {
        Some(change) if !whole(&change.path) => {
            return Where::Known(change.path.clone(), Precision::Field);
        }
        Some(change) => change.path.clone(),
        None => match named::container(object, violation) {
            Some(path) => path,
            None => return Where::Known(Vec::new(), Precision::Resource),
        },
    };
    match named::field(object, &path, violation, question) {
        Some(field) => Where::Named(field),
        None => Where::Known(path, Precision::Container),
    }
}
