//! Bytes as Go reads them: as characters where they are some.

/// The first character and its width; a broken one is U+FFFD of width 1, of none 0.
pub(super) fn first(text: &[u8]) -> (char, usize) {
    let start = text.get(..text.len().min(4)).unwrap_or_default();
    let valid = match std::str::from_utf8(start) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(start.get(..error.valid_up_to()).unwrap_or_default())
            .unwrap_or_default(),
    };
    match valid.chars().next() {
        Some(c) => (c, c.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, usize::from(!text.is_empty())),
    }
}

/// Every character with its place.
pub(super) fn chars(text: &[u8]) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (c, width) = first(rest);
        let found = (at, c);
        at += width;
        Some(found)
    })
}

pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    text.windows(needle.len())
        .position(|window| window == needle)
}

pub(super) fn find_last(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(text.len());
    }
    text.windows(needle.len())
        .rposition(|window| window == needle)
}

/// Where one of `separators` is: the first of the list that occurs, not the first in the text.
pub(super) fn separator(text: &[u8], separators: &[char]) -> Option<usize> {
    separators
        .iter()
        .find_map(|separator| find(text, separator.encode_utf8(&mut [0; 4]).as_bytes()))
}
