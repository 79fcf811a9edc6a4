//! Places in JSON that a parser has read already: nothing is checked here.

use super::recorder::Recorder;
use super::{Shape, Tree};

/// The places in the value with which `text` begins (after white space).
pub(super) fn tree(text: &str) -> Tree {
    let mut recorder = Recorder::new(text);
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' => {
                let shape = match byte {
                    b'{' => Shape::Mapping(u32::MAX),
                    _ => Shape::Sequence(u32::MAX),
                };
                recorder.begin(shape, None, start..at);
                depth += 1;
            }
            b'}' | b']' => {
                recorder.end(Some(at));
                depth = depth.saturating_sub(1);
            }
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => continue,
            b'"' => {
                let escaped = pass_string(bytes, &mut at);
                let written = text
                    .get(start..at)
                    .filter(|_| escaped && recorder.wants_key());
                let name = written.and_then(|key| serde_json::from_str::<String>(key).ok());
                let shape = match name {
                    Some(name) => recorder.named(&name),
                    None => Shape::Quoted,
                };
                recorder.leaf(shape, None, start..at);
            }
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                let ends =
                    |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                at += rest.iter().position(ends).unwrap_or(rest.len());
                recorder.leaf(Shape::Scalar, None, start..at);
            }
        }
        if depth == 0 {
            break;
        }
    }
    recorder.tree()
}

/// Passes the rest of a string, and says whether something in it is written otherwise than it is.
fn pass_string(bytes: &[u8], at: &mut usize) -> bool {
    let mut escaped = false;
    loop {
        let rest = bytes.get(*at..).unwrap_or_default();
        let Some(next) = memchr::memchr2(b'"', b'\\', rest) else {
            *at = bytes.len();
            return escaped;
        };
        *at += next + 1;
        if rest.get(next) == Some(&b'"') {
            return escaped;
        }
        escaped = true;
        *at = (*at + 1).min(bytes.len());
    }
}
