//! A module as it was read: its tree, and where its references stand in the text.

use std::ops::Range;

use super::lexer::{Token, TokenKind};
use super::tree::{Module, Place};

/// A parsed module with its tokens.
pub(crate) struct Reading {
    pub(crate) module: Module,
    /// Where the path of each import begins, those of keywords included.
    pub(crate) imports: Vec<Place>,
    pub(super) tokens: Vec<Token>,
}

impl Reading {
    /// The reference that begins at `place`: its leading parts that are known before evaluation, and
    /// its bytes in the text, from its root to its end.
    pub(crate) fn reference(&self, place: Place) -> (Vec<String>, Range<usize>) {
        let first = self.tokens.partition_point(|token| token.place < place);
        let mut tokens = self.tokens.iter().skip(first).peekable();
        let Some(root) = tokens.next() else {
            return (Vec::new(), 0..0);
        };
        let TokenKind::Name(name) = &root.kind else {
            return (Vec::new(), root.bytes.clone());
        };
        let (mut path, mut known) = (vec![name.clone()], true);
        let mut end = root.bytes.end;
        while let Some(step) = tokens
            .next_if(|token| token.joined && matches!(token.kind, TokenKind::Symbol("." | "[")))
        {
            if step.kind == TokenKind::Symbol(".") {
                let Some(Token {
                    kind: TokenKind::Name(name),
                    bytes,
                    ..
                }) = tokens.next()
                else {
                    break;
                };
                if known {
                    path.push(name.clone());
                }
                end = bytes.end;
                continue;
            }
            let mut inside = Vec::new();
            let mut depth = 1_u32;
            for token in tokens.by_ref() {
                match token.kind {
                    TokenKind::Symbol("[" | "(" | "{") => depth += 1,
                    TokenKind::Symbol("]" | ")" | "}") => depth -= 1,
                    _ => {}
                }
                end = token.bytes.end;
                if depth == 0 {
                    break;
                }
                inside.push(&token.kind);
            }
            match inside.as_slice() {
                [TokenKind::String(text)] if known => path.push(text.clone()),
                _ => known = false,
            }
        }
        (path, root.bytes.start..end)
    }
}
