//! A text in both languages, of which the style sheet shows one.

use std::fmt::{self, Display, Formatter};

use askama::filters::{Html, HtmlSafe, escape};

use crate::language::{Language, Text};

/// A text in both languages. Shown, it is HTML: escaped, each language in an element of its own, so
/// that a reader's software pronounces it rightly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bilingual<'a> {
    en: &'a str,
    ja: &'a str,
}

impl<'a> Bilingual<'a> {
    pub(super) fn new(en: &'a str, ja: &'a str) -> Self {
        Bilingual { en, ja }
    }

    /// The text of one language, for where no element may stand.
    pub(super) fn get(&self, language: Language) -> &'a str {
        match language {
            Language::En => self.en,
            Language::Ja => self.ja,
        }
    }
}

/// A text whose `quoted` words are code.
#[derive(Clone, Copy, Debug)]
pub(super) struct WithCode<'a>(pub(super) Bilingual<'a>);

impl<'a> From<&'a Text> for Bilingual<'a> {
    fn from(text: &'a Text) -> Self {
        Bilingual::new(&text.en, &text.ja)
    }
}

impl Display for Bilingual<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f, escaped)
    }
}

impl HtmlSafe for Bilingual<'_> {}

impl Display for WithCode<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.write(f, |f, text| {
            for (index, part) in text.split('`').enumerate() {
                match index % 2 {
                    0 => escaped(f, part)?,
                    _ => {
                        f.write_str("<code>")?;
                        escaped(f, part)?;
                        f.write_str("</code>")?;
                    }
                }
            }
            Ok(())
        })
    }
}

impl HtmlSafe for WithCode<'_> {}

impl Bilingual<'_> {
    fn write(
        &self,
        f: &mut Formatter<'_>,
        text: impl Fn(&mut Formatter<'_>, &str) -> fmt::Result,
    ) -> fmt::Result {
        if self.en == self.ja {
            return text(f, self.en);
        }
        f.write_str("<span lang=en>")?;
        text(f, self.en)?;
        f.write_str("</span><span lang=ja>")?;
        text(f, self.ja)?;
        f.write_str("</span>")
    }
}

/// Writes `text` so that it is nothing but text.
pub(super) fn escaped(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "{}", escape(text, Html).map_err(|_| fmt::Error)?)
}
