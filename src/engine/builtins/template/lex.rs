//! A template's pieces: text and actions, and the words of an action.

/// Text, or what stands between `{{` and `}}`.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Action(Vec<Word>),
}

/// A word of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// `if`, `eq`, `true`
    Name(String),
    /// `.` alone
    Dot,
    /// `.name`, directly after what it belongs to when `chained`
    Field {
        name: String,
        chained: bool,
    },
    /// `$`, `$name`
    Variable(String),
    Text(String),
    Integer(i64),
    /// `|`, `(`, `)`, `,`, `=`, `:=`
    Sign(&'static str),
}

/// Takes a template apart.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut trim = false;
    loop {
        let (text, action) = match rest.split_once("{{") {
            Some((text, action)) => (text, Some(action)),
            None => (rest, None),
        };
        let mut text = if trim {
            text.trim_start_matches(SPACE)
        } else {
            text
        };
        let Some(mut action) = action else {
            pieces.push(Piece::Text(text));
            return Ok(pieces);
        };
        if let Some(trimmed) = action
            .strip_prefix('-')
            .filter(|action| action.starts_with(SPACE))
        {
            action = trimmed;
            text = text.trim_end_matches(SPACE);
        }
        pieces.push(Piece::Text(text));
        let start = action.trim_start_matches(SPACE);
        if let Some(comment) = start.strip_prefix("/*") {
            let (_, after) = comment.split_once("*/").ok_or("unclosed comment")?;
            trim = after.starts_with(SPACE) && after.trim_start_matches(SPACE).starts_with("-}}");
            rest = if trim {
                after
                    .trim_start_matches(SPACE)
                    .strip_prefix('-')
                    .unwrap_or(after)
            } else {
                after
            }
            .strip_prefix("}}")
            .ok_or("comment ends before closing delimiter")?;
            continue;
        }
        let (words, after, trimmed) = words(action)?;
        pieces.push(Piece::Action(words));
        rest = after;
        trim = trimmed;
    }
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The words up to `}}`, what follows, and whether its space is trimmed.
fn words(action: &str) -> Result<(Vec<Word>, &str, bool), String> {
    let mut words = Vec::new();
    let mut rest = action;
    let mut spaced = true;
    loop {
        if let Some(after) = rest.strip_prefix("}}") {
            return Ok((words, after, false));
        }
        if let Some(after) = rest.strip_prefix("-}}").filter(|_| spaced) {
            return Ok((words, after, true));
        }
        let Some(c) = rest.chars().next() else {
            return Err("unclosed action".to_owned());
        };
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let (word, next) = match c {
            c if SPACE.contains(&c) => {
                spaced = true;
                rest = after;
                continue;
            }
            '.' => {
                let (name, next) = name(after);
                if name.is_empty() {
                    (Word::Dot, next)
                } else {
                    (
                        Word::Field {
                            name: name.to_owned(),
                            chained: !spaced,
                        },
                        next,
                    )
                }
            }
            '$' => {
                let (name, next) = name(after);
                (Word::Variable(name.to_owned()), next)
            }
            '"' => quoted(after)?,
            '`' => {
                let (text, next) = after
                    .split_once('`')
                    .ok_or("unterminated raw quoted string")?;
                (Word::Text(text.replace('\r', "")), next)
            }
            '|' => (Word::Sign("|"), after),
            '(' => (Word::Sign("("), after),
            ')' => (Word::Sign(")"), after),
            ',' => (Word::Sign(","), after),
            '=' => (Word::Sign("="), after),
            ':' => (
                Word::Sign(":="),
                after.strip_prefix('=').ok_or("expected :=")?,
            ),
            '0'..='9' | '+' | '-' => integer(rest)?,
            c if c == '_' || c.is_alphabetic() => {
                let (name, next) = name(rest);
                (Word::Name(name.to_owned()), next)
            }
            c => return Err(format!("bad character U+{:04X} '{c}'", u32::from(c))),
        };
        // A word ends where space, a sign or a field follows.
        let ends = |c: char| {
            SPACE.contains(&c) || matches!(c, '.' | '|' | '(' | ')' | ',' | '=' | ':' | '}')
        };
        let sign = matches!(word, Word::Sign(_));
        if let Some(bad) = next.chars().next().filter(|c| !sign && !ends(*c)) {
            return Err(format!("bad character U+{:04X} '{bad}'", u32::from(bad)));
        }
        spaced = matches!(&word, Word::Sign(sign) if *sign != ")");
        words.push(word);
        rest = next;
    }
}

fn name(text: &str) -> (&str, &str) {
    text.split_at(
        text.find(|c: char| c != '_' && !c.is_alphanumeric())
            .unwrap_or(text.len()),
    )
}

fn integer(text: &str) -> Result<(Word, &str), String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(unsigned.len());
    let (number, next) = text.split_at(text.len() - unsigned.len() + digits);
    let whole = !next.starts_with(|c: char| c == '.' || c == '_' || c.is_alphanumeric());
    let plain = !unsigned.starts_with('0') || digits == 1;
    match number.parse() {
        Ok(value) if whole && plain => Ok((Word::Integer(value), next)),
        _ => Err(format!(
            "bad number syntax: {}",
            super::super::text::quote(number, false)
        )),
    }
}

fn quoted(text: &str) -> Result<(Word, &str), String> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Word::Text(out), text.get(at + 1..).unwrap_or_default())),
            '\n' => break,
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(c @ ('"' | '\\')) => out.push(c),
                Some(c) => return Err(format!("the escape `\\{c}` is not supported")),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err("unterminated quoted string".to_owned())
}
