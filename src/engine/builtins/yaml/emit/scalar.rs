//! Which quotes a string needs.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::engine::yaml::Scalar;
use crate::engine::yaml::scalar::{Resolved, resolve};

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    /// `|`
    Literal,
}

/// The style of `text`, as a key on one line or as a value.
pub(super) fn style(text: &str, key: bool) -> Style {
    let seen = Seen::of(text);
    let wished = if text.contains('\n') {
        Style::Literal
    } else if reads_as_string(text) {
        Style::Plain
    } else {
        Style::Double
    };
    match wished {
        Style::Literal if key || !seen.block => Style::Double,
        Style::Plain if seen.plain && !(key && seen.lines) => Style::Plain,
        Style::Plain if seen.single && !(key && seen.lines) => Style::Single,
        Style::Plain => Style::Double,
        other => other,
    }
}

/// Whether `text` without quotes would be read as the string that it is.
fn reads_as_string(text: &str) -> bool {
    let scalar = Scalar {
        anchor: None,
        tag: None,
        value: Cow::Borrowed(text),
        plain: true,
    };
    matches!(resolve(&scalar), Ok(Resolved::String(_))) && !like_time(text)
}

/// Dates, and numbers in base 60, which go-yaml quotes though it reads the latter as strings.
fn like_time(text: &str) -> bool {
    static TIME: LazyLock<Option<::regex::Regex>> = LazyLock::new(|| {
        ::regex::Regex::new(concat!(
            r"^(?:[0-9]{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])",
            r"(?:[Tt ](?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?",
            r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$"
        ))
        .ok()
    });
    TIME.as_ref().is_none_or(|time| time.is_match(text))
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// How `c` is written between double quotes, if not as itself.
pub(super) fn escape(c: char) -> Option<String> {
    if is_printable(c) && !is_break(c) && c != '"' && c != '\\' {
        return None;
    }
    let code = u32::from(c);
    Some(match c {
        '\0' => "\\0".to_owned(),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\r' => "\\r".to_owned(),
        '\u{1b}' => "\\e".to_owned(),
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\u{85}' => "\\N".to_owned(),
        '\u{2028}' => "\\L".to_owned(),
        '\u{2029}' => "\\P".to_owned(),
        _ if code <= 0xff => format!("\\x{code:02X}"),
        _ if code <= 0xffff => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    })
}

/// Which styles a string's characters leave.
struct Seen {
    plain: bool,
    single: bool,
    block: bool,
    lines: bool,
}

impl Seen {
    fn of(text: &str) -> Seen {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut break_space, mut space_break, mut lines) =
            (false, false, false, false);
        let mut before: Option<char> = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let blank_next = chars.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            let blank_before =
                before.is_none_or(|before| matches!(before, ' ' | '\t' | '\0') || is_break(before));
            indicators |= match (c, before) {
                (
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"'
                    | '%' | '@' | '`',
                    None,
                ) => true,
                ('?' | '-', None) | (':', _) => blank_next,
                ('#', Some(_)) => blank_before,
                _ => false,
            };
            special |= !is_printable(c);
            break_space |= c == ' ' && before.is_some_and(is_break);
            space_break |= is_break(c) && before == Some(' ');
            lines |= is_break(c);
            before = Some(c);
        }
        let edge = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(edge) || text.ends_with(edge);
        let broken = space_break || special;
        Seen {
            plain: !(edges || break_space || broken || lines || indicators),
            single: !(break_space || broken),
            block: !(text.is_empty() || text.ends_with(' ') || broken),
            lines,
        }
    }
}
