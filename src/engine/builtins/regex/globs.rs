//! `regex.globs_match`: whether two simple expressions have a text in common. They know `.`, sets,
//! `*`, `+` and `\`; everything else is itself. `[^…]` is a set with a `^` in it.

use std::collections::BTreeSet;

use crate::engine::Value;
use crate::engine::builtins::{Answer, args};

/// What one place of an expression takes.
#[derive(Clone, Debug)]
enum Step {
    Any,
    Set(Vec<(char, char)>),
}

/// A step, and whether it may be skipped and repeated.
#[derive(Clone, Debug)]
struct Token {
    step: Step,
    skip: bool,
    again: bool,
}

/// `regex.globs_match(a, b)`.
pub(super) fn globs_match(arguments: &[Value]) -> Answer {
    let (a, b) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let (a, b) = (tokens(a)?, tokens(b)?);
    Ok(Value::from(intersect(&a, &b)))
}

fn tokens(input: &str) -> Result<Vec<Token>, String> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = input.chars().enumerate();
    let mut flagged = true;
    let bad = |at: usize, what: String| {
        format!(
            "input:{input}, pos:{}, {what}: the input provided is invalid",
            at + 1
        )
    };
    while let Some((at, c)) = chars.next() {
        let step = match c {
            '.' => Step::Any,
            '+' | '*' => {
                let Some(last) = tokens.last_mut().filter(|_| !flagged) else {
                    return Err(bad(
                        at,
                        format!("flag '{c}' must be preceded by a non-flag"),
                    ));
                };
                last.again = true;
                last.skip = c == '*';
                flagged = true;
                continue;
            }
            ']' => return Err(bad(at, "set-close ']' with no preceding '['".to_owned())),
            '[' => Step::Set(set(input, &mut chars)?),
            '\\' => match chars.next() {
                Some((_, c)) => Step::Set(vec![(c, c)]),
                None => {
                    return Err(bad(
                        at.saturating_sub(1),
                        "input ends with a \\ (escape) character".to_owned(),
                    ));
                }
            },
            c => Step::Set(vec![(c, c)]),
        };
        flagged = false;
        tokens.push(Token {
            step,
            skip: false,
            again: false,
        });
    }
    Ok(tokens)
}

fn set(
    input: &str,
    chars: &mut impl Iterator<Item = (usize, char)>,
) -> Result<Vec<(char, char)>, String> {
    let bad = |at: usize, what: String| {
        format!(
            "input:{input}, pos:{}, {what}: the input provided is invalid",
            at + 1
        )
    };
    let mut ranges: Vec<(char, char)> = Vec::new();
    // The last character that a range can start with.
    let mut start: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        let literal = match c {
            ']' => return Ok(ranges),
            '-' => {
                let Some(from) = start.take() else {
                    return Err(bad(
                        at,
                        "range character '-' must be preceded by a Unicode character".to_owned(),
                    ));
                };
                let to = match chars.next() {
                    Some((_, '\\')) => chars.next().map(|(_, c)| c),
                    Some((_, ']')) | None => None,
                    Some((_, c)) => Some(c),
                };
                let Some(to) = to else {
                    return Err(bad(
                        at,
                        "range character '-' must be followed by a Unicode character".to_owned(),
                    ));
                };
                if to < from {
                    return Err(bad(
                        at + 1,
                        format!("range is out of order: '{to}' comes before '{from}' in Unicode"),
                    ));
                }
                ranges.push((from, to));
                continue;
            }
            '\\' => match chars.next() {
                Some((_, c)) => c,
                None => break,
            },
            c => c,
        };
        ranges.push((literal, literal));
        start = Some(literal);
    }
    Err(bad(
        input.chars().count(),
        "found [ without matching ]".to_owned(),
    ))
}

fn meet(a: &Step, b: &Step) -> bool {
    match (a, b) {
        (Step::Any, Step::Any) => true,
        (Step::Any, Step::Set(set)) | (Step::Set(set), Step::Any) => !set.is_empty(),
        (Step::Set(a), Step::Set(b)) => a.iter().any(|(low, high)| {
            b.iter()
                .any(|(other_low, other_high)| low <= other_high && other_low <= high)
        }),
    }
}

/// Whether some text fits both: a walk over pairs of places. OPA's library finds no common text where
/// one of them is empty and the other is not.
fn intersect(a: &[Token], b: &[Token]) -> bool {
    if a.is_empty() != b.is_empty() {
        return false;
    }
    let mut seen = BTreeSet::from([(0, 0)]);
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        if i == a.len() && j == b.len() {
            return true;
        }
        let mut reach = |pair| {
            if seen.insert(pair) {
                open.push(pair);
            }
        };
        let (left, right) = (a.get(i), b.get(j));
        if left.is_some_and(|token| token.skip) {
            reach((i + 1, j));
        }
        if right.is_some_and(|token| token.skip) {
            reach((i, j + 1));
        }
        if let (Some(left), Some(right)) = (left, right)
            && meet(&left.step, &right.step)
        {
            reach((i + 1, j + 1));
            if left.again {
                reach((i, j + 1));
            }
            if right.again {
                reach((i + 1, j));
            }
        }
    }
    false
}
