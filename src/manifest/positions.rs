//! Where a field of a resource stands. Nothing of this is kept while manifests are read: only what
//! has findings is read again, one document at a time.

use std::borrow::Cow;
use std::ops::Range;

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
}

/// The fields of one resource.
#[derive(Clone, Debug)]
pub struct Positions<'s> {
    text: Cow<'s, str>,
    fields: Fields,
}

#[derive(Clone, Debug)]
enum Fields {
    Yaml {
        tree: Tree,
        root: usize,
    },
    Json {
        root: Range<usize>,
        line: u32,
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
    let unknown = Fields::Unknown(Place {
        line: location.line,
        column: location.column,
    });
    let fields = match &location.root {
        Root::Json { start } => match super::json::value(&text, *start) {
            Some(root) => Fields::Json {
                root,
                line: location.line,
            },
            None => unknown,
        },
        Root::Yaml { bytes, nth } => {
            let tree = Tree::read(&text, bytes, *nth);
            let item: FieldPath = location.item.parse().unwrap_or_default();
            match tree.root() {
                Some(root) => Fields::Yaml {
                    root: tree.walk(root, &item.0).node,
                    tree,
                },
                None => unknown,
            }
        }
    };
    Positions { text, fields }
}

impl Positions<'_> {
    /// Where the field at `path` stands; the path is that of the object as it was read.
    pub fn find(&self, path: &[Step]) -> Found {
        let (spot, taken, mut cursor) = match &self.fields {
            Fields::Yaml { tree, root } => {
                let end = tree.walk(*root, path);
                (
                    tree.spot(&self.text, &end),
                    end.taken,
                    Cursor::new(&self.text),
                )
            }
            Fields::Json { root, line } => {
                let (spot, taken) = json::walk(&self.text, root, path);
                (spot, taken, Cursor::at(&self.text, root.start, *line))
            }
            Fields::Unknown(place) => {
                return Found {
                    place: *place,
                    value_place: *place,
                    key: None,
                    value: 0..0,
                    missing: path.to_vec(),
                };
            }
        };
        let value_start = spot.value.start;
        let start = spot.key.as_ref().map_or(value_start, |key| key.start);
        Found {
            place: cursor.place(start),
            value_place: cursor.place(value_start),
            key: spot.key,
            value: spot.value,
            missing: path.get(taken..).unwrap_or_default().to_vec(),
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
            Some(byte) => Cursor::new(&self.text).place(byte),
            None => found.value_place,
        }
    }
}
