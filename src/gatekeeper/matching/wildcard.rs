//! Names with a star at either end.

use std::fmt;

/// `kube-*`, `*-system`, `*mid*`, or a name as it is. A star elsewhere is a character.
#[derive(Clone, Debug)]
pub(in crate::gatekeeper) enum Wildcard {
    Exact(Box<str>),
    Prefix(Box<str>),
    Suffix(Box<str>),
    Contains(Box<str>),
}

impl Wildcard {
    pub(in crate::gatekeeper) fn new(text: &str) -> Self {
        match (text.strip_prefix('*'), text.strip_suffix('*')) {
            // A lone star is both ends.
            (Some(rest), Some(_)) => {
                Wildcard::Contains(rest.strip_suffix('*').unwrap_or(rest).into())
            }
            (Some(rest), None) => Wildcard::Suffix(rest.into()),
            (None, Some(rest)) => Wildcard::Prefix(rest.into()),
            (None, None) => Wildcard::Exact(text.into()),
        }
    }

    pub(in crate::gatekeeper) fn matches(&self, name: &str) -> bool {
        match self {
            Wildcard::Exact(text) => name == &**text,
            Wildcard::Prefix(text) => name.starts_with(&**text),
            Wildcard::Suffix(text) => name.ends_with(&**text),
            Wildcard::Contains(text) => name.contains(&**text),
        }
    }

    /// Whether names that the API server makes from `generateName` surely match: their ends are
    /// not known yet.
    pub(in crate::gatekeeper) fn matches_generated(&self, generate_name: &str) -> bool {
        match self {
            Wildcard::Exact(_) | Wildcard::Suffix(_) => false,
            Wildcard::Prefix(_) | Wildcard::Contains(_) => self.matches(generate_name),
        }
    }
}

/// As it was written.
impl fmt::Display for Wildcard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wildcard::Exact(text) => f.write_str(text),
            Wildcard::Prefix(text) => write!(f, "{text}*"),
            Wildcard::Suffix(text) => write!(f, "*{text}"),
            Wildcard::Contains(text) if text.is_empty() => f.write_str("*"),
            Wildcard::Contains(text) => write!(f, "*{text}*"),
        }
    }
}
