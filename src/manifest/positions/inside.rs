//! Places inside a text that a scalar holds: a line of the Rego in a template to the line of the
//! YAML file. The scalar is decoded once more, each character with its byte in the file.

use std::ops::Range;

/// The byte of `text` at which the line and column (both from 1, in characters) of the scalar's own
/// content stand; the scalar is written in the bytes `span`. Past the end of a line: its end.
pub(super) fn byte(text: &str, span: &Range<usize>, line: u32, column: u32) -> Option<usize> {
    let raw = text.get(span.clone())?;
    let (header, raw) = without_properties(raw);
    let start = span.start + header;
    let decoded = match raw.as_bytes().first()? {
        b'|' => block(text, start, span.end, false),
        b'>' => block(text, start, span.end, true),
        b'"' => flow(raw.get(1..)?, start + 1, Quote::Double),
        b'\'' => flow(raw.get(1..)?, start + 1, Quote::Single),
        _ => flow(raw, start, Quote::None),
    };
    let mut at = (1, 1);
    let mut last = None;
    for (character, byte) in decoded {
        last = Some(byte);
        if at.0 == line && (at.1 == column || character == '\n') {
            return last;
        }
        if character == '\n' {
            at = (at.0 + 1, 1);
        } else {
            at.1 += 1;
        }
    }
    last
}

/// A tag and an anchor may stand before the scalar: so many bytes, and the rest.
fn without_properties(raw: &str) -> (usize, &str) {
    let mut rest = raw;
    while rest.starts_with(['!', '&']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    (raw.len() - rest.len(), rest)
}

type Decoded = Vec<(char, usize)>;

/// A line of a block: its content, and the byte where that begins.
struct Line<'t> {
    content: &'t str,
    start: usize,
}

fn block(text: &str, start: usize, end: usize, folded: bool) -> Decoded {
    let lines = block_lines(text.get(start..end).unwrap_or_default(), start);
    let mut decoded = Decoded::new();
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        let characters = line.content.char_indices();
        decoded.extend(characters.map(|(at, character)| (character, line.start + at)));
        let end = line.start + line.content.len();
        if !folded || !is_folded(line) {
            decoded.push(('\n', end));
            continue;
        }
        let mut blanks = 0;
        while rest.next_if(|next| next.content.is_empty()).is_some() {
            blanks += 1;
        }
        let breaks = match rest.peek() {
            Some(next) if is_folded(next) => blanks,
            _ => blanks + 1,
        };
        if breaks == 0 {
            decoded.push((' ', end));
        }
        decoded.extend(std::iter::repeat_n(('\n', end), breaks));
    }
    decoded
}

/// Lines that begin further in keep their breaks.
fn is_folded(line: &Line<'_>) -> bool {
    !line.content.is_empty() && !line.content.starts_with([' ', '\t'])
}

/// The lines below the header (`|`, `>-`, `|2`), without their indentation.
fn block_lines(raw: &str, start: usize) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut at = start;
    for line in raw.split_inclusive('\n') {
        lines.push((line.trim_end_matches(['\n', '\r']), at));
        at += line.len();
    }
    let body = lines.get(1..).unwrap_or_default();
    let header = lines.first().map_or("", |(header, _)| header);
    let indent_of = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut indents = body
        .iter()
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(line, _)| indent_of(line));
    // A digit in the header is there because the first line begins further in than the others.
    let said = header.contains(|digit: char| digit.is_ascii_digit());
    let indent = if said { indents.min() } else { indents.next() }.unwrap_or(0);
    let line = |(line, start): &(&'_ str, usize)| {
        let indent = indent.min(line.len());
        (indent, *start)
    };
    body.iter()
        .map(|entry| {
            let (indent, start) = line(entry);
            Line {
                content: entry.0.get(indent..).unwrap_or_default(),
                start: start + indent,
            }
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Double,
    Single,
    None,
}

/// A scalar within lines: escapes, and breaks that fold.
fn flow(raw: &str, start: usize, quote: Quote) -> Decoded {
    let mut decoded = Decoded::new();
    let mut rest = raw.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        let byte = start + at;
        match character {
            '"' if quote == Quote::Double => break,
            '\'' if quote == Quote::Single => match rest.next_if(|(_, next)| *next == '\'') {
                Some(_) => decoded.push(('\'', byte)),
                None => break,
            },
            '\\' if quote == Quote::Double => match rest.next() {
                Some((_, '\n')) => {
                    while rest
                        .next_if(|(_, next)| matches!(next, ' ' | '\t'))
                        .is_some()
                    {}
                }
                Some((_, escape)) => {
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => 0,
                    };
                    for _ in 0..digits {
                        rest.next();
                    }
                    decoded.push((if escape == 'n' { '\n' } else { escape }, byte));
                }
                None => break,
            },
            '\n' => {
                while decoded
                    .last()
                    .is_some_and(|(last, _)| matches!(last, ' ' | '\t' | '\r'))
                {
                    decoded.pop();
                }
                let mut breaks = 0;
                while let Some((_, next)) = rest.next_if(|(_, next)| next.is_ascii_whitespace()) {
                    breaks += usize::from(next == '\n');
                }
                if breaks == 0 {
                    decoded.push((' ', byte));
                }
                decoded.extend(std::iter::repeat_n(('\n', byte), breaks));
            }
            other => decoded.push((other, byte)),
        }
    }
    decoded
}
