//! Classes: `[a-z]`.

use super::Parser;

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

impl<'a> Parser<'a> {
    /// `[…]`, at its bracket.
    pub(super) fn class(&mut self) -> Result<(), String> {
        let start = self.rest;
        self.eat("[");
        self.out.push('[');
        if self.eat("^") {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            if self.rest.is_empty() {
                return Err(format!("missing closing ]: `{start}`"));
            }
            if !first && self.eat("]") {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            if self.posix()? {
                continue;
            }
            if self.rest.starts_with("\\p") || self.rest.starts_with("\\P") {
                let class = self.unicode_class()?;
                self.out.push_str(&class);
                continue;
            }
            if let Some(class) = self.perl_class() {
                self.out.push_str(&format!("[{class}]"));
                continue;
            }
            let range = self.rest;
            let low = self.class_char(start)?;
            let mut high = low;
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() >= 2 {
                self.eat("-");
                high = self.class_char(start)?;
                if high < low {
                    return Err(format!(
                        "invalid character class range: `{}`",
                        self.since(range)
                    ));
                }
            }
            self.out.push_str(&format!(
                "\\x{{{:x}}}-\\x{{{:x}}}",
                u32::from(low),
                u32::from(high)
            ));
        }
    }

    /// `[:alpha:]`, where there is one.
    fn posix(&mut self) -> Result<bool, String> {
        let Some((name, rest)) = self
            .rest
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        else {
            return Ok(false);
        };
        if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(format!("invalid character class range: `[:{name}:]`"));
        }
        self.rest = rest;
        self.out.push_str(&format!("[:{name}:]"));
        Ok(true)
    }

    /// One character of the class that started at `start`.
    fn class_char(&mut self, start: &'a str) -> Result<char, String> {
        if self.rest.starts_with('\\') {
            let escape = self.rest;
            return self.escape(escape);
        }
        let c = self
            .rest
            .chars()
            .next()
            .ok_or_else(|| format!("missing closing ]: `{start}`"))?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Ok(c)
    }
}
