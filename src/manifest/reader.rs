//! From a source's text to its documents, whatever they are written in.

use std::ops::Range;

use super::build::{self, Document};
use super::json::{self, Json};
use super::objects::{self, Origin};
use super::outline::Outline;
use super::split::{self, After, Piece};
use super::{Extent, Fault, Location, Manifest, Root, SkipReason, Skipped};
use crate::engine::yaml;
use crate::source::{Cursor, Source};

// What the note about a key that is there twice says before and after the key.
const TWICE: &str = "the key `";
pub(super) const NOT_UTF8: &str = "not UTF-8; what is no character is read as U+FFFD";
const LAST_COUNTS: &str = "` is there twice; the last one counts";

/// Reads `source`, which begins with the line `line` of the whole.
pub(super) fn read(source: &Source, line: u32) -> Manifest {
    let text = source.text();
    let mut reader = Reader {
        source,
        text: &text.text,
        cursor: Cursor::from_line(&text.text, line),
        document: 0,
        manifest: Manifest::default(),
    };
    if let Some(at) = text.replaced {
        reader.note(at, NOT_UTF8.to_owned());
    }
    let (end, broken) = if text.text.trim_start().starts_with('{') {
        reader.json()
    } else {
        (0, None)
    };
    if end == 0 || broken.is_some() {
        reader.yaml(end, broken);
    }
    let Reader {
        document, manifest, ..
    } = reader;
    Manifest {
        extent: Extent {
            bytes: text.text.len(),
            documents: document,
        },
        ..manifest
    }
}

pub(super) struct Reader<'s> {
    source: &'s Source,
    text: &'s str,
    cursor: Cursor<'s>,
    document: usize,
    pub manifest: Manifest,
}

impl Reader<'_> {
    /// Reads JSON values, one after the other. Where that ends before the text does: how far it
    /// came, and why.
    fn json(&mut self) -> (usize, Option<json::Broken>) {
        let text = self.text;
        json::stream(text, |value, bytes| {
            match value {
                Ok(Json { value, duplicates }) => {
                    for key in duplicates {
                        self.duplicate(&key, bytes.start);
                    }
                    let outline = match objects::has_parts(&value) {
                        true => json::outline(text, bytes),
                        false => Outline::at(bytes.start),
                    };
                    objects::take(self, value, &outline, &Origin::Json);
                }
                Err(broken) => self.fault(broken.at, format!("invalid JSON: {}", broken.message)),
            }
            self.document += 1;
        })
    }

    /// Reads YAML documents from the byte `from` on. `json` is why the first is not JSON, though it
    /// begins like it.
    fn yaml(&mut self, from: usize, mut json: Option<json::Broken>) {
        for piece in split::pieces(self.text, from) {
            match piece {
                Piece::Separator { at } => {
                    self.fault(
                        at,
                        "a `---` line goes on with something else than a comment".to_owned(),
                    );
                }
                Piece::Document { bytes, after } => {
                    let blank = self
                        .text
                        .get(bytes.clone())
                        .is_none_or(|text| text.trim().is_empty());
                    let json = if blank { None } else { json.take() };
                    self.piece(&bytes, after, json);
                }
            }
        }
    }

    /// Reads the YAML between two separators: most often one document.
    fn piece(&mut self, bytes: &Range<usize>, after: After, json: Option<json::Broken>) {
        let text = self.text.get(bytes.clone()).unwrap_or_default();
        let (documents, broken) = yaml::read(text, build::documents);
        let read = documents.len();
        for (nth, document) in documents.into_iter().enumerate() {
            let Document {
                value,
                outline,
                duplicates,
            } = document;
            for (key, at) in duplicates {
                self.duplicate(&key, bytes.start + at);
            }
            let outline = outline.moved(bytes.start);
            let origin = Origin::Yaml { bytes, nth };
            objects::take(self, value, &outline, &origin);
            self.document += 1;
        }
        if let Some(broken) = broken {
            let at = bytes.start.saturating_add(broken.at);
            // `{{` begins neither JSON nor, as what it is meant to be, YAML.
            if text.contains("{{") {
                let start = bytes.start + (text.len() - text.trim_start().len());
                self.skip(
                    start,
                    "",
                    &Origin::Yaml { bytes, nth: read },
                    SkipReason::HelmTemplate,
                );
            } else {
                match json {
                    Some(json) if looks_like_json(text) => {
                        self.fault(json.at, format!("invalid JSON: {}", json.message));
                    }
                    _ if after == After::End => {
                        let message = "what stands after `...` is left out: invalid YAML";
                        self.note(at, format!("{message}: {}", broken.message));
                    }
                    _ => self.fault(at, format!("invalid YAML: {}", broken.message)),
                }
            }
            self.document += 1;
        } else if read == 0 && after == After::Separator {
            self.document += 1;
        }
    }

    pub(super) fn location(&mut self, at: usize, item: &str, origin: &Origin<'_>) -> Location {
        let place = self.cursor.place(at);
        let root = match origin {
            Origin::Json => Root::Json { start: at },
            Origin::Yaml { bytes, nth } => Root::Yaml {
                bytes: Range::clone(bytes),
                nth: *nth,
            },
        };
        Location {
            path: self.source.name.clone(),
            document: self.document,
            item: item.to_owned(),
            line: place.line,
            column: place.column,
            root,
        }
    }

    /// The last part of the source's name.
    pub(super) fn file_name(&self) -> &str {
        self.source.name.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn skip(&mut self, at: usize, item: &str, origin: &Origin<'_>, reason: SkipReason) {
        let location = self.location(at, item, origin);
        self.manifest.skipped.push(Skipped { location, reason });
    }

    pub(super) fn fault(&mut self, at: usize, message: String) {
        let fault = self.word(at, message);
        self.manifest.faults.push(fault);
    }

    pub(super) fn note(&mut self, at: usize, message: String) {
        let note = self.word(at, message);
        self.manifest.notes.push(note);
    }

    fn duplicate(&mut self, key: &str, at: usize) {
        self.note(at, format!("{TWICE}{}{LAST_COUNTS}", quoted(key)));
    }

    fn word(&mut self, at: usize, message: String) -> Fault {
        let place = self.cursor.place(at);
        let path = self.source.name.clone();
        // The parser's words may quote the text.
        let message = message.replace(['\n', '\r'], " ");
        Fault {
            path,
            line: place.line,
            column: place.column,
            message,
        }
    }
}

/// Whether `note` says that a key is there twice.
pub(super) fn is_about_duplicate(note: &Fault) -> bool {
    note.message.starts_with(TWICE) && note.message.ends_with(LAST_COUNTS)
}

/// A text as short as a message can bear.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut quoted: String = text.chars().take(LONGEST).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted.replace(|character: char| character.is_control(), " ")
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with(['"', '}']) || rest.trim().is_empty())
}
