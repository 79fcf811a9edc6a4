//! Why a violation is there, and where: the policy is asked again about objects that differ from
//! the judged one in single fields. What has to change for the violation to go is its cause.
//!
//! Nothing is known of the Rego but its answers and the names of the fields that it reads. The bound
//! is a number of evaluations, so that the answer is the same on every machine.

use crate::engine::{Reads, Value};
use crate::manifest::{FieldPath, Step};
use crate::report::Precision;

use super::answer::Violation;
use super::place::container;

mod change;
mod guess;
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
        let hint = stated(violation, lab.object());
        let changes = search::changes(&mut lab, number, hint.as_deref());
        let tried = lab.tried();
        origins.push(Some(origin(
            (lab.object(), question),
            violation,
            changes,
            tried,
            hint,
        )));
    }
    origins
}

/// The field that a policy names itself, where the object can have it.
pub(super) fn stated(violation: &Violation, object: &Value) -> Option<Vec<Step>> {
    let FieldPath(path) = violation.field()?.parse().ok()?;
    let first = path.first()?;
    change::get(object, std::slice::from_ref(first))?;
    Some(path)
}

fn origin(
    (object, question): (&Value, &Question<'_>),
    violation: &Violation,
    changes: Vec<Change>,
    tried: usize,
    hint: Option<Vec<Step>>,
) -> Origin {
    let first = changes.first();
    let whole = |path: &[Step]| container(path).is_some_and(|part| part.len() == path.len());
    let (path, precision) = match (hint, first) {
        (Some(hint), _) => (hint, Precision::Field),
        (None, Some(change)) if !whole(&change.path) => (change.path.clone(), Precision::Field),
        (None, Some(change)) => named::field(object, &change.path, violation, question)
            .map_or((change.path.clone(), Precision::Container), |path| {
                (path, Precision::Field)
            }),
        (None, None) => match named::container(object, violation) {
            Some(path) => match named::field(object, &path, violation, question) {
                Some(path) => (path, Precision::Field),
                None => (path, Precision::Container),
            },
            None => (Vec::new(), Precision::Resource),
        },
    };
    Origin {
        path,
        precision,
        changes,
        tried,
    }
}
