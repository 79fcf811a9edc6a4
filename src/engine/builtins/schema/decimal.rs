//! Numbers by their decimal text, compared exactly.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

use crate::engine::Value;
use crate::engine::builtins::{gofmt, number};

/// `mantissa * 10^exponent`
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    mantissa: BigInt,
    exponent: i64,
}

/// Exponents beyond this never come from a document.
const LARGEST: i64 = 1_000;

impl Decimal {
    /// `None` for anything but a number.
    pub(super) fn of(value: &Value) -> Option<Decimal> {
        if !matches!(value, Value::Number(_)) {
            return None;
        }
        let text = number::text(value);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent: i64 = exponent.trim_start_matches('+').parse().ok()?;
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        (exponent.abs() <= LARGEST).then_some(Decimal {
            mantissa: format!("{whole}{fraction}").parse().ok()?,
            exponent,
        })
    }

    fn scaled(&self, exponent: i64) -> BigInt {
        let power = u32::try_from(self.exponent - exponent).unwrap_or(0);
        &self.mantissa * BigInt::from(10).pow(power)
    }

    /// Both mantissas under one exponent.
    fn aligned(&self, other: &Decimal) -> (BigInt, BigInt) {
        let exponent = self.exponent.min(other.exponent);
        (self.scaled(exponent), other.scaled(exponent))
    }

    pub(super) fn compare(&self, other: &Decimal) -> Ordering {
        let (a, b) = self.aligned(other);
        a.cmp(&b)
    }

    pub(super) fn is_multiple_of(&self, other: &Decimal) -> bool {
        let (a, b) = self.aligned(other);
        b.sign() != Sign::NoSign && (a % b).sign() == Sign::NoSign
    }

    pub(super) fn is_integer(&self) -> bool {
        self.is_multiple_of(&Decimal {
            mantissa: BigInt::from(1),
            exponent: 0,
        })
    }

    pub(super) fn is_positive(&self) -> bool {
        self.mantissa.sign() == Sign::Plus
    }
}

/// The number as a sentence shows it.
pub(super) fn shown(value: &Value) -> String {
    gofmt::float(double(value), 'g', None)
}

/// The nearest double.
pub(super) fn double(value: &Value) -> f64 {
    number::text(value).parse().unwrap_or(f64::INFINITY)
}
