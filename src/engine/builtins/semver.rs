//! Versions as `semver.*` reads them: laxer than semver.org about zeros and empty ends.

use std::cmp::Ordering;

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("semver.compare", 2, compare),
    ("semver.is_valid", 1, is_valid),
];

struct Version<'a> {
    numbers: [i64; 3],
    pre: &'a str,
}

fn parse(text: &str) -> Option<Version<'_>> {
    let (text, build) = text.split_once('+').unwrap_or((text, ""));
    let (text, pre) = text.split_once('-').unwrap_or((text, ""));
    let mut numbers = [0; 3];
    let mut parts = text.splitn(3, '.');
    for number in &mut numbers {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    let identifiers = |text: &str| {
        text.is_empty()
            || text.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    };
    (identifiers(pre) && identifiers(build)).then_some(Version { numbers, pre })
}

fn is_valid(arguments: &[Value]) -> Answer {
    Ok(Value::from(match args::at(arguments, 0)? {
        Value::String(text) => parse(text).is_some(),
        _ => false,
    }))
}

/// -1, 0 or 1.
fn compare(arguments: &[Value]) -> Answer {
    let version = |position| {
        let text = args::string(arguments, position)?;
        parse(text).ok_or_else(|| {
            format!(
                "operand {}: string {} is not a valid SemVer",
                position + 1,
                super::text::quote(text, false)
            )
        })
    };
    let (a, b) = (version(0)?, version(1)?);
    let order = a
        .numbers
        .cmp(&b.numbers)
        .then_with(|| match (a.pre, b.pre) {
            ("", "") => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (a, b) => identifiers(a, b),
        });
    Ok(Value::from(order as i64))
}

fn identifiers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (digits(a), digits(b)) {
                (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits of a number without the zeros before it.
fn digits(text: &str) -> Option<&str> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.trim_start_matches('0'))
}
