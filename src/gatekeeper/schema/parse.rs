//! Schemas as templates write them, read into nodes.

use super::super::fields::{entries, field, items, quoted, string, type_name};
use super::super::problem::suggestion;
use super::{Additional, Kind, Limits, Node, Span, child};
use crate::engine::{Value, go_regex};
use crate::gatekeeper::Problem;

/// Schemas nest; input that nests deeper than any schema of a person is refused, not recursed.
const MAX_DEPTH: usize = 64;

/// What a cluster refuses even where it would be valid OpenAPI.
const REFUSED: [&str; 8] = [
    "$ref",
    "additionalItems",
    "definitions",
    "dependencies",
    "id",
    "patternProperties",
    "readOnly",
    "writeOnly",
];

/// Words without a meaning for validation.
const IGNORED: [&str; 11] = [
    "$schema",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "externalDocs",
    "title",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    "x-kubernetes-validations",
    "xml",
];

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A field, an item or an additional property.
    Field,
    /// Inside `allOf`, `anyOf`, `oneOf` or `not`.
    Validation,
}

/// Reads schemas and keeps what is wrong with them.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Problem>,
    depth: usize,
}

impl Reader {
    fn wrong(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(path, message));
    }

    pub(super) fn node(&mut self, value: &Value, path: &str, place: Place) -> Node {
        if !matches!(value, Value::Object(_)) {
            self.wrong(path, format!("expected a schema, got {}", type_name(value)));
            return Node::default();
        }
        if self.depth >= MAX_DEPTH {
            self.wrong(
                path,
                format!("the schema nests deeper than {MAX_DEPTH} levels"),
            );
            return Node::default();
        }
        self.depth += 1;
        let mut node = Node::default();
        let mut exclusive = (false, false);
        let mut generic = Vec::new();
        for (key, given) in entries(value) {
            let at = child(path, key);
            if matches!(given, Value::Null) && key != "default" {
                continue;
            }
            match key {
                "type" => {
                    generic.push("type");
                    node.kind = self.kind(given, &at);
                }
                "nullable" => {
                    generic.push("nullable");
                    node.nullable = self.boolean(given, &at);
                }
                "default" => {
                    generic.push("default");
                    node.default = Some(given.clone()).filter(|value| *value != Value::Null);
                }
                "x-kubernetes-preserve-unknown-fields" => {
                    generic.push("x-kubernetes-preserve-unknown-fields");
                    node.preserve = self.only_true(given, &at);
                }
                "x-kubernetes-int-or-string" => {
                    generic.push("x-kubernetes-int-or-string");
                    node.int_or_string = self.boolean(given, &at);
                }
                "x-kubernetes-embedded-resource" => {
                    generic.push("x-kubernetes-embedded-resource");
                    node.embedded_resource = self.only_true(given, &at);
                }
                "properties" => {
                    if !matches!(given, Value::Object(_)) {
                        self.wrong(&at, format!("expected an object, got {}", type_name(given)));
                    }
                    for (name, schema) in entries(given) {
                        let schema = self.node(schema, &child(&at, name), place);
                        node.properties.insert(name.to_owned(), schema);
                    }
                }
                "additionalProperties" => {
                    generic.push("additionalProperties");
                    node.additional = match given {
                        Value::Bool(true) => Additional::Any,
                        Value::Bool(false) => {
                            self.wrong(&at, "cannot be false: leave it out");
                            Additional::None
                        }
                        schema => Additional::Of(Box::new(self.node(schema, &at, place))),
                    };
                }
                "items" => {
                    if matches!(given, Value::Array(_)) {
                        self.wrong(
                            &at,
                            "expected one schema for all items, got a list of schemas",
                        );
                    } else {
                        node.items = Some(Box::new(self.node(given, &at, place)));
                    }
                }
                "allOf" => node.all_of = self.nodes(given, &at),
                "anyOf" => node.any_of = self.nodes(given, &at),
                "oneOf" => node.one_of = self.nodes(given, &at),
                "not" => node.not = Some(Box::new(self.node(given, &at, Place::Validation))),
                "exclusiveMinimum" => exclusive.0 = self.boolean(given, &at),
                "exclusiveMaximum" => exclusive.1 = self.boolean(given, &at),
                "uniqueItems" => {
                    if self.boolean(given, &at) {
                        self.wrong(&at, "cannot be true: use `x-kubernetes-list-type: set`");
                    }
                }
                "x-kubernetes-list-type" => {
                    self.one_of(given, &at, &["atomic", "map", "set"]);
                    if string(given) == Some("map")
                        && field(value, "x-kubernetes-list-map-keys").is_none()
                    {
                        self.wrong(&at, "`map` needs `x-kubernetes-list-map-keys`");
                    }
                }
                _ if self.limit(&mut node.limits, key, given, &at) => {}
                _ if REFUSED.contains(&key) => {
                    self.wrong(&at, "a cluster does not support this in a schema");
                }
                "description" if place == Place::Validation => generic.push("description"),
                _ if IGNORED.contains(&key) => {}
                _ => self.note(key, &at),
            }
        }
        for (limit, exclusive) in [
            (&mut node.limits.minimum, exclusive.0),
            (&mut node.limits.maximum, exclusive.1),
        ] {
            if let Some(limit) = limit {
                limit.1 = exclusive;
            }
        }
        if place == Place::Validation {
            node.generic = generic;
        }
        self.depth -= 1;
        node
    }

    fn nodes(&mut self, value: &Value, path: &str) -> Vec<Node> {
        if !matches!(value, Value::Array(_)) {
            self.wrong(
                path,
                format!("expected a list of schemas, got {}", type_name(value)),
            );
        }
        let read = |(index, item)| self.node(item, &format!("{path}[{index}]"), Place::Validation);
        items(value).enumerate().map(read).collect()
    }

    /// Reads the keys that bound a value; `false` where `key` is none of them.
    fn limit(&mut self, limits: &mut Limits, key: &str, given: &Value, at: &str) -> bool {
        match key {
            "required" => {
                let wrong = !matches!(given, Value::Array(_))
                    || items(given).any(|item| string(item).is_none());
                if wrong {
                    self.wrong(
                        at,
                        format!("expected a list of names, got {}", quoted(given)),
                    );
                }
                limits.required = items(given).filter_map(string).map(str::to_owned).collect();
            }
            "enum" => {
                if !matches!(given, Value::Array(_)) {
                    self.wrong(
                        at,
                        format!("expected a list of values, got {}", type_name(given)),
                    );
                }
                limits.values = Some(items(given).cloned().collect());
            }
            "pattern" => match string(given).map(go_regex) {
                Some(Ok(pattern)) => limits.pattern = Some(pattern),
                Some(Err(_)) => {
                    self.wrong(at, format!("{} is no regular expression", quoted(given)));
                }
                None => self.wrong(at, format!("expected a string, got {}", type_name(given))),
            },
            "format" => match string(given) {
                Some(format) => limits.format = Some(format.to_owned()),
                None => self.wrong(at, format!("expected a string, got {}", type_name(given))),
            },
            "minimum" => limits.minimum = self.number(given, at).map(|value| (value, false)),
            "maximum" => limits.maximum = self.number(given, at).map(|value| (value, false)),
            "multipleOf" => {
                let number = self.number(given, at).and_then(|value| value.as_f64().ok());
                match number {
                    Some(number) if number > 0.0 => limits.multiple_of = Some(number),
                    Some(_) => self.wrong(at, "expected a number above zero"),
                    None => {}
                }
            }
            "minLength" => limits.length.min = self.size(given, at),
            "maxLength" => limits.length.max = self.size(given, at),
            "minItems" => limits.items.min = self.size(given, at),
            "maxItems" => limits.items.max = self.size(given, at),
            "minProperties" => limits.properties.min = self.size(given, at),
            "maxProperties" => limits.properties.max = self.size(given, at),
            _ => return false,
        }
        true
    }

    fn kind(&mut self, value: &Value, path: &str) -> Option<Kind> {
        let name = string(value);
        if let Some((_, kind)) = Kind::ALL.iter().find(|(known, _)| Some(*known) == name) {
            return Some(*kind);
        }
        // An empty type is a missing one: `structural` says where that is wrong.
        if name != Some("") {
            let names = Kind::ALL.map(|(name, _)| name);
            let hint = suggestion(name.unwrap_or_default(), names);
            let message = format!(
                "unsupported type {}, expected one of {}{hint}",
                quoted(value),
                names.join(", ")
            );
            self.wrong(path, message);
        }
        None
    }

    fn one_of(&mut self, value: &Value, path: &str, known: &[&str]) {
        if !string(value).is_some_and(|value| known.contains(&value)) {
            let message = format!(
                "expected one of {}, got {}",
                known.join(", "),
                quoted(value)
            );
            self.wrong(path, message);
        }
    }

    fn boolean(&mut self, value: &Value, path: &str) -> bool {
        let Value::Bool(value) = value else {
            self.wrong(
                path,
                format!("expected true or false, got {}", quoted(value)),
            );
            return false;
        };
        *value
    }

    fn only_true(&mut self, value: &Value, path: &str) -> bool {
        let value = self.boolean(value, path);
        if !value {
            self.wrong(path, "must be true or left out");
        }
        value
    }

    fn number(&mut self, value: &Value, path: &str) -> Option<Value> {
        if matches!(value, Value::Number(_)) {
            return Some(value.clone());
        }
        self.wrong(path, format!("expected a number, got {}", quoted(value)));
        None
    }

    fn size(&mut self, value: &Value, path: &str) -> Option<u64> {
        let size = value.as_u64().ok();
        if size.is_none() {
            self.wrong(
                path,
                format!("expected a whole number, got {}", quoted(value)),
            );
        }
        size
    }

    fn note(&mut self, key: &str, path: &str) {
        const KNOWN: [&str; 24] = [
            "additionalProperties",
            "allOf",
            "anyOf",
            "default",
            "enum",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "items",
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minProperties",
            "minimum",
            "multipleOf",
            "not",
            "nullable",
            "oneOf",
            "pattern",
            "properties",
            "required",
        ];
        let hint = suggestion(
            key,
            KNOWN.into_iter().chain(["type", "description", "title"]),
        );
        self.notes.push(Problem::new(
            path,
            format!("`{key}` means nothing in a schema{hint}"),
        ));
    }
}

impl Span {
    pub(super) fn holds(self, size: usize) -> bool {
        let size = size as u64;
        self.min.is_none_or(|min| size >= min) && self.max.is_none_or(|max| size <= max)
    }

    pub(super) fn words(self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "any number of".to_owned(),
        }
    }
}
