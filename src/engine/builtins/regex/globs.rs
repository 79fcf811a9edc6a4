//! `regex.globs_match`: whether two simple expressions have a text in common. They know `.`, sets,
//! `*`, `+` and `\`; everything else is itself. `[^…]` is a set with a `^` in it.
//!
//! OPA's library walks over both from the left and gives up early: a repetition takes what it can
//! until its successor fits, and one that is left over at the end spoils the answer (`b*a*` and `b`
//! have no text in common). The same walk is taken here.

use std::cell::Cell;

use crate::engine::Value;
use crate::engine::builtins::{Answer, args};

/// What one place of an expression takes.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Any,
    One(char),
    Set(Vec<(char, char)>),
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flag {
    Once,
    Plus,
    Star,
}

/// A step and how often it is taken.
#[derive(Clone, Debug)]
struct Token {
    step: Step,
    flag: Flag,
}

/// Steps that one walk may take.
const MOST_STEPS: u32 = 1_000_000;

/// `regex.globs_match(a, b)`.
pub(super) fn globs_match(arguments: &[Value]) -> Answer {
    let (a, b) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let (a, b) = (simplified(tokens(a)?), simplified(tokens(b)?));
    let walk = Walk {
        steps: Cell::new(0),
    };
    Ok(Value::from(match trimmed(&a, &b) {
        Some((a, b)) => walk.level(a, b)?,
        None => false,
    }))
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
                last.flag = if c == '*' { Flag::Star } else { Flag::Plus };
                flagged = true;
                continue;
            }
            ']' => return Err(bad(at, "set-close ']' with no preceding '['".to_owned())),
            '[' => Step::Set(set(input, &mut chars)?),
            '\\' => match chars.next() {
                Some((_, c)) => Step::One(c),
                None => {
                    return Err(bad(
                        at.saturating_sub(1),
                        "input ends with a \\ (escape) character".to_owned(),
                    ));
                }
            },
            c => Step::One(c),
        };
        flagged = false;
        tokens.push(Token {
            step,
            flag: Flag::Once,
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
            ']' => return Ok(merged(ranges)),
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

/// The same characters in one form, so that equal sets compare equal.
fn merged(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match merged.last_mut() {
            Some((_, end)) if u32::from(low) <= u32::from(*end) + 1 => *end = high.max(*end),
            _ => merged.push((low, high)),
        }
    }
    merged
}

/// `a*a+` is `a+`.
fn simplified(tokens: Vec<Token>) -> Vec<Token> {
    let mut simple: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match simple.last_mut() {
            Some(last)
                if last.flag != Flag::Once
                    && token.flag != Flag::Once
                    && last.step == token.step =>
            {
                if token.flag == Flag::Plus {
                    last.flag = Flag::Plus;
                }
            }
            _ => simple.push(token),
        }
    }
    simple
}

/// Without the single steps that agree at both ends, but for one at each; `None` where they do not.
fn trimmed<'a>(a: &'a [Token], b: &'a [Token]) -> Option<(&'a [Token], &'a [Token])> {
    let single = |(a, b): &(&Token, &Token)| a.flag == Flag::Once && b.flag == Flag::Once;
    let front = a
        .iter()
        .zip(b)
        .take_while(single)
        .map(|(a, b)| meet(a, b))
        .try_fold(0, |n, fits| fits.then_some(n + 1))?;
    let front = usize::saturating_sub(front, 1);
    let (a, b) = (a.get(front..)?, b.get(front..)?);
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(single)
        .map(|(a, b)| meet(a, b))
        .try_fold(0, |n, fits| fits.then_some(n + 1))?;
    let back = usize::saturating_sub(back, 1);
    Some((a.get(..a.len() - back)?, b.get(..b.len() - back)?))
}

fn meet(a: &Token, b: &Token) -> bool {
    let ranges = |step: &Step| match step {
        Step::Any => None,
        Step::One(c) => Some(vec![(*c, *c)]),
        Step::Set(set) => Some(set.clone()),
    };
    match (ranges(&a.step), ranges(&b.step)) {
        (Some(a), Some(b)) => a.iter().any(|(low, high)| {
            b.iter()
                .any(|(other_low, other_high)| low <= other_high && other_low <= high)
        }),
        _ => true,
    }
}

struct Walk {
    steps: Cell<u32>,
}

impl Walk {
    fn step(&self) -> Result<(), String> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS {
            Err("expressions take too many steps".to_owned())
        } else {
            Ok(())
        }
    }

    /// Both at the start of a token.
    fn level(&self, a: &[Token], b: &[Token]) -> Result<bool, String> {
        let (mut left, mut right) = (a, b);
        while let (Some((a, after_a)), Some((b, after_b))) =
            (left.split_first(), right.split_first())
        {
            self.step()?;
            match (a.flag, b.flag) {
                (Flag::Once, Flag::Once) if !meet(a, b) => return Ok(false),
                (Flag::Once, Flag::Once) => (left, right) = (after_a, after_b),
                (Flag::Plus, _) => return self.plus(left, right),
                (Flag::Star, _) => return self.star(left, right),
                (_, Flag::Plus) => return self.plus(right, left),
                (_, Flag::Star) => return self.star(right, left),
            }
        }
        Ok(left.is_empty() && right.is_empty())
    }

    fn plus(&self, plussed: &[Token], other: &[Token]) -> Result<bool, String> {
        let (Some((plus, after_plus)), Some((first, after_first))) =
            (plussed.split_first(), other.split_first())
        else {
            return Ok(false);
        };
        if !meet(plus, first) {
            return Ok(false);
        }
        Ok(self.star(plussed, after_first)?
            || (first.flag != Flag::Once && self.level(after_plus, other)?))
    }

    /// The first of `starred` takes from `other` until what follows it fits.
    fn star(&self, starred: &[Token], other: &[Token]) -> Result<bool, String> {
        let Some((star, after)) = starred.split_first() else {
            return Ok(false);
        };
        for (at, token) in other.iter().enumerate() {
            self.step()?;
            if after.first().is_some_and(|next| meet(token, next))
                && self.level(after, other.get(at..).unwrap_or_default())?
            {
                return Ok(true);
            }
            if !meet(token, star) {
                return Ok(false);
            }
        }
        Ok(after.is_empty())
    }
}
