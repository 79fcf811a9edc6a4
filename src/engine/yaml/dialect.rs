//! Where kubectl reads otherwise than libyaml alone.
//!
//! Two things go-yaml reads and libyaml refuses: a colon before `,` or a bracket inside a flow
//! collection (`[10.0.0.1, 2001:db8::]`), and a byte order mark inside the text. Before libyaml sees
//! them they are exchanged for characters that the text does not have, afterwards back again.

use std::borrow::Cow;

/// libyaml's words for the colon.
pub(super) const COLON: &str = "found unexpected ':'";

const BOM: char = '\u{FEFF}';

/// So many colons are exchanged at most: each one costs another reading.
const COLONS: usize = 64;

/// A stand-in is so much longer than a colon; it is as long as a byte order mark.
const LONGER: usize = 2;

/// kubectl ends each line that it reads, the last one, too: a block scalar there has its line break.
pub(super) fn ended(text: &str) -> Cow<'_, str> {
    if text.ends_with('\n') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text}\n"))
    }
}

pub(super) struct Dialect<'t> {
    text: Cow<'t, str>,
    colon: Option<char>,
    bom: Option<char>,
    /// Where colons were exchanged, in bytes of the original, ascending.
    colons: Vec<usize>,
}

impl<'t> Dialect<'t> {
    pub(super) fn new(text: &'t str) -> Dialect<'t> {
        let mut dialect = Dialect {
            text: ended(text),
            colon: None,
            bom: None,
            colons: Vec::new(),
        };
        if text.contains(BOM)
            && let Some(free) = dialect.free()
        {
            dialect.bom = Some(free);
            dialect.text = Cow::Owned(dialect.text.replace(BOM, free.encode_utf8(&mut [0; 4])));
        }
        dialect
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Exchanges the colon at the byte `at` of the original; false if that is not to be done.
    pub(super) fn replace_colon(&mut self, at: usize) -> bool {
        let Some(stand_in) = self.colon.or_else(|| self.free()) else {
            return false;
        };
        let byte = at + LONGER * self.colons.len();
        let later = self.colons.last().is_none_or(|last| at > *last);
        if self.colons.len() == COLONS || !later || self.text.as_bytes().get(byte) != Some(&b':') {
            return false;
        }
        self.colons.push(at);
        self.colon = Some(stand_in);
        self.text
            .to_mut()
            .replace_range(byte..=byte, stand_in.encode_utf8(&mut [0; 4]));
        true
    }

    /// A byte of the text that libyaml sees, as a byte of the original.
    pub(super) fn original(&self, at: usize) -> usize {
        let mut longer = 0;
        for colon in &self.colons {
            if at <= colon + longer {
                break;
            }
            longer += LONGER;
        }
        at - longer
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
