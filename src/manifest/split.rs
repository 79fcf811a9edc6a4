//! A text into its documents, by lines, as kubectl does it before any YAML is read: so that a broken
//! document does not take the others with it.

use std::ops::Range;

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Between two separators.
    Document { bytes: Range<usize>, after: After },
    /// A line that begins with `---` and goes on with something else than a comment: kubectl
    /// refuses it, and so takes `--- {}` and `---- ` for mistakes.
    Separator { at: usize },
}

/// What stands before a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing: it is the first.
    Start,
    /// `---`: it counts as a document even where there is nothing in it.
    Separator,
    /// `...`: YAML ends a document so. kubectl reads nothing up to the next separator; here it is
    /// read, since other tools do.
    End,
}

/// The pieces of `text` from the byte `from` on.
pub(super) fn pieces(text: &str, from: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = from;
    let mut after = After::Start;
    let mut at = from;
    let bytes = text.as_bytes().get(from..).unwrap_or_default();
    let breaks = memchr::memchr_iter(b'\n', bytes).map(|at| from + at + 1);
    for end in breaks.chain([text.len()]) {
        // Few lines begin so.
        if !matches!(text.as_bytes().get(at), Some(b'-' | b'.')) {
            at = end;
            continue;
        }
        let line = text.get(at..end).unwrap_or_default();
        let next = if line.starts_with("---") {
            Some(After::Separator)
        } else if line.strip_prefix("...").is_some_and(blank) {
            Some(After::End)
        } else {
            None
        };
        if let Some(next) = next {
            pieces.push(document(text, start..at, after));
            if !blank(line.get(3..).unwrap_or_default()) {
                pieces.push(Piece::Separator { at });
            }
            (start, after) = (end, next);
        }
        at = end;
    }
    pieces.push(document(text, start..at, after));
    pieces
}

/// Without the byte order mark that somebody's concatenation left at its start.
fn document(text: &str, bytes: Range<usize>, after: After) -> Piece {
    let mark = text
        .get(bytes.clone())
        .is_some_and(|text| text.starts_with('\u{FEFF}'));
    let start = if mark {
        bytes.start + '\u{FEFF}'.len_utf8()
    } else {
        bytes.start
    };
    Piece::Document {
        bytes: start..bytes.end,
        after,
    }
}

/// Nothing but a comment.
fn blank(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}
