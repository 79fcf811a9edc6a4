//! Where in a text a matcher fits.

use std::collections::BTreeSet;

use super::text::{chars, find, find_last, separator};
use super::{Decision, Matcher};

/// A place, and the lengths that fit from there.
pub(super) type Found = Option<(usize, BTreeSet<usize>)>;

impl Decision {
    /// The first place in `text` from which `matcher` fits, and how far.
    pub(super) fn find(&self, matcher: &Matcher, text: &[u8]) -> Result<Found, String> {
        self.step()?;
        let all = |text: &[u8], more: usize| -> BTreeSet<usize> {
            chars(text)
                .map(|(place, _)| place)
                .chain([text.len()])
                .map(|place| place + more)
                .collect()
        };
        Ok(match matcher {
            Matcher::Nothing => Some((0, BTreeSet::from([0]))),
            Matcher::All => Some((0, all(text, 0))),
            Matcher::Star(separators) => {
                let end = separator(text, separators).unwrap_or(text.len());
                Some((0, all(text.get(..end).unwrap_or_default(), 0)))
            }
            Matcher::One(_) | Matcher::List { .. } | Matcher::Range { .. } => chars(text)
                .find(|(_, c)| matcher.takes(*c).unwrap_or(false))
                .map(|(place, c)| (place, BTreeSet::from([c.len_utf8()]))),
            Matcher::Text(needle) => {
                find(text, needle.as_bytes()).map(|place| (place, BTreeSet::from([needle.len()])))
            }
            Matcher::Prefix(needle) => find(text, needle.as_bytes()).map(|place| {
                (
                    place,
                    all(
                        text.get(place + needle.len()..).unwrap_or_default(),
                        needle.len(),
                    ),
                )
            }),
            Matcher::PrefixStar {
                text: needle,
                separators,
            } => find(text, needle.as_bytes()).map(|place| {
                let rest = text.get(place + needle.len()..).unwrap_or_default();
                let end = separator(rest, separators).unwrap_or(rest.len());
                (
                    place,
                    all(rest.get(..end).unwrap_or_default(), needle.len()),
                )
            }),
            Matcher::Suffix(needle) => find(text, needle.as_bytes())
                .map(|place| (0, BTreeSet::from([place + needle.len()]))),
            Matcher::StarSuffix {
                text: needle,
                separators,
            } => find(text, needle.as_bytes()).map(|place| {
                let before = text.get(..place).unwrap_or_default();
                let start = separators
                    .iter()
                    .find_map(|separator| {
                        find_last(before, separator.encode_utf8(&mut [0; 4]).as_bytes())
                    })
                    .map_or(0, |place| place + 1);
                (start, BTreeSet::from([place + needle.len() - start]))
            }),
            Matcher::Ends { prefix, suffix } => ends(text, prefix.as_bytes(), suffix.as_bytes()),
            Matcher::Contains { text: needle, not } => match (find(text, needle.as_bytes()), not) {
                (None, false) => None,
                (Some(place), false) => {
                    let from = place + needle.len();
                    Some((0, all(text.get(from..).unwrap_or_default(), from)))
                }
                (found, true) => Some((
                    0,
                    all(
                        text.get(..found.unwrap_or(text.len())).unwrap_or_default(),
                        0,
                    ),
                )),
            },
            Matcher::AtLeast(least) => {
                let lengths: BTreeSet<usize> = chars(text)
                    .skip(least.saturating_sub(1))
                    .map(|(place, c)| place + c.len_utf8())
                    .collect();
                (!lengths.is_empty()).then_some((0, lengths))
            }
            Matcher::AtMost(most) => {
                let mut lengths: BTreeSet<usize> = chars(text)
                    .take(*most)
                    .map(|(place, c)| place + c.len_utf8())
                    .collect();
                lengths.insert(0);
                Some((0, lengths))
            }
            Matcher::Row { matchers, length } => {
                for (place, _) in chars(text) {
                    let rest = text.get(place..).unwrap_or_default();
                    if rest.len() < *length {
                        break;
                    }
                    if self.row(matchers, rest)? {
                        return Ok(Some((place, BTreeSet::from([*length]))));
                    }
                }
                None
            }
            Matcher::AnyOf(matchers) => {
                let mut best: Found = None;
                for matcher in matchers {
                    match (self.find(matcher, text)?, &mut best) {
                        (Some((place, lengths)), Some((known, all))) if place == *known => {
                            all.extend(lengths)
                        }
                        (Some((place, _)), Some((known, _))) if place > *known => {}
                        (Some(found), best) => *best = Some(found),
                        (None, _) => {}
                    }
                }
                best
            }
            Matcher::EveryOf(matchers) => self.find_every(matchers, text)?,
            // OPA's library never finds a tree inside another.
            Matcher::Tree(_) => None,
        })
    }

    fn find_every(&self, matchers: &[Matcher], text: &[u8]) -> Result<Found, String> {
        let (mut place, mut offset) = (0, 0);
        let mut rest = text;
        let mut current = BTreeSet::new();
        for (number, matcher) in matchers.iter().enumerate() {
            let Some((found, lengths)) = self.find(matcher, rest)? else {
                return Ok(None);
            };
            if number == 0 {
                current = lengths;
            } else {
                // The same ends, seen from another start.
                current = current
                    .into_iter()
                    .filter_map(|length| (length + place).checked_sub(found + offset))
                    .filter(|length| lengths.contains(length))
                    .collect();
                if current.is_empty() {
                    return Ok(None);
                }
            }
            place = found + offset;
            rest = text.get(place..).unwrap_or_default();
            offset += found;
        }
        Ok(Some((place, current)))
    }
}

fn ends(text: &[u8], prefix: &[u8], suffix: &[u8]) -> Found {
    let place = find(text, prefix)?;
    let mut rest = text.get(place..)?;
    if suffix.is_empty() {
        return Some((place, BTreeSet::from([rest.len()])));
    }
    let mut lengths = BTreeSet::new();
    while let Some(found) = find_last(rest, suffix) {
        lengths.insert(found + suffix.len());
        rest = rest.get(..found)?;
    }
    (!lengths.is_empty()).then_some((place, lengths))
}
