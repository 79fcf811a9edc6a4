//! `+ - * / % & |` as OPA calculates them. For numbers that is decimal text, a binary significand of 64 bits, the shortest
//! decimal text that names the result. `0.1 + 0.2` is `0.3`.
//!
//! A result that is no integer is kept as a double, which is all that the engine has: where OPA
//! shows more than 17 digits of such a number, fewer are shown here.

mod float;

use std::collections::BTreeSet;

use num_bigint::{BigInt, Sign};
use regorus::Value;

use super::catalogue::Call;
use float::Float;

pub(super) const BUILTINS: &[(&str, u8, Call)] = &[
    ("sekisho.plus", 2, plus),
    ("sekisho.minus", 2, minus),
    ("sekisho.mul", 2, multiply),
    ("sekisho.div", 2, divide),
    ("sekisho.rem", 2, remainder),
    ("sekisho.and", 2, intersection),
    ("sekisho.or", 2, union),
];

fn pair(arguments: &[Value]) -> Result<(&Value, &Value), String> {
    match arguments {
        [left, right] => Ok((left, right)),
        _ => Err("an operator takes two operands".to_owned()),
    }
}

/// The operands where both are integers of 64 bits or less.
fn small(left: &Value, right: &Value) -> Option<(i128, i128)> {
    let whole = |value: &Value| match value {
        Value::Number(number) => number.as_i64().map(i128::from),
        _ => None,
    };
    Some((whole(left)?, whole(right)?))
}

/// An integer that a significand of 64 bits holds.
fn exact(number: i128) -> Option<Value> {
    if number.unsigned_abs() > 1 << 64 {
        return None;
    }
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Some(Value::from(number)),
        (_, Ok(number)) => Some(Value::from(number)),
        _ => Value::from_numeric_string(&number.to_string()).ok(),
    }
}

pub(super) fn plus(arguments: &[Value]) -> Result<Value, String> {
    let (left, right) = pair(arguments)?;
    if let Some(sum) = small(left, right).and_then(|(a, b)| exact(a + b)) {
        return Ok(sum);
    }
    let (a, b) = (Float::of("plus", 1, left)?, Float::of("plus", 2, right)?);
    a.add(&b).value()
}

fn minus(arguments: &[Value]) -> Result<Value, String> {
    let (left, right) = pair(arguments)?;
    if let (Value::Set(a), Value::Set(b)) = (left, right) {
        return Ok(a
            .iter()
            .filter(|item| !b.contains(item))
            .cloned()
            .collect::<BTreeSet<_>>()
            .into());
    }
    if let Some(difference) = small(left, right).and_then(|(a, b)| exact(a - b)) {
        return Ok(difference);
    }
    if matches!(left, Value::Set(_)) {
        return Err(operand("minus", 2, "set", right));
    }
    let (a, mut b) = (Float::of("minus", 1, left)?, Float::of("minus", 2, right)?);
    b.negative = !b.negative;
    a.add(&b).value()
}

pub(super) fn multiply(arguments: &[Value]) -> Result<Value, String> {
    let (left, right) = pair(arguments)?;
    if let Some(product) = small(left, right).and_then(|(a, b)| exact(a * b)) {
        return Ok(product);
    }
    let (a, b) = (Float::of("mul", 1, left)?, Float::of("mul", 2, right)?);
    Float::rounded(
        a.negative != b.negative,
        &a.significand * &b.significand,
        a.exponent + b.exponent,
        false,
    )
    .value()
}

fn divide(arguments: &[Value]) -> Result<Value, String> {
    let (left, right) = pair(arguments)?;
    if let Some((a, b)) = small(left, right)
        && b != 0
        && a % b == 0
        && let Some(quotient) = exact(a / b)
    {
        return Ok(quotient);
    }
    let (a, b) = (Float::of("div", 1, left)?, Float::of("div", 2, right)?);
    if b.is_zero() {
        return Err("divide by zero".to_owned());
    }
    if a.is_zero() {
        return Ok(Value::from(0));
    }
    let shift = 192u64;
    let dividend = a.significand << shift;
    let quotient = &dividend / &b.significand;
    let more = &quotient * &b.significand != dividend;
    Float::rounded(
        a.negative != b.negative,
        quotient,
        a.exponent - b.exponent - shift as i64,
        more,
    )
    .value()
}

fn remainder(arguments: &[Value]) -> Result<Value, String> {
    let (left, right) = pair(arguments)?;
    if let Some((a, b)) = small(left, right) {
        return if b == 0 {
            Err("modulo by zero".to_owned())
        } else {
            Ok(exact(a % b).unwrap_or(Value::Undefined))
        };
    }
    let whole = |position, value: &Value| {
        Float::of("rem", position, value)?
            .integer()
            .ok_or_else(|| "modulo on floating-point number".to_owned())
    };
    let (a, b) = (whole(1, left)?, whole(2, right)?);
    if b.sign() == Sign::NoSign {
        return Err("modulo by zero".to_owned());
    }
    integer(&(a % b))
}

fn sets<'a>(name: &str, arguments: &'a [Value]) -> Result<(&'a Value, &'a Value), String> {
    let (left, right) = pair(arguments)?;
    for (position, side) in [(1, left), (2, right)] {
        if !matches!(side, Value::Set(_)) {
            return Err(operand(name, position, "set", side));
        }
    }
    Ok((left, right))
}

fn intersection(arguments: &[Value]) -> Result<Value, String> {
    let (Value::Set(left), Value::Set(right)) = sets("and", arguments)? else {
        return Ok(Value::Undefined);
    };
    let both = left.iter().filter(|item| right.contains(item)).cloned();
    Ok(both.collect::<BTreeSet<_>>().into())
}

fn union(arguments: &[Value]) -> Result<Value, String> {
    let (Value::Set(left), Value::Set(right)) = sets("or", arguments)? else {
        return Ok(Value::Undefined);
    };
    let all = left.iter().chain(right.iter()).cloned();
    Ok(all.collect::<BTreeSet<_>>().into())
}

fn operand(function: &str, position: u8, wanted: &str, value: &Value) -> String {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Set(_) => "set",
        Value::Object(_) => "object",
        Value::Undefined => "undefined",
    };
    format!("{function}: operand {position} must be {wanted} but got {found}")
}

fn integer(number: &BigInt) -> Result<Value, String> {
    Value::from_numeric_string(&number.to_string())
        .map_err(|_| "the number is too large".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(call: Call, left: &str, right: &str) -> String {
        let value = |text: &str| Value::from_json_str(text).unwrap();
        match call(&[value(left), value(right)]) {
            Ok(value) => value.to_json_str().unwrap().trim().to_owned(),
            Err(message) => message,
        }
    }

    #[test]
    fn decimals_are_decimal() {
        assert_eq!(run(plus, "0.1", "0.2"), "0.3");
        assert_eq!(run(multiply, "3", "1.1"), "3.3");
        assert_eq!(run(minus, "2", "0.9"), "1.1");
        assert_eq!(run(divide, "3.3", "3"), "1.1");
        assert_eq!(run(divide, "1", "3"), "0.3333333333333333");
    }

    #[test]
    fn integers_have_sixty_four_bits() {
        assert_eq!(run(plus, "9007199254740993", "0"), "9007199254740993");
        assert_eq!(
            run(plus, "100000000000000000000", "1"),
            "100000000000000000000"
        );
        assert_eq!(run(multiply, "1e300", "10").len(), 302);
    }

    #[test]
    fn nonsense_is_an_error() {
        assert_eq!(run(divide, "1", "0"), "divide by zero");
        assert_eq!(
            run(remainder, "5.5", "2"),
            "modulo on floating-point number"
        );
        assert_eq!(
            run(plus, "1", "\"a\""),
            "plus: operand 2 must be number but got string"
        );
        assert_eq!(run(remainder, "-7", "3"), "-1");
    }
}
