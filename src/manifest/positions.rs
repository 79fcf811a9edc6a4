//! Where a field of a resource stands. Of a whole source nothing of this is kept while it is read: what
//! has findings is read again, one document at a time. Of a part of one the reader says it at once.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::path::{FieldPath, Step};
use super::tree::{Tree, Trees};
use super::{Location, Root};
use crate::source::{Cursor, Lines, Place, Source};

mod inside;

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

/// As far as a path leads: see [`Found`].
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub(crate) key: Option<Range<usize>>,
    pub(crate) value: Range<usize>,
    /// So many steps of the path were there.
    pub(crate) taken: usize,
    pub(crate) alias: Option<Passed>,
}

/// The fields of one resource.
#[derive(Clone, Debug)]
pub struct Positions<'s> {
    text: Cow<'s, str>,
    fields: Fields,
}

#[derive(Clone, Debug)]
enum Fields {
    /// The resource is that node of the document.
    Of(Arc<Document>, usize),
    /// The location is not one of this source.
    Unknown(Place),
}

/// A document of a text.
#[derive(Debug)]
struct Document {
    tree: Arc<Tree>,
    lines: Lines,
}

/// Reads the document of `location` once more, so that the fields of the resource there can be
/// found.
pub fn positions<'s>(source: &'s Source, location: &Location) -> Positions<'s> {
    let text = source.text().text;
    let fields = Finder::new(&text).fields(location);
    Positions { text, fields }
}

/// Finds the fields of many resources of one text. Asked in the order of the text it reads every
/// document once, and not again where it is told what reading it the first time showed.
#[derive(Clone, Debug)]
pub struct Finder<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    trees: Trees,
    /// The document that was asked for last.
    last: Option<(Range<usize>, usize, Arc<Document>)>,
}

impl<'t> Finder<'t> {
    /// A finder in a decoded text.
    pub fn new(text: &'t str) -> Finder<'t> {
        Finder::with(text, Place { line: 1, column: 1 }, Trees::default())
    }

    /// A finder in a decoded text, which begins at `first` of a larger one; of its documents those
    /// `trees` are known.
    pub(crate) fn with(text: &'t str, first: Place, trees: Trees) -> Finder<'t> {
        Finder {
            text,
            cursor: Cursor::from(text, first),
            trees,
            last: None,
        }
    }

    /// The fields of the resource at `location`.
    pub fn positions(&mut self, location: &Location) -> Positions<'t> {
        Positions {
            text: Cow::Borrowed(self.text),
            fields: self.fields(location),
        }
    }

    fn fields(&mut self, location: &Location) -> Fields {
        let place = Place {
            line: location.line,
            column: location.column,
        };
        let found = match &location.root {
            Root::Json { start } => self.in_json(*start, place),
            Root::Yaml { bytes, nth } => {
                let item: FieldPath = location.item.parse().unwrap_or_default();
                self.in_document(bytes, *nth, &item.0)
            }
            Root::Items { bytes, first, .. } => {
                let mut item: FieldPath = location.item.parse().unwrap_or_default();
                // They are a sequence of their own here: `[2]` for `items[12]`.
                item.0.drain(..1.min(item.0.len()));
                if let Some(Step::Index(index)) = item.0.first_mut() {
                    *index = index.saturating_sub(*first);
                }
                self.in_document(bytes, 0, &item.0)
            }
        };
        found.unwrap_or(Fields::Unknown(place))
    }

    fn in_json(&mut self, start: usize, place: Place) -> Option<Fields> {
        let tree = Tree::json(self.text, start);
        let root = tree.root()?;
        let bytes = tree.bytes(self.text, root);
        let document = Document {
            tree: Arc::new(tree),
            lines: Lines::new(self.text, bytes, place),
        };
        Some(Fields::Of(Arc::new(document), root))
    }

    /// The fields of what is at `item` in a document.
    fn in_document(&mut self, bytes: &Range<usize>, nth: usize, item: &[Step]) -> Option<Fields> {
        let document = self.document(bytes, nth);
        let root = document.tree.root()?;
        let node = document.tree.walk(self.text, root, item).spot.node;
        Some(Fields::Of(document, node))
    }

    fn document(&mut self, bytes: &Range<usize>, nth: usize) -> Arc<Document> {
        if let Some((of, number, document)) = &self.last
            && (of, *number) == (bytes, nth)
        {
            return document.clone();
        }
        let tree = self.trees.get(bytes, nth);
        let tree = tree.unwrap_or_else(|| Arc::new(Tree::yaml(self.text, bytes, nth)));
        let first = self.cursor.place(bytes.start);
        let lines = Lines::new(self.text, bytes.clone(), first);
        let document = Arc::new(Document { tree, lines });
        self.last = Some((bytes.clone(), nth, document.clone()));
        document
    }
}

impl Positions<'_> {
    /// Where the field at `path` stands; the path is that of the object as it was read.
    pub fn find(&self, path: &[Step]) -> Found {
        let Reached {
            key,
            value,
            taken,
            alias,
        } = self.reach(path);
        let start = key.as_ref().map_or(value.start, |key| key.start);
        Found {
            place: self.place(start),
            value_place: self.place(value.start),
            key,
            value,
            missing: path.get(taken..).unwrap_or_default().to_vec(),
            alias,
        }
    }

    /// As far as `path` leads, without lines and columns.
    pub(crate) fn reach(&self, path: &[Step<impl AsRef<str>>]) -> Reached {
        let Fields::Of(document, root) = &self.fields else {
            return Reached {
                key: None,
                value: 0..0,
                taken: 0,
                alias: None,
            };
        };
        let tree = &document.tree;
        let bytes = |node: usize| tree.bytes(&self.text, node);
        let end = tree.walk(&self.text, *root, path);
        Reached {
            key: end.spot.key.map(bytes),
            value: bytes(end.spot.node),
            taken: end.taken,
            alias: end.passed.map(|(spot, taken)| Passed {
                key: spot.key.map(bytes),
                value: bytes(spot.node),
                taken,
            }),
        }
    }

    /// The text, decoded.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a byte of the text stands.
    pub fn place(&self, byte: usize) -> Place {
        match &self.fields {
            Fields::Of(document, _) => document.lines.place(&self.text, byte),
            Fields::Unknown(place) => *place,
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
