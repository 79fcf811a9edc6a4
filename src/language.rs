//! The two languages that reports speak.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A language of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

/// A text in both languages. Cheap to clone: every finding has some.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: Arc<str>,
    /// Japanese.
    pub ja: Arc<str>,
}

impl Text {
    /// The text in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ja => &self.ja,
        }
    }

    /// One sentence, said in both.
    pub fn new(en: impl Into<Arc<str>>, ja: impl Into<Arc<str>>) -> Text {
        Text {
            en: en.into(),
            ja: ja.into(),
        }
    }

    /// The same words in both languages, for what nobody has translated.
    pub fn untranslated(text: &str) -> Text {
        let text: Arc<str> = text.into();
        Text {
            en: text.clone(),
            ja: text,
        }
    }
}
