//! `sprintf`: Go's `fmt.Sprintf` over what OPA hands it: strings, integers, doubles, and the Rego
//! text of everything else.

mod verbs;

use std::borrow::Cow;
use std::fmt::Write;

use memchr::memchr;

use super::number::{self, Kind};
use super::{Answer, Table, args, text};
use crate::engine::Value;

pub(super) const TABLE: Table = &[("sprintf", 2, sprintf)];

/// Go's limit for a width, a precision or an index.
const TOO_LARGE: i64 = 1_000_000;

/// What one call may print. Widths come from policies, but repeated formats from anywhere.
const MOST_OUTPUT: usize = 64 << 20;

/// An argument as Go sees it.
#[derive(Clone, Debug)]
enum Argument<'v> {
    Text(Cow<'v, str>),
    Number(Kind),
}

impl Argument<'_> {
    fn of(value: &Value) -> Argument<'_> {
        if let Value::String(text) = value {
            return Argument::Text(Cow::Borrowed(text));
        }
        match number::kind(value) {
            Some(kind) => Argument::Number(kind),
            None => Argument::Text(Cow::Owned(text::rego(value))),
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Argument::Text(_) => "string",
            Argument::Number(Kind::Int(_)) => "int",
            Argument::Number(Kind::Big(_)) => "*big.Int",
            Argument::Number(Kind::Float(_)) => "float64",
        }
    }
}

/// The flags, width and precision of one verb.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    sharp: bool,
    zero: bool,
    plus: bool,
    minus: bool,
    space: bool,
    /// `%#v`
    sharp_v: bool,
    /// `%+v`
    plus_v: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// `sprintf(format, [values])`.
pub(super) fn sprintf(arguments: &[Value]) -> Answer {
    let format = args::string(arguments, 0)?;
    let values = match args::at(arguments, 1)? {
        Value::Array(values) => values,
        other => return Err(args::wrong(1, other, "array")),
    };
    let arguments = values.iter().map(Argument::of).collect();
    let mut printer = Printer {
        format: format.as_bytes(),
        at: 0,
        arguments,
        next: 0,
        reordered: false,
        good: true,
        out: String::with_capacity(2 * format.len()),
    };
    printer.print(format)?;
    Ok(Value::from(printer.out))
}

/// The same of a format that has nothing but `%s` for texts and `%d` for integers; `None` for any other.
pub(crate) fn plain(format: &str, values: &[Value]) -> Option<String> {
    let length = |value: &Value| match value {
        Value::String(text) => text.len(),
        _ => 0,
    };
    let length = format.len() + values.iter().map(length).sum::<usize>();
    if length > MOST_OUTPUT {
        return None;
    }
    let mut whole = String::with_capacity(length);
    let mut values = values.iter();
    let mut rest = format;
    while let Some(at) = memchr(b'%', rest.as_bytes()) {
        whole.push_str(rest.get(..at)?);
        match (rest.as_bytes().get(at + 1)?, values.next()?) {
            (b's', Value::String(text)) => whole.push_str(text),
            (b'd', value @ Value::Number(_)) => {
                let Kind::Int(integer) = number::kind(value)? else {
                    return None;
                };
                write!(whole, "{integer}").ok()?;
            }
            _ => return None,
        }
        rest = rest.get(at + 2..)?;
    }
    whole.push_str(rest);
    values.next().is_none().then_some(whole)
}

struct Printer<'a> {
    format: &'a [u8],
    at: usize,
    arguments: Vec<Argument<'a>>,
    /// The argument of the next verb.
    next: usize,
    reordered: bool,
    /// Whether the argument index of the current verb is good.
    good: bool,
    out: String,
}

impl Printer<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn print(&mut self, format: &str) -> Result<(), String> {
        while let Some(rest) = format.get(self.at..).filter(|rest| !rest.is_empty()) {
            if self.out.len() > MOST_OUTPUT {
                return Err(format!("sprintf: more than {MOST_OUTPUT} bytes"));
            }
            let plain = rest.find('%').unwrap_or(rest.len());
            self.out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            if self.eat(b'%') {
                self.good = true;
                self.directive(format)?;
            }
        }
        if !self.reordered && self.next < self.arguments.len() {
            self.extra()?;
        }
        Ok(())
    }

    /// One `%…` without its per cent sign.
    fn directive(&mut self, format: &str) -> Result<(), String> {
        if !self.reordered
            && matches!(self.peek(), Some(b's' | b'v'))
            && let Some(Argument::Text(text)) = self.arguments.get(self.next)
        {
            // What nearly all ask for.
            self.out.push_str(text);
            self.at += 1;
            self.next += 1;
            return Ok(());
        }
        let mut flags = Flags::default();
        loop {
            match self.peek() {
                Some(b'#') => flags.sharp = true,
                Some(b'0') => flags.zero = true,
                Some(b'+') => flags.plus = true,
                Some(b'-') => flags.minus = true,
                Some(b' ') => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        let mut indexed = self.index();
        if self.eat(b'*') {
            match self.count() {
                Some(width) => {
                    flags.width = usize::try_from(width.unsigned_abs()).ok();
                    if width < 0 {
                        flags.minus = true;
                        flags.zero = false;
                    }
                }
                None => self.out.push_str("%!(BADWIDTH)"),
            }
            indexed = false;
        } else {
            flags.width = self.number();
            if indexed && flags.width.is_some() {
                self.good = false;
            }
        }
        if self.eat(b'.') {
            if indexed {
                self.good = false;
            }
            indexed = self.index();
            if self.eat(b'*') {
                match self.count() {
                    Some(precision) if precision >= 0 => {
                        flags.precision = usize::try_from(precision).ok()
                    }
                    _ => self.out.push_str("%!(BADPREC)"),
                }
                indexed = false;
            } else {
                flags.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !indexed {
            self.index();
        }
        let Some(verb) = format.get(self.at..).and_then(|rest| rest.chars().next()) else {
            self.out.push_str("%!(NOVERB)");
            return Ok(());
        };
        self.at += verb.len_utf8();
        match self.arguments.get(self.next) {
            _ if verb == '%' => self.out.push('%'),
            _ if !self.good => self.out.push_str(&format!("%!{verb}(BADINDEX)")),
            None => self.out.push_str(&format!("%!{verb}(MISSING)")),
            Some(argument) => {
                if matches!(verb, 'v' | 'w') {
                    flags.sharp_v = std::mem::take(&mut flags.sharp);
                    flags.plus_v = std::mem::take(&mut flags.plus);
                }
                verbs::print(&mut self.out, argument, verb, flags)?;
                self.next += 1;
            }
        }
        Ok(())
    }

    /// Digits at this place; none when Go finds them too many, which ends the format.
    fn number(&mut self) -> Option<usize> {
        let (number, at) = digits(self.format, self.at, self.format.len());
        self.at = at;
        number
    }

    /// `[n]` at this place; whether there was one.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let end = rest
            .iter()
            .position(|byte| *byte == b']')
            .filter(|_| rest.len() >= 3);
        let Some(end) = end else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let close = self.at + end;
        let (number, stopped) = digits(self.format, self.at + 1, close);
        self.at = close + 1;
        let Some(number) = number.filter(|_| stopped == close) else {
            self.good = false;
            return false;
        };
        match number
            .checked_sub(1)
            .filter(|index| *index < self.arguments.len())
        {
            Some(index) => self.next = index,
            None => self.good = false,
        }
        true
    }

    /// The argument of a `*`.
    fn count(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.next)?;
        self.next += 1;
        match argument {
            Argument::Number(Kind::Int(count)) if count.abs() <= TOO_LARGE => Some(*count),
            _ => None,
        }
    }

    fn extra(&mut self) -> Result<(), String> {
        self.out.push_str("%!(EXTRA ");
        for (position, argument) in self.arguments.iter().skip(self.next).enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.out.push_str(argument.type_name());
            self.out.push('=');
            verbs::print(&mut self.out, argument, 'v', Flags::default())?;
        }
        self.out.push(')');
        Ok(())
    }
}

/// The number in `format[start..end]` and where its digits end.
fn digits(format: &[u8], start: usize, end: usize) -> (Option<usize>, usize) {
    let mut number = None;
    let mut at = start;
    while let Some(byte @ b'0'..=b'9') = format.get(at).copied().filter(|_| at < end) {
        let so_far = number.unwrap_or(0_usize);
        if so_far > 1_000_000 {
            return (None, end);
        }
        number = Some(so_far * 10 + usize::from(byte - b'0'));
        at += 1;
    }
    (number, at)
}
