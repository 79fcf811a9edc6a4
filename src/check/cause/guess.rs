//! What could be missing from an object, or be something else: fields that the Rego reads, with
//! values that it may be content with.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::change::{self, Change};
use super::lab::Lab;
use super::named::has_word;
use super::pattern;
use crate::engine::Value;
use crate::manifest::Step;

/// So many fields are tried at one place of those that the message speaks of, and of others.
const LIKELY: usize = 8;
const OTHERS: usize = 8;
/// So many values of the parameters.
const VALUES: usize = 4;
/// So many fields are thought of at all.
const FIELDS: usize = 100;

/// Changes below `node`, the likeliest first: of fields that the message speaks of, and of others.
pub(super) fn changes(lab: &Lab<'_>, number: usize, node: &[Step]) -> (Vec<Change>, Vec<Change>) {
    let message = lab
        .violation(number)
        .map_or("", |violation| &*violation.message);
    let (mut fields, read) = fields(lab, node, message);
    fields.sort();
    fields.dedup();
    let rank = |path: &[Step]| likeness(message, path.get(node.len()..).unwrap_or_default());
    // What is read of the object itself comes before what is read of something.
    fields.sort_by_cached_key(|path| {
        let likeness = std::cmp::Reverse(rank(path));
        (likeness, !read.contains(path), path.len())
    });
    let likely = fields.iter().take_while(|path| rank(path) > 0).count();
    let mut others = fields.split_off(likely);
    fields.truncate(LIKELY);
    others.truncate(OTHERS);
    let parameters = lab.question.parameters;
    let words = &lab.question.reads.words;
    let all = |fields: Vec<Vec<Step>>| {
        let mut changes = Vec::new();
        for path in fields {
            let now = change::get(lab.object(), &path);
            let mut values = values_for(parameters, now);
            // Annotations are texts.
            let spelt = ["false", "true"]
                .into_iter()
                .filter(|word| words.contains(*word));
            if now.is_none_or(|now| matches!(now, Value::String(_))) {
                values.extend(spelt.map(Value::from));
            }
            changes.extend(values.into_iter().map(|value| match value {
                // A mapping is there to be one: what it holds is nobody's advice.
                Value::Object(_) => Change::other(path.clone(), value),
                value => Change::set(path.clone(), value),
            }));
        }
        changes
    };
    (all(fields), all(others))
}

/// What a field that is `now` could be instead.
pub(super) fn values_for(parameters: &Value, now: Option<&Value>) -> Vec<Value> {
    if let Some(Value::Bool(now)) = now {
        return vec![Value::from(!now)];
    }
    let mut values = values(parameters);
    // A key without a value is as good as absent.
    if let Some(now) = now.filter(|now| !matches!(now, Value::Null)) {
        let same = std::mem::discriminant(now);
        values.retain(|value| value != now && std::mem::discriminant(value) == same);
    }
    values
}

/// The paths below `node` that the Rego reads or could mean, and those of them that it reads of the
/// object for certain.
fn fields(lab: &Lab<'_>, node: &[Step], message: &str) -> (Vec<Vec<Step>>, BTreeSet<Vec<Step>>) {
    let reads = lab.question.reads;
    let texts = texts(lab.question.parameters);
    let mut found = Vec::new();
    let paths = |rest: &[String]| {
        let mut paths = vec![node.to_vec()];
        for step in rest {
            paths = paths
                .into_iter()
                .flat_map(|path| further(lab.object(), path, step, &texts))
                .collect();
            paths.truncate(FIELDS);
        }
        paths.retain(|path| path.len() > node.len());
        paths
    };
    for pattern in &reads.input {
        if let Some(pattern) = pattern.strip_prefix(&["review".to_owned(), "object".to_owned()][..])
            && let Some(rest) = below(pattern, node)
        {
            found.extend(paths(rest));
        }
    }
    let read: BTreeSet<Vec<Step>> = found.iter().cloned().collect();
    for pattern in reads.fields.iter().filter(|pattern| !pattern.is_empty()) {
        found.extend(paths(pattern));
    }
    let words = reads.words.iter().chain(&texts);
    for word in words.filter(|word| has_word(message, word) || is_name(word)) {
        found.extend(paths(std::slice::from_ref(word)));
    }
    // What every object is known by is not missing.
    found.retain(|path| {
        !matches!(path.as_slice(), [Step::Key(key)] if ["kind", "apiVersion", "metadata"].contains(&key.as_str()))
            && path.last() != Some(&Step::Key("name".to_owned()))
    });
    (found, read)
}

pub(super) fn is_name(word: &str) -> bool {
    word.len() > 1
        && word.chars().all(|c| c.is_ascii_alphanumeric())
        && word.chars().next().is_some_and(|c| c.is_ascii_lowercase())
}

/// What of `pattern` is left below `node`.
fn below<'p>(pattern: &'p [String], node: &[Step]) -> Option<&'p [String]> {
    let rest = pattern.get(node.len()..)?;
    let fits = pattern.iter().zip(node).all(|(part, step)| match step {
        Step::Key(key) => part == key || part == "*",
        Step::Index(_) => part == "*" || part.parse::<usize>().is_ok(),
    });
    fits.then_some(rest)
}

/// One step on: into an element that is there, or to a key of that name.
fn further(object: &Value, path: Vec<Step>, step: &str, texts: &[String]) -> Vec<Vec<Step>> {
    let with = |step: Step| {
        let mut path = path.clone();
        path.push(step);
        path
    };
    let key = |key: &str| with(Step::Key(key.to_owned()));
    match change::get(object, &path) {
        Some(Value::Array(items)) => (0..items.len()).map(|at| with(Step::Index(at))).collect(),
        // A list that is not there, or a mapping.
        None if step == "*" => {
            let keys = texts.iter().map(|text| key(text));
            std::iter::once(path.clone()).chain(keys).collect()
        }
        Some(Value::Object(entries)) if step == "*" => {
            let known = entries
                .iter()
                .filter_map(|(known, _)| known.as_string().ok());
            let known = known.map(|known| key(known));
            known.chain(texts.iter().map(|text| key(text))).collect()
        }
        _ if step == "*" => texts.iter().map(|text| key(text)).collect(),
        None | Some(Value::Object(_) | Value::Null) => vec![key(step)],
        Some(_) => Vec::new(),
    }
}

/// How much of the names on a path the message has, the last ones counting most.
fn likeness(message: &str, path: &[Step]) -> usize {
    let mut likeness = 0;
    for (place, step) in path.iter().enumerate() {
        if let Step::Key(key) = step {
            likeness += mentions(message, key) * (1 + place);
        }
    }
    likeness
}

/// How many words of a key (`readOnlyRootFilesystem` has four) the message has; none unless it has
/// most of them.
pub(super) fn mentions(message: &str, key: &str) -> usize {
    match mentioned(message, key) {
        (there, all) if there * 2 > all => there,
        _ => 0,
    }
}

/// How many of the words of a key the message has, and how many there are.
pub(super) fn mentioned(message: &str, key: &str) -> (usize, usize) {
    let message = message.to_lowercase();
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in key.chars() {
        let begins = character.is_uppercase() && !before.is_uppercase();
        if !character.is_alphanumeric() || begins || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && character.is_alphanumeric()
        {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words.retain(|word| word.len() > 1);
    let is_there = |word: &&String| {
        let stem = word.strip_suffix('s').unwrap_or(word);
        message.contains(stem)
    };
    (words.iter().filter(is_there).count(), words.len())
}

/// Texts in the parameters.
pub(super) fn texts(parameters: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(parameters, &mut |value| {
        if let Value::String(text) = value {
            found.push(text.to_string());
        }
    });
    found.truncate(FIELDS);
    found
}

fn values(parameters: &Value) -> Vec<Value> {
    let mut given = Vec::new();
    collect(parameters, &mut |value| {
        if !given.contains(value) && !matches!(value, Value::Object(_)) {
            given.push(value.clone());
        }
    });
    given.truncate(VALUES);
    let examples = given.iter().filter_map(|value| match value {
        Value::String(text) => pattern::example(text).map(Value::from),
        _ => None,
    });
    given = examples
        .collect::<Vec<_>>()
        .into_iter()
        .chain(given)
        .collect();
    let mut values: Vec<Value> = vec![true.into(), false.into()];
    values.extend(given);
    values.extend([Value::from(1_u64), Value::from("1"), mapping(parameters)]);
    let mut seen = Vec::new();
    values.retain(|value| {
        let new = !seen.contains(value);
        seen.push(value.clone());
        new
    });
    values
}

/// A mapping with the keys that the parameters may ask for.
fn mapping(parameters: &Value) -> Value {
    with_keys(texts(parameters))
}

/// A mapping with the keys that the parameters or the Rego may ask for.
pub(super) fn full(question: &Question<'_>) -> Value {
    let mut keys = texts(question.parameters);
    let words = question.reads.words.iter();
    keys.extend(words.filter(|word| is_name(word)).take(FIELDS).cloned());
    with_keys(keys)
}

fn with_keys(mut keys: Vec<String>) -> Value {
    if keys.is_empty() {
        keys.push("x".to_owned());
    }
    let entries = keys.into_iter().map(|key| (key.into(), Value::from("x")));
    Value::from(entries.collect::<BTreeMap<Value, Value>>())
}

fn collect(value: &Value, take: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(items) => {
            take(value);
            items.iter().for_each(|item| collect(item, take));
        }
        Value::Object(entries) => entries.iter().for_each(|(_, item)| collect(item, take)),
        _ => take(value),
    }
}
