//! Which texts are worth a try.

/// Whether all characters are such that the reading need not care: nothing that ends a line but `\n`,
/// no byte order mark, nothing that libyaml refuses wherever it stands.
pub(super) fn is_ordinary(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut odd = false;
    let mut all = 0;
    // Without a way out, so that many bytes are seen to at once.
    for byte in bytes {
        odd |= (*byte < b' ' && *byte != b'\n' && *byte != b'\t') || *byte == 0x7F;
        all |= *byte;
    }
    !odd && (all < 0x80 || !has_odd_character(bytes))
}

/// Control characters, U+0085, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF.
fn has_odd_character(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(|at| {
        matches!(
            bytes.get(at..).unwrap_or_default(),
            [0xC2, 0x80..=0x9F, ..]
                | [0xE2, 0x80, 0xA8 | 0xA9, ..]
                | [0xEF, 0xBB, 0xBF, ..]
                | [0xEF, 0xBF, 0xBE | 0xBF, ..]
        )
    })
}
