//! Two things that go-yaml reads and libyaml refuses: a colon before `,` or a bracket inside a flow
//! collection (`[10.0.0.1, 2001:db8::]`), and a byte order mark inside the text. Before libyaml sees
//! them they are exchanged for characters that the text does not have, afterwards back again. One
//! character stands for one, so that every position stays as it is.

use std::borrow::Cow;

/// libyaml's words for the colon.
pub(super) const COLON: &str = "found unexpected ':'";

const BOM: char = '\u{FEFF}';

/// So many colons are exchanged at most: each one costs another reading.
const COLONS: u32 = 64;

pub(super) struct Dialect<'t> {
    text: Cow<'t, str>,
    colon: Option<char>,
    bom: Option<char>,
    colons: u32,
}

impl<'t> Dialect<'t> {
    pub(super) fn new(text: &'t str) -> Dialect<'t> {
        let mut dialect = Dialect {
            text: Cow::Borrowed(text),
            colon: None,
            bom: None,
            colons: 0,
        };
        if text.contains(BOM)
            && let Some(free) = dialect.free()
        {
            dialect.bom = Some(free);
            dialect.text = Cow::Owned(text.replace(BOM, free.encode_utf8(&mut [0; 4])));
        }
        dialect
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Exchanges the colon after `at` characters; false if that is not to be done.
    pub(super) fn replace_colon(&mut self, at: usize) -> bool {
        let Some(stand_in) = self.colon.or_else(|| self.free()) else {
            return false;
        };
        let Some((byte, ':')) = self.text.char_indices().nth(at) else {
            return false;
        };
        if self.colons == COLONS {
            return false;
        }
        self.colons += 1;
        self.colon = Some(stand_in);
        self.text
            .to_mut()
            .replace_range(byte..=byte, stand_in.encode_utf8(&mut [0; 4]));
        true
    }

    /// Puts the exchanged characters back.
    pub(super) fn restore(&self, value: &mut Cow<'_, str>) {
        for (stand_in, character) in [(self.colon, ":"), (self.bom, "\u{FEFF}")] {
            if let Some(stand_in) = stand_in
                && value.contains(stand_in)
            {
                *value = Cow::Owned(value.replace(stand_in, character));
            }
        }
    }

    /// A character for private use that the text does not have.
    fn free(&self) -> Option<char> {
        ('\u{E000}'..='\u{F8FF}').find(|free| !self.text.contains(*free))
    }
}
