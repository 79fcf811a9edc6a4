//! Reading a glob: `*`, `**`, `?`, `[abc]`, `[!a-c]`, `{a,b}`, `\`.

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Pieces one after another.
    Row(Vec<Node>),
    /// `{…}`: one of several.
    Any(Vec<Node>),
    Text(String),
    /// `*`
    Star,
    /// `**`
    DoubleStar,
    /// `?`
    One,
    /// `[abc]`
    List {
        chars: Vec<char>,
        not: bool,
    },
    /// `[a-c]`
    Range {
        low: char,
        high: char,
        not: bool,
    },
    /// What is left of an alternative when its neighbours have it all.
    Nothing,
}

/// Braces deeper than this are refused.
const DEEPEST: usize = 100;

/// Reads `pattern`; an error is in the words of OPA's library.
pub(super) fn parse(pattern: &str) -> Result<Node, String> {
    if pattern.contains(char::REPLACEMENT_CHARACTER) {
        return Err("could not read rune".to_owned());
    }
    // A NUL ends a pattern.
    let text = pattern.split('\0').next().unwrap_or_default();
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
    };
    let mut rows = vec![Vec::new()];
    let mut braces: Vec<Vec<Node>> = Vec::new();
    while let Some(c) = reader.peek(0) {
        let node = match c {
            '{' => {
                if braces.len() >= DEEPEST {
                    return Err(format!("braces nest deeper than {DEEPEST} levels"));
                }
                reader.at += 1;
                braces.push(Vec::new());
                rows.push(Vec::new());
                continue;
            }
            ',' | '}' if !braces.is_empty() => {
                reader.at += 1;
                let ended = rows.pop().unwrap_or_default();
                if let Some(alternatives) = braces.last_mut() {
                    alternatives.push(Node::Row(ended));
                }
                if c == ',' {
                    rows.push(Vec::new());
                    continue;
                }
                Node::Any(braces.pop().unwrap_or_default())
            }
            '[' => {
                reader.at += 1;
                reader.range()?
            }
            '?' => {
                reader.at += 1;
                Node::One
            }
            '*' => {
                reader.at += 1;
                if reader.peek(0) == Some('*') {
                    reader.at += 1;
                    Node::DoubleStar
                } else {
                    Node::Star
                }
            }
            _ => {
                let text = reader.text(if braces.is_empty() { "?*[{" } else { "?*[{}," });
                if text.is_empty() {
                    continue;
                }
                Node::Text(text)
            }
        };
        if let Some(row) = rows.last_mut() {
            row.push(node);
        }
    }
    // Braces that nobody closes are closed by the end.
    while let Some(mut alternatives) = braces.pop() {
        alternatives.push(Node::Row(rows.pop().unwrap_or_default()));
        if let Some(row) = rows.last_mut() {
            row.push(Node::Any(alternatives));
        }
    }
    Ok(Node::Row(rows.pop().unwrap_or_default()))
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Text up to one of `stops`; a backslash takes the next character as it is.
    fn text(&mut self, stops: &str) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            if c == '\\' {
                self.at += 1;
                let Some(escaped) = self.peek(0) else { break };
                text.push(escaped);
            } else if stops.contains(c) {
                break;
            } else {
                text.push(c);
            }
            self.at += 1;
        }
        text
    }

    /// The rest of `[…]`. Only its very first characters can be a range; `ab-c` are four characters.
    fn range(&mut self) -> Result<Node, String> {
        let end = || "unexpected end of input".to_owned();
        let not = self.peek(0).ok_or_else(end)? == '!';
        self.at += usize::from(not);
        let first = self.peek(0).ok_or_else(end)?;
        let node = if self.peek(1) == Some('-') {
            let high = self.peek(2).ok_or_else(end)?;
            self.at += 3;
            if high < first {
                return Err(format!(
                    "hi character '{high}' should be greater than lo '{first}'"
                ));
            }
            Node::Range {
                low: first,
                high,
                not,
            }
        } else {
            let chars: Vec<char> = self.text("]").chars().collect();
            Node::List { chars, not }
        };
        match self.peek(0) {
            None => Err(end()),
            Some(']') => {
                self.at += 1;
                match &node {
                    Node::List { chars, .. } if chars.is_empty() => {
                        Err("could not parse range".to_owned())
                    }
                    _ => Ok(node),
                }
            }
            Some(_) => Err("expected close range character".to_owned()),
        }
    }
}
