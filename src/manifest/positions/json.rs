//! Fields in JSON: found by reading one level after the other.

use std::ops::Range;

use serde_json::value::RawValue;

use super::Spot;
use crate::manifest::json::{Parts, parts};
use crate::manifest::path::Step;

/// The bytes of the value that begins at `start`.
pub(super) fn value(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let value = serde_json::Deserializer::from_str(rest)
        .into_iter::<&RawValue>()
        .next()?
        .ok()?;
    Some(start..start + value.get().len())
}

/// As far into the value at `root` as `path` goes, and how many steps that were.
pub(super) fn walk(text: &str, root: &Range<usize>, path: &[Step]) -> (Spot, usize) {
    let mut spot = Spot {
        key: None,
        value: root.clone(),
    };
    for (taken, step) in path.iter().enumerate() {
        let next = match (parts(text, spot.value.clone()), step) {
            // Of members of one name the last counts.
            (Parts::Members(members), Step::Key(key)) => members
                .into_iter()
                .rfind(|member| member.name == *key)
                .map(|member| Spot {
                    key: Some(member.key),
                    value: member.value,
                }),
            (Parts::Elements(elements), Step::Index(index)) => elements
                .into_iter()
                .nth(*index)
                .map(|value| Spot { key: None, value }),
            _ => None,
        };
        match next {
            Some(next) => spot = next,
            None => return (spot, taken),
        }
    }
    (spot, path.len())
}
