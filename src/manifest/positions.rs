//! Where a field of a resource stands. Nothing of this is kept while manifests are read: only what
//! has findings is read again, one document at a time.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::path::{FieldPath, Step};
use super::{Location, Root};
use crate::source::{Cursor, Place, Source};

mod inside;
mod json;
mod tree;

use tree::Tree;

/// Where a field stands, or how far towards it the text goes. Offsets are bytes of
/// [`Source::text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it begins: at its key, in a sequence at the element.
    pub place: Place,
    /// Where its value begins.
    pub value_place: Place,
    /// Its key, if it is in a mapping.
    pub key: Option<Range<usize>>,
    /// Its value; empty where nothing is written after the key.
    pub value: Range<usize>,
    /// What of the path is not there. If there is any, all else is about the nearest parent.
    pub missing: Vec<Step>,
    /// The outermost alias on the way, where there is one: the field stands where its anchor does.
    pub alias: Option<Passed>,
}

/// An alias that leads to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Its key (`<<` of a merge), if it is in a mapping.
    pub key: Option<Range<usize>>,
    /// The alias.
    pub value: Range<usize>,
    /// How many steps of the path lead to it.
    pub taken: usize,
}

/// The fields of one resource.
#[derive(Clone, Debug)]
pub struct Positions<'s> {
    text: Cow<'s, str>,
    fields: Fields,
    base: Base,
}

/// Bytes whose places are known: where the document begins, and where the resource does.
#[derive(Clone, Copy, Debug)]
struct Base {
    document: (usize, Place),
    resource: (usize, Place),
}

#[derive(Clone, Debug)]
enum Fields {
    Yaml {
        tree: Arc<Tree>,
        root: usize,
    },
    Json {
        root: Range<usize>,
    },
    /// The location is not one of this source.
    Unknown(Place),
}

/// A key and a value, in bytes of the text.
struct Spot {
    key: Option<Range<usize>>,
    value: Range<usize>,
}

/// Reads the document of `location` once more, so that the fields of the resource there can be
/// found.
pub fn positions<'s>(source: &'s Source, location: &Location) -> Positions<'s> {
    let text = source.text().text;
    let mut finder = Finder::new(&text);
    let (fields, base) = finder.fields(location);
    Positions { text, fields, base }
}

/// Finds the fields of many resources of one text. Asked in the order of the text it reads every
/// document once.
#[derive(Clone, Debug)]
pub struct Finder<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    /// The document that was asked for last.
    last: Option<(Range<usize>, usize, Arc<Tree>)>,
    /// Where the document begins that was asked for last.
    document: Option<(usize, Place)>,
}

impl<'t> Finder<'t> {
    /// A finder in a decoded text.
    pub fn new(text: &'t str) -> Finder<'t> {
        Finder::from(text, Place { line: 1, column: 1 })
    }

    /// A finder in a decoded text, which begins at `first` of a larger one.
    pub(crate) fn from(text: &'t str, first: Place) -> Finder<'t> {
        Finder {
            text,
            cursor: Cursor::from(text, first),
            last: None,
            document: None,
        }
    }

    /// The fields of the resource at `location`.
    pub fn positions(&mut self, location: &Location) -> Positions<'t> {
        let (fields, base) = self.fields(location);
        Positions {
            text: Cow::Borrowed(self.text),
            fields,
            base,
        }
    }

    fn fields(&mut self, location: &Location) -> (Fields, Base) {
        let place = Place {
            line: location.line,
            column: location.column,
        };
        let whole = (0, Place { line: 1, column: 1 });
        let unknown = Base {
            document: whole,
            resource: whole,
        };
        match &location.root {
            Root::Json { start } => match super::json::value(self.text, *start) {
                Some(root) => {
                    let base = Base {
                        document: (*start, place),
                        resource: (*start, place),
                    };
                    (Fields::Json { root }, base)
                }
                None => (Fields::Unknown(place), unknown),
            },
            Root::Yaml { bytes, nth } => {
                let item: FieldPath = location.item.parse().unwrap_or_default();
                self.in_document(bytes, *nth, &item.0)
                    .unwrap_or((Fields::Unknown(place), unknown))
            }
            Root::Items { bytes, first, .. } => {
                let mut item: FieldPath = location.item.parse().unwrap_or_default();
                // They are a sequence of their own here: `[2]` for `items[12]`.
                item.0.drain(..1.min(item.0.len()));
                if let Some(Step::Index(index)) = item.0.first_mut() {
                    *index = index.saturating_sub(*first);
                }
                self.in_document(bytes, 0, &item.0)
                    .unwrap_or((Fields::Unknown(place), unknown))
            }
        }
    }

    /// The fields of what is at `item` in a document.
    fn in_document(
        &mut self,
        bytes: &Range<usize>,
        nth: usize,
        item: &[Step],
    ) -> Option<(Fields, Base)> {
        let tree = self.tree(bytes, nth);
        let end = tree.walk(tree.root()?, item);
        let start = tree.spot(self.text, &end).value.start;
        let base = Base {
            document: (bytes.start, self.document(bytes.start)),
            resource: (start, self.cursor.place(start)),
        };
        let root = end.node;
        Some((Fields::Yaml { tree, root }, base))
    }

    fn document(&mut self, start: usize) -> Place {
        match self.document {
            Some((known, place)) if known == start => place,
            _ => {
                let place = self.cursor.place(start);
                self.document = Some((start, place));
                place
            }
        }
    }

    fn tree(&mut self, bytes: &Range<usize>, nth: usize) -> Arc<Tree> {
        match &self.last {
            Some((of, number, tree)) if (of, *number) == (bytes, nth) => tree.clone(),
            _ => {
                let tree = Arc::new(Tree::read(self.text, bytes, nth));
                self.last = Some((bytes.clone(), nth, tree.clone()));
                tree
            }
        }
    }
}

impl Positions<'_> {
    /// Where the field at `path` stands; the path is that of the object as it was read.
    pub fn find(&self, path: &[Step]) -> Found {
        let (spot, taken, alias) = match &self.fields {
            Fields::Yaml { tree, root } => {
                let end = tree.walk(*root, path);
                let alias = end.passed.as_ref().map(|(end, taken)| {
                    let Spot { key, value } = tree.spot(&self.text, end);
                    Passed {
                        key,
                        value,
                        taken: *taken,
                    }
                });
                (tree.spot(&self.text, &end), end.taken, alias)
            }
            Fields::Json { root } => {
                let (spot, taken) = json::walk(&self.text, root, path);
                (spot, taken, None)
            }
            Fields::Unknown(place) => {
                return Found {
                    place: *place,
                    value_place: *place,
                    key: None,
                    value: 0..0,
                    missing: path.to_vec(),
                    alias: None,
                };
            }
        };
        let value_start = spot.value.start;
        let start = spot.key.as_ref().map_or(value_start, |key| key.start);
        let mut cursor = self.cursor(start);
        Found {
            place: cursor.place(start),
            value_place: cursor.place(value_start),
            key: spot.key,
            value: spot.value,
            missing: path.get(taken..).unwrap_or_default().to_vec(),
            alias,
        }
    }

    /// The text, decoded.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a byte of the text stands.
    pub fn place(&self, byte: usize) -> Place {
        self.cursor(byte).place(byte)
    }

    /// A cursor that need not walk far to `byte`: what an alias stands for may come before the
    /// resource.
    fn cursor(&self, byte: usize) -> Cursor<'_> {
        let Base { document, resource } = self.base;
        let near = [resource, document].into_iter().find(|(at, _)| *at <= byte);
        match near {
            Some((at, place)) => Cursor::at(&self.text, at, place),
            None => Cursor::new(&self.text),
        }
    }

    /// Where a place inside the text stands that the field at `path` holds: line and column of that
    /// text, from 1 (0: unknown). Where the field is not there, its nearest parent.
    pub fn find_inside(&self, path: &[Step], line: u32, column: u32) -> Place {
        let found = self.find(path);
        if line == 0 || !found.missing.is_empty() {
            return found.place;
        }
        match inside::byte(&self.text, &found.value, line, column) {
            Some(byte) => self.place(byte),
            None => found.value_place,
        }
    }
}
