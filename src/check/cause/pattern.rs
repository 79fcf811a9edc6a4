//! A text that a regular expression matches: what parameters ask for with one.

use regex_syntax::hir::{Class, Hir, HirKind};

/// So long a text at most.
const LONGEST: usize = 100;

/// A text that `pattern` matches, where it is a regular expression and no plain text.
pub(super) fn example(pattern: &str) -> Option<String> {
    if !pattern.contains(['^', '$', '*', '+', '\\', '[', '|']) {
        return None;
    }
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut text = String::new();
    write(&hir, &mut text)?;
    Some(text)
}

fn write(hir: &Hir, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let letters = class.iter().flat_map(|range| {
                ['a', 'A', '0']
                    .into_iter()
                    .filter(|letter| (range.start()..=range.end()).contains(letter))
            });
            text.push(
                letters
                    .min_by_key(|letter| !letter.is_lowercase())
                    .or_else(|| class.iter().next().map(|range| range.start()))?,
            );
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                write(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, text))?,
        HirKind::Alternation(parts) => write(parts.first()?, text)?,
    }
    (text.len() <= LONGEST).then_some(())
}
