//! `format`: those that a look decides.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::engine::builtins::regex;

/// Known to OPA's library, and not decided here.
const UNDECIDED: [&str; 11] = [
    "date-time",
    "email",
    "idn-email",
    "iri",
    "iri-reference",
    "json-pointer",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
];

const HOSTNAME: &str = concat!(
    r"^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])",
    r"(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9]))*$"
);

/// Whether `text` is of the format `name`; one that nobody knows takes everything.
pub(super) fn fits(name: &str, text: &str) -> Result<bool, String> {
    Ok(match name {
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "hostname" => text.len() < 256 && regex::is_match(HOSTNAME, text)?,
        "uuid" => regex::is_match(
            "^(?i)[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$",
            text,
        )?,
        "regex" => regex::is_match(text, "").is_ok(),
        "date" => date(text),
        name if UNDECIDED.contains(&name) => {
            return Err(format!("the format `{name}` is not supported"));
        }
        _ => true,
    })
}

/// `2024-02-29`
fn date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}
