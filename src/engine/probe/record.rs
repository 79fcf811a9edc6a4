//! What the calls note while an evaluation runs. An evaluation stays on its thread.

use std::cell::RefCell;
use std::sync::Arc;

use regorus::Value;

use super::sites::{Role, Sites};

/// So many events of one evaluation are kept in their order.
const EVENTS: usize = 200_000;

/// What one evaluation came by.
#[derive(Default)]
pub(in crate::engine) struct Record {
    /// By number of the call: whether it was made.
    pub(in crate::engine) hits: Vec<bool>,
    /// By number of the default: whether it was taken.
    pub(in crate::engine) defaults: Vec<bool>,
    roles: Arc<Vec<Option<Role>>>,
    /// By number of the default: whether its rule was asked for and nothing held yet.
    open: Vec<bool>,
    /// The calls in their order, with the values that they were shown.
    pub(in crate::engine) events: Vec<(usize, Value)>,
    /// There were more.
    pub(in crate::engine) truncated: bool,
}

thread_local! {
    static RECORD: RefCell<Record> = RefCell::default();
}

/// Begins a record of a program with these calls.
pub(in crate::engine) fn begin(sites: &Sites) {
    RECORD.set(Record {
        hits: vec![false; sites.calls.len()],
        defaults: vec![false; sites.defaults.len()],
        open: vec![false; sites.defaults.len()],
        roles: sites.roles.clone(),
        ..Record::default()
    });
}

/// What was recorded since [`begin`].
pub(in crate::engine) fn end() -> Record {
    let mut record = RECORD.take();
    for (taken, open) in record.defaults.iter_mut().zip(&record.open) {
        *taken |= open;
    }
    record
}

impl Record {
    /// A rule that is asked for again, and of which nothing held before, took its default.
    fn follow(&mut self, number: usize) {
        let (default, asked) = match self.roles.get(number) {
            Some(Some(Role::Asked(default))) => (*default, true),
            Some(Some(Role::Held(default))) => (*default, false),
            _ => return,
        };
        let open = self.open.get_mut(default);
        if let (Some(open), Some(taken)) = (open, self.defaults.get_mut(default)) {
            *taken |= asked && *open;
            *open = asked;
        }
    }
}

/// One call: its number, and what it shows; without `ordered` only that it was made.
pub(in crate::engine) fn record(arguments: &[Value], ordered: bool) {
    let [number, shown] = arguments else { return };
    let Some(number) = number
        .as_u64()
        .ok()
        .and_then(|number| usize::try_from(number).ok())
    else {
        return;
    };
    RECORD.with_borrow_mut(|record| {
        if let Some(hit) = record.hits.get_mut(number) {
            *hit = true;
        }
        record.follow(number);
        if ordered && record.events.len() < EVENTS {
            record.events.push((number, shown.clone()));
        } else if ordered {
            record.truncated = true;
        }
    });
}
