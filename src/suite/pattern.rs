//! Regular expressions as Go reads them (RE2), for messages and for `--run`.
//!
//! The `regex` crate shares RE2's semantics but not all of its syntax: a `{` that begins no
//! repetition is a literal in Go, `\d`, `\w`, `\s` and `\b` are about ASCII, brackets in classes and
//! `&&`, `~~`, `--` are literals, `\Q…\E` quotes. Source of the facts: the RE2 syntax page and the
//! documentation of both libraries.

use regex::Regex;

/// A pattern with the text that the user wrote.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles `text`; an error is one line.
    pub fn new(text: &str) -> Result<Pattern, String> {
        match Regex::new(&translate(text)) {
            Ok(regex) => Ok(Pattern {
                text: text.to_owned(),
                regex,
            }),
            Err(regex::Error::Syntax(drawing)) => {
                let reason = drawing.rsplit("error: ").next().unwrap_or_default();
                let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
                Err(format!("`{text}` is no regular expression: {reason}"))
            }
            Err(_) => Err(format!("`{text}` is too large a regular expression")),
        }
    }

    /// Whether the pattern is found anywhere in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn translate(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '\\' => escape(after, in_class, &mut out),
            '[' if in_class => match named_class(rest) {
                Some(class) => {
                    out.push_str(class);
                    rest.get(class.len()..).unwrap_or_default()
                }
                None => {
                    out.push_str("\\[");
                    after
                }
            },
            '[' => {
                in_class = true;
                out.push('[');
                let mut after = after;
                if let Some(negated) = after.strip_prefix('^') {
                    out.push('^');
                    after = negated;
                }
                // Here it is a member, not the end.
                match after.strip_prefix(']') {
                    Some(member) => {
                        out.push_str("\\]");
                        member
                    }
                    None => after,
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
                after
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(first);
                after
            }
            '-' if in_class && after.starts_with('-') => {
                out.push_str("\\-");
                after
            }
            '{' if !in_class && !is_repetition(after) => {
                out.push_str("\\{");
                after
            }
            other => {
                out.push(other);
                after
            }
        };
    }
    out
}

/// Writes the escape that `after` begins with, without its backslash; gives what follows.
fn escape<'t>(after: &'t str, in_class: bool, out: &mut String) -> &'t str {
    let Some(letter) = after.chars().next() else {
        out.push('\\');
        return after;
    };
    let rest = after.get(letter.len_utf8()..).unwrap_or_default();
    let ascii = match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => "[\\t\\n\\f\\r ]",
        'S' => "[^\\t\\n\\f\\r ]",
        'b' if !in_class => "(?-u:\\b)",
        'B' if !in_class => "(?-u:\\B)",
        'Q' if !in_class => {
            let (quoted, rest) = rest.split_once("\\E").unwrap_or((rest, ""));
            out.push_str(&regex::escape(quoted));
            return rest;
        }
        _ => {
            out.push('\\');
            out.push(letter);
            return rest;
        }
    };
    out.push_str(ascii);
    rest
}

/// `[:alpha:]` at the start of `text`.
fn named_class(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("[:")?;
    let end = inside.find(":]")?;
    let name = inside.get(..end)?.trim_start_matches('^');
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then(|| text.get(..end.saturating_add(4))).flatten()
}

/// Whether `after` goes on like `{2}`, `{2,}` or `{2,3}`, the brace left out.
fn is_repetition(after: &str) -> bool {
    let Some((inside, _)) = after.split_once('}') else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match inside.split_once(',') {
        None => !inside.is_empty() && digits(inside),
        Some((least, most)) => !least.is_empty() && digits(least) && digits(most),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn go_reads_these_otherwise_than_the_crate() {
        let cases = [
            (r#"labels: {"owner"}"#, r#"provide labels: {"owner"}"#, true),
            ("a{2}", "aa", true),
            ("a{2,3}$", "caaa", true),
            ("a{,3}", "a{,3}", true),
            ("a{,3}", "aa", false),
            (r"\d", "٣", false),
            (r"^\w+$", "é", false),
            (r"\bx", "éx", true),
            (r"[\d-]+$", "1-2", true),
            (r"^[^\W]$", "a", true),
            ("[[]", "[", true),
            ("[]a]+$", "]a", true),
            ("[^]]", "a", true),
            ("^[a&&b]+$", "a&b", true),
            ("^[a~~b]+$", "~", true),
            ("^[[:alpha:]]+$", "ab", true),
            (r"\Qa.b(\E.", "a.b(c", true),
            (r"\Qa.b", "axb", false),
            ("owner", "the owner is", true),
            ("Owner", "the owner is", false),
            ("(?i)Owner", "the owner is", true),
        ];
        for (pattern, text, found) in cases {
            let compiled = Pattern::new(pattern).unwrap();
            assert_eq!(compiled.is_in(text), found, "{pattern} in {text}");
        }
        for pattern in ["(", "a**", "[a", r"\8", "(?=a)"] {
            let error = Pattern::new(pattern).unwrap_err();
            assert!(!error.contains('\n') && error.contains(pattern), "{error}");
        }
    }
}
