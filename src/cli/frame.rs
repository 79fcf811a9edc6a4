//! The lines around an error in a file.

use std::fs;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::manifest::Fault;
use crate::source::Source;

/// What an error comes down to, on one line.
pub(super) fn headline(fault: &Fault) -> String {
    match (&*fault.path, fault.line) {
        ("", _) => fault.message.clone(),
        // The message of a path that cannot be read names it.
        (path, 0) if fault.message.contains(path) => fault.message.clone(),
        (path, 0) => format!("{path}: {}", fault.message),
        _ => fault.to_string(),
    }
}

/// The place of an error in its file, as it stands there, in so many columns; `None` where there is no such file, or no
/// such line.
pub(super) fn of_file(fault: &Fault, width: Option<usize>) -> Option<String> {
    if fault.line == 0 {
        return None;
    }
    let source = Source::new(fault.path.clone(), fs::read(&*fault.path).ok()?);
    let text = source.text().text.into_owned();
    let start = line_start(&text, fault.line)?;
    let line = text.get(start..)?.lines().next()?;
    let column = usize::try_from(fault.column.max(1)).ok()?;
    let at = line
        .char_indices()
        .nth(column - 1)
        .map_or(line.len(), |(at, _)| at);
    let word = line.get(at..).unwrap_or_default();
    let length = length(&fault.message, word);
    // A line before and after is enough to recognize the place.
    let first = line_start(&text, fault.line.saturating_sub(1).max(1)).unwrap_or(start);
    let end = line_start(&text, fault.line.saturating_add(2)).unwrap_or(text.len());
    let shown = text.get(first..end)?.trim_end();
    let from = (start - first + at).min(shown.len());
    let span = from..(from + length).min(shown.len());
    let number = fault.line - u32::from(first != start);
    let snippet = Snippet::source(shown)
        .line_start(usize::try_from(number).ok()?)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(span));
    let group = annotate_snippets::Group::with_level(Level::ERROR).element(snippet);
    let renderer = match width {
        Some(width) => Renderer::styled().term_width(width),
        None => Renderer::styled(),
    };
    Some(renderer.render(&[group]))
}

/// How much of `rest`, with which the place begins, is marked: a word, of a function that is called
/// its whole path, or what the message quotes where that is more.
fn length(message: &str, rest: &str) -> usize {
    let end = |more: &[char]| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || more.contains(&c);
        rest.find(|c| !is_part(c)).unwrap_or(rest.len())
    };
    let path = end(&['.']);
    if rest.get(path..).is_some_and(|rest| rest.starts_with('(')) {
        return path;
    }
    let quoted = message.split('`').skip(1).step_by(2);
    let quoted = quoted.filter(|quoted| rest.starts_with(quoted));
    let length = quoted.map(str::len).max().unwrap_or_default();
    match length.max(end(&[])) {
        0 => rest.chars().next().map_or(0, char::len_utf8),
        length => length,
    }
}

fn line_start(text: &str, line: u32) -> Option<usize> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    match before {
        0 => Some(0),
        _ => text
            .match_indices('\n')
            .nth(before - 1)
            .map(|(at, _)| at + 1),
    }
}
