//! The string formats that Kubernetes validates; it ignores all others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

/// Shapes that a regular expression says in full.
static SHAPES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    [
        ("bsonobjectid", r"^[0-9a-fA-F]{24}$"),
        ("creditcard", r"^[0-9](?:[- ]?[0-9]){12,18}$"),
        ("hexcolor", r"^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
        (
            "rgbcolor",
            r"^rgb\(\s*[0-9]{1,3}\s*,\s*[0-9]{1,3}\s*,\s*[0-9]{1,3}\s*\)$",
        ),
        ("ssn", r"^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}$"),
        ("isbn10", r"^(?:[0-9][- ]?){9}[0-9X]$"),
        ("isbn13", r"^(?:[0-9][- ]?){12}[0-9]$"),
        (
            "isbn",
            r"^(?:[0-9][- ]?){9}(?:[0-9X]|(?:[0-9][- ]?){3}[0-9])$",
        ),
        (
            "mac",
            r"^[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}(?:[:-][0-9a-fA-F]{2}){0,14}$",
        ),
        (
            "uuid",
            r"^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
        ),
        (
            "uuid3",
            r"^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
        ),
        (
            "uuid4",
            r"^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
        ),
        (
            "uuid5",
            r"^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
        ),
        ("email", r"^[^\s@<>,]+@[^\s@<>,]+$"),
        ("uri", r"^(?:[A-Za-z][A-Za-z0-9+.-]*:[^\s]+|/[^\s]*)$"),
        ("duration", r"^(?:[0-9]+(?:\.[0-9]+)?\s*[a-zµμ]+\s*)+$"),
        (
            "byte",
            r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        ),
        ("k8sshortname", r"^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$"),
        (
            "k8slongname",
            r"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$",
        ),
    ]
    .into_iter()
    .filter_map(|(name, pattern)| Some((name, Regex::new(pattern).ok()?)))
    .collect()
});

static DATE_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$",
    )
    .ok()
});

/// Whether `text` is of the format `name`; true for a format that Kubernetes does not know.
pub(super) fn holds(name: &str, text: &str) -> bool {
    // Kubernetes reads `date-time` as `datetime`.
    let name = name.replace('-', "");
    match name.as_str() {
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "date" => is_date(text),
        "datetime" => is_date_time(text),
        "hostname" => is_hostname(text),
        _ => SHAPES
            .iter()
            .find(|(known, _)| *known == name)
            .is_none_or(|(_, r)| r.is_match(text)),
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let Ok(bits) = bits.parse::<u8>() else {
        return false;
    };
    match address.parse() {
        Ok(IpAddr::V4(_)) => bits <= 32,
        Ok(IpAddr::V6(_)) => bits <= 128,
        Err(_) => false,
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return false;
    }
    let (Ok(year), Ok(month), Ok(day)) = (
        year.parse::<u32>(),
        month.parse::<u32>(),
        day.parse::<u32>(),
    ) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_date_time(text: &str) -> bool {
    let Some(found) = DATE_TIME.as_ref().and_then(|shape| shape.captures(text)) else {
        return false;
    };
    let below = |index: usize, limit: u32| {
        found
            .get(index)
            .is_none_or(|part| part.as_str().parse::<u32>().is_ok_and(|n| n < limit))
    };
    found.get(1).is_some_and(|date| is_date(date.as_str()))
        && below(2, 24)
        && below(3, 60)
        && below(4, 61)
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        let body = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        !label.is_empty()
            && label.len() <= 63
            && body
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    !text.is_empty() && text.len() <= 255 && text.trim_end_matches('.').split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_compile_and_judge() {
        assert_eq!(SHAPES.len(), 19);
        let cases = [
            ("cidr", "10.0.0.0/8", "10.0.0.0/33"),
            ("date-time", "2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z"),
            ("ipv4", "10.0.0.1", "10.0.0.256"),
            ("uuid", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0"),
            ("hostname", "a.example", "-a.example"),
            ("byte", "aGk=", "aGk"),
        ];
        for (format, good, bad) in cases {
            assert!(holds(format, good), "{format} {good}");
            assert!(!holds(format, bad), "{format} {bad}");
        }
        assert!(holds("no-such-format", "x"));
    }
}
