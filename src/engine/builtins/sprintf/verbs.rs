//! What each verb prints for each type, as Go's `fmt` and `math/big` have it.

use num_bigint::{BigInt, Sign};

use super::{Argument, Flags};
use crate::engine::builtins::number::Kind;
use crate::engine::builtins::{gofmt, text};

/// Prints one argument under one verb.
pub(super) fn print(
    out: &mut String,
    argument: &Argument,
    verb: char,
    flags: Flags,
) -> Result<(), String> {
    match (verb, argument) {
        ('T', _) => pad(out, &truncate(argument.type_name(), flags), flags),
        ('p' | 'w', Argument::Number(Kind::Big(_))) => {
            // Go prints an address, or the struct's inside.
            return Err(format!("sprintf: %{verb} of a big integer has no text"));
        }
        ('p', _) => bad(out, argument, verb, flags)?,
        (_, Argument::Text(value)) => string(out, argument, value, verb, flags)?,
        (_, Argument::Number(Kind::Int(value))) => integer(out, argument, *value, verb, flags)?,
        (_, Argument::Number(Kind::Big(value))) => big(out, value, verb, flags),
        (_, Argument::Number(Kind::Float(value))) => double(out, argument, *value, verb, flags)?,
    }
    Ok(())
}

/// `%!d(string=a)`
fn bad(out: &mut String, argument: &Argument, verb: char, flags: Flags) -> Result<(), String> {
    out.push_str("%!");
    out.push(verb);
    out.push('(');
    out.push_str(argument.type_name());
    out.push('=');
    print(out, argument, 'v', flags)?;
    out.push(')');
    Ok(())
}

/// Pads to the width, counted in characters.
fn pad(out: &mut String, text: &str, flags: Flags) {
    let missing = flags
        .width
        .unwrap_or(0)
        .saturating_sub(text.chars().count());
    if flags.minus {
        out.push_str(text);
        out.extend(std::iter::repeat_n(' ', missing));
    } else {
        let fill = if flags.zero { '0' } else { ' ' };
        out.extend(std::iter::repeat_n(fill, missing));
        out.push_str(text);
    }
}

fn truncate(text: &str, flags: Flags) -> String {
    match flags.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    }
}

fn string(
    out: &mut String,
    argument: &Argument,
    value: &str,
    verb: char,
    flags: Flags,
) -> Result<(), String> {
    match verb {
        'v' if flags.sharp_v => quoted(out, value, flags),
        'v' | 's' => pad(out, &truncate(value, flags), flags),
        'q' => quoted(out, value, flags),
        'x' | 'X' => hexadecimal(out, value.as_bytes(), verb == 'X', flags),
        _ => bad(out, argument, verb, flags)?,
    }
    Ok(())
}

fn quoted(out: &mut String, value: &str, flags: Flags) {
    let value = truncate(value, flags);
    let raw = |c: char| c != '`' && c != '\u{7f}' && c != '\u{feff}' && (c >= ' ' || c == '\t');
    if flags.sharp && value.chars().all(raw) {
        pad(out, &format!("`{value}`"), flags);
    } else {
        pad(out, &text::quote(&value, flags.plus), flags);
    }
}

fn hexadecimal(out: &mut String, bytes: &[u8], upper: bool, flags: Flags) {
    let bytes = bytes
        .get(..flags.precision.unwrap_or(bytes.len()))
        .unwrap_or(bytes);
    let prefix = match (flags.sharp, upper) {
        (false, _) => "",
        (true, false) => "0x",
        (true, true) => "0X",
    };
    let mut text = String::new();
    for (position, byte) in bytes.iter().enumerate() {
        if position == 0 {
            text.push_str(prefix);
        } else if flags.space {
            text.push(' ');
            text.push_str(prefix);
        }
        text.push_str(&if upper {
            format!("{byte:02X}")
        } else {
            format!("{byte:02x}")
        });
    }
    pad(out, &text, flags);
}

fn integer(
    out: &mut String,
    argument: &Argument,
    value: i64,
    verb: char,
    flags: Flags,
) -> Result<(), String> {
    let character = || {
        u32::try_from(value)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    match verb {
        'v' | 'd' => digits(out, value, 10, verb, flags),
        'b' => digits(out, value, 2, verb, flags),
        'o' | 'O' => digits(out, value, 8, verb, flags),
        'x' | 'X' => digits(out, value, 16, verb, flags),
        'c' => pad(out, &character().to_string(), flags),
        'q' => pad(out, &text::quote_char(character(), flags.plus), flags),
        'U' => {
            #[expect(clippy::cast_sign_loss, reason = "Go prints the two's complement")]
            let code = value as u64;
            let width = flags.precision.unwrap_or(0).max(4);
            let mut text = format!("{code:X}");
            text.insert_str(0, &"0".repeat(width.saturating_sub(text.len())));
            text.insert_str(0, "U+");
            if let Some(c) = u32::try_from(code)
                .ok()
                .and_then(char::from_u32)
                .filter(|c| flags.sharp && text::is_print(*c))
            {
                text.push_str(&format!(" '{c}'"));
            }
            pad(
                out,
                &text,
                Flags {
                    zero: false,
                    ..flags
                },
            );
        }
        _ => bad(out, argument, verb, flags)?,
    }
    Ok(())
}

fn radix(value: u64, base: u32, verb: char) -> String {
    match (base, verb) {
        (2, _) => format!("{value:b}"),
        (8, _) => format!("{value:o}"),
        (16, 'X') => format!("{value:X}"),
        (16, _) => format!("{value:x}"),
        _ => value.to_string(),
    }
}

fn digits(out: &mut String, value: i64, base: u32, verb: char, flags: Flags) {
    let spaces = Flags {
        zero: false,
        ..flags
    };
    if flags.precision == Some(0) && value == 0 {
        return pad(out, "", spaces);
    }
    let signed = value < 0 || flags.plus || flags.space;
    let least = match (flags.precision, flags.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => {
            width.saturating_sub(usize::from(signed))
        }
        _ => 0,
    };
    let mut text = radix(value.unsigned_abs(), base, verb);
    text.insert_str(0, &"0".repeat(least.saturating_sub(text.len())));
    if flags.sharp {
        match (base, verb) {
            (2, _) => text.insert_str(0, "0b"),
            (8, _) if !text.starts_with('0') => text.insert(0, '0'),
            (16, 'X') => text.insert_str(0, "0X"),
            (16, _) => text.insert_str(0, "0x"),
            _ => {}
        }
    }
    if verb == 'O' {
        text.insert_str(0, "0o");
    }
    if value < 0 {
        text.insert(0, '-');
    } else if flags.plus {
        text.insert(0, '+');
    } else if flags.space {
        text.insert(0, ' ');
    }
    pad(out, &text, spaces);
}

/// `math/big` prints its integers itself, a little differently.
fn big(out: &mut String, value: &BigInt, verb: char, flags: Flags) {
    let (base, prefix) = match verb {
        'b' => (2, if flags.sharp { "0b" } else { "" }),
        'o' => (8, if flags.sharp { "0" } else { "" }),
        'O' => (8, "0o"),
        'd' | 's' | 'v' => (10, ""),
        'x' => (16, if flags.sharp { "0x" } else { "" }),
        'X' => (16, if flags.sharp { "0X" } else { "" }),
        _ => return out.push_str(&format!("%!{verb}(big.Int={value})")),
    };
    let sign = match value.sign() {
        Sign::Minus => "-",
        _ if flags.plus || flags.plus_v => "+",
        _ if flags.space => " ",
        _ => "",
    };
    let mut digits = value.magnitude().to_str_radix(base);
    if verb == 'X' {
        digits.make_ascii_uppercase();
    }
    let mut zeros = flags.precision.unwrap_or(0).saturating_sub(digits.len());
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let missing = flags.width.unwrap_or(0).saturating_sub(length);
    let (mut left, mut right) = (0, 0);
    if flags.minus {
        right = missing;
    } else if flags.zero && flags.precision.is_none() {
        zeros += missing;
    } else {
        left = missing;
    }
    out.push_str(&" ".repeat(left));
    out.push_str(sign);
    out.push_str(prefix);
    out.push_str(&"0".repeat(zeros));
    out.push_str(&digits);
    out.push_str(&" ".repeat(right));
}

fn double(
    out: &mut String,
    argument: &Argument,
    value: f64,
    verb: char,
    flags: Flags,
) -> Result<(), String> {
    let (form, precision) = match verb {
        'v' => ('g', flags.precision),
        'b' | 'g' | 'G' | 'x' | 'X' => (verb, flags.precision),
        'f' | 'F' => ('f', Some(flags.precision.unwrap_or(6))),
        'e' | 'E' => (verb, Some(flags.precision.unwrap_or(6))),
        _ => return bad(out, argument, verb, flags),
    };
    let mut text = gofmt::float(value, form, precision);
    let sign = if text.starts_with('-') {
        text.remove(0);
        "-"
    } else if flags.plus {
        "+"
    } else if flags.space {
        " "
    } else {
        ""
    };
    if flags.sharp && form != 'b' {
        text = sharpened(&text, form, precision);
    }
    let missing = flags
        .width
        .unwrap_or(0)
        .saturating_sub(sign.len() + text.len());
    if flags.zero && !flags.minus && !sign.is_empty() {
        // The sign goes before the zeros.
        out.push_str(sign);
        out.push_str(&"0".repeat(missing));
        out.push_str(&text);
    } else {
        pad(out, &format!("{sign}{text}"), flags);
    }
    Ok(())
}

/// `#`: always a decimal point, and the zeros that `%g` drops.
fn sharpened(text: &str, form: char, precision: Option<usize>) -> String {
    let hexadecimal = matches!(form, 'x' | 'X');
    let tail = text
        .find(|c| matches!(c, 'p' | 'P') || (!hexadecimal && matches!(c, 'e' | 'E')))
        .unwrap_or(text.len());
    let (body, tail) = text.split_at(tail);
    // Go keeps zeros for these, and not for `X`.
    let mut wanted = if matches!(form, 'g' | 'G' | 'x') {
        precision.unwrap_or(6)
    } else {
        0
    };
    let significant = body
        .chars()
        .skip_while(|c| matches!(c, '0' | '.'))
        .filter(|c| *c != '.')
        .count();
    wanted = wanted.saturating_sub(significant);
    let mut out = body.to_owned();
    if !body.contains('.') {
        if body == "0" {
            wanted = wanted.saturating_sub(1);
        }
        out.push('.');
    }
    out.push_str(&"0".repeat(wanted));
    out.push_str(tail);
    out
}
