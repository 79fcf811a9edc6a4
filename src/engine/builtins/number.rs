//! Numbers as OPA sees them. OPA keeps a number's own text; regorus keeps its value. Where the two
//! could differ, a number is taken for what Kubernetes' JSON would have made of it.

use num_bigint::BigInt;

use super::{Answer, Table, args, gofmt};
use crate::engine::Value;

pub(super) const TABLE: Table = &[("format_int", 2, format_int), ("to_number", 1, to_number)];

/// What Go makes of a number when OPA hands it to `fmt`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// `int`.
    Int(i64),
    /// `*big.Int`.
    Big(BigInt),
    /// `float64`.
    Float(f64),
}

/// The largest integer up to which every one has a double of its own.
const SAFE: i64 = 1 << 53;

/// What `value` is to Go; `None` for anything but a number.
pub(super) fn kind(value: &Value) -> Option<Kind> {
    let Value::Number(number) = value else {
        return None;
    };
    if !number.is_integer() {
        return number.as_f64().map(Kind::Float);
    }
    if let Some(small) = number.as_i64() {
        // Only a double is given decimals here: a number that was written `100.0`. Computed ones are
        // integers again, as in OPA.
        let double = small.unsigned_abs() <= SAFE.unsigned_abs()
            && number.format_decimal_with_width(1).contains('.');
        #[expect(clippy::cast_precision_loss, reason = "within 2^53")]
        return Some(if double {
            Kind::Float(small as f64)
        } else {
            Kind::Int(small)
        });
    }
    let digits = number.format_decimal();
    Some(match (double_text(&digits), digits.parse::<BigInt>()) {
        (Some(double), _) => Kind::Float(double),
        (None, Ok(big)) => Kind::Big(big),
        (None, Err(_)) => Kind::Float(digits.parse().unwrap_or(f64::INFINITY)),
    })
}

/// The double whose text in JSON is an exponent, when `digits` are its digits followed by zeros: such
/// an integer was hardly written out by anyone.
fn double_text(digits: &str) -> Option<f64> {
    let plain = digits.trim_start_matches('-');
    if plain.len() < 22 {
        return None;
    }
    let double: f64 = digits.parse().ok()?;
    let text = format!("{:e}", double.abs());
    let shortest = text.split_once('e')?.0.replace('.', "");
    let rest = plain.strip_prefix(&shortest)?;
    (double.is_finite() && rest.chars().all(|c| c == '0')).then_some(double)
}

/// The number's text, as in JSON.
pub(super) fn text(value: &Value) -> String {
    match kind(value) {
        Some(Kind::Int(value)) => value.to_string(),
        Some(Kind::Big(value)) => value.to_string(),
        Some(Kind::Float(value)) => {
            let text = gofmt::json(value);
            if text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
            {
                text + ".0"
            } else {
                text
            }
        }
        None => String::new(),
    }
}

/// How many digits a number may have, and how large its exponent may be: what is larger takes time
/// and memory without bounds.
const DIGITS: u32 = 4_096;

/// Whether the numbers in `text` are no larger than is allowed; what stands in quotes is none.
pub(crate) fn fits(text: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    let (mut digits, mut exponent) = (0_u32, None);
    for byte in text.bytes() {
        if quoted {
            quoted = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match (byte, exponent) {
            (b'0'..=b'9', None) => digits += 1,
            (b'0'..=b'9', Some(value)) => {
                exponent = Some(u32::from(byte - b'0').saturating_add(10 * value));
            }
            (b'.', None) => {}
            (b'e' | b'E', None) if digits > 0 => exponent = Some(0),
            (b'+' | b'-', Some(0)) => {}
            _ => {
                (digits, exponent) = (0, None);
                quoted = byte == b'"';
            }
        }
        if digits > DIGITS || exponent.is_some_and(|exponent| exponent > DIGITS) {
            return false;
        }
    }
    true
}

/// A number from its text in JSON.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    if !fits(text) {
        return Err("the number is too large".to_owned());
    }
    Value::from_numeric_string(text).map_err(|_| format!("`{text}` is not a number"))
}

/// A number of any size.
pub(super) fn from_big(value: &BigInt) -> Answer {
    parse(&value.to_string())
}

/// `format_int(number, base)`: the integer part, in base 2, 8, 10 or 16.
fn format_int(arguments: &[Value]) -> Answer {
    let value = args::at(arguments, 0)?;
    let Value::Number(number) = value else {
        return Err(args::wrong(0, value, "number"));
    };
    let base = match args::at(arguments, 1)? {
        Value::Number(base) => match base.as_i64() {
            Some(2) => 2,
            Some(8) => 8,
            Some(10) => 10,
            Some(16) => 16,
            _ => return Err("operand 2 must be one of {2, 8, 10, 16}".to_owned()),
        },
        other => return Err(args::wrong(1, other, "number")),
    };
    let digits = number.format_decimal();
    let whole = digits.split('.').next().unwrap_or_default();
    let integer: BigInt = whole
        .parse()
        .map_err(|_| format!("`{digits}` has no integer part"))?;
    Ok(Value::from(integer.to_str_radix(base)))
}

/// `to_number(x)`: of null, a boolean, a number, or a string that Go's `ParseFloat` takes.
fn to_number(arguments: &[Value]) -> Answer {
    match args::at(arguments, 0)? {
        Value::Null | Value::Bool(false) => Ok(Value::from(0_u64)),
        Value::Bool(true) => Ok(Value::from(1_u64)),
        number @ Value::Number(_) => Ok(number.clone()),
        Value::String(text) => {
            let invalid = || {
                format!(
                    "strconv.ParseFloat: parsing {}: invalid syntax",
                    super::text::quote(text, false)
                )
            };
            if !decimal(text) {
                return Err(invalid());
            }
            match text.parse::<f64>() {
                Ok(value) if value.is_finite() => {
                    parse(text.trim_start_matches('+')).map_err(|_| invalid())
                }
                Ok(_) => Err(format!(
                    "strconv.ParseFloat: parsing {}: value out of range",
                    super::text::quote(text, false)
                )),
                Err(_) => Err(invalid()),
            }
        }
        other => Err(args::wrong(
            0,
            other,
            "one of {null, boolean, number, string}",
        )),
    }
}

/// Whether `text` is a decimal number: a sign, digits around a point, an exponent.
fn decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && whole.len() + fraction.len() > 0
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}
