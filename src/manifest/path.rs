//! The path of a field: `spec.containers[0].securityContext`, `metadata.annotations["a.b/c"]`.

use std::fmt;
use std::str::FromStr;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a mapping.
    Key(String),
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
    pub fn text(steps: &[Step]) -> String {
        let about = |step: &Step| match step {
            Step::Key(key) => key.len() + 1,
            Step::Index(_) => "[0]".len(),
        };
        let mut text = String::with_capacity(steps.iter().map(about).sum());
        // A string takes all that it is given.
        let _ = print(steps, &mut text);
        text
    }
}

fn print(steps: &[Step], out: &mut impl fmt::Write) -> fmt::Result {
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Index(at) => write!(out, "[{at}]")?,
            Step::Key(key) if key.is_empty() || key.bytes().any(is_special) => {
                write!(out, "[{}]", serde_json::Value::from(key.as_str()))?;
            }
            Step::Key(key) => {
                if index > 0 {
                    out.write_char('.')?;
                }
                out.write_str(key)?;
            }
        }
    }
    Ok(())
}

/// What a key between points cannot have.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'.' | b'[' | b']' | b'"' | b'\'')
}

impl FromStr for FieldPath {
    type Err = PathFault;

    /// Reads `a.b`, `a[0]`, `a["b.c"]`, `a['b.c']` and, as Kubernetes writes it, `a[b.c/d]`. The
    /// empty text is the object itself.
    fn from_str(path: &str) -> Result<FieldPath, PathFault> {
        let mut steps = Vec::with_capacity(8);
        let mut rest = path;
        let fault = |rest: &str, message: &str| PathFault {
            column: path.chars().count() - rest.chars().count() + 1,
            message: message.to_owned(),
        };
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let (step, after) = bracket(inside).map_err(|message| fault(rest, message))?;
                steps.push(step);
                rest = after;
                continue;
            }
            let plain = match rest.strip_prefix('.') {
                Some(plain) if !steps.is_empty() => plain,
                Some(_) => return Err(fault(rest, "a path does not begin with `.`")),
                None if steps.is_empty() => rest,
                None => return Err(fault(rest, "expected `.` or `[`")),
            };
            let ends = |byte: u8| is_special(byte) && byte != b'\'';
            let end = plain.bytes().position(ends).unwrap_or(plain.len());
            let (key, after) = plain.split_at(end);
            if key.is_empty() {
                return Err(fault(plain, "expected the name of a field"));
            }
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        }
        Ok(FieldPath(steps))
    }
}

/// What stands after `[`, and what follows `]`.
fn bracket(inside: &str) -> Result<(Step, &str), &'static str> {
    const OPEN: &str = "expected `]`";
    if inside.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(inside).into_iter::<String>();
        let Some(Ok(key)) = values.next() else {
            return Err("expected a string in quotes");
        };
        let after = inside
            .get(values.byte_offset()..)
            .and_then(|rest| rest.strip_prefix(']'));
        return after.map(|after| (Step::Key(key), after)).ok_or(OPEN);
    }
    if let Some(quoted) = inside.strip_prefix('\'') {
        let (key, after) = quoted.split_once("']").ok_or(OPEN)?;
        return Ok((Step::Key(key.to_owned()), after));
    }
    let (text, after) = inside.split_once(']').ok_or(OPEN)?;
    if text.is_empty() {
        return Err("expected an index or a key between `[` and `]`");
    }
    let step = match text.parse() {
        Ok(index) if text.bytes().all(|byte| byte.is_ascii_digit()) => Step::Index(index),
        _ => Step::Key(text.to_owned()),
    };
    Ok((step, after))
}
