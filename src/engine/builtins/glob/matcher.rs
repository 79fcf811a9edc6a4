//! Deciding whether a text fits. Lengths are in characters, places in bytes, and they meet: texts
//! beyond ASCII fare as in OPA's library, up to the places where it would fall, which are errors.

mod find;
mod text;

use std::cell::Cell;

use text::{chars, find, first, separator};

/// One step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Matcher {
    Nothing,
    /// `**`
    All,
    /// `*`, but for these.
    Star(Vec<char>),
    /// `?`, but for these.
    One(Vec<char>),
    List {
        chars: Vec<char>,
        not: bool,
    },
    Range {
        low: char,
        high: char,
        not: bool,
    },
    Text(String),
    /// Text, then anything.
    Prefix(String),
    /// Anything, then text.
    Suffix(String),
    /// Text at both ends; they may overlap.
    Ends {
        prefix: String,
        suffix: String,
    },
    PrefixStar {
        text: String,
        separators: Vec<char>,
    },
    StarSuffix {
        text: String,
        separators: Vec<char>,
    },
    Contains {
        text: String,
        not: bool,
    },
    AtLeast(usize),
    AtMost(usize),
    /// One after another, each of a fixed length.
    Row {
        matchers: Vec<Matcher>,
        length: usize,
    },
    AnyOf(Vec<Matcher>),
    EveryOf(Vec<Matcher>),
    Tree(Box<Tree>),
}

/// A matcher that is looked for, and what must stand before and after it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub(super) value: Matcher,
    pub(super) left: Option<Matcher>,
    pub(super) right: Option<Matcher>,
    /// The lengths before shortening; a missing side is 0.
    left_length: Option<usize>,
    right_length: Option<usize>,
    length: Option<usize>,
}

impl Tree {
    pub(super) fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Tree {
        let side = |side: &Option<Matcher>| side.as_ref().map_or(Some(0), Matcher::length);
        let (left_length, right_length) = (side(&left), side(&right));
        let length = match (left_length, value.length(), right_length) {
            (Some(left), Some(value), Some(right)) => Some(left + value + right),
            _ => None,
        };
        Tree {
            value,
            left,
            right,
            left_length,
            right_length,
            length,
        }
    }
}

/// Steps that one decision may take.
const MOST_STEPS: u32 = 2_000_000;

/// Whether `text` fits `matcher`.
pub(super) fn decide(matcher: &Matcher, text: &[u8]) -> Result<bool, String> {
    Decision {
        steps: Cell::new(0),
    }
    .fits(matcher, text)
}

impl Matcher {
    /// How many characters it takes, where that is fixed.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Matcher::Nothing => Some(0),
            Matcher::One(_) | Matcher::List { .. } | Matcher::Range { .. } => Some(1),
            Matcher::Text(text) => Some(text.chars().count()),
            Matcher::Row { length, .. } => Some(*length),
            Matcher::Tree(tree) => tree.length,
            Matcher::EveryOf(matchers) => matchers.is_empty().then_some(0),
            Matcher::AnyOf(matchers) => {
                // A later fixed length replaces an earlier unknown one.
                let mut length = None;
                for matcher in matchers {
                    match (length, matcher.length()) {
                        (None, new) => length = new,
                        (Some(known), Some(new)) if known == new => {}
                        _ => return None,
                    }
                }
                length
            }
            _ => None,
        }
    }

    /// Whether a single character fits; `None` for matchers of more.
    fn takes(&self, c: char) -> Option<bool> {
        match self {
            Matcher::One(separators) => Some(!separators.contains(&c)),
            Matcher::List { chars, not } => Some(chars.contains(&c) != *not),
            Matcher::Range { low, high, not } => Some((*low..=*high).contains(&c) != *not),
            _ => None,
        }
    }
}

struct Decision {
    steps: Cell<u32>,
}

impl Decision {
    fn step(&self) -> Result<(), String> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS {
            return Err("pattern takes too many steps".to_owned());
        }
        Ok(())
    }

    fn fits(&self, matcher: &Matcher, text: &[u8]) -> Result<bool, String> {
        self.step()?;
        Ok(match matcher {
            Matcher::Nothing => text.is_empty(),
            Matcher::All => true,
            Matcher::Star(separators) => separator(text, separators).is_none(),
            Matcher::One(_) | Matcher::List { .. } | Matcher::Range { .. } => {
                let (c, width) = first(text);
                text.len() <= width && matcher.takes(c).unwrap_or(false)
            }
            Matcher::Text(expected) => text == expected.as_bytes(),
            Matcher::Prefix(prefix) => text.starts_with(prefix.as_bytes()),
            Matcher::Suffix(suffix) => text.ends_with(suffix.as_bytes()),
            Matcher::Ends { prefix, suffix } => {
                text.starts_with(prefix.as_bytes()) && text.ends_with(suffix.as_bytes())
            }
            Matcher::PrefixStar {
                text: prefix,
                separators,
            } => text
                .strip_prefix(prefix.as_bytes())
                .is_some_and(|rest| separator(rest, separators).is_none()),
            Matcher::StarSuffix {
                text: suffix,
                separators,
            } => text
                .strip_suffix(suffix.as_bytes())
                .is_some_and(|rest| separator(rest, separators).is_none()),
            Matcher::Contains { text: needle, not } => {
                find(text, needle.as_bytes()).is_some() != *not
            }
            Matcher::AtLeast(least) => !text.is_empty() && chars(text).count() >= *least,
            Matcher::AtMost(most) => chars(text).count() <= *most,
            Matcher::Row { matchers, length } => {
                chars(text).count() == *length && self.row(matchers, text)?
            }
            Matcher::AnyOf(matchers) => {
                for matcher in matchers {
                    if self.fits(matcher, text)? {
                        return Ok(true);
                    }
                }
                false
            }
            Matcher::EveryOf(matchers) => {
                for matcher in matchers {
                    if !self.fits(matcher, text)? {
                        return Ok(false);
                    }
                }
                true
            }
            Matcher::Tree(tree) => self.tree(tree, text)?,
        })
    }

    fn row(&self, matchers: &[Matcher], text: &[u8]) -> Result<bool, String> {
        let mut at = 0;
        for matcher in matchers {
            let length = matcher.length().unwrap_or(0);
            let rest = text.get(at..).unwrap_or_default();
            // The byte after the start of the last of `length` characters: right for ASCII only.
            let (mut last, mut count) = (0, 0);
            for (place, _) in chars(rest) {
                self.step()?;
                last = place;
                count += 1;
                if count == length {
                    break;
                }
            }
            if count < length {
                return Ok(false);
            }
            let Some(piece) = rest.get(..=last) else {
                return Err("pattern has no answer in OPA".to_owned());
            };
            if !self.fits(matcher, piece)? {
                return Ok(false);
            }
            at += last + 1;
        }
        Ok(true)
    }

    fn tree(&self, tree: &Tree, text: &[u8]) -> Result<bool, String> {
        if tree.length.is_some_and(|length| length > text.len()) {
            return Ok(false);
        }
        let mut from = tree.left_length.unwrap_or(0);
        let to = text.len().saturating_sub(tree.right_length.unwrap_or(0));
        let fits = |side: &Option<Matcher>, text: &[u8]| match side {
            Some(matcher) => self.fits(matcher, text),
            None => Ok(text.is_empty()),
        };
        while from < to {
            self.step()?;
            let Some((place, lengths)) =
                self.find(&tree.value, text.get(from..to).unwrap_or_default())?
            else {
                return Ok(false);
            };
            let place = from + place;
            if fits(&tree.left, text.get(..place).unwrap_or_default())? {
                for length in lengths {
                    if fits(&tree.right, text.get(place + length..).unwrap_or_default())? {
                        return Ok(true);
                    }
                }
            }
            from = place + first(text.get(place..).unwrap_or_default()).1;
        }
        Ok(false)
    }
}
