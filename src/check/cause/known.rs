//! Changes of fields that are known: the policy names them, or its message speaks of them.

use super::change::{self, Change};
use super::guess;
use super::lab::Lab;
use super::named::has_word;
use super::search::{children, is_identity, message, others};
use crate::engine::Value;
use crate::manifest::Step;

/// Of so many fields two are given together.
const TOGETHER: usize = 3;
/// So many fields that have a word of the message for a name are tried.
const NAMED: usize = 4;

/// What the field `hint` has to be.
pub(super) fn at(lab: &mut Lab<'_>, number: usize, hint: &[Step]) -> Option<Change> {
    let now = change::get(lab.object(), hint).cloned();
    let mut all = Vec::new();
    match &now {
        Some(now) if is_identity(hint) => {
            let others = others(now).into_iter();
            all.extend(others.map(|value| Change::other(hint.to_vec(), value)));
        }
        Some(_) => all.push(Change::without(hint.to_vec())),
        None => {}
    }
    let mut values = guess::values_for(lab.question.parameters, now.as_ref());
    if matches!(now, None | Some(Value::Null | Value::Object(_))) {
        values.push(guess::full(lab.question));
    }
    all.extend(values.into_iter().map(|value| match value {
        Value::Object(_) => Change::other(hint.to_vec(), value),
        value => Change::set(hint.to_vec(), value),
    }));
    let mut gone: Option<Change> = None;
    for change in all {
        let changes = std::slice::from_ref(&change);
        if lab.is_gone(number, changes) {
            // Best is what the policy says nothing else of; next is what advises no value.
            if lab.is_content(changes) {
                return Some(change);
            }
            if gone.is_none() || change.is_any_other {
                gone = Some(change);
            }
        }
    }
    gone
}

/// The change of a field that the message calls by its name: what is around it may have to stay.
pub(super) fn spoken_of(lab: &mut Lab<'_>, number: usize) -> Option<Change> {
    let message = message(lab, number);
    let mut found = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(node) = open.pop() {
        for child in children(lab.object(), &node) {
            let named = matches!(child.last(), Some(Step::Key(key)) if has_word(message, key));
            if named && !is_identity(&child) {
                found.push(child.clone());
            }
            open.push(child);
        }
    }
    found.sort_by_key(Vec::len);
    found.truncate(NAMED);
    found.iter().find_map(|field| at(lab, number, field))
}

/// Where a field that is missing may be `true` and a text as well, it is not the value that matters.
pub(super) fn without_nonsense(lab: &mut Lab<'_>, number: usize, changes: &mut [Change]) {
    for place in 0..changes.len() {
        let Some(change) = changes.get(place) else {
            return;
        };
        if change.to != Some(true.into()) || change::get(lab.object(), &change.path).is_some() {
            continue;
        }
        let text = Change::other(change.path.clone(), "x".into());
        let mut others = changes.to_vec();
        if let Some(other) = others.get_mut(place) {
            *other = text.clone();
        }
        if lab.is_gone(number, &others)
            && let Some(change) = changes.get_mut(place)
        {
            *change = text;
        }
    }
}

/// Two fields that have to be given together, of those that are not there and the message speaks of:
/// `guesses`, the likeliest first.
pub(super) fn two_missing(lab: &mut Lab<'_>, number: usize, guesses: &[Change]) -> Vec<Change> {
    let mut fields: Vec<Vec<&Change>> = Vec::new();
    for guess in guesses.iter().filter(|guess| is_sensible(guess)) {
        if change::get(lab.object(), &guess.path).is_some() {
            continue;
        }
        match fields.last_mut() {
            Some(same) if same.iter().all(|one| one.path == guess.path) => same.push(guess),
            _ => fields.push(vec![guess]),
        }
    }
    fields.truncate(TOGETHER);
    for (place, field) in fields.iter().enumerate() {
        for other in fields.iter().skip(place + 1) {
            for one in field {
                for another in other {
                    let both = [(*one).clone(), (*another).clone()];
                    if lab.is_exhausted() {
                        return Vec::new();
                    }
                    if lab.is_gone(number, &both) {
                        return both.to_vec();
                    }
                }
            }
        }
    }
    Vec::new()
}

/// Whether somebody would write such a value there: labels and annotations are texts, and a number is
/// rarely what is missing.
fn is_sensible(change: &Change) -> bool {
    let is_text = matches!(
        change.path.as_slice(),
        [.., Step::Key(map), Step::Key(_)] if ["annotations", "labels"].contains(&map.as_str())
    );
    match &change.to {
        Some(Value::String(text)) => **text != *"1",
        Some(Value::Bool(_) | Value::Object(_)) => !is_text,
        _ => false,
    }
}
