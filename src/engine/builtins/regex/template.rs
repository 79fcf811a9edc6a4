//! `regex.template_match`: text with expressions between delimiters.

use super::compiled;
use crate::engine::Value;
use crate::engine::builtins::{Answer, args};

/// `regex.template_match("urn:foo:{.*}", "urn:foo:bar", "{", "}")`.
pub(super) fn template_match(arguments: &[Value]) -> Answer {
    let template = args::string(arguments, 0)?;
    let text = args::string(arguments, 1)?;
    let (start, end) = (
        delimiter(arguments, 2, "start")?,
        delimiter(arguments, 3, "end")?,
    );
    let mut pattern = String::from("^");
    let mut from = 0;
    for (open, close) in expressions(template, start, end)? {
        pattern.push_str(&quoted(template.get(from..open).unwrap_or_default()));
        let inside = template.get(open + 1..close).unwrap_or_default();
        // OPA checks each on its own first.
        compiled(&format!("^{inside}$"))?;
        pattern.push_str(&format!("({inside})"));
        from = close + 1;
    }
    pattern.push_str(&quoted(template.get(from..).unwrap_or_default()));
    pattern.push('$');
    Ok(Value::from(compiled(&pattern)?.regex.is_match(text)))
}

/// Go's `QuoteMeta`.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn delimiter(arguments: &[Value], position: usize, which: &str) -> Result<u8, String> {
    match args::string(arguments, position)?.as_bytes() {
        [byte] => Ok(*byte),
        other => Err(format!(
            "{which} delimiter has to be exactly one character long but is {} long",
            other.len()
        )),
    }
}

/// Where the outermost delimiters of each expression are.
fn expressions(template: &str, start: u8, end: u8) -> Result<Vec<(usize, usize)>, String> {
    let unbalanced = || {
        format!(
            "unbalanced braces in {}",
            crate::engine::builtins::text::quote(template, false)
        )
    };
    let mut found = Vec::new();
    let (mut level, mut open) = (0_usize, 0);
    for (at, byte) in template.bytes().enumerate() {
        if byte == start {
            if level == 0 {
                open = at;
            }
            level += 1;
        } else if byte == end {
            level = level.checked_sub(1).ok_or_else(unbalanced)?;
            if level == 0 {
                found.push((open, at));
            }
        }
    }
    if level == 0 {
        Ok(found)
    } else {
        Err(unbalanced())
    }
}
