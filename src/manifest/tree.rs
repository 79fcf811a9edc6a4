//! A document as a tree of places: where every key and value of it stands, and nothing of what they
//! say.

use std::collections::HashSet;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use super::path::Step;
use crate::engine::yaml;

mod json;
mod recorder;

pub(super) use recorder::Recorder;

/// The nodes of one document, in the order of its text: what a collection holds comes right after
/// it, in a mapping each key and its value. The root is the first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// The byte of the text at which the document's bytes begin.
    start: usize,
    nodes: Vec<Node>,
    /// What those say that are called something else than what is written.
    names: Vec<Box<str>>,
}

/// The trees of documents, in the order of their text: which document it is of which bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trees(Vec<(Range<usize>, usize, Arc<Tree>)>);

impl Trees {
    pub(super) fn add(&mut self, bytes: &Range<usize>, nth: usize, tree: Tree) {
        self.0.push((bytes.clone(), nth, Arc::new(tree)));
    }

    pub(super) fn get(&self, bytes: &Range<usize>, nth: usize) -> Option<Arc<Tree>> {
        let sought = (bytes.start, nth);
        let known = self
            .0
            .binary_search_by_key(&sought, |(bytes, nth, _)| (bytes.start, *nth));
        let (known, _, tree) = self.0.get(known.ok()?)?;
        (known == bytes).then(|| tree.clone())
    }
}

/// Its bytes, counted from the start of those of the document. (Of a document too long for them only
/// the first 4 GiB are told apart.)
#[derive(Clone, Debug)]
struct Node {
    start: u32,
    end: u32,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    /// A key is called what is written there.
    Scalar,
    /// A key is called what is written between the quotes.
    Quoted,
    /// It is called what has that number among the names.
    Named(u32),
    /// The key of a mapping to be merged in.
    Merge,
    /// Ends before the node of that number.
    Sequence(u32),
    Mapping(u32),
    /// What stands elsewhere.
    Alias(u32),
}

/// A node, and where it is in a mapping its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub node: usize,
    pub key: Option<usize>,
}

/// The end of a walk.
pub(super) struct End {
    pub spot: Spot,
    /// So many steps of the path were there.
    pub taken: usize,
    /// The first alias on the way, and after how many steps it came.
    pub passed: Option<(Spot, usize)>,
}

/// A key and its value, by the numbers of their nodes.
#[derive(Clone, Copy)]
struct Entry {
    key: usize,
    value: usize,
}

impl From<Entry> for Spot {
    fn from(entry: Entry) -> Spot {
        Spot {
            node: entry.value,
            key: Some(entry.key),
        }
    }
}

impl Tree {
    /// Reads the document that is the `nth` in `bytes` of `text`, which is YAML.
    pub(super) fn yaml(text: &str, bytes: &Range<usize>, nth: usize) -> Tree {
        let piece = text.get(bytes.clone()).unwrap_or_default();
        let tree = yaml::read(piece, |events| {
            let mut recorder = Recorder::new(piece);
            // It was read before; should it break off now, what came before the break is known.
            let _ = recorder.document(events, nth);
            recorder.tree()
        });
        tree.moved(bytes.start)
    }

    /// Reads the JSON value that begins at the byte `start` of `text`.
    pub(super) fn json(text: &str, start: usize) -> Tree {
        json::tree(text.get(start..).unwrap_or_default()).moved(start)
    }

    /// The same, so many bytes further on.
    pub(super) fn moved(mut self, by: usize) -> Tree {
        self.start += by;
        self
    }

    pub(super) fn root(&self) -> Option<usize> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// As far from `start` as `path` goes.
    pub(super) fn walk(&self, text: &str, start: usize, path: &[Step<impl AsRef<str>>]) -> End {
        let spot = Spot {
            node: start,
            key: None,
        };
        let mut end = End {
            spot,
            taken: 0,
            passed: None,
        };
        for step in path {
            let here = self.target(end.spot.node);
            let next = match (self.shape(here), step) {
                (Some(Shape::Sequence(_)), Step::Index(index)) => {
                    let node = self.children(here).nth(*index);
                    node.map(|node| (Spot { node, key: None }, None))
                }
                (Some(Shape::Mapping(_)), Step::Key(name)) => self
                    .entry(text, here, name.as_ref())
                    .map(|(entry, merge)| (entry.into(), merge)),
                _ => None,
            };
            let Some((next, merge)) = next else { break };
            let alias = if here == end.spot.node {
                merge.map(Spot::from)
            } else {
                Some(end.spot)
            };
            end = End {
                spot: next,
                taken: end.taken + 1,
                passed: end.passed.or(alias.map(|alias| (alias, end.taken))),
            };
        }
        end
    }

    /// The bytes of a node in `text`. Of an alias: its own, not those of what it stands for.
    pub(super) fn bytes(&self, text: &str, node: usize) -> Range<usize> {
        let written = self.written(text, node);
        let start = match self.nodes.get(node) {
            Some(node) => self.start.saturating_add(offset(node.start)),
            None => 0,
        };
        let start = start.min(text.len());
        // A block ends where the next one begins.
        start..start + written.trim_end().len()
    }

    fn written<'t>(&self, text: &'t str, node: usize) -> &'t str {
        let bytes = self.nodes.get(node).and_then(|node| {
            let (start, end) = (offset(node.start), offset(node.end));
            let text = text.get(self.start.saturating_add(start)..)?;
            text.get(..end.saturating_sub(start).min(text.len()))
        });
        bytes.unwrap_or_default()
    }

    fn shape(&self, node: usize) -> Option<Shape> {
        self.nodes.get(node).map(|node| node.shape)
    }

    /// The node itself, or what it stands for as an alias.
    fn target(&self, node: usize) -> usize {
        match self.shape(node) {
            Some(Shape::Alias(target)) => offset(target),
            _ => node,
        }
    }

    /// What a key is called.
    fn name<'n>(&'n self, text: &'n str, key: usize) -> &'n str {
        let key = self.target(key);
        match self.shape(key) {
            Some(Shape::Named(number)) => {
                let name = self.names.get(offset(number));
                name.map_or("", |name| name)
            }
            Some(Shape::Quoted) => {
                let written = self.written(text, key);
                written
                    .get(1..written.len().saturating_sub(1))
                    .unwrap_or_default()
            }
            _ => self.written(text, key),
        }
    }

    /// The elements of a sequence, the keys and values of a mapping.
    fn children(&self, of: usize) -> impl Iterator<Item = usize> {
        let end = match self.shape(of) {
            Some(Shape::Sequence(end) | Shape::Mapping(end)) => offset(end).min(self.nodes.len()),
            _ => 0,
        };
        let first = Some(of + 1).filter(|first| *first < end);
        iter::successors(first, move |child| {
            let next = match self.shape(*child) {
                Some(Shape::Sequence(end) | Shape::Mapping(end)) => offset(end),
                _ => child + 1,
            };
            (next < end).then_some(next)
        })
    }

    fn entries(&self, mapping: usize) -> impl Iterator<Item = Entry> {
        let mut children = self.children(mapping);
        iter::from_fn(move || {
            let (key, value) = (children.next()?, children.next()?);
            Some(Entry { key, value })
        })
    }

    /// The entry that gives a mapping its field `name`: its own or one merged in; the later one
    /// counts, in a sequence of mappings to merge the first. With it the merge that brings it.
    fn entry(&self, text: &str, mapping: usize, name: &str) -> Option<(Entry, Option<Entry>)> {
        let mut found = None;
        for entry in self.entries(mapping) {
            if self.is_merge(entry) {
                return self.merged(text, mapping, name);
            }
            if self.name(text, entry.key) == name {
                found = Some((entry, None));
            }
        }
        found
    }

    fn is_merge(&self, entry: Entry) -> bool {
        matches!(self.shape(entry.key), Some(Shape::Merge))
    }

    /// The same for a mapping that others are merged into.
    fn merged(&self, text: &str, mapping: usize, name: &str) -> Option<(Entry, Option<Entry>)> {
        enum Task {
            Mapping(usize),
            Entry(Entry),
        }
        let mut searched = HashSet::new();
        let mut tasks = vec![(Task::Mapping(mapping), None)];
        while let Some((task, merge)) = tasks.pop() {
            match task {
                // Many roads may lead to one mapping that does not have it.
                Task::Mapping(node) => {
                    let node = self.target(node);
                    if searched.insert(node) && matches!(self.shape(node), Some(Shape::Mapping(_)))
                    {
                        let entries = self.entries(node);
                        tasks.extend(entries.map(|entry| (Task::Entry(entry), merge)));
                    }
                }
                Task::Entry(entry) if self.is_merge(entry) => {
                    let merge = merge.or(Some(entry));
                    let value = self.target(entry.value);
                    if let Some(Shape::Sequence(_)) = self.shape(value) {
                        let first = tasks.len();
                        let items = self.children(value);
                        tasks.extend(items.map(|item| (Task::Mapping(item), merge)));
                        // The first of them is the next.
                        if let Some(items) = tasks.get_mut(first..) {
                            items.reverse();
                        }
                    } else {
                        tasks.push((Task::Mapping(value), merge));
                    }
                }
                Task::Entry(entry) if self.name(text, entry.key) == name => {
                    return Some((entry, merge));
                }
                Task::Entry(_) => {}
            }
        }
        None
    }
}

fn offset(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
