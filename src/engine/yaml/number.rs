//! Numbers, as they reach a policy in a cluster: read by Go, written as JSON by the API server.

use crate::engine::Value;

/// No finite double has more digits before its point; Go refuses longer integers as out of range.
const DIGITS: usize = 309;

/// An integer of any size from its decimal digits; `None` where it is larger than any double.
pub(crate) fn integer(negative: bool, digits: &str) -> Option<Value> {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some(Value::from(0i64));
    }
    if let Ok(small) = digits.parse::<u64>() {
        return Some(match (negative, i64::try_from(small)) {
            (false, Ok(small)) => Value::from(small),
            (false, Err(_)) => Value::from(small),
            (true, _) => Value::from(-i128::from(small)),
        });
    }
    if digits.len() > DIGITS || digits.parse::<f64>().is_ok_and(f64::is_infinite) {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    Value::from_numeric_string(&format!("{sign}{digits}")).ok()
}

/// A double. A whole one is an integer, as the API server writes it; `None` for what JSON cannot
/// say (infinity, not a number).
pub(crate) fn double(number: f64) -> Option<Value> {
    /// From here on Go writes an exponent, and a double it stays.
    const EXPONENT: f64 = 1e21;

    if !number.is_finite() {
        return None;
    }
    if number.fract() == 0.0 && number.abs() < EXPONENT {
        return integer(number < 0.0, &format!("{}", number.abs()));
    }
    Some(Value::from(number))
}

/// A number as JSON spells it; `None` where it is larger than any double.
pub(crate) fn json(text: &str) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        integer(negative, digits)
    } else {
        double(text.parse().ok()?)
    }
}

/// How a double reads as the key of a mapping: Go's shortest form in single precision.
pub(crate) fn key(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "single precision is what is asked for"
    )]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}
