//! Floating-point numbers as Go's `strconv.FormatFloat` writes them.

/// More digits than this are zeros in every `f64`: they are appended, not computed.
const EXACT_DIGITS: usize = 1_100;

/// Formats `v` as `strconv.FormatFloat(v, verb, precision, 64)` does; `None` is the shortest text
/// that reads back as `v`. `verb` is one of `b e E f g G x X`.
pub(super) fn float(v: f64, verb: char, precision: Option<usize>) -> String {
    if v.is_nan() {
        return "NaN".to_owned();
    }
    if v.is_infinite() {
        return if v < 0.0 { "-Inf" } else { "+Inf" }.to_owned();
    }
    let sign = if v.is_sign_negative() { "-" } else { "" };
    let v = v.abs();
    let body = match verb {
        'b' => binary(v),
        'x' | 'X' => hexadecimal(v, precision, verb),
        'f' => fixed(v, precision),
        'e' | 'E' => scientific(v, precision, verb),
        _ => general(v, precision, if verb == 'G' { 'E' } else { 'e' }),
    };
    format!("{sign}{body}")
}

/// A number as Go's `encoding/json` writes a `float64`: plain from 1e-6 to 1e21, else `1e-07`
/// shortened to `1e-7`.
pub(super) fn json(v: f64) -> String {
    let size = v.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = float(v, 'e', None);
        return match text.split_once("e-0") {
            Some((digits, exponent)) => format!("{digits}e-{exponent}"),
            None => text,
        };
    }
    float(v, 'f', None)
}

/// Digits (at least one, no point) and the exponent of the first.
fn digits(v: f64, precision: Option<usize>) -> (String, i32) {
    let text = match precision {
        None => format!("{v:e}"),
        Some(precision) => {
            let exact = precision.min(EXACT_DIGITS);
            let text = format!("{v:.exact$e}");
            let zeros = "0".repeat(precision - exact);
            text.replacen('e', &format!("{zeros}e"), 1)
        }
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn fixed(v: f64, precision: Option<usize>) -> String {
    match precision {
        None => format!("{v}"),
        Some(precision) => {
            let exact = precision.min(EXACT_DIGITS);
            format!("{v:.exact$}{}", "0".repeat(precision - exact))
        }
    }
}

fn scientific(v: f64, precision: Option<usize>, e: char) -> String {
    let (digits, exponent) = digits(v, precision);
    written(&digits, exponent, e)
}

fn written(digits: &str, exponent: i32, e: char) -> String {
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{first}{point}{rest}{e}{sign}{:02}",
        exponent.unsigned_abs()
    )
}

fn general(v: f64, precision: Option<usize>, e: char) -> String {
    let shortest = precision.is_none();
    let significant = precision.map(|precision| precision.max(1));
    let (mut digits, exponent) = digits(v, significant.map(|precision| precision - 1));
    let kept = digits.trim_end_matches('0').len().max(1);
    digits.truncate(kept);
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let mut limit = significant.map_or(i32::MAX, |precision| {
        i32::try_from(precision).unwrap_or(i32::MAX)
    });
    if limit > count && count > exponent {
        limit = count;
    }
    if shortest {
        limit = SHORTEST_LIMIT;
    }
    if v != 0.0 && (exponent < -4 || exponent >= limit) {
        return written(&digits, exponent, e);
    }
    let places = usize::try_from(count - 1 - exponent).unwrap_or(0);
    fixed(v, Some(places))
}

/// The exponent from which `%v` and `%g` leave the plain form.
const SHORTEST_LIMIT: i32 = 6;

fn parts(v: f64) -> (u64, i32) {
    let bits = v.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    let mantissa = bits & ((1 << 52) - 1);
    if exponent == 0 {
        (mantissa, -1074)
    } else {
        (mantissa | (1 << 52), exponent - 1075)
    }
}

fn binary(v: f64) -> String {
    let (mantissa, exponent) = parts(v);
    format!("{mantissa}p{exponent:+}")
}

fn hexadecimal(v: f64, precision: Option<usize>, verb: char) -> String {
    let (mut mantissa, mut exponent) = parts(v);
    if mantissa == 0 {
        exponent = 0;
    } else {
        exponent += 52;
        while mantissa & (1 << 52) == 0 {
            mantissa <<= 1;
            exponent -= 1;
        }
    }
    // 1 + 13 hexadecimal digits hold the mantissa exactly.
    let mut zeros = 0;
    let digits = match precision {
        None => {
            let text = format!("{:013x}", mantissa & ((1 << 52) - 1));
            text.trim_end_matches('0').to_owned()
        }
        Some(precision) => {
            if precision < 13 {
                // Round half to even.
                let dropped = u32::try_from(4 * (13 - precision)).unwrap_or(52);
                let half = 1_u64 << (dropped - 1);
                let rest = mantissa & ((1 << dropped) - 1);
                mantissa >>= dropped;
                if rest > half || (rest == half && mantissa & 1 == 1) {
                    mantissa += 1;
                }
                mantissa <<= dropped;
                if mantissa >> 53 != 0 {
                    mantissa >>= 1;
                    exponent += 1;
                }
            }
            zeros = precision.saturating_sub(13);
            let text = format!("{:013x}", mantissa & ((1 << 52) - 1));
            text.chars().take(precision).collect()
        }
    };
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!(
        "0x{}{point}{digits}{}p{sign}{:02}",
        mantissa >> 52,
        "0".repeat(zeros),
        exponent.unsigned_abs()
    );
    if verb == 'X' {
        text.to_uppercase()
    } else {
        text
    }
}
