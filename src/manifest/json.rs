//! JSON to values, and where the parts of a JSON text stand.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::DEPTH;
use super::outline::Outline;
use crate::engine::Value;
use crate::engine::yaml::number;

/// One value of a stream of values.
#[derive(Debug)]
pub(super) struct Json {
    pub value: Value,
    /// Keys that their object has more than once.
    pub duplicates: Vec<String>,
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub message: String,
    /// After so many bytes.
    pub at: usize,
}

/// Reads the values in the bytes `within` one after the other, and gives each to `take` with its bytes.
/// The answer is the end of the last one, and what was wrong after it.
///
/// What is JSON and cannot be a value here (a number out of range, too deep a nesting) is given to
/// `take` as well; only what is no JSON ends the reading.
pub(super) fn stream(
    text: &str,
    within: Range<usize>,
    mut take: impl FnMut(Result<Json, Broken>, Range<usize>),
) -> (usize, Option<Broken>) {
    let text = text.get(..within.end).unwrap_or_default();
    let mut end = within.start;
    loop {
        let base = end;
        let rest = text.get(base..).unwrap_or_default();
        let mut deserializer = serde_json::Deserializer::from_str(rest);
        // The depth is bounded below, at the same number of levels as YAML's.
        deserializer.disable_recursion_limit();
        let mut values = deserializer.into_iter::<Json>();
        let error = loop {
            let start = end + leading_space(text.get(end..).unwrap_or_default());
            match values.next() {
                None => return (end, None),
                Some(Ok(value)) => {
                    end = base + values.byte_offset();
                    take(Ok(value), start..end);
                }
                Some(Err(error)) => break error,
            }
        };
        let mut broken = broken(rest, &error);
        broken.at += base;
        let start = end + leading_space(text.get(end..).unwrap_or_default());
        match (error.is_data(), value(text, start)) {
            (true, Some(bytes)) => {
                end = bytes.end;
                take(Err(broken), bytes);
            }
            _ => return (end, Some(broken)),
        }
    }
}

/// Reads the elements of an array, with commas between them, in the bytes `within`. The answer is where
/// that comes to its end.
pub(super) fn elements(
    text: &str,
    within: Range<usize>,
    mut take: impl FnMut(Json, Range<usize>),
) -> usize {
    let text = text.get(..within.end).unwrap_or_default();
    let mut end = within.start;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let start = end + leading_space(rest);
        let mut deserializer =
            serde_json::Deserializer::from_str(text.get(start..).unwrap_or_default());
        deserializer.disable_recursion_limit();
        let mut values = deserializer.into_iter::<Json>();
        let Some(Ok(value)) = values.next() else {
            return end;
        };
        end = start + values.byte_offset();
        take(value, start..end);
        let rest = text.get(end..).unwrap_or_default();
        match rest.trim_start().strip_prefix(',') {
            Some(next) => end = text.len() - next.len(),
            None => return end + leading_space(rest),
        }
    }
}

/// The one value that `text` is.
pub(super) fn one(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

/// The bytes of the value that begins at `start`.
pub(super) fn value(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let value = serde_json::Deserializer::from_str(rest)
        .into_iter::<&RawValue>()
        .next()?
        .ok()?;
    Some(start..start + value.get().len())
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// serde_json counts lines, and bytes in a line.
fn broken(text: &str, error: &serde_json::Error) -> Broken {
    let full = error.to_string();
    let message = full
        .rsplit_once(" at line ")
        .map_or(&*full, |(message, _)| message)
        .to_owned();
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    Broken { message, at }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let duplicates = RefCell::new(Vec::new());
        let value = Builder {
            depth: 0,
            duplicates: &duplicates,
        }
        .deserialize(deserializer)?;
        Ok(Json {
            value,
            duplicates: duplicates.into_inner(),
        })
    }
}

/// The key under which serde_json hands out a number as it is written.
const NUMBER: &str = "$serde_json::private::Number";

#[derive(Clone, Copy)]
struct Builder<'a> {
    depth: usize,
    duplicates: &'a RefCell<Vec<String>>,
}

impl Builder<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH {
            return Err(E::custom(format_args!("nested deeper than {DEPTH} levels")));
        }
        Ok(Builder {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Builder<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Builder<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        number::double(value)
            .ok_or_else(|| E::custom(format_args!("the number `{value}` is out of range")))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(deeper)? {
            values.push(value);
        }
        Ok(Value::from(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut map = BTreeMap::new();
        while let Some(key) = entries.next_key_seed(deeper)? {
            let value = entries.next_value_seed(deeper)?;
            let number = map.is_empty() && matches!(&key, Value::String(key) if &**key == NUMBER);
            if let (true, Value::String(text)) = (number, &value) {
                return number::json(text).ok_or_else(|| {
                    A::Error::custom(format_args!("the number `{text}` is out of range"))
                });
            }
            if map.contains_key(&key)
                && let Value::String(key) = &key
            {
                self.duplicates.borrow_mut().push(key.to_string());
            }
            map.insert(key, value);
        }
        Ok(Value::from(map))
    }
}

/// A member of an object: its key, and the bytes of both.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub name: String,
    pub key: Range<usize>,
    pub value: Range<usize>,
}

/// The parts of an object or an array, without what is in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parts {
    Members(Vec<Member>),
    Elements(Vec<Range<usize>>),
    /// Neither object nor array, or not JSON at all.
    None,
}

/// The parts of the value at `bytes` of `text`.
pub(super) fn parts(text: &str, bytes: Range<usize>) -> Parts {
    let Some(value) = text.get(bytes) else {
        return Parts::None;
    };
    let within = |raw: &RawValue| {
        // Borrowed from `text`, so that the difference of the addresses is the place in it.
        let start = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        start..start + raw.get().len()
    };
    if let Ok(RawObject(members)) = serde_json::from_str(value) {
        let members = members.into_iter().map(|(key, value)| Member {
            name: serde_json::from_str(key.get()).unwrap_or_default(),
            key: within(key),
            value: within(value),
        });
        return Parts::Members(members.collect());
    }
    match serde_json::from_str::<Vec<&RawValue>>(value) {
        Ok(elements) => Parts::Elements(elements.into_iter().map(within).collect()),
        Err(_) => Parts::None,
    }
}

/// An object's members, in their order, not looked into.
struct RawObject<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for RawObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawObject<'de>, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = entries.next_entry()? {
                    members.push(member);
                }
                Ok(RawObject(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Where the resources in the value at `bytes` begin.
pub(super) fn outline(text: &str, bytes: Range<usize>) -> Outline {
    outline_of(text, bytes, NESTED)
}

/// The same of an element of a List's items.
pub(super) fn outline_of_item(text: &str, bytes: Range<usize>) -> Outline {
    of_item(text, bytes, NESTED)
}

fn of_item(text: &str, item: Range<usize>, levels: usize) -> Outline {
    let list = text
        .get(item.clone())
        .is_some_and(|text| text.contains("\"items\""));
    if list && levels > 0 {
        outline_of(text, item, levels - 1)
    } else {
        Outline::at(item.start)
    }
}

/// Lists in Lists are looked into so deep: each level costs another reading. What is deeper begins,
/// for a reader, where the List around it does.
const NESTED: usize = 8;

fn outline_of(text: &str, bytes: Range<usize>, levels: usize) -> Outline {
    let mut outline = Outline::at(bytes.start);
    let Parts::Members(members) = parts(text, bytes) else {
        return outline;
    };
    for member in members {
        if !matches!(&*member.name, "items" | "request") {
            continue;
        }
        match (&*member.name, parts(text, member.value)) {
            ("items", Parts::Elements(items)) => {
                let items = items.into_iter();
                outline.items = items.map(|item| of_item(text, item, levels)).collect();
            }
            ("request", Parts::Members(members)) => {
                for member in members {
                    match &*member.name {
                        "object" => outline.object = Some(member.value.start),
                        "oldObject" => outline.old_object = Some(member.value.start),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    outline
}
