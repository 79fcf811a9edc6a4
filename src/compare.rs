//! What two runs say differently, by meaning: lines and order are no difference, the words, the
//! place in the object and the severity are.

mod pair;
mod statement;
mod turn;

use std::collections::BTreeMap;

pub use statement::{Statement, statements};
pub use turn::{Turn, Turned, Turns, count, count_by, turned};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Said now, not before.
    New(Statement),
    /// Said before, not any more.
    Resolved(Statement),
    /// Said otherwise.
    Changed {
        /// What was said.
        before: Statement,
        /// What is said.
        after: Statement,
    },
}

/// In which respect there is a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A finding that was not there.
    New,
    /// A finding that is not there any more.
    Resolved,
    /// Another sentence.
    Message,
    /// Another severity.
    Severity,
    /// Another field.
    Place,
    /// Another enforcement action.
    Action,
}

impl Class {
    /// All of them, in the order in which they are told.
    pub const ALL: [Class; 6] = [
        Class::New,
        Class::Resolved,
        Class::Message,
        Class::Severity,
        Class::Place,
        Class::Action,
    ];

    /// Its name, the same in every language and format.
    pub fn name(self) -> &'static str {
        match self {
            Class::New => "new",
            Class::Resolved => "resolved",
            Class::Message => "message",
            Class::Severity => "severity",
            Class::Place => "place",
            Class::Action => "action",
        }
    }
}

impl Change {
    /// In which respects; at least one.
    pub fn classes(&self) -> Vec<Class> {
        match self {
            Change::New(_) => vec![Class::New],
            Change::Resolved(_) => vec![Class::Resolved],
            Change::Changed { before, after } => {
                let differs = [
                    (Class::Message, before.message.en != after.message.en),
                    (Class::Severity, before.severity != after.severity),
                    (Class::Place, before.field != after.field),
                    (Class::Action, before.action != after.action),
                ];
                let differing = differs.into_iter().filter(|(_, differs)| *differs);
                differing.map(|(class, _)| class).collect()
            }
        }
    }

    /// What is said now; where nothing is, what was.
    pub fn statement(&self) -> &Statement {
        match self {
            Change::New(statement) | Change::Resolved(statement) => statement,
            Change::Changed { after, .. } => after,
        }
    }
}

/// What `after` says otherwise than `before`, in order of source, resource and policy.
pub fn compare(before: &[Statement], after: &[Statement]) -> Vec<Change> {
    type Group<'a> = (Vec<&'a Statement>, Vec<&'a Statement>);
    let mut groups: BTreeMap<(&str, &str, &str), Group<'_>> = BTreeMap::new();
    for statement in before {
        groups.entry(statement.key()).or_default().0.push(statement);
    }
    for statement in after {
        groups.entry(statement.key()).or_default().1.push(statement);
    }
    let mut changes = Vec::new();
    for (before, after) in groups.into_values() {
        changes.extend(pair::changes(before, after));
    }
    changes
}

/// `before` with `changes` made to it.
pub fn apply(mut before: Vec<Statement>, changes: &[Change]) -> Vec<Statement> {
    for change in changes {
        let (gone, come) = match change {
            Change::New(statement) => (None, Some(statement)),
            Change::Resolved(statement) => (Some(statement), None),
            Change::Changed { before, after } => (Some(before), Some(after)),
        };
        if let Some(gone) = gone
            && let Some(at) = before.iter().position(|statement| statement == gone)
        {
            before.remove(at);
        }
        before.extend(come.cloned());
    }
    before.sort();
    before
}

/// How often each class occurs.
pub fn tally(changes: &[Change]) -> BTreeMap<Class, usize> {
    let mut counts = BTreeMap::new();
    for class in changes.iter().flat_map(Change::classes) {
        *counts.entry(class).or_insert(0) += 1;
    }
    counts
}
