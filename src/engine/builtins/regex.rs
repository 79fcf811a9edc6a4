//! Regular expressions as Go's `regexp` has them.

mod globs;
mod syntax;
mod template;

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::sync::Arc;

use ::regex::{Regex, RegexBuilder};
use lru::LruCache;

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("re_match", 2, matches),
    (
        "regex.find_all_string_submatch_n",
        3,
        find_all_string_submatch_n,
    ),
    ("regex.find_n", 3, find_n),
    ("regex.globs_match", 2, globs::globs_match),
    ("regex.is_valid", 1, is_valid),
    ("regex.match", 2, matches),
    ("regex.replace", 3, replace),
    ("regex.split", 2, split),
    ("regex.template_match", 4, template::template_match),
];

/// How large a compiled expression may become, in bytes. A class of letters repeated a few hundred
/// times takes some MiB; beyond this an expression is refused, with an error.
const LARGEST: usize = 16 << 20;

/// How many expressions a thread keeps compiled.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// A compiled expression and its groups' names.
#[derive(Debug)]
struct Expression {
    regex: Regex,
    groups: Vec<Option<String>>,
}

type Compiled = Result<Arc<Expression>, Arc<str>>;

thread_local! {
    static COMPILED: RefCell<LruCache<String, Compiled>> = RefCell::new(LruCache::new(KEPT));
}

/// The compiled form of `pattern`, kept for the next call.
fn compiled(pattern: &str) -> Result<Arc<Expression>, String> {
    let known = COMPILED.with(|cache| cache.borrow_mut().get(pattern).cloned());
    let answer = known.unwrap_or_else(|| {
        let answer = compile(pattern).map(Arc::new).map_err(Arc::from);
        COMPILED.with(|cache| cache.borrow_mut().put(pattern.to_owned(), answer.clone()));
        answer
    });
    answer.map_err(|error| error.to_string())
}

fn compile(pattern: &str) -> Result<Expression, String> {
    let translated = syntax::translate(pattern)?;
    let regex = RegexBuilder::new(&translated.pattern)
        .size_limit(LARGEST)
        .dfa_size_limit(LARGEST)
        .nest_limit(2_000)
        .build()
        .map_err(|error| match error {
            ::regex::Error::CompiledTooBig(limit) => {
                format!("regular expression larger than {limit} bytes: `{pattern}`")
            }
            _ => format!("error parsing regexp: `{pattern}`"),
        })?;
    Ok(Expression {
        regex,
        groups: translated.groups,
    })
}

/// Compiles `pattern` as Go reads it; an error is one line, in Go's words.
pub(crate) fn go_regex(pattern: &str) -> Result<Regex, String> {
    compile(pattern).map(|expression| expression.regex)
}

/// Whether `pattern` matches somewhere in `text`.
pub(super) fn is_match(pattern: &str, text: &str) -> Result<bool, String> {
    Ok(compiled(pattern)?.regex.is_match(text))
}

fn matches(arguments: &[Value]) -> Answer {
    let (pattern, text) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    Ok(Value::from(compiled(pattern)?.regex.is_match(text)))
}

fn is_valid(arguments: &[Value]) -> Answer {
    Ok(Value::from(match args::at(arguments, 0)? {
        Value::String(pattern) => syntax::translate(pattern).is_ok(),
        _ => false,
    }))
}

/// The most matches asked for; a negative number asks for all.
fn limit(arguments: &[Value], position: usize) -> Result<usize, String> {
    Ok(usize::try_from(args::integer(arguments, position)?).unwrap_or(usize::MAX))
}

fn find_n(arguments: &[Value]) -> Answer {
    let (pattern, text) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let expression = compiled(pattern)?;
    let found = expression.regex.find_iter(text).take(limit(arguments, 2)?);
    Ok(args::list(found.map(|found| Value::from(found.as_str()))))
}

fn find_all_string_submatch_n(arguments: &[Value]) -> Answer {
    let (pattern, text) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let expression = compiled(pattern)?;
    let found = expression
        .regex
        .captures_iter(text)
        .take(limit(arguments, 2)?);
    Ok(args::list(found.map(|captures| {
        args::list(
            captures
                .iter()
                .map(|group| Value::from(group.map_or("", |group| group.as_str()))),
        )
    })))
}

/// `regex.replace(text, pattern, template)`.
fn replace(arguments: &[Value]) -> Answer {
    let text = args::string(arguments, 0)?;
    let expression = compiled(args::string(arguments, 1)?)?;
    let template = args::string(arguments, 2)?;
    let mut out = String::new();
    let mut end = 0;
    for captures in expression.regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        out.push_str(text.get(end..whole.start()).unwrap_or_default());
        expand(&mut out, template, &captures, &expression.groups);
        end = whole.end();
    }
    out.push_str(text.get(end..).unwrap_or_default());
    Ok(Value::from(out))
}

/// Go's `Expand`: `$1`, `$name`, `${name}`, `$$`; a name that no group has is empty.
fn expand(
    out: &mut String,
    template: &str,
    captures: &::regex::Captures,
    groups: &[Option<String>],
) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let Some((name, after)) = reference(after) else {
            out.push('$');
            rest = after;
            continue;
        };
        rest = after;
        let number = name.bytes().all(|byte| byte.is_ascii_digit())
            && (name.len() == 1 || !name.starts_with('0'));
        let value = if number && name.len() < 9 {
            name.parse().ok().and_then(|number| captures.get(number))
        } else {
            groups
                .iter()
                .enumerate()
                .filter(|(_, group)| group.as_deref() == Some(name))
                .find_map(|(number, _)| captures.get(number))
        };
        out.push_str(value.map_or("", |value| value.as_str()));
    }
    out.push_str(rest);
}

/// The name after a `$`, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (braces, body) = match text.strip_prefix('{') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let end = body
        .find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(body.len());
    let (name, rest) = body.split_at(end);
    if name.is_empty() {
        return None;
    }
    if braces {
        rest.strip_prefix('}').map(|rest| (name, rest))
    } else {
        Some((name, rest))
    }
}

/// `regex.split(pattern, text)`.
fn split(arguments: &[Value]) -> Answer {
    let (pattern, text) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let expression = compiled(pattern)?;
    if !pattern.is_empty() && text.is_empty() {
        return Ok(args::list([Value::from("")]));
    }
    let mut parts = Vec::new();
    let (mut from, mut end) = (0, 0);
    for found in expression.regex.find_iter(text) {
        end = found.start();
        if found.end() != 0 {
            parts.push(Value::from(text.get(from..end).unwrap_or_default()));
        }
        from = found.end();
    }
    if end != text.len() {
        parts.push(Value::from(text.get(from..).unwrap_or_default()));
    }
    Ok(args::list(parts))
}
