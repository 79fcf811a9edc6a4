//! From a source's text to its documents, whatever they are written in.

use std::ops::Range;

use super::build::{self, Document};
use super::json::{self, Json};
use super::objects::{self, Origin};
use super::outline::Outline;
use super::split::{self, After, Piece};
use super::tree::Trees;
use super::{Extent, Fault, Location, Manifest, Root, SkipReason, Skipped};
use crate::engine::Value;
use crate::source::{Cursor, Elements, Part, Place, Source};

// What the note about a key that is there twice says before and after the key.
const TWICE: &str = "the key `";
pub(super) const NOT_UTF8: &str = "not UTF-8; what is no character is read as U+FFFD";
const LAST_COUNTS: &str = "` is there twice; the last one counts";

/// Reads all of `source`.
pub(super) fn read(source: &Source) -> Manifest {
    Manifest {
        // Who reads a whole source may keep what was read for long.
        trees: Trees::default(),
        ..read_from(source, Place { line: 1, column: 1 })
    }
}

/// Reads a part of a source, or what of it is to be read.
pub(super) fn read_part(part: &Part) -> Manifest {
    let Some(focus) = &part.focus else {
        return read_from(&part.source, part.place);
    };
    let text = part.source.text();
    let mut reader = Reader::new(&part.source, &text.text, part.place);
    match &focus.elements {
        None => {
            let (end, broken) = reader.json(focus.bytes.clone());
            if end == focus.bytes.start || broken.is_some() {
                reader.changed(focus.bytes.start);
            }
        }
        Some(elements) => {
            match &elements.document {
                None => reader.elements(focus.bytes.clone(), elements),
                Some(document) => reader.items(&focus.bytes, elements, document),
            }
            reader.document += usize::from(elements.are_last);
        }
    }
    let extent = Extent {
        bytes: focus.advance,
        documents: reader.document,
    };
    Manifest {
        extent,
        ..reader.manifest
    }
}

/// Whether an object, by its text without the elements of its `items`, is a List whatever they are.
pub(super) fn is_list(shell: &str) -> bool {
    shell_of(shell).is_some_and(|shell| objects::is_list(&shell))
}

/// A List without its items; `None` where it has a key twice: one of them may be the items.
fn shell_of(text: &str) -> Option<Value> {
    if text.starts_with('{') {
        let shell = json::one(text)?;
        return shell.duplicates.is_empty().then_some(shell.value);
    }
    let (documents, broken) = build::documents(text);
    match <[Document; 1]>::try_from(documents) {
        Ok([shell]) if broken.is_none() && shell.duplicates.is_empty() => Some(shell.value),
        _ => None,
    }
}

/// Reads `source`, which begins at `first` of the whole.
fn read_from(source: &Source, first: Place) -> Manifest {
    let text = source.text();
    let mut reader = Reader::new(source, &text.text, first);
    if let Some(at) = text.replaced {
        reader.note(at, NOT_UTF8.to_owned());
    }
    let (end, broken) = if text.text.trim_start().starts_with('{') {
        reader.json(0..text.text.len())
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

impl<'s> Reader<'s> {
    fn new(source: &'s Source, text: &'s str, first: Place) -> Reader<'s> {
        Reader {
            source,
            text,
            cursor: Cursor::from(text, first),
            document: 0,
            manifest: Manifest::default(),
        }
    }

    /// Reads the JSON values in `bytes`, one after the other. Where that ends before they do: how far
    /// it came, and why.
    fn json(&mut self, bytes: Range<usize>) -> (usize, Option<json::Broken>) {
        let text = self.text;
        json::stream(text, bytes, |value, bytes| {
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

    /// Reads elements of a List, which stand in `bytes`.
    fn elements(&mut self, bytes: Range<usize>, elements: &Elements) {
        let text = self.text;
        let shell = shell_of(&elements.shell).unwrap_or(Value::Null);
        let mut number = elements.first;
        let end = json::elements(text, bytes.clone(), |Json { value, duplicates }, bytes| {
            for key in duplicates {
                let message = twice(&key);
                let note = self.word_at(elements.place, message);
                self.manifest.notes.push(note);
            }
            let outline = json::outline_of_item(text, bytes);
            objects::take_item(self, &shell, value, number, &outline, &Origin::Json);
            number += 1;
        });
        if end < bytes.end || number != elements.first + elements.count {
            self.changed(end);
        }
    }

    /// The same in YAML; `document` is all of the List, in bytes of the source.
    fn items(&mut self, bytes: &Range<usize>, elements: &Elements, document: &Range<usize>) {
        let shell = shell_of(&elements.shell).unwrap_or(Value::Null);
        let text = self.text.get(bytes.clone()).unwrap_or_default();
        let (documents, broken) = build::items(text);
        let Ok([items]) = <[Document; 1]>::try_from(documents) else {
            return self.changed(bytes.start);
        };
        let (Value::Array(values), None) = (&items.value, broken) else {
            return self.changed(bytes.start);
        };
        for (key, at) in &items.duplicates {
            self.duplicate(key, bytes.start + at);
        }
        let trees = &mut self.manifest.trees;
        trees.add(bytes, 0, items.tree.moved(bytes.start));
        let outline = items.outline.moved(bytes.start);
        let first = elements.first;
        let origin = Origin::Items {
            bytes,
            first,
            document,
        };
        if values.len() != elements.count || outline.items.len() != elements.count {
            self.changed(bytes.start);
        }
        let fallback = Outline::at(bytes.start);
        for (index, value) in values.iter().enumerate() {
            let outline = outline.items.get(index).unwrap_or(&fallback);
            objects::take_item(self, &shell, value.clone(), first + index, outline, &origin);
        }
    }

    /// That a text is not any more what it was when it was looked through.
    fn changed(&mut self, at: usize) {
        self.fault(at, "cannot be read: it has changed meanwhile".to_owned());
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
        let (documents, broken) = build::documents(text);
        let read = documents.len();
        for (nth, document) in documents.into_iter().enumerate() {
            let Document {
                value,
                outline,
                duplicates,
                tree,
            } = document;
            for (key, at) in duplicates {
                self.duplicate(&key, bytes.start + at);
            }
            let outline = outline.moved(bytes.start);
            let origin = Origin::Yaml { bytes, nth };
            objects::take(self, value, &outline, &origin);
            let trees = &mut self.manifest.trees;
            trees.add(bytes, nth, tree.moved(bytes.start));
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
            Origin::Items {
                bytes,
                first,
                document,
            } => Root::Items {
                bytes: Range::clone(bytes),
                first: *first,
                document: Range::clone(document),
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
        self.note(at, twice(key));
    }

    fn word(&mut self, at: usize, message: String) -> Fault {
        let place = self.cursor.place(at);
        self.word_at(place, message)
    }

    fn word_at(&self, place: Place, message: String) -> Fault {
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

fn twice(key: &str) -> String {
    format!("{TWICE}{}{LAST_COUNTS}", quoted(key))
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
