//! Events to values, without a tree in between.

use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};

use super::DEPTH;
use super::outline::Outline;
use super::tree::{Recorder, Tree};
use crate::engine::yaml::anchors::{Anchored, Budget};
use crate::engine::yaml::merge::merge;
use crate::engine::yaml::scalar;
use crate::engine::yaml::{Broken, Events, Kind, Scalar};
use crate::engine::{Value, yaml};

/// One document of a text. Places are bytes from the text's start.
#[derive(Debug)]
pub(super) struct Document {
    pub value: Value,
    pub outline: Outline,
    /// Keys that their mapping has more than once: the key, and where it stands again.
    pub duplicates: Vec<(String, usize)>,
    /// Where everything in it stands.
    pub tree: Tree,
}

/// Reads every document of a text; those before an error are kept.
pub(super) fn documents(text: &str) -> (Vec<Document>, Option<Broken>) {
    yaml::read(text, |events| all(text, events, Role::Root))
}

/// The same of a text that holds nothing but some items of a List.
pub(super) fn items(text: &str) -> (Vec<Document>, Option<Broken>) {
    yaml::read(text, |events| all(text, events, Role::Items))
}

fn all(text: &str, events: &mut Events<'_>, root: Role) -> (Vec<Document>, Option<Broken>) {
    let mut documents = Vec::new();
    let error = loop {
        match document(text, events, root) {
            Ok(Some(document)) => documents.push(document),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    (documents, error)
}

/// What a value is for in its document, as far as resources are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Root,
    /// The value of `items`.
    Items,
    /// One of `items`.
    Item,
    /// The value of `request`.
    Request,
    Other,
}

enum Frame {
    Sequence {
        values: Vec<Value>,
        outlines: Vec<Outline>,
        open: Open,
    },
    Mapping {
        map: BTreeMap<Value, Value>,
        key: Key,
        /// Something was merged in: a key that is there already is no duplicate.
        merged: bool,
        outline: Outline,
        open: Open,
    },
}

/// What every open collection has.
struct Open {
    anchor: Option<String>,
    role: Role,
    start: usize,
    /// Values up to here, itself included: see [`Budget`].
    before: u64,
}

enum Key {
    /// The next value is a key.
    Wanted,
    /// The next value belongs to this key, which stands there.
    Is(Value, usize),
    /// The next value is merged in.
    Merge,
}

struct Builder {
    frames: Vec<Frame>,
    anchors: HashMap<String, Anchored>,
    budget: Budget,
    duplicates: Vec<(String, usize)>,
    /// What the document itself is for.
    role: Role,
    root: Option<(Value, Outline)>,
}

fn document(text: &str, events: &mut Events<'_>, role: Role) -> Result<Option<Document>, Broken> {
    loop {
        match events.next()?.kind {
            Kind::StreamEnd => return Ok(None),
            Kind::DocumentStart => break,
            _ => {}
        }
    }
    let mut builder = Builder {
        frames: Vec::new(),
        anchors: HashMap::new(),
        budget: Budget::default(),
        duplicates: Vec::new(),
        role,
        root: None,
    };
    let mut recorder = Recorder::new(text);
    loop {
        let event = events.next()?;
        let start = event.start;
        recorder.event(&event);
        match event.kind {
            Kind::DocumentEnd | Kind::StreamEnd => break,
            kind => {
                builder
                    .take(kind, start)
                    .map_err(|message| Broken { message, at: start })?;
            }
        }
    }
    // A document without a node holds null.
    let (value, outline) = builder.root.unwrap_or((Value::Null, Outline::default()));
    // They were noted as their values came to an end.
    let mut duplicates = builder.duplicates;
    duplicates.sort_by_key(|(_, at)| *at);
    Ok(Some(Document {
        value,
        outline,
        duplicates,
        tree: recorder.tree(),
    }))
}

impl Builder {
    fn take(&mut self, kind: Kind<'_>, start: usize) -> Result<(), String> {
        match kind {
            Kind::Scalar(scalar) => self.scalar(&scalar, start),
            Kind::Alias(name) => self.alias(name, start),
            Kind::SequenceStart { anchor } => {
                let open = self.open(anchor, start, true)?;
                self.frames.push(Frame::Sequence {
                    values: Vec::new(),
                    outlines: Vec::new(),
                    open,
                });
                Ok(())
            }
            Kind::MappingStart { anchor } => {
                let open = self.open(anchor, start, false)?;
                self.frames.push(Frame::Mapping {
                    map: BTreeMap::new(),
                    key: Key::Wanted,
                    merged: false,
                    outline: Outline::at(start),
                    open,
                });
                Ok(())
            }
            Kind::SequenceEnd | Kind::MappingEnd => self.close(),
            Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd => Ok(()),
        }
    }

    /// Begins a collection.
    fn open(&mut self, anchor: Option<&str>, start: usize, sequence: bool) -> Result<Open, String> {
        if self.frames.len() >= DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        let role = match self.frames.last() {
            None => self.role,
            Some(Frame::Sequence { open, .. }) if open.role == Role::Items => Role::Item,
            Some(Frame::Sequence { .. }) => Role::Other,
            Some(Frame::Mapping {
                key: Key::Wanted, ..
            }) => {
                return Err("a key cannot be a mapping or a sequence".to_owned());
            }
            Some(Frame::Mapping {
                key: Key::Merge, ..
            }) => Role::Other,
            Some(Frame::Mapping {
                key: Key::Is(Value::String(key), _),
                open,
                ..
            }) => match (&**key, open.role) {
                ("items", Role::Root | Role::Item) if sequence => Role::Items,
                ("request", Role::Root) if !sequence => Role::Request,
                _ => Role::Other,
            },
            Some(Frame::Mapping { .. }) => Role::Other,
        };
        self.budget.value()?;
        let before = self.budget.values();
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), Anchored::Open);
        }
        Ok(Open {
            anchor: anchor.map(str::to_owned),
            role,
            start,
            before,
        })
    }

    /// Ends the innermost collection.
    fn close(&mut self) -> Result<(), String> {
        let (value, outline, open) = match self.frames.pop() {
            None => return Ok(()),
            Some(Frame::Sequence {
                values,
                outlines,
                open,
            }) => {
                let outline = Outline {
                    items: outlines,
                    ..Outline::at(open.start)
                };
                (Value::from(values), outline, open)
            }
            Some(Frame::Mapping {
                map, outline, open, ..
            }) => (Value::from(map), outline, open),
        };
        if let Some(anchor) = open.anchor {
            let values = self.budget.values() - open.before + 1;
            self.anchors.insert(
                anchor,
                Anchored::Value {
                    value: value.clone(),
                    values,
                },
            );
        }
        self.put(value, outline, false)
    }

    fn scalar(&mut self, scalar: &Scalar<'_>, start: usize) -> Result<(), String> {
        if let Some(Frame::Mapping {
            key: key @ Key::Wanted,
            ..
        }) = self.frames.last_mut()
        {
            if scalar::is_merge(scalar) {
                *key = Key::Merge;
                return Ok(());
            }
            self.budget.value()?;
            let text = Value::from(&*scalar::key(scalar)?);
            if let Some(anchor) = scalar.anchor {
                let value = scalar::value(scalar)?;
                self.anchors
                    .insert(anchor.to_owned(), Anchored::Value { value, values: 1 });
            }
            self.key(text, start);
            return Ok(());
        }
        self.budget.value()?;
        let value = scalar::value(scalar)?;
        if let Some(anchor) = scalar.anchor {
            let value = value.clone();
            self.anchors
                .insert(anchor.to_owned(), Anchored::Value { value, values: 1 });
        }
        self.put(value, Outline::at(start), false)
    }

    fn alias(&mut self, name: &str, start: usize) -> Result<(), String> {
        let (value, values) = match self.anchors.get(name) {
            None => return Err(format!("there is no anchor `&{name}` before `*{name}`")),
            Some(Anchored::Open) => return Err(format!("the anchor `&{name}` contains itself")),
            Some(Anchored::Value { value, values }) => (value.clone(), *values),
        };
        self.budget.value()?;
        self.budget.alias(values)?;
        if let Some(Frame::Mapping {
            key: Key::Wanted, ..
        }) = self.frames.last()
        {
            let key = match value {
                Value::String(_) => value,
                Value::Bool(value) => Value::from(if value { "true" } else { "false" }),
                Value::Number(_) => Value::from(value.to_string()),
                _ => return Err(format!("`*{name}` cannot be a key")),
            };
            self.key(key, start);
            return Ok(());
        }
        self.put(value, Outline::at(start), true)
    }

    fn key(&mut self, text: Value, start: usize) {
        if let Some(Frame::Mapping { key, .. }) = self.frames.last_mut() {
            *key = Key::Is(text, start);
        }
    }

    /// Hands a finished value to the collection around it.
    fn put(&mut self, value: Value, at: Outline, alias: bool) -> Result<(), String> {
        match self.frames.last_mut() {
            None => self.root = Some((value, at)),
            Some(Frame::Sequence {
                values,
                outlines,
                open,
            }) => {
                if open.role == Role::Items {
                    outlines.push(at);
                }
                values.push(value);
            }
            Some(Frame::Mapping {
                map,
                key,
                merged,
                outline,
                open,
            }) => match std::mem::replace(key, Key::Wanted) {
                Key::Is(key, start) => {
                    outline_of(outline, open.role, &key, at, alias);
                    match map.entry(key) {
                        Entry::Vacant(entry) => drop(entry.insert(value)),
                        Entry::Occupied(mut entry) => {
                            if !*merged && let Value::String(key) = entry.key() {
                                self.duplicates.push((key.to_string(), start));
                            }
                            entry.insert(value);
                        }
                    }
                }
                Key::Merge => {
                    *merged = true;
                    merge(map, value, alias)?;
                }
                Key::Wanted => return Err("a key cannot be a mapping or a sequence".to_owned()),
            },
        }
        Ok(())
    }
}

/// Notes where resources begin that a key brings.
fn outline_of(outline: &mut Outline, role: Role, key: &Value, at: Outline, alias: bool) {
    let Value::String(key) = key else { return };
    match (&**key, role) {
        ("items", Role::Root | Role::Item) => {
            // Items of another place begin, as far as this one is concerned, at the alias.
            outline.items = if alias { Vec::new() } else { at.items };
        }
        ("request", Role::Root) => {
            outline.object = at.object;
            outline.old_object = at.old_object;
        }
        ("object", Role::Request) => outline.object = Some(at.start),
        ("oldObject", Role::Request) => outline.old_object = Some(at.start),
        _ => {}
    }
}
