//! How a tree of places comes to be: event by event, while a document is read.

use std::collections::HashMap;
use std::ops::Range;

use super::{Node, Shape, Tree};
use crate::engine::yaml::{Broken, Event, Events, Kind, Scalar, scalar};

/// Notes where things stand in a text; a document's events are given to it in their order.
pub(in crate::manifest) struct Recorder<'t> {
    text: &'t str,
    tree: Tree,
    open: Vec<Open>,
    anchors: HashMap<Box<str>, u32>,
    /// The end of what was complete last.
    end: usize,
}

/// A collection that is not at its end yet.
struct Open {
    number: usize,
    is_mapping: bool,
    /// Whether what comes next in the mapping is a key.
    wants_key: bool,
}

impl<'t> Recorder<'t> {
    pub(in crate::manifest) fn new(text: &'t str) -> Recorder<'t> {
        Recorder {
            text,
            tree: Tree::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            end: 0,
        }
    }

    /// All that was noted.
    pub(in crate::manifest) fn tree(self) -> Tree {
        self.tree
    }

    /// Notes the `nth` document of a text.
    pub(super) fn document(&mut self, events: &mut Events<'_>, nth: usize) -> Result<(), Broken> {
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
            if matches!(event.kind, Kind::DocumentEnd | Kind::StreamEnd) {
                return Ok(());
            }
            self.event(&event);
        }
    }

    /// Notes an event of a document.
    pub(in crate::manifest) fn event(&mut self, event: &Event<'_>) {
        let span = event.start..event.end;
        match &event.kind {
            Kind::Scalar(scalar) => {
                let shape = self.shape(scalar, &span);
                self.leaf(shape, scalar.anchor, span);
            }
            Kind::Alias(name) => {
                // That there is such an anchor, whoever reads the values makes sure.
                let target = self.anchors.get(*name).copied();
                self.leaf(target.map_or(Shape::Scalar, Shape::Alias), None, span);
            }
            Kind::SequenceStart { anchor } => self.begin(Shape::Sequence(u32::MAX), *anchor, span),
            Kind::MappingStart { anchor } => self.begin(Shape::Mapping(u32::MAX), *anchor, span),
            // A bracket ends a flow collection; what ends a block is the next thing, comments away.
            Kind::SequenceEnd | Kind::MappingEnd => {
                self.end((!span.is_empty()).then_some(span.end));
            }
            Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd => {}
        }
    }

    /// Names are noted of keys, and of what an alias may make a key of.
    fn shape(&mut self, scalar: &Scalar<'_>, span: &Range<usize>) -> Shape {
        let is_key = self.wants_key();
        if is_key && scalar::is_merge(scalar) {
            return Shape::Merge;
        }
        if !is_key && scalar.anchor.is_none() {
            return Shape::Scalar;
        }
        let name = scalar::key(scalar).unwrap_or_default();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let inside = written.get(1..written.len().saturating_sub(1));
        if *name == *written {
            Shape::Scalar
        } else if inside == Some(&name) {
            Shape::Quoted
        } else {
            self.named(&name)
        }
    }

    /// Whether what comes next is a key.
    pub(super) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.wants_key)
    }

    /// What is called otherwise than it is written.
    pub(super) fn named(&mut self, name: &str) -> Shape {
        let number = self.tree.names.len();
        self.tree.names.push(name.into());
        Shape::Named(short(number))
    }

    /// Notes what holds nothing else.
    pub(super) fn leaf(&mut self, shape: Shape, anchor: Option<&str>, span: Range<usize>) {
        let end = span.end;
        self.node(shape, anchor, span);
        self.complete(end);
    }

    /// Notes the beginning of a collection.
    pub(super) fn begin(&mut self, shape: Shape, anchor: Option<&str>, span: Range<usize>) {
        let is_mapping = matches!(shape, Shape::Mapping(_));
        let number = self.node(shape, anchor, span);
        self.open.push(Open {
            number,
            is_mapping,
            wants_key: is_mapping,
        });
    }

    /// Notes the end of the innermost collection: that byte, or where the last thing in it ends.
    pub(super) fn end(&mut self, at: Option<usize>) {
        let Some(Open { number, .. }) = self.open.pop() else {
            return;
        };
        let next = self.tree.nodes.len();
        let holds_something = next > number + 1;
        let Some(node) = self.tree.nodes.get_mut(number) else {
            return;
        };
        if let Some(end) = at.or(holds_something.then_some(self.end)) {
            node.end = short(end).max(node.start);
        }
        if let Shape::Sequence(end) | Shape::Mapping(end) = &mut node.shape {
            *end = short(next);
        }
        let end = node.end;
        self.complete(super::offset(end));
    }

    fn node(&mut self, shape: Shape, anchor: Option<&str>, span: Range<usize>) -> usize {
        let number = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            start: short(span.start),
            end: short(span.end),
            shape,
        });
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.into(), short(number));
        }
        number
    }

    fn complete(&mut self, end: usize) {
        self.end = end;
        if let Some(open) = self.open.last_mut() {
            open.wants_key = open.is_mapping && !open.wants_key;
        }
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
