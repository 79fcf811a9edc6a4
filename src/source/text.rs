//! Bytes to text, as kubectl does it: a byte order mark decides between UTF-8 and UTF-16, and what
//! is no character becomes U+FFFD (it reads through a decoder that replaces).

use std::borrow::Cow;

/// Decoded text. Every byte offset in this crate counts from its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The characters, without a byte order mark.
    pub text: Cow<'a, str>,
    /// Where the first U+FFFD stands that the decoder put in, if it had to.
    pub replaced: Option<usize>,
}

pub(super) fn decode(bytes: &[u8]) -> Text<'_> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Text<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Text {
            text: Cow::Borrowed(text),
            replaced: None,
        },
        Err(error) => Text {
            text: String::from_utf8_lossy(bytes),
            replaced: Some(error.valid_up_to()),
        },
    }
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16) -> Text<'static> {
    let mut units = bytes.chunks_exact(2);
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut replaced = None;
    let pairs = units.by_ref().map(|pair| match pair {
        [a, b] => join([*a, *b]),
        // `chunks_exact` gives pairs only.
        _ => 0xFFFD,
    });
    for unit in char::decode_utf16(pairs) {
        if unit.is_err() && replaced.is_none() {
            replaced = Some(text.len());
        }
        text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !units.remainder().is_empty() {
        replaced = replaced.or(Some(text.len()));
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Text {
        text: Cow::Owned(text),
        replaced,
    }
}
