//! Which statement of one run is which of the other, where a policy says several things of a
//! resource.

use super::{Change, Statement};

/// Sentences as near as this are the same one, said otherwise.
const ALIKE: f64 = 0.6;

/// The differences of what one policy says of one resource.
pub(super) fn changes<'a>(
    mut before: Vec<&'a Statement>,
    mut after: Vec<&'a Statement>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    take(&mut before, &mut after, |a, b| a == b);
    let mut pair = |same: fn(&Statement, &Statement) -> bool| {
        for (before, after) in take(&mut before, &mut after, same) {
            changes.push(Change::Changed {
                before: before.clone(),
                after: after.clone(),
            });
        }
    };
    // What could not be judged is no finding that is worded differently.
    pair(|a, b| sort(a, b) && a.field == b.field && a.message.en == b.message.en);
    pair(|a, b| sort(a, b) && a.message.en == b.message.en);
    pair(|a, b| sort(a, b) && a.field == b.field && a.field.is_some());
    pair(|a, b| sort(a, b) && a.field == b.field && alike(a, b));
    changes.extend(before.into_iter().cloned().map(Change::Resolved));
    changes.extend(after.into_iter().cloned().map(Change::New));
    changes.sort_by(|a, b| a.statement().cmp(b.statement()));
    changes
}

fn sort(a: &Statement, b: &Statement) -> bool {
    a.is_unjudged() == b.is_unjudged()
}

fn alike(a: &Statement, b: &Statement) -> bool {
    strsim::normalized_levenshtein(&a.message.en, &b.message.en) >= ALIKE
}

/// Takes the pairs that are the `same` out of both lists, the first with the first.
fn take<'a>(
    before: &mut Vec<&'a Statement>,
    after: &mut Vec<&'a Statement>,
    same: fn(&Statement, &Statement) -> bool,
) -> Vec<(&'a Statement, &'a Statement)> {
    let mut pairs = Vec::new();
    before.retain(|one| {
        let Some(at) = after.iter().position(|other| same(one, other)) else {
            return true;
        };
        pairs.push((*one, after.remove(at)));
        false
    });
    pairs
}
