//! Regular expressions as Go reads them (RE2), for messages and for `--run`.

use regex::Regex;

use crate::engine::go_regex;

/// A pattern with the text that the user wrote.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles `text`; an error is one line.
    pub fn new(text: &str) -> Result<Pattern, String> {
        go_regex(text).map(|regex| Pattern {
            text: text.to_owned(),
            regex,
        })
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
            assert!(
                error.starts_with("error parsing regexp: ") && !error.contains('\n'),
                "{error}"
            );
        }
    }
}
