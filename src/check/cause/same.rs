//! Whether a policy says of a changed object what it said of the original.
//!
//! A message quotes the object: where a field was changed, its new value may stand in the place of
//! the old one; where an element was taken away, those after it have other numbers.

use std::sync::Arc;

use super::change::{self, Change};
use super::named::replace_word;
use crate::check::answer::Violation;
use crate::engine::Value;
use crate::manifest::Step;

/// What became of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is still there.
    Stays,
    /// There is a new one in the same words that says less: its length.
    Shorter(usize),
    /// It is gone.
    Gone,
}

/// What became of the violation `number` of `before` in `after`, the answer to `object` with
/// `changes`.
pub(super) fn fate(
    number: usize,
    before: &[Violation],
    after: &[Violation],
    object: &Value,
    changes: &[Change],
) -> Fate {
    let Some(violation) = before.get(number) else {
        return Fate::Stays;
    };
    let wanted = Told::of(violation);
    let expected = wanted.after(object, changes);
    let after: Vec<Told> = after.iter().map(Told::of).collect();
    if after.contains(&expected) {
        return Fate::Stays;
    }
    let others: Vec<Told> = before
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != number)
        .map(|(_, one)| Told::of(one))
        .collect();
    let moved: Vec<Told> = others
        .iter()
        .map(|one| one.after(object, changes))
        .collect();
    // Unchanged, unless it is another one that has moved up.
    if after.contains(&wanted) && !moved.contains(&wanted) {
        return Fate::Stays;
    }
    let words = words(&without(&wanted.message, changes, |change| {
        change::get(object, &change.path).cloned()
    }));
    let new = after
        .iter()
        .filter(|one| !others.contains(one) && !moved.contains(one) && **one != wanted)
        .filter(|one| {
            let message = without(&one.message, changes, |change| change.to.clone());
            self::words(&message) == words
        })
        .map(|one| one.message.len())
        .min();
    match new {
        None => Fate::Gone,
        Some(length) if length < wanted.message.len() => Fate::Shorter(length),
        Some(_) => Fate::Stays,
    }
}

/// A message without the values of what was changed.
fn without(message: &str, changes: &[Change], value: impl Fn(&Change) -> Option<Value>) -> String {
    let changed = changes.iter().filter(|change| change.to.is_some());
    changed.fold(message.to_owned(), |message, change| {
        match value(change).as_ref().and_then(plain) {
            Some(text) => replace_word(&message, &text, ""),
            None => message,
        }
    })
}

/// A message without what it quotes: its plain words.
fn words(message: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut open: Vec<char> = Vec::new();
    let mut before = ' ';
    for character in message.chars() {
        let closes = open.last() == Some(&character);
        match character {
            _ if closes => {
                open.pop();
            }
            '<' => open.push('>'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            '(' => open.push(')'),
            '"' | '`' => open.push(character),
            '\'' if !before.is_alphanumeric() => open.push(character),
            _ if open.is_empty() => plain.push(character),
            _ => {}
        }
        before = character;
    }
    plain
        .split_whitespace()
        .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect()
}

/// What a policy said, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    message: Arc<str>,
    /// The field that it named.
    field: Arc<str>,
}

impl Told {
    fn of(violation: &Violation) -> Told {
        Told {
            message: violation.message.clone(),
            field: violation.field().cloned().unwrap_or_default(),
        }
    }

    fn after(&self, object: &Value, changes: &[Change]) -> Told {
        let each = |text: &Arc<str>| {
            let mut text = text.clone();
            for change in changes.iter().rev() {
                text = after(&text, object, change).into();
            }
            text
        };
        Told {
            message: each(&self.message),
            field: each(&self.field),
        }
    }
}

fn after(text: &str, object: &Value, change: &Change) -> String {
    match (&change.to, change.path.last()) {
        (None, Some(Step::Index(index))) => renumbered(text, *index),
        (Some(to), _) => match (change::get(object, &change.path).and_then(plain), plain(to)) {
            (Some(now), Some(to)) => replace_word(text, &now, &to),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// `[3]` becomes `[2]` where an element before it is gone.
fn renumbered(text: &str, gone: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        out.push('[');
        rest = after;
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = after.split_at(digits);
        if let Ok(number) = number.parse::<usize>()
            && tail.starts_with(']')
        {
            let number = if number > gone { number - 1 } else { number };
            out.push_str(&number.to_string());
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}
