//! Structural schemas: the OpenAPI v3 of CustomResourceDefinitions, in which templates describe
//! their parameters.
//!
//! Facts: "Specifying a structural schema", "Field pruning" and "Defaulting" in Kubernetes'
//! documentation of CustomResourceDefinitions. General JSON Schema crates know neither pruning, nor
//! structural defaults, nor which schemas a cluster refuses.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use regex::Regex;

use super::Problem;
use crate::engine::Value;

mod default;
mod format;
mod parse;
mod prune;
mod structural;
mod validate;

/// A schema that a cluster would accept. Cheap to clone.
#[derive(Clone)]
pub struct Schema {
    root: Arc<Node>,
}

/// The tree would bury whatever the schema is part of.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.properties()).finish()
    }
}

impl Schema {
    /// Reads the schema at `path` of a template; `notes` takes what a cluster silently ignores. With
    /// `legacy`, anything may stand wherever the schema says nothing, as before schemas were structural.
    pub(super) fn parse(
        value: &Value,
        path: &str,
        legacy: bool,
        notes: &mut Vec<Problem>,
    ) -> Result<Schema, Vec<Problem>> {
        let mut reader = parse::Reader::default();
        let mut root = reader.node(value, path, parse::Place::Field);
        if legacy {
            root.preserve_unknown();
        }
        // What was misread would only be found missing.
        if reader.problems.is_empty() {
            structural::check(&root, path, &mut reader.problems);
        }
        notes.append(&mut reader.notes);
        if reader.problems.is_empty() {
            Ok(Schema {
                root: Arc::new(root),
            })
        } else {
            Err(reader.problems)
        }
    }

    /// A schema that accepts anything and forgets nothing.
    pub(super) fn anything() -> Schema {
        Schema {
            root: Arc::new(Node {
                preserve: true,
                ..Node::default()
            }),
        }
    }

    /// A schema that accepts no field at all.
    pub(super) fn nothing() -> Schema {
        Schema {
            root: Arc::new(Node {
                kind: Some(Kind::Object),
                ..Node::default()
            }),
        }
    }

    /// This schema with `schema` as that of the field at the end of `path`.
    pub(super) fn with_property(&self, path: &[&str], schema: &Schema) -> Schema {
        let mut root = (*self.root).clone();
        let mut at = &mut root;
        for key in path {
            at = at.properties.entry((*key).to_owned()).or_default();
        }
        *at = (*schema.root).clone();
        Schema {
            root: Arc::new(root),
        }
    }

    /// What `value`, which stands at `path`, has wrong.
    pub fn validate(&self, value: &Value, path: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        validate::validate(&self.root, value, path, &mut problems);
        problems
    }

    /// The paths of fields that the schema does not know, and that a cluster would drop. With
    /// `resource`, `apiVersion`, `kind` and `metadata` of the root are known.
    pub fn unknown_fields(&self, value: &Value, path: &str, resource: bool) -> Vec<String> {
        let mut unknown = Vec::new();
        prune::unknown(Some(&self.root), value, path, resource, &mut unknown);
        unknown
    }

    /// `value` with the schema's defaults where fields are missing.
    pub fn with_defaults(&self, value: &Value) -> Value {
        default::with_defaults(&self.root, value)
    }

    /// The names of the schema's own properties, in order.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.root.properties.keys().map(String::as_str)
    }

    /// Whether a cluster keeps fields that the schema does not know.
    pub fn keeps_unknown_fields(&self) -> bool {
        self.root.preserve
    }
}

/// One schema in the tree of schemas.
#[derive(Clone, Debug, Default)]
struct Node {
    kind: Option<Kind>,
    nullable: bool,
    preserve: bool,
    int_or_string: bool,
    embedded_resource: bool,
    /// Names only what value validations (`anyOf` and so on) may not name.
    generic: Vec<&'static str>,
    properties: BTreeMap<String, Node>,
    additional: Additional,
    items: Option<Box<Node>>,
    default: Option<Value>,
    limits: Limits,
    all_of: Vec<Node>,
    any_of: Vec<Node>,
    one_of: Vec<Node>,
    not: Option<Box<Node>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Array,
    Boolean,
    Integer,
    Number,
    Object,
    String,
}

impl Kind {
    const ALL: [(&'static str, Kind); 6] = [
        ("array", Kind::Array),
        ("boolean", Kind::Boolean),
        ("integer", Kind::Integer),
        ("number", Kind::Number),
        ("object", Kind::Object),
        ("string", Kind::String),
    ];

    fn name(self) -> &'static str {
        Kind::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }

    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Kind::Array, Value::Array(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Object, Value::Object(_))
            | (Kind::String, Value::String(_)) => true,
            (Kind::Integer, Value::Number(number)) => number.is_integer(),
            _ => false,
        }
    }
}

/// What an object may hold besides its properties.
#[derive(Clone, Debug, Default)]
enum Additional {
    /// Nothing.
    #[default]
    None,
    /// `additionalProperties: true`.
    Any,
    /// Values of this schema.
    Of(Box<Node>),
}

#[derive(Clone, Debug, Default)]
struct Limits {
    required: Vec<String>,
    values: Option<Vec<Value>>,
    pattern: Option<Regex>,
    format: Option<String>,
    minimum: Option<(Value, bool)>,
    maximum: Option<(Value, bool)>,
    multiple_of: Option<f64>,
    length: Span,
    items: Span,
    properties: Span,
}

/// A range of sizes, both ends inclusive.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    min: Option<u64>,
    max: Option<u64>,
}

impl Node {
    /// Gatekeeper's reading of `legacySchema: true`.
    fn preserve_unknown(&mut self) {
        match self.kind {
            None | Some(Kind::Object) => self.preserve = true,
            Some(Kind::Array) if self.items.is_none() => {
                self.items = Some(Box::new(Node {
                    preserve: true,
                    ..Node::default()
                }));
            }
            Some(_) => {}
        }
        self.properties
            .values_mut()
            .for_each(Node::preserve_unknown);
        if let Some(items) = &mut self.items {
            items.preserve_unknown();
        }
        if let Additional::Of(values) = &mut self.additional {
            values.preserve_unknown();
        }
    }

    fn value_validations(&self) -> impl Iterator<Item = (String, &Node)> {
        let lists = [
            ("allOf", &self.all_of),
            ("anyOf", &self.any_of),
            ("oneOf", &self.one_of),
        ];
        lists
            .into_iter()
            .flat_map(|(name, nodes)| {
                nodes
                    .iter()
                    .enumerate()
                    .map(move |(index, node)| (format!("{name}[{index}]"), node))
            })
            .chain(self.not.iter().map(|node| ("not".to_owned(), &**node)))
    }
}

/// `path.key`, or `path["key"]` where the key is no plain word.
fn child(path: &str, key: &str) -> String {
    if key.is_empty() || key.contains(['.', '[', ']', ' ', '/', '"']) {
        format!("{path}[\"{key}\"]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
