//! `units.parse_bytes`: sizes in whole bytes, cut rather than rounded.

use num_bigint::BigInt;

use super::{Answer, Table, args, number};
use crate::engine::Value;

pub(super) const TABLE: Table = &[("units.parse_bytes", 1, parse_bytes)];

/// The largest power of ten that an amount may have.
const LARGEST: i64 = 400;

fn parse_bytes(arguments: &[Value]) -> Answer {
    let text = args::string(arguments, 0)?.replace('"', "");
    if text.contains(' ') {
        return Err("units.parse_bytes: spaces not allowed in resource strings".to_owned());
    }
    if !number::fits(&text) {
        return Err("units.parse_bytes: the number is too large".to_owned());
    }
    let (amount, unit) = parts(&text);
    if amount.is_empty() {
        return Err("units.parse_bytes: no byte amount provided".to_owned());
    }
    let factor: u64 = match unit.to_lowercase().as_str() {
        "" => 1,
        "kb" | "k" => 1_000,
        "kib" | "ki" => 1 << 10,
        "mb" | "m" => 1_000_000,
        "mib" | "mi" => 1 << 20,
        "gb" | "g" => 1_000_000_000,
        "gib" | "gi" => 1 << 30,
        "tb" | "t" => 1_000_000_000_000,
        "tib" | "ti" => 1 << 40,
        "pb" | "p" => 1_000_000_000_000_000,
        "pib" | "pi" => 1 << 50,
        "eb" | "e" => 1_000_000_000_000_000_000,
        "eib" | "ei" => 1 << 60,
        _ => {
            return Err(format!(
                "units.parse_bytes: byte unit {unit} not recognized"
            ));
        }
    };
    let bad = || "units.parse_bytes: could not parse byte amount to a number".to_owned();
    let (digits, exponent) = amount.split_once(['e', 'E']).unwrap_or((amount, "0"));
    let exponent: i64 = exponent.parse().map_err(|_| bad())?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa: BigInt = format!("{whole}{fraction}").parse().map_err(|_| bad())?;
    let power = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    if exponent.abs() > LARGEST {
        return Err(bad());
    }
    let product = mantissa * factor;
    let scale = BigInt::from(10).pow(u32::try_from(power.unsigned_abs()).map_err(|_| bad())?);
    // Division of big integers cuts towards zero.
    number::from_big(&if power < 0 {
        product / scale
    } else {
        product * scale
    })
}

/// The amount and the unit. An `e` belongs to the amount when digits follow it.
fn parts(text: &str) -> (&str, &str) {
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        let amount = c.is_ascii_digit()
            || matches!(c, '.' | '+' | '-')
            || (matches!(c, 'e' | 'E')
                && next.is_some_and(|next| next.is_ascii_digit() || matches!(next, '+' | '-')));
        if !amount {
            end = at;
            break;
        }
    }
    text.split_at(end)
}
