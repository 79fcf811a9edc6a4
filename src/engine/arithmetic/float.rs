//! Numbers with a binary significand of 64 bits.

use num_bigint::{BigInt, BigUint, Sign};
use regorus::Value;

use super::operand;

/// `significand * 2^exponent`, the significand of 64 bits or zero.
pub(super) struct Float {
    pub(super) negative: bool,
    pub(super) significand: BigUint,
    pub(super) exponent: i64,
}

const PRECISION: u64 = 64;
/// The largest power of two of a result; the largest number of a module's text stays within it.
const LARGEST: i64 = 32_768;

impl Float {
    pub(super) fn of(function: &str, position: u8, value: &Value) -> Result<Float, String> {
        let Value::Number(number) = value else {
            return Err(operand(function, position, "number", value));
        };
        let text = if let Some(big) = number.as_big().filter(|_| number.is_integer()) {
            big.to_string()
        } else {
            match number.as_f64() {
                Some(float) if float.is_finite() => format!("{float:e}"),
                _ => return Err("the number is too large".to_owned()),
            }
        };
        Float::parse(&text).ok_or_else(|| "the number is too large".to_owned())
    }

    fn parse(text: &str) -> Option<Float> {
        let (negative, text) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: BigUint = format!("{whole}{part}").parse().ok()?;
        let scale = exponent.parse::<i64>().ok()? - i64::try_from(part.len()).ok()?;
        if scale.abs() > 10_000 {
            return None;
        }
        let ten = BigUint::from(10u8).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        if scale >= 0 {
            return Some(Float::rounded(negative, digits * ten, 0, false));
        }
        let shift = ten.bits() + 2 * PRECISION;
        let dividend = digits << shift;
        let quotient = &dividend / &ten;
        let more = &quotient * &ten != dividend;
        Some(Float::rounded(
            negative,
            quotient,
            -i64::try_from(shift).ok()?,
            more,
        ))
    }

    /// Rounds to 64 bits, half to even; `more`: the true value is a little larger than `significand`.
    pub(super) fn rounded(
        negative: bool,
        significand: BigUint,
        exponent: i64,
        more: bool,
    ) -> Float {
        let bits = significand.bits();
        if bits <= PRECISION {
            return Float {
                negative,
                significand,
                exponent,
            };
        }
        let drop = bits - PRECISION;
        let kept: BigUint = &significand >> drop;
        let rest = &significand - (&kept << drop);
        let half = BigUint::from(1u8) << (drop - 1);
        let odd = kept.bit(0);
        let up = rest > half || (rest == half && (more || odd));
        let mut result = Float {
            negative,
            significand: if up { kept + 1u8 } else { kept },
            exponent: exponent + drop as i64,
        };
        if result.significand.bits() > PRECISION {
            result.significand >>= 1;
            result.exponent += 1;
        }
        result
    }

    pub(super) fn is_zero(&self) -> bool {
        self.significand.bits() == 0
    }

    fn signed(&self, exponent: i64) -> BigInt {
        let shift = u64::try_from(self.exponent - exponent).unwrap_or(0);
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        BigInt::from_biguint(sign, &self.significand << shift)
    }

    pub(super) fn add(&self, other: &Float) -> Float {
        let exponent = self.exponent.min(other.exponent);
        let (sign, magnitude) = (self.signed(exponent) + other.signed(exponent)).into_parts();
        Float::rounded(sign == Sign::Minus, magnitude, exponent, false)
    }

    pub(super) fn integer(&self) -> Option<BigInt> {
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        let magnitude = if self.exponent >= 0 {
            &self.significand << self.exponent.unsigned_abs()
        } else {
            let whole: BigUint = &self.significand >> self.exponent.unsigned_abs();
            if &whole << self.exponent.unsigned_abs() != self.significand {
                return None;
            }
            whole
        };
        Some(BigInt::from_biguint(sign, magnitude))
    }

    /// The value that OPA would write: the shortest text that names this number among those of 64 bits.
    pub(super) fn value(&self) -> Result<Value, String> {
        if self.is_zero() {
            return Ok(Value::from(0));
        }
        if self.exponent.abs() > LARGEST {
            return Err("the number is too large".to_owned());
        }
        let (digits, scale) = self.shortest();
        let sign = if self.negative { "-" } else { "" };
        if self.integer().is_some() {
            let zeros = usize::try_from(scale).unwrap_or(0);
            return Value::from_numeric_string(&format!("{sign}{digits}{}", "0".repeat(zeros)))
                .map_err(|_| "the number is too large".to_owned());
        }
        let float: f64 = format!("{sign}{digits}e{scale}")
            .parse()
            .map_err(|_| "the number is too large".to_owned())?;
        if !float.is_finite() {
            return Err("the number is too large".to_owned());
        }
        Ok(Value::from(float))
    }

    /// Digits and the power of ten by which they are multiplied.
    fn shortest(&self) -> (String, i64) {
        // Everything by 4, so that the middles to both neighbours are integers.
        let mut significand = self.significand.clone();
        let mut exponent = self.exponent;
        let missing = PRECISION.saturating_sub(significand.bits());
        significand <<= missing;
        exponent -= missing as i64;
        let power = significand == BigUint::from(1u8) << (PRECISION - 1);
        let middle: BigUint = &significand << 2u8;
        let lower = &middle - if power { 1u8 } else { 2u8 };
        let upper = &middle + 2u8;
        exponent -= 2;
        let inclusive = !significand.bit(0);
        // As integers times 10^scale.
        let (factor, scale) = if exponent >= 0 {
            (BigUint::from(1u8) << exponent.unsigned_abs(), 0)
        } else {
            (
                BigUint::from(5u8).pow(u32::try_from(exponent.unsigned_abs()).unwrap_or(0)),
                exponent,
            )
        };
        let (lower, middle, upper) = (lower * &factor, middle * &factor, upper * factor);
        let length = upper.to_string().len() as u32;
        for drop in (0..length).rev() {
            let unit = BigUint::from(10u8).pow(drop);
            let down: BigUint = &middle / &unit * &unit;
            let up: BigUint = if down == middle {
                down.clone()
            } else {
                &down + &unit
            };
            let fits = |candidate: &BigUint| {
                if inclusive {
                    *candidate >= lower && *candidate <= upper
                } else {
                    *candidate > lower && *candidate < upper
                }
            };
            let chosen = match (fits(&down), fits(&up)) {
                (true, true) => {
                    let (below, above) = (&middle - &down, &up - &middle);
                    let even = !(&down / &unit).bit(0);
                    if below < above || (below == above && even) {
                        down
                    } else {
                        up
                    }
                }
                (true, false) => down,
                (false, true) => up,
                (false, false) => continue,
            };
            let text = chosen.to_string();
            let digits = text.trim_end_matches('0');
            let dropped = text.len() - digits.len();
            return (digits.to_owned(), scale + dropped as i64);
        }
        (middle.to_string(), scale)
    }
}
