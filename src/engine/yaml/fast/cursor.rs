//! A place in a text that moves on, byte by byte and line by line.

/// The text ends with a line break and has no NUL: that byte says that the text is at its end.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    bytes: &'t [u8],
    /// The next byte.
    pub at: usize,
    /// Where its line begins.
    pub line: usize,
    /// Whether nothing but spaces stands before it in its line.
    pub fresh: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        Cursor {
            bytes: text.as_bytes(),
            at: 0,
            line: 0,
            fresh: true,
        }
    }

    /// The byte there; 0 past the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn here(&self) -> u8 {
        self.byte(self.at)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// All that comes from there on.
    pub(super) fn rest(&self, at: usize) -> &'t [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// Where the line ends that the byte `at` is in: its break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    /// The column of the next token, which begins its line; `None` where nothing of the document is
    /// left.
    pub(super) fn column(&self) -> Option<usize> {
        (!self.is_at_end() && !self.is_marker()).then(|| self.at - self.line)
    }

    /// Whether `---` or `...` stands here.
    pub(super) fn is_marker(&self) -> bool {
        self.at == self.line
            && matches!(
                self.rest(self.at),
                [b'-', b'-', b'-', b' ' | b'\t' | b'\n', ..]
                    | [b'.', b'.', b'.', b' ' | b'\t' | b'\n', ..]
            )
    }

    /// Whether the dash of a sequence's entry stands here.
    pub(super) fn is_dash(&self) -> bool {
        self.here() == b'-' && matches!(self.byte(self.at + 1), b' ' | b'\n')
    }

    /// Goes on behind a part of the line.
    pub(super) fn pass(&mut self, to: usize) {
        self.at = to;
        self.fresh = false;
    }

    pub(super) fn spaces(&mut self) {
        while self.here() == b' ' {
            self.at += 1;
        }
    }

    /// Goes on behind a line break.
    pub(super) fn break_line(&mut self) {
        self.at += 1;
        self.line = self.at;
        self.fresh = true;
    }

    /// Goes on to the next token: over spaces, comments and line breaks. (Tabs are no token.)
    pub(super) fn skip(&mut self) {
        loop {
            match self.here() {
                b' ' => self.at += 1,
                b'#' => self.at = self.line_end(self.at),
                b'\n' => self.break_line(),
                _ => return,
            }
        }
    }
}
