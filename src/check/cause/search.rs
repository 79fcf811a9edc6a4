//! The search for a cause: from the root of the object down to the deepest field whose change makes
//! the violation go.

use super::change::{self, Change};
use super::guess;
use super::known;
use super::lab::{Fate, Lab};
use super::named::{self, has_word};
use crate::engine::Value;
use crate::manifest::Step;

/// So many fields together may be a cause.
const TOGETHER: usize = 4;

/// What makes the violation `number` go; nothing where that is not found. `hint` is the field that
/// the policy itself names.
pub(super) fn changes(lab: &mut Lab<'_>, number: usize, hint: Option<&[Step]>) -> Vec<Change> {
    // What the Rego did not say (that it cannot be known whether a Constraint matches) is not there.
    if lab.is_gone(number, &[]) {
        return Vec::new();
    }
    if let Some(hint) = hint
        && let Some(change) = known::at(lab, number, hint)
    {
        return vec![change];
    }
    let mut changes = refine(lab, number, &[], &[]);
    changes.sort();
    changes
}

/// The changes at or below `node`, without which the violation stays though everything in `context`
/// is changed. Nothing: `node` itself has to go.
fn refine(lab: &mut Lab<'_>, number: usize, node: &[Step], context: &[Change]) -> Vec<Change> {
    let (named, plain): (Vec<_>, Vec<_>) = children(lab.object(), node)
        .into_iter()
        .partition(|child| is_identity(child));
    let mut hits = Vec::new();
    let mut quoted = Vec::new();
    for child in &plain {
        let without = Change::without(child.clone());
        if gone(lab, number, std::slice::from_ref(&without), context) {
            if is_only_quoted(lab, number, child, context) {
                quoted.push(without);
            } else {
                hits.push(without);
            }
        }
    }
    if !hits.is_empty() {
        hits.extend(quoted);
        let Some(hit) = likeliest(lab, number, hits, context) else {
            return Vec::new();
        };
        let deeper = refine(lab, number, &hit.path, context);
        return if deeper.is_empty() { vec![hit] } else { deeper };
    }
    let rest = plain.iter().map(|child| Change::without(child.clone()));
    let rest: Vec<Change> = rest.filter(|change| !quoted.contains(change)).collect();
    if rest.len() > 1 && gone(lab, number, &rest, context) {
        return together(lab, number, rest, context);
    }
    let is_object = matches!(change::get(lab.object(), node), Some(Value::Object(_)));
    let (likely, others) = if is_object {
        guess::changes(lab, number, node)
    } else {
        (Vec::new(), Vec::new())
    };
    let missing = likely.clone();
    let guessed = first_of(lab, number, likely, context);
    if !guessed.is_empty() {
        return guessed;
    }
    if let Some(hit) = likeliest(lab, number, quoted, context) {
        return vec![hit];
    }
    let message = message(lab, number);
    for child in &named {
        if may_matter(lab.object(), child, message)
            && let Some(change) = renamed(lab, number, child, context)
        {
            return vec![change];
        }
    }
    // The one thing that the field holds, unless the message speaks of the field itself.
    if let ([only], Some(Step::Key(key))) = (plain.as_slice(), node.last())
        && is_object
        && let Some(value) = change::get(lab.object(), only)
        && !matches!(value, Value::Object(_) | Value::Array(_))
        && (quotes(message, value) || !has_word(message, key))
    {
        return vec![Change::without(only.clone())];
    }
    if node.is_empty() && context.is_empty() {
        if let Some(change) = known::spoken_of(lab, number) {
            return vec![change];
        }
        let both = known::two_missing(lab, number, &missing);
        if !both.is_empty() {
            return both;
        }
    }
    // Below a field that has to go whatever could be added to it is beside the point.
    if node.is_empty() || matches!(node.last(), Some(Step::Index(_))) {
        return first_of(lab, number, others, context);
    }
    Vec::new()
}

/// Of fields that have to go together those that matter, each as deep as it goes.
fn together(lab: &mut Lab<'_>, number: usize, all: Vec<Change>, context: &[Change]) -> Vec<Change> {
    let together = fewest(lab, number, all, context);
    if together.len() > TOGETHER {
        return Vec::new();
    }
    let mut changes = Vec::new();
    for (place, member) in together.iter().enumerate() {
        let mut others = context.to_vec();
        let rest = together.iter().enumerate();
        others.extend(
            rest.filter(|(at, _)| *at != place)
                .map(|(_, other)| other.clone()),
        );
        let deeper = refine(lab, number, &member.path, &others);
        if deeper.is_empty() {
            changes.push(member.clone());
        } else {
            changes.extend(deeper);
        }
    }
    changes
}

/// The first of `guesses` that makes the violation go; where each does a part of it, those that do.
fn first_of(
    lab: &mut Lab<'_>,
    number: usize,
    guesses: Vec<Change>,
    context: &[Change],
) -> Vec<Change> {
    let mut held: Vec<Change> = Vec::new();
    let mut gone: Option<Change> = None;
    let mut length = usize::MAX;
    for guess in guesses {
        if lab.is_exhausted() {
            break;
        }
        if held.iter().any(|known| known.path == guess.path) {
            continue;
        }
        if gone.as_ref().is_some_and(|gone| gone.path != guess.path) {
            break;
        }
        let mut all = context.to_vec();
        all.extend(held.iter().cloned());
        all.push(guess.clone());
        match lab.fate(number, &all) {
            Fate::Gone if lab.is_content(&all) => {
                held.push(guess);
                return held;
            }
            // Another value of the same field may be one of which nothing else is said.
            Fate::Gone => {
                gone.get_or_insert(guess);
            }
            Fate::Shorter(left) if left < length => {
                length = left;
                held.push(guess);
            }
            Fate::Shorter(_) | Fate::Stays => {}
        }
    }
    match gone {
        Some(gone) => {
            held.push(gone);
            held
        }
        None => Vec::new(),
    }
}

/// Whether a value may be another one and the violation stays: then it is the message alone that
/// cannot do without it, or no such value would be right.
fn is_only_quoted(lab: &mut Lab<'_>, number: usize, field: &[Step], context: &[Change]) -> bool {
    let others = match change::get(lab.object(), field) {
        Some(value @ (Value::String(_) | Value::Number(_))) => others(value),
        _ => return false,
    };
    others
        .into_iter()
        .map(|value| Change::set(field.to_vec(), value))
        .all(|change| !gone(lab, number, std::slice::from_ref(&change), context))
}

/// Another name or kind, with which the violation goes. Messages quote names: without one there would
/// be no message.
fn renamed(lab: &mut Lab<'_>, number: usize, field: &[Step], context: &[Change]) -> Option<Change> {
    let now = change::get(lab.object(), field)?.clone();
    others(&now)
        .into_iter()
        .map(|value| Change::other(field.to_vec(), value))
        .find(|change| gone(lab, number, std::slice::from_ref(change), context))
}

pub(super) fn message<'a>(lab: &Lab<'a>, number: usize) -> &'a str {
    lab.violation(number)
        .map_or("", |violation| &*violation.message)
}

/// Whether what a name or kind is could be the cause: a policy decides by the kind what it looks at,
/// and by a container's name what it says.
fn may_matter(object: &Value, field: &[Step], message: &str) -> bool {
    match field {
        [Step::Key(key)] => {
            key != "kind" && change::get(object, field).is_some_and(|value| quotes(message, value))
        }
        [.., list, Step::Index(_), Step::Key(_)] => !is_of_containers(std::slice::from_ref(list)),
        _ => true,
    }
}

fn gone(lab: &mut Lab<'_>, number: usize, changes: &[Change], context: &[Change]) -> bool {
    let mut all = context.to_vec();
    all.extend_from_slice(changes);
    lab.is_gone(number, &all)
}

/// The fields below `node`. Of the whole object what every object has is not taken away.
pub(super) fn children(object: &Value, node: &[Step]) -> Vec<Vec<Step>> {
    let below = |node: &[Step]| -> Vec<Vec<Step>> {
        let with = |step: Step| {
            let mut path = node.to_vec();
            path.push(step);
            path
        };
        match change::get(object, node) {
            Some(Value::Object(entries)) => entries
                .iter()
                .filter_map(|(key, _)| match key {
                    Value::String(key) => Some(with(Step::Key(key.to_string()))),
                    _ => None,
                })
                .collect(),
            Some(Value::Array(items)) => (0..items.len()).map(|at| with(Step::Index(at))).collect(),
            _ => Vec::new(),
        }
    };
    let mut children = below(node);
    if node.is_empty() {
        let metadata = vec![Step::Key("metadata".to_owned())];
        children.retain(|child| *child != metadata);
        children.extend(below(&metadata));
    }
    children
}

/// Whether a field says what something is: its name, its kind.
pub(super) fn is_identity(path: &[Step]) -> bool {
    match path {
        [Step::Key(key)] => ["apiVersion", "kind"].contains(&key.as_str()),
        [Step::Key(first), Step::Key(key)] if first == "metadata" => {
            ["name", "namespace", "generateName"].contains(&key.as_str())
        }
        [.., Step::Index(_), Step::Key(key)] => key == "name",
        _ => false,
    }
}

/// What could stand in the place of a value.
pub(super) fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![Value::from(!value)],
        Value::Number(_) => [0_u64, 1]
            .into_iter()
            .map(Value::from)
            .filter(|other| other != value)
            .collect(),
        Value::String(text) => vec![Value::from(format!("{text}-x")), Value::from("x")],
        _ => Vec::new(),
    }
}

/// Of changes each of which suffices the one that the violation is about: a value that has to be
/// another one comes before a value that only the message quotes.
fn likeliest(
    lab: &mut Lab<'_>,
    number: usize,
    hits: Vec<Change>,
    context: &[Change],
) -> Option<Change> {
    if hits.len() < 2 {
        return hits.into_iter().next();
    }
    let mut best: Option<(i32, Change)> = None;
    for hit in hits {
        let points = points(lab, number, &hit, context);
        if best.as_ref().is_none_or(|(most, _)| points > *most) {
            best = Some((points, hit));
        }
    }
    best.map(|(_, hit)| hit)
}

fn points(lab: &mut Lab<'_>, number: usize, hit: &Change, context: &[Change]) -> i32 {
    let message = message(lab, number);
    let Some(now) = change::get(lab.object(), &hit.path).cloned() else {
        return 0;
    };
    let mut points = 0;
    let matters = matches!(now, Value::Object(_) | Value::Array(_))
        || !is_only_quoted(lab, number, &hit.path, context);
    if matters {
        points += 6;
    }
    if is_spoken_of(message, hit.path.last(), &now) {
        points += 4;
    }
    if quotes(message, &now) {
        points += 2;
    }
    // With the container everything about it goes.
    if is_of_containers(&hit.path) || holds_containers(&now) {
        points -= 8;
    }
    // What is quoted together with its name is meant.
    points * 2 + i32::from(!matters)
}

/// Whether the message has the field's name, or that of one below it.
fn is_spoken_of(message: &str, step: Option<&Step>, value: &Value) -> bool {
    if let Some(Step::Key(key)) = step
        && (guess::mentions(message, key) > 0
            || key.contains('/') && guess::mentioned(message, key).0 > 1)
    {
        return true;
    }
    match value {
        Value::Object(entries) => entries.iter().any(|(key, value)| {
            let step = key.as_string().ok().map(|key| Step::Key(key.to_string()));
            is_spoken_of(message, step.as_ref(), value)
        }),
        Value::Array(items) => items.iter().any(|item| is_spoken_of(message, None, item)),
        _ => false,
    }
}

fn holds_containers(value: &Value) -> bool {
    let Value::Object(entries) = value else {
        return false;
    };
    named::LISTS
        .iter()
        .any(|list| entries.contains_key(&Value::from(*list)))
}

fn is_of_containers(path: &[Step]) -> bool {
    matches!(path.last(), Some(Step::Key(key)) if named::LISTS.contains(&key.as_str()))
}

fn quotes(message: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => has_word(message, text),
        Value::Number(_) => has_word(message, &value.to_string()),
        Value::Array(items) => items.iter().any(|item| quotes(message, item)),
        Value::Object(entries) => entries.iter().any(|(_, item)| quotes(message, item)),
        _ => false,
    }
}

/// Of changes that suffice together those that none can be left out of.
fn fewest(
    lab: &mut Lab<'_>,
    number: usize,
    mut all: Vec<Change>,
    context: &[Change],
) -> Vec<Change> {
    let mut at = 0;
    while at < all.len() {
        let mut fewer = all.clone();
        fewer.remove(at);
        if gone(lab, number, &fewer, context) {
            all = fewer;
        } else {
            at += 1;
        }
    }
    all
}
