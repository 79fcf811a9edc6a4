//! What changes come to for a resource before one policy: denied, allowed, or worded differently.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Statement, compare};

/// What became of a resource before one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// Nothing was found, something is.
    Denied,
    /// Something was found, nothing is.
    Allowed,
    /// Something else is found.
    Reworded,
}

impl Turn {
    /// All of them, the gravest first.
    pub const ALL: [Turn; 3] = [Turn::Denied, Turn::Allowed, Turn::Reworded];
}

/// A resource that one policy judges otherwise.
#[derive(Clone, Debug)]
pub struct Turned {
    /// How it turned.
    pub turn: Turn,
    /// The changes; at least one, all about the same resource and policy.
    pub changes: Vec<Change>,
}

impl Turned {
    /// A statement about the resource, for its names.
    pub fn statement(&self) -> Option<&Statement> {
        self.changes.first().map(Change::statement)
    }
}

/// How many resources turned in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    /// Newly denied.
    pub denied: usize,
    /// Newly allowed.
    pub allowed: usize,
    /// Differently worded.
    pub reworded: usize,
}

impl Turns {
    fn count(&mut self, turn: Turn) {
        match turn {
            Turn::Denied => self.denied += 1,
            Turn::Allowed => self.allowed += 1,
            Turn::Reworded => self.reworded += 1,
        }
    }

    /// How many of one sort.
    pub fn of(&self, turn: Turn) -> usize {
        match turn {
            Turn::Denied => self.denied,
            Turn::Allowed => self.allowed,
            Turn::Reworded => self.reworded,
        }
    }
}

/// What `after` comes to that `before` did not. What could not be judged is left out: neither side
/// says anything there.
pub fn turned(before: &[Statement], after: &[Statement]) -> Vec<Turned> {
    let judged = |statements: &[Statement]| -> Vec<Statement> {
        let judged = statements.iter().filter(|one| !one.is_unjudged());
        judged.cloned().collect()
    };
    let unjudged: BTreeSet<_> = before
        .iter()
        .chain(after)
        .filter(|one| one.is_unjudged())
        .map(Statement::key)
        .collect();
    let (said, says) = (judged(before), judged(after));
    let found = |statements: &[Statement]| -> BTreeSet<(String, String, String)> {
        statements.iter().map(owned).collect()
    };
    let (denied, denies) = (found(&said), found(&says));
    let mut groups: BTreeMap<(String, String, String), Vec<Change>> = BTreeMap::new();
    for change in compare(&said, &says) {
        if !unjudged.contains(&change.statement().key()) {
            groups
                .entry(owned(change.statement()))
                .or_default()
                .push(change);
        }
    }
    let groups = groups.into_iter().map(|(key, changes)| Turned {
        turn: match (denied.contains(&key), denies.contains(&key)) {
            (false, true) => Turn::Denied,
            (true, false) => Turn::Allowed,
            _ => Turn::Reworded,
        },
        changes,
    });
    groups.collect()
}

fn owned(statement: &Statement) -> (String, String, String) {
    let (source, resource, policy) = statement.key();
    (source.to_owned(), resource.to_owned(), policy.to_owned())
}

/// How many turned, by what `name` says of them.
pub fn count_by<'a>(
    turned: &'a [Turned],
    name: impl Fn(&'a Statement) -> &'a str,
) -> BTreeMap<&'a str, Turns> {
    let mut counts: BTreeMap<&str, Turns> = BTreeMap::new();
    for one in turned {
        if let Some(statement) = one.statement() {
            counts.entry(name(statement)).or_default().count(one.turn);
        }
    }
    counts
}

/// How many turned in all.
pub fn count(turned: &[Turned]) -> Turns {
    let mut counts = Turns::default();
    for one in turned {
        counts.count(one.turn);
    }
    counts
}
