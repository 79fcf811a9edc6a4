//! Arguments on which a built-in would take unbounded memory, or on which regorus' own panics or
//! answers otherwise than OPA.

use regorus::Value;

use super::builtins::fits;

/// The longest list that a built-in makes of a few numbers.
const ITEMS: f64 = 4_000_000.0;
/// The widest shift, in bits.
const BITS: f64 = 65_536.0;

/// The built-ins whose arguments are looked at.
pub(super) const NAMES: [&str; 13] = [
    "numbers.range",
    "numbers.range_step",
    "bits.lsh",
    "net.cidr_expand",
    "indexof_n",
    "indexof",
    "units.parse",
    "time.parse_rfc3339_ns",
    "time.format",
    "time.parse_ns",
    "json.remove",
    "json.filter",
    "object.subset",
];

/// Layouts, and names of layouts, that write a time zone as letters.
const NAMED_ZONES: [&str; 5] = ["MST", "UnixDate", "RFC822", "RFC850", "RFC1123"];

/// Whether a path has a `~`, alone or in a list of strings.
fn has_tilde(paths: Option<&Value>) -> bool {
    match paths {
        Some(Value::String(path)) => path.contains('~'),
        Some(Value::Array(paths)) => paths.iter().any(|path| has_tilde(Some(path))),
        Some(Value::Set(paths)) => paths.iter().any(|path| has_tilde(Some(path))),
        Some(Value::Object(paths)) => paths.keys().any(|path| has_tilde(Some(path))),
        _ => false,
    }
}

/// `Ok(None)`: call it; `Ok(Some)`: this is the answer; `Err`: a built-in error.
pub(super) fn check(name: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    let number = |at: usize| match arguments.get(at) {
        Some(Value::Number(number)) => number.as_f64(),
        _ => None,
    };
    let text = |at: usize| match arguments.get(at) {
        Some(Value::String(text)) => text.as_ref(),
        _ => "",
    };
    match name {
        "numbers.range" | "numbers.range_step" => {
            let step = if name == "numbers.range" {
                1.0
            } else {
                number(2).unwrap_or(1.0)
            };
            if step < 1.0 {
                return Err("step must be a positive number above zero".to_owned());
            }
            let length =
                (number(1).unwrap_or(f64::INFINITY) - number(0).unwrap_or(0.0)).abs() / step;
            let both = matches!(arguments, [Value::Number(_), Value::Number(_), ..]);
            if both && (length.is_nan() || length >= ITEMS) {
                return Err(format!("the range has more than {ITEMS} numbers"));
            }
        }
        "bits.lsh" if number(1).is_some_and(|shift| shift > BITS) => {
            return Err(format!("the shift is wider than {BITS} bits"));
        }
        "net.cidr_expand" => {
            if let Some(Value::String(text)) = arguments.first()
                && let Some((address, prefix)) = text.split_once('/')
            {
                let width = if address.contains(':') { 128 } else { 32 };
                if prefix
                    .parse::<u32>()
                    .is_ok_and(|prefix| width - prefix.min(width) > 20)
                {
                    return Err("the network has more than 2^20 addresses".to_owned());
                }
            }
        }
        "indexof_n" | "indexof" if matches!(arguments.get(1), Some(Value::String(text)) if text.is_empty()) =>
        {
            return Err("empty search character".to_owned());
        }
        "units.parse" if text(0).contains('_') || !fits(text(0)) => {
            return Err("could not parse amount to a number".to_owned());
        }
        "time.parse_rfc3339_ns" if text(0).contains(['t', 'z', ' ']) => {
            return Err(format!("cannot parse `{}` as a time", text(0)));
        }
        "time.format" | "time.parse_ns" => {
            let layout = match arguments {
                [Value::Array(place)] => place.get(2),
                _ => arguments.first(),
            };
            if let Some(Value::String(layout)) = layout
                && NAMED_ZONES.iter().any(|name| layout.contains(name))
            {
                return Err("names of time zones are not supported".to_owned());
            }
        }
        "json.remove" | "json.filter" if has_tilde(arguments.get(1)) => {
            return Err("escapes in paths are not supported".to_owned());
        }
        "object.subset" => {
            if let [Value::Array(_), Value::Array(part)] = arguments
                && part.is_empty()
            {
                return Ok(Some(Value::from(true)));
            }
        }
        _ => {}
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::catalogue;

    #[test]
    fn what_would_eat_all_memory_or_panic_is_an_error() {
        let call = |name: &str, arguments: &str| {
            let Value::Array(arguments) = Value::from_json_str(arguments).unwrap() else {
                return Ok(Value::Undefined);
            };
            catalogue::call(
                catalogue::number(name).unwrap(),
                &arguments.iter().cloned().collect::<Vec<_>>(),
            )
        };
        assert!(call("numbers.range", "[1, 1e15]").is_err());
        assert!(call("numbers.range_step", "[1, 10, 0]").is_err());
        assert!(call("bits.lsh", "[1, 4000000000]").is_err());
        assert!(call("net.cidr_expand", "[\"::/0\"]").is_err());
        assert!(call("units.parse", "[\"1_0\"]").is_err());
        for large in ["1e308000000", "1E+9999", "-0e99999"] {
            for name in [
                "units.parse",
                "units.parse_bytes",
                "to_number",
                "json.unmarshal",
            ] {
                assert!(
                    call(name, &format!("[\"{large}\"]")).is_err(),
                    "{name} {large}"
                );
            }
        }
        let quoted = r#"["[\"1e99999\", 1e4, \"\\\\\", 2]"]"#;
        assert!(call("json.unmarshal", quoted).is_ok());
        assert!(call("time.parse_rfc3339_ns", "[\"2020-01-01t00:00:00z\"]").is_err());
        assert_eq!(
            call("replace", "[\"aß日\", \"\", \"-\"]").unwrap(),
            Value::from("-a-ß-日-")
        );
        assert!(call("time.format", "[[0, \"UTC\", \"RFC1123\"]]").is_err());
        assert!(call("time.format", "[[0, \"UTC\", \"2006\"]]").is_ok());
        assert!(call("json.remove", "[{\"a/b\": 1}, [\"a~1b\"]]").is_err());
        assert!(call("indexof_n", "[\"abc\", \"\"]").is_err());
        assert_eq!(
            call("object.subset", "[[1], []]").unwrap(),
            Value::from(true)
        );
        assert_eq!(
            call("numbers.range", "[3, 1]").unwrap(),
            Value::from_json_str("[3, 2, 1]").unwrap()
        );
    }
}
