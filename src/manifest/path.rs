//! The path of a field: `spec.containers[0].securityContext`, `metadata.annotations["a.b/c"]`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// One step into a value; the name of a field may be borrowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<Key = String> {
    /// Into a mapping.
    Key(Key),
    /// Into a sequence, from 0.
    Index(usize),
}

/// The path of a field in an object. Parsing what it displays gives it back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(pub Vec<Step>);

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFault {
    /// Column in the path, from 1, in characters.
    pub column: usize,
    /// One line, lower case.
    pub message: String,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for PathFault {}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(&self.0, f)
    }
}

impl FieldPath {
    /// What a path of these steps displays.
    pub fn text(steps: &[Step<impl AsRef<str>>]) -> String {
        let about = |step: &Step<_>| match step {
            Step::Key(key) => AsRef::<str>::as_ref(key).len() + 1,
            Step::Index(_) => "[0]".len(),
        };
        let mut text = String::with_capacity(steps.iter().map(about).sum());
        // A string takes all that it is given.
        let _ = print(steps, &mut text);
        text
    }
}

fn print(steps: &[Step<impl AsRef<str>>], out: &mut impl fmt::Write) -> fmt::Result {
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Index(at) => {
                out.write_char('[')?;
                index(*at, out)?;
                out.write_char(']')?;
            }
            Step::Key(key) => {
                let key = key.as_ref();
                if key.is_empty() || key.bytes().any(is_special) {
                    write!(out, "[{}]", serde_json::Value::from(key))?;
                    continue;
                }
                if number > 0 {
                    out.write_char('.')?;
                }
                out.write_str(key)?;
            }
        }
    }
    Ok(())
}

/// Hardly any list of a manifest has elements whose numbers take two digits.
fn index(at: usize, out: &mut impl fmt::Write) -> fmt::Result {
    match u8::try_from(at) {
        Ok(digit @ 0..10) => out.write_char(char::from(b'0' + digit)),
        _ => write!(out, "{at}"),
    }
}

/// What a key between points cannot have.
#[inline]
fn is_special(byte: u8) -> bool {
    matches!(byte, b'.' | b'[' | b']' | b'"' | b'\'')
}

impl FromStr for FieldPath {
    type Err = PathFault;

    /// Reads `a.b`, `a[0]`, `a["b.c"]`, `a['b.c']` and, as Kubernetes writes it, `a[b.c/d]`. The
    /// empty text is the object itself.
    fn from_str(path: &str) -> Result<FieldPath, PathFault> {
        Ok(FieldPath(owned(steps(path)?)))
    }
}

/// A path that borrows from the text that it was read from.
pub(crate) type Steps<'t> = Vec<Step<Cow<'t, str>>>;

/// The same steps, with names of their own.
pub(crate) fn owned(steps: Steps<'_>) -> Vec<Step> {
    let owned = |step| match step {
        Step::Key(key) => Step::Key(Cow::into_owned(key)),
        Step::Index(index) => Step::Index(index),
    };
    steps.into_iter().map(owned).collect()
}

/// The steps of a [`FieldPath`], without a copy of what can be borrowed.
pub(crate) fn steps(path: &str) -> Result<Steps<'_>, PathFault> {
    let mut steps = Vec::with_capacity(8);
    let mut rest = path;
    let fault = |rest: &str, message: &str| PathFault {
        column: path.chars().count() - rest.chars().count() + 1,
        message: message.to_owned(),
    };
    while let Some(first) = rest.as_bytes().first() {
        let plain = match first {
            b'[' => {
                let inside = rest.get(1..).unwrap_or_default();
                let (step, after) = bracket(inside).map_err(|message| fault(rest, message))?;
                steps.push(step);
                rest = after;
                continue;
            }
            b'.' if steps.is_empty() => return Err(fault(rest, "a path does not begin with `.`")),
            b'.' => rest.get(1..).unwrap_or_default(),
            _ if steps.is_empty() => rest,
            _ => return Err(fault(rest, "expected `.` or `[`")),
        };
        let ends = |byte: u8| is_special(byte) && byte != b'\'';
        let end = plain.bytes().position(ends).unwrap_or(plain.len());
        let (key, after) = plain.split_at(end);
        if key.is_empty() {
            return Err(fault(plain, "expected the name of a field"));
        }
        steps.push(Step::Key(Cow::Borrowed(key)));
        rest = after;
    }
    Ok(steps)
}

/// What stands after `[`, and what follows `]`.
fn bracket(inside: &str) -> Result<(Step<Cow<'_, str>>, &str), &'static str> {
    const OPEN: &str = "expected `]`";
    if inside.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(inside).into_iter::<String>();
        let Some(Ok(key)) = values.next() else {
            return Err("expected a string in quotes");
        };
        let after = inside
            .get(values.byte_offset()..)
            .and_then(|rest| rest.strip_prefix(']'));
        let key = Step::Key(Cow::Owned(key));
        return after.map(|after| (key, after)).ok_or(OPEN);
    }
    if let Some(quoted) = inside.strip_prefix('\'') {
        let (key, after) = quoted.split_once("']").ok_or(OPEN)?;
        return Ok((Step::Key(Cow::Borrowed(key)), after));
    }
    let (text, after) = inside.split_once(']').ok_or(OPEN)?;
    if text.is_empty() {
        return Err("expected an index or a key between `[` and `]`");
    }
    let step = match text.parse() {
        Ok(index) if text.bytes().all(|byte| byte.is_ascii_digit()) => Step::Index(index),
        _ => Step::Key(Cow::Borrowed(text)),
    };
    Ok((step, after))
}
