//! Fields in JSON: found by reading one level after the other.

use std::ops::Range;

use super::Spot;
use crate::manifest::json::{Parts, parts};
use crate::manifest::path::Step;

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
