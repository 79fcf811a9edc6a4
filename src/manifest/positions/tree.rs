//! Fields in YAML: the document as a tree of places.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Spot;
use crate::engine::yaml::{self, Broken, Events, Kind, Scalar, scalar};
use crate::manifest::DEPTH;
use crate::manifest::path::Step;

/// The nodes of one document, by number; the root is the first that was begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The bytes of the text in which the document stands.
    bytes: Range<usize>,
}

/// Its bytes, counted from the start of those of the document.
#[derive(Clone, Debug)]
struct Node {
    span: Range<usize>,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Scalar,
    Sequence(Vec<usize>),
    Mapping(Vec<Entry>),
    /// What stands elsewhere.
    Alias(usize),
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    merge: bool,
    key: Range<usize>,
    value: usize,
}

/// The end of a walk.
pub(super) struct End {
    pub node: usize,
    /// The key that led there.
    key: Option<Range<usize>>,
    /// So many steps of the path were there.
    pub taken: usize,
    /// The first alias on the way, and after how many steps it came.
    pub passed: Option<(Box<End>, usize)>,
}

impl End {
    fn at(node: usize, key: Option<Range<usize>>, taken: usize) -> End {
        End {
            node,
            key,
            taken,
            passed: None,
        }
    }
}

impl Tree {
    /// Reads the document that is the `nth` in `bytes` of `text`.
    pub(super) fn read(text: &str, bytes: &Range<usize>, nth: usize) -> Tree {
        let piece = text.get(bytes.clone()).unwrap_or_default();
        yaml::read(piece, |events| {
            let mut builder = Builder::default();
            // It was read before; should it break off now, what came before the break is known.
            let _ = builder.document(events, nth);
            Tree {
                nodes: builder.nodes,
                bytes: bytes.clone(),
            }
        })
    }

    pub(super) fn root(&self) -> Option<usize> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// As far from `start` as `path` goes.
    pub(super) fn walk(&self, start: usize, path: &[Step]) -> End {
        let mut end = End::at(start, None, 0);
        for step in path {
            let mut merged = None;
            let next = match (&self.shape(end.node), step) {
                (Some(Shape::Sequence(items)), Step::Index(index)) => {
                    items.get(*index).map(|node| (None, *node))
                }
                (Some(Shape::Mapping(_)), Step::Key(name)) => {
                    self.entry(end.node, name).map(|(entry, merge)| {
                        merged = merge;
                        (Some(entry.key.clone()), entry.value)
                    })
                }
                _ => None,
            };
            let Some((key, node)) = next else { break };
            let taken = end.taken + 1;
            let passed = end
                .passed
                .take()
                .or_else(|| match (merged, self.nodes.get(end.node)) {
                    (
                        _,
                        Some(Node {
                            shape: Shape::Alias(_),
                            ..
                        }),
                    ) => Some((
                        Box::new(End::at(end.node, end.key.take(), end.taken)),
                        end.taken,
                    )),
                    (Some(entry), _) => {
                        let merge = End::at(entry.value, Some(entry.key.clone()), end.taken);
                        Some((Box::new(merge), end.taken))
                    }
                    _ => None,
                });
            end = End {
                passed,
                ..End::at(node, key, taken)
            };
        }
        end
    }

    /// The bytes of the end of a walk. Of an alias: its own, not those of what it stands for.
    pub(super) fn spot(&self, text: &str, end: &End) -> Spot {
        let bytes = |span: &Range<usize>| {
            let start = (self.bytes.start + span.start).min(text.len());
            let end = (self.bytes.start + span.end).clamp(start, text.len());
            // A block ends where the next one begins.
            let written = text.get(start..end).unwrap_or_default().trim_end().len();
            start..start + written
        };
        let key = end.key.as_ref().map(bytes);
        let value = self
            .nodes
            .get(end.node)
            .map_or(0..0, |node| bytes(&node.span));
        Spot { key, value }
    }

    fn shape(&self, node: usize) -> Option<&Shape> {
        match &self.nodes.get(node)?.shape {
            Shape::Alias(target) => Some(&self.nodes.get(*target)?.shape),
            shape => Some(shape),
        }
    }

    /// The entry that gives a mapping its field `name`: its own or one merged in; the later one
    /// counts, in a sequence of mappings to merge the first. With it the merge that brings it.
    fn entry(&self, mapping: usize, name: &str) -> Option<(&Entry, Option<&Entry>)> {
        enum Task<'t> {
            Mapping(usize),
            Entry(&'t Entry),
        }
        let mut searched = HashSet::new();
        let mut tasks = vec![(Task::Mapping(mapping), None)];
        while let Some((task, merge)) = tasks.pop() {
            match task {
                Task::Mapping(node) => {
                    let node = match self.nodes.get(node).map(|node| &node.shape) {
                        Some(Shape::Alias(target)) => *target,
                        _ => node,
                    };
                    // Many roads may lead to one mapping that does not have it.
                    if searched.insert(node)
                        && let Some(Shape::Mapping(entries)) = self.shape(node)
                    {
                        tasks.extend(entries.iter().map(|entry| (Task::Entry(entry), merge)));
                    }
                }
                Task::Entry(entry) if entry.merge => {
                    let merge = merge.or(Some(entry));
                    match self.shape(entry.value) {
                        Some(Shape::Sequence(items)) => {
                            let items = items.iter().rev();
                            tasks.extend(items.map(|item| (Task::Mapping(*item), merge)));
                        }
                        _ => tasks.push((Task::Mapping(entry.value), merge)),
                    }
                }
                Task::Entry(entry) if entry.name == name => return Some((entry, merge)),
                Task::Entry(_) => {}
            }
        }
        None
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The collections that are open, and the key that waits for its value.
    open: Vec<(usize, Option<Entry>)>,
    anchors: HashMap<String, usize>,
    /// What scalars with an anchor say: an alias may make keys of them.
    names: HashMap<usize, String>,
}

impl Builder {
    fn document(&mut self, events: &mut Events<'_>, nth: usize) -> Result<(), Broken> {
        let mut started = 0;
        while started <= nth {
            match events.next()?.kind {
                Kind::StreamEnd => return Ok(()),
                Kind::DocumentStart => started += 1,
                _ => {}
            }
        }
        loop {
            let event = events.next()?;
            let span = event.start..event.end;
            match event.kind {
                Kind::DocumentEnd | Kind::StreamEnd => return Ok(()),
                Kind::DocumentStart => {}
                Kind::Scalar(scalar) => self.scalar(&scalar, span),
                Kind::Alias(name) => match self.anchors.get(name) {
                    Some(target) => {
                        let target = *target;
                        self.alias(target, span);
                    }
                    None => return Ok(()),
                },
                Kind::SequenceStart { anchor } => {
                    self.begin(Shape::Sequence(Vec::new()), anchor, span);
                }
                Kind::MappingStart { anchor } => {
                    self.begin(Shape::Mapping(Vec::new()), anchor, span);
                }
                Kind::SequenceEnd | Kind::MappingEnd => self.end(&span),
            }
            if self.open.len() > DEPTH {
                return Ok(());
            }
        }
    }

    fn node(&mut self, shape: Shape, anchor: Option<&str>, span: Range<usize>) -> usize {
        let number = self.nodes.len();
        self.nodes.push(Node { span, shape });
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), number);
        }
        number
    }

    fn begin(&mut self, shape: Shape, anchor: Option<&str>, span: Range<usize>) {
        let number = self.node(shape, anchor, span);
        self.open.push((number, None));
    }

    fn end(&mut self, event: &Range<usize>) {
        let Some((number, _)) = self.open.pop() else {
            return;
        };
        // A bracket ends a flow collection; what ends a block is the next thing, comments away.
        let end = if event.is_empty() {
            self.last(number)
        } else {
            Some(event.end)
        };
        if let (Some(node), Some(end)) = (self.nodes.get_mut(number), end) {
            node.span.end = end.max(node.span.start);
        }
        self.put(number);
    }

    /// The end of the last thing in a collection.
    fn last(&self, number: usize) -> Option<usize> {
        let end = |node: usize| self.nodes.get(node).map(|node| node.span.end);
        match &self.nodes.get(number)?.shape {
            Shape::Sequence(items) => end(*items.last()?),
            Shape::Mapping(entries) => {
                let entry = entries.last()?;
                Some(entry.key.end.max(end(entry.value)?))
            }
            Shape::Scalar | Shape::Alias(_) => None,
        }
    }

    fn scalar(&mut self, scalar: &Scalar<'_>, span: Range<usize>) {
        // A key is a node of its own, since an alias may mean it.
        let number = self.node(Shape::Scalar, scalar.anchor, span.clone());
        let text = || scalar::key(scalar).map(Cow::into_owned).unwrap_or_default();
        if scalar.anchor.is_some() {
            self.names.insert(number, text());
        }
        if self.wants_key() {
            self.key(Entry {
                name: text(),
                merge: scalar::is_merge(scalar),
                key: span,
                value: 0,
            });
        } else {
            self.put(number);
        }
    }

    fn alias(&mut self, target: usize, span: Range<usize>) {
        if self.wants_key() {
            let name = self.names.get(&target).cloned().unwrap_or_default();
            return self.key(Entry {
                name,
                merge: false,
                key: span,
                value: 0,
            });
        }
        let number = self.node(Shape::Alias(target), None, span);
        self.put(number);
    }

    fn wants_key(&self) -> bool {
        let Some((number, None)) = self.open.last() else {
            return false;
        };
        matches!(
            self.nodes.get(*number).map(|node| &node.shape),
            Some(Shape::Mapping(_))
        )
    }

    fn key(&mut self, entry: Entry) {
        if let Some((_, key)) = self.open.last_mut() {
            *key = Some(entry);
        }
    }

    fn put(&mut self, value: usize) {
        let Some((number, key)) = self.open.last_mut() else {
            return;
        };
        match (
            self.nodes.get_mut(*number).map(|node| &mut node.shape),
            key.take(),
        ) {
            (Some(Shape::Sequence(items)), _) => items.push(value),
            (Some(Shape::Mapping(entries)), Some(entry)) => entries.push(Entry { value, ..entry }),
            _ => {}
        }
    }
}
