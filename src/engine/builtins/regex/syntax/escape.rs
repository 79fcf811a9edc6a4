//! What may follow a backslash outside a class.

use super::Parser;

impl<'a> Parser<'a> {
    /// A backslash and what follows it.
    pub(super) fn escaped(&mut self) -> Result<(), String> {
        let start = self.rest;
        if self.eat("\\Q") {
            self.quoted();
            return Ok(());
        }
        self.atom();
        if self.eat("\\A") {
            self.out.push_str("\\A");
        } else if self.eat("\\z") {
            self.out.push_str("\\z");
        } else if self.eat("\\b") {
            self.out.push_str("(?-u:\\b)");
        } else if self.eat("\\B") {
            self.out.push_str("(?-u:\\B)");
        } else if let Some(group) = self.perl_class() {
            self.out.push_str(&format!("[{group}]"));
        } else if self.rest.starts_with("\\p") || self.rest.starts_with("\\P") {
            let class = self.unicode_class()?;
            self.out.push_str(&class);
        } else {
            let c = self.escape(start)?;
            self.literal(c);
        }
        Ok(())
    }

    /// `\Q…\E`, or to the end. A repetition after it is of its last character, or, where there is
    /// none, of what stands before it.
    fn quoted(&mut self) {
        let (text, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
        self.rest = rest;
        for c in text.chars() {
            self.atom();
            self.literal(c);
        }
    }

    /// `\d` and its kin, as the inside of a class of ASCII characters.
    pub(super) fn perl_class(&mut self) -> Option<&'static str> {
        const CLASSES: [(&str, &str); 6] = [
            ("\\d", "0-9"),
            ("\\D", "^0-9"),
            ("\\s", "\\t\\n\\x0c\\r\\x20"),
            ("\\S", "^\\t\\n\\x0c\\r\\x20"),
            ("\\w", "0-9A-Za-z_"),
            ("\\W", "^0-9A-Za-z_"),
        ];
        CLASSES
            .iter()
            .find(|(name, _)| self.eat(name))
            .map(|(_, class)| *class)
    }

    /// `\pN`, `\p{Greek}`, `\p{^Greek}`, in the `regex` crate's words.
    pub(super) fn unicode_class(&mut self) -> Result<String, String> {
        let start = self.rest;
        let mut negative = self.rest.starts_with("\\P");
        self.rest = self.rest.get(2..).unwrap_or_default();
        let bad = |text: &str| format!("invalid character class range: `{text}`");
        let mut name = if self.eat("{") {
            let Some((name, rest)) = self.rest.split_once('}') else {
                return Err(bad(start));
            };
            self.rest = rest;
            name
        } else {
            let end = self.rest.chars().next().map_or(0, char::len_utf8);
            let (name, rest) = self.rest.split_at(end);
            self.rest = rest;
            name
        };
        if let Some(rest) = name.strip_prefix('^') {
            name = rest;
            negative = !negative;
        }
        let p = if negative { 'P' } else { 'p' };
        if name == "Any" {
            return Ok(format!("\\{p}{{Any}}"));
        }
        let plain = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-'));
        // Go knows categories and scripts, none of the properties that the crate knows besides.
        let class = ["gc", "sc"]
            .into_iter()
            .map(|kind| format!("\\{p}{{{kind}={name}}}"))
            .find(|class| plain && ::regex::Regex::new(class).is_ok());
        class.ok_or_else(|| bad(self.since(start)))
    }

    /// A backslash that stands for one character; `start` is where the text of an error starts.
    pub(super) fn escape(&mut self, start: &'a str) -> Result<char, String> {
        self.rest = self.rest.get(1..).unwrap_or_default();
        let Some(c) = self.rest.chars().next() else {
            return Err("trailing backslash at end of expression: ``".to_owned());
        };
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        let code = match c {
            'a' => Some(7),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            // A single digit other than zero would be a reference to a group.
            '1'..='7' if !self.rest.starts_with(|next| matches!(next, '0'..='7')) => None,
            '0'..='7' => {
                let mut code = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) {
                        self.rest = self.rest.get(1..).unwrap_or_default();
                        code = code * 8 + digit;
                    }
                }
                Some(code)
            }
            'x' => self.hexadecimal(),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
            _ => None,
        };
        code.and_then(char::from_u32)
            .ok_or_else(|| format!("invalid escape sequence: `{}`", self.since(start)))
    }

    /// Two digits, or any number of them in braces.
    fn hexadecimal(&mut self) -> Option<u32> {
        let braces = self.eat("{");
        let mut code = 0_u32;
        let mut read = 0;
        while let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(16)) {
            code = code.checked_mul(16)?.checked_add(digit)?;
            if code > u32::from(char::MAX) {
                return None;
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
            read += 1;
            if !braces && read == 2 {
                return Some(code);
            }
        }
        (braces && read > 0 && self.eat("}")).then_some(code)
    }
}
