//! The container that a message names.

use std::collections::BTreeSet;

use crate::check::answer::Violation;
use crate::engine::Value;
use crate::manifest::Step;

use super::change::get;
use super::{Question, guess};

/// The lists of a Pod's containers.
pub(super) const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
/// Where the Pods of Kubernetes' own kinds are.
const PODS: [&[&str]; 3] = [
    &["spec"],
    &["spec", "template", "spec"],
    &["spec", "jobTemplate", "spec", "template", "spec"],
];

/// The container whose name stands in the message as a word; of several the one with the longest name.
pub(super) fn container(object: &Value, violation: &Violation) -> Option<Vec<Step>> {
    let key = |name: &str| Step::Key(name.to_owned());
    let mut best: Option<(usize, Vec<Step>)> = None;
    for pod in PODS {
        for list in LISTS {
            let mut path: Vec<Step> = pod.iter().map(|name| key(name)).collect();
            path.push(key(list));
            let Some(Value::Array(items)) = get(object, &path) else {
                continue;
            };
            for (index, item) in items.iter().enumerate() {
                let Value::String(name) = &item["name"] else {
                    continue;
                };
                let longer = best.as_ref().is_none_or(|(length, _)| name.len() > *length);
                if longer && has_word(&violation.message, name) {
                    let mut path = path.clone();
                    path.push(Step::Index(index));
                    best = Some((name.len(), path));
                }
            }
        }
    }
    best.map(|(_, path)| path)
}

/// The field of the container at `path` that the message calls by its name: one that is there, else
/// one of those that the Rego reads, else one that the parameters ask for.
pub(super) fn field(
    object: &Value,
    path: &[Step],
    violation: &Violation,
    question: &Question<'_>,
) -> Option<Vec<Step>> {
    let Some(Value::Object(entries)) = get(object, path) else {
        return None;
    };
    // `image` and `name` are words of every message.
    let is_meant =
        |key: &str| key.chars().any(char::is_uppercase) && has_word(&violation.message, key);
    let there = entries.iter().filter_map(|(key, _)| {
        let key = key.as_string().ok()?;
        is_meant(key).then(|| vec![key.to_string()])
    });
    let absent = question.reads.fields.iter().filter(|field| {
        let last = field.last().is_some_and(|key| is_meant(key));
        last && field.iter().all(|key| key != "*")
    });
    let only = |mut found: Vec<Vec<String>>| match found.len() {
        1 => found.pop(),
        _ => None,
    };
    let asked = || {
        let texts = guess::texts(question.parameters);
        let names = texts
            .into_iter()
            .filter(|text| guess::is_name(text) && is_meant(text));
        names
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|name| vec![name])
            .collect()
    };
    let field = only(there.collect())
        .or_else(|| only(absent.cloned().collect()))
        .or_else(|| only(asked()))?;
    let mut path = path.to_vec();
    path.extend(field.into_iter().map(Step::Key));
    Some(path)
}

pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text
                .get(at + word.len()..)
                .and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(|c| is_part(c) && c != '.')
        })
}

/// `text` with `word` replaced, where it stands as a word.
pub(super) fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_part = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word).filter(|_| !word.is_empty()) {
        let (before, after) = rest.split_at(at);
        let after = after.get(word.len()..).unwrap_or_default();
        out.push_str(before);
        let joined = out.chars().next_back().is_some_and(is_part)
            || after.chars().next().is_some_and(|c| is_part(c) && c != '.');
        out.push_str(if joined { word } else { by });
        rest = after;
    }
    out.push_str(rest);
    out
}
