//! One document as a value.

use std::collections::{BTreeMap, HashMap};

use super::anchors::{Anchored, Budget};
use super::merge::merge;
use super::{Broken, DEPTH, Events, Kind, Scalar, scalar};
use crate::engine::Value;

/// The first document of `text`; null where there is none.
///
/// # Errors
/// One line, without a place.
pub(crate) fn value(text: &str) -> Result<Value, String> {
    super::read(text, |events| {
        document(events).map_err(|broken| broken.message)
    })
}

enum Frame {
    Sequence(Vec<Value>),
    /// The entries so far, and the key that waits for its value; `None` inside asks to merge.
    Mapping(BTreeMap<Value, Value>, Option<Option<Value>>),
}

/// A collection, its anchor, and how many values stood before it.
struct Open {
    frame: Frame,
    anchor: Option<String>,
    before: u64,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<String, Anchored>,
    budget: Budget,
    root: Option<Value>,
}

fn document(events: &mut Events<'_>) -> Result<Value, Broken> {
    let mut builder = Builder::default();
    loop {
        let event = events.next()?;
        let at = event.start;
        let taken = match event.kind {
            Kind::StreamEnd | Kind::DocumentEnd => return Ok(builder.root.unwrap_or(Value::Null)),
            Kind::DocumentStart => Ok(()),
            Kind::Scalar(scalar) => builder.scalar(&scalar),
            Kind::Alias(name) => builder.alias(name),
            Kind::SequenceStart { anchor } => builder.begin(Frame::Sequence(Vec::new()), anchor),
            Kind::MappingStart { anchor } => {
                builder.begin(Frame::Mapping(BTreeMap::new(), None), anchor)
            }
            Kind::SequenceEnd | Kind::MappingEnd => builder.end(),
        };
        taken.map_err(|message| Broken { message, at })?;
    }
}

/// An integer beyond 64 bits is a double to go-yaml.
fn wide(value: Value) -> Value {
    match &value {
        Value::Number(number) if number.as_i64().is_none() && number.as_u64().is_none() => number
            .format_decimal()
            .parse::<f64>()
            .map_or(value.clone(), Value::from),
        _ => value,
    }
}

impl Builder {
    /// Whether the next value is a key.
    fn key_wanted(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                frame: Frame::Mapping(_, None),
                ..
            })
        )
    }

    fn begin(&mut self, frame: Frame, anchor: Option<&str>) -> Result<(), String> {
        if self.open.len() >= DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        if self.key_wanted() {
            return Err("a key cannot be a mapping or a sequence".to_owned());
        }
        self.budget.value()?;
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), Anchored::Open);
        }
        let before = self.budget.values();
        self.open.push(Open {
            frame,
            anchor: anchor.map(str::to_owned),
            before,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.frame {
            Frame::Sequence(values) => Value::from(values),
            Frame::Mapping(map, _) => Value::from(map),
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
        self.put(value, false)
    }

    fn scalar(&mut self, scalar: &Scalar<'_>) -> Result<(), String> {
        let wanted = self.key_wanted();
        if wanted && scalar::is_merge(scalar) {
            self.key(None);
            return Ok(());
        }
        self.budget.value()?;
        let key = if wanted {
            Some(Value::from(&*scalar::key(scalar)?))
        } else {
            None
        };
        if scalar.anchor.is_some() || key.is_none() {
            let value = wide(scalar::value(scalar)?);
            if let Some(anchor) = scalar.anchor {
                self.anchors.insert(
                    anchor.to_owned(),
                    Anchored::Value {
                        value: value.clone(),
                        values: 1,
                    },
                );
            }
            if key.is_none() {
                return self.put(value, false);
            }
        }
        self.key(key);
        Ok(())
    }

    fn alias(&mut self, name: &str) -> Result<(), String> {
        let (value, values) = match self.anchors.get(name) {
            None => return Err(format!("there is no anchor `&{name}` before `*{name}`")),
            Some(Anchored::Open) => return Err(format!("the anchor `&{name}` contains itself")),
            Some(Anchored::Value { value, values }) => (value.clone(), *values),
        };
        self.budget.value()?;
        self.budget.alias(values)?;
        if self.key_wanted() {
            let key = match value {
                Value::String(_) => value,
                Value::Bool(value) => Value::from(if value { "true" } else { "false" }),
                Value::Number(_) => Value::from(value.to_string()),
                _ => return Err(format!("`*{name}` cannot be a key")),
            };
            self.key(Some(key));
            return Ok(());
        }
        self.put(value, true)
    }

    fn key(&mut self, text: Option<Value>) {
        if let Some(Open {
            frame: Frame::Mapping(_, key),
            ..
        }) = self.open.last_mut()
        {
            *key = Some(text);
        }
    }

    fn put(&mut self, value: Value, alias: bool) -> Result<(), String> {
        match self.open.last_mut().map(|open| &mut open.frame) {
            None => self.root = Some(value),
            Some(Frame::Sequence(values)) => values.push(value),
            Some(Frame::Mapping(map, key)) => match key.take() {
                // A key that stands twice: the last one counts.
                Some(Some(key)) => {
                    map.insert(key, value);
                }
                Some(None) => merge(map, value, alias)?,
                None => return Err("a key cannot be a mapping or a sequence".to_owned()),
            },
        }
        Ok(())
    }
}
