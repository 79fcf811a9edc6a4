//! Which characters are marked of a field.

use std::ops::Range;

/// So many bytes at most are marked.
const LONGEST: usize = 200;

/// The bytes to mark of a field whose value has the bytes `value`: with `whole` key and value,
/// where they stand on one line; else the key. Of an element of a sequence its first line.
pub(super) fn of(
    text: &str,
    key: Option<&Range<usize>>,
    value: &Range<usize>,
    whole: bool,
) -> Range<usize> {
    let start = key.map_or(value.start, |key| key.start);
    let all = start..value.end.max(key.map_or(0, |key| key.end));
    let one_line = |bytes: &Range<usize>| {
        bytes.len() <= LONGEST
            && text
                .get(bytes.clone())
                .is_some_and(|text| !text.contains(['\n', '\r']))
    };
    match key {
        Some(_) if whole && one_line(&all) => all,
        Some(key) => key.clone(),
        None if one_line(&all) => all,
        None => {
            let rest = text.get(all.clone()).unwrap_or_default();
            let line = rest.split(['\n', '\r']).next().unwrap_or_default();
            let line = line
                .char_indices()
                .find(|(at, _)| *at >= LONGEST)
                .map_or(line, |(at, _)| line.get(..at).unwrap_or(line));
            start..start + without_comment(line).trim_end().len()
        }
    }
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_whitespace() => return line.get(..at).unwrap_or(line),
            // In the middle of a word it is an apostrophe.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        before = character;
    }
    line
}
