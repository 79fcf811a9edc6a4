//! What a scalar is: go-yaml's resolution, which is neither YAML 1.1 nor 1.2, as sigs.k8s.io/yaml
//! turns it into JSON. `yes` is true, `0644` is 420, `0o17` is 15, `1_000` is 1000; `12:30` and
//! `2001-01-01` stay strings.

use std::borrow::Cow;

use super::Scalar;
use super::number;
use crate::engine::Value;

/// A scalar with its type.
#[derive(Debug, PartialEq)]
pub(crate) enum Resolved<'s> {
    Null,
    Bool(bool),
    /// Decimal digits without sign, of any length, and whether a minus stands before them.
    Integer(bool, Cow<'s, str>),
    Double(f64),
    String(Cow<'s, str>),
}

const TAG: &str = "tag:yaml.org,2002:";

/// Whether the scalar, as a key, asks for another mapping to be merged in.
pub(crate) fn is_merge(scalar: &Scalar<'_>) -> bool {
    scalar.value == "<<" && (scalar.plain || short(scalar.tag) == Some("merge"))
}

/// The type and the content of a scalar.
///
/// # Errors
/// The content is not what the tag says (`!!int foo`): one line.
pub(crate) fn resolve<'s>(scalar: &'s Scalar<'_>) -> Result<Resolved<'s>, String> {
    let text: &'s str = &scalar.value;
    let string = || Resolved::String(Cow::Borrowed(text));
    let Some(tag) = scalar.tag else {
        return Ok(if scalar.plain { plain(text) } else { string() });
    };
    let wrong = || format!("`{text}` is not of the type that its tag `{tag}` says");
    let looks = plain(text);
    match short(scalar.tag) {
        Some("bool") => matches!(looks, Resolved::Bool(_))
            .then_some(looks)
            .ok_or_else(wrong),
        Some("null") => matches!(looks, Resolved::Null)
            .then_some(looks)
            .ok_or_else(wrong),
        Some("int") => matches!(looks, Resolved::Integer(..))
            .then_some(looks)
            .ok_or_else(wrong),
        Some("float") => match looks {
            Resolved::Double(number) => Ok(Resolved::Double(number)),
            Resolved::Integer(negative, digits) => {
                let number: f64 = digits.parse().map_err(|_| wrong())?;
                Ok(Resolved::Double(if negative { -number } else { number }))
            }
            _ => Err(wrong()),
        },
        Some("timestamp") => match text.as_bytes() {
            [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => {
                Ok(string())
            }
            _ => Err(wrong()),
        },
        Some("binary") => binary(text).map(|text| Resolved::String(Cow::Owned(text))),
        // A string by its tag; a tag of somebody's own says nothing to Kubernetes.
        _ => Ok(string()),
    }
}

/// Whether a scalar is a string for certain, by its first byte: most are.
fn is_string(scalar: &Scalar<'_>) -> bool {
    let first = scalar.value.as_bytes().first();
    scalar.tag.is_none() && (!scalar.plain || first.is_some_and(|first| begins_string(*first)))
}

/// Whether no plain scalar that begins so is anything else than a string.
fn begins_string(first: u8) -> bool {
    !matches!(
        first,
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' | b'.' | b'0'
            ..=b'9' | b'+' | b'-'
    )
}

/// The value that a scalar is.
///
/// # Errors
/// As [`resolve`]; also what JSON cannot say (`.inf`, `.nan`).
pub(crate) fn value(scalar: &Scalar<'_>) -> Result<Value, String> {
    if is_string(scalar) {
        return Ok(Value::from(&*scalar.value));
    }
    let beyond = || format!("`{}` is not a number that JSON can say", scalar.value);
    match resolve(scalar)? {
        Resolved::Null => Ok(Value::Null),
        Resolved::Bool(value) => Ok(Value::Bool(value)),
        Resolved::Integer(negative, digits) => {
            number::integer(negative, &digits).ok_or_else(beyond)
        }
        Resolved::Double(number) => number::double(number).ok_or_else(beyond),
        Resolved::String(text) => Ok(Value::from(&*text)),
    }
}

/// The key that a scalar is: in JSON every key is a string.
///
/// # Errors
/// As [`resolve`]; also null, which Kubernetes takes for no key.
pub(crate) fn key<'s>(scalar: &'s Scalar<'_>) -> Result<Cow<'s, str>, String> {
    if is_string(scalar) {
        return Ok(Cow::Borrowed(&scalar.value));
    }
    Ok(match resolve(scalar)? {
        Resolved::Null => return Err("a key cannot be null".to_owned()),
        Resolved::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Resolved::Integer(true, digits) if digits != "0" => Cow::Owned(format!("-{digits}")),
        Resolved::Integer(_, digits) => digits,
        Resolved::Double(number) => Cow::Owned(number::key(number)),
        Resolved::String(text) => text,
    })
}

fn short(tag: Option<&str>) -> Option<&str> {
    tag.and_then(|tag| tag.strip_prefix(TAG))
}

fn binary(text: &str) -> Result<String, String> {
    let mut specification = data_encoding::BASE64.specification();
    specification.check_trailing_bits = false;
    specification.ignore.push_str("\r\n");
    let bytes = specification
        .encoding()
        .ok()
        .and_then(|encoding| encoding.decode(text.as_bytes()).ok())
        .ok_or_else(|| "`!!binary` expects base64".to_owned())?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        // As JSON written by Go would have it.
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// What a plain scalar looks like.
fn plain(text: &str) -> Resolved<'_> {
    let string = Resolved::String(Cow::Borrowed(text));
    let Some(first) = text.bytes().next() else {
        return Resolved::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => point(text).map_or(string, Resolved::Double),
        _ if begins_string(first) => string,
        _ => numeral(text).unwrap_or(string),
    }
}

fn word(text: &str) -> Resolved<'_> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        _ => Resolved::String(Cow::Borrowed(text)),
    }
}

/// A scalar that begins with a point.
fn point(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        _ => {}
    }
    // Go lets `_` stand between two digits.
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'_' && !(digit(at.checked_sub(1)) && digit(at.checked_add(1))) {
            return None;
        }
    }
    decimal(&text.replace('_', ""))
}

/// A scalar that begins with a digit or a sign.
fn numeral(text: &str) -> Option<Resolved<'_>> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Some(Resolved::Double(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return Some(Resolved::Double(f64::NEG_INFINITY)),
        _ => {}
    }
    let clean = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        text.into()
    };
    let (negative, unsigned) = match clean.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, clean.strip_prefix('+').unwrap_or(&clean)),
    };
    if let Some((radix, digits)) = radix(unsigned) {
        // Go reads prefixed integers up to 64 bits; what is longer it tries as a decimal number.
        if let Ok(number) = u64::from_str_radix(digits, radix)
            && !digits.starts_with('+')
            && (!negative || number <= 1 << 63)
            && (!clean.starts_with('+') || i64::try_from(number).is_ok())
        {
            return Some(Resolved::Integer(negative, Cow::Owned(number.to_string())));
        }
    } else if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Resolved::Integer(negative, Cow::Owned(unsigned.to_owned())));
    }
    decimal(&clean).map(Resolved::Double)
}

/// The base that a prefix names, and the digits after it.
fn radix(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix('0')?;
    match rest.as_bytes() {
        [] => None,
        [b'x' | b'X', ..] => rest.get(1..).map(|digits| (16, digits)),
        [b'o' | b'O', ..] => rest.get(1..).map(|digits| (8, digits)),
        [b'b' | b'B', ..] => rest.get(1..).map(|digits| (2, digits)),
        _ => Some((8, rest)),
    }
}

/// A decimal number with a point or an exponent; `None` for all else, and for what is out of range.
fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_is_right = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if !digits(whole)
        || !digits(fraction)
        || (whole.is_empty() && fraction.is_empty())
        || !exponent_is_right
    {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}
