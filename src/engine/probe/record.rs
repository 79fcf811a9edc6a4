//! What the calls note while an evaluation runs. An evaluation stays on its thread.

use std::cell::RefCell;

use regorus::Value;

/// So many events of one evaluation are kept in their order.
const EVENTS: usize = 200_000;

/// What one evaluation came by.
#[derive(Default)]
pub(in crate::engine) struct Record {
    /// By number of the call: whether it was made.
    pub(in crate::engine) hits: Vec<bool>,
    /// The calls in their order, with the values that they were shown.
    pub(in crate::engine) events: Vec<(usize, Value)>,
    /// There were more.
    pub(in crate::engine) truncated: bool,
}

thread_local! {
    static RECORD: RefCell<Record> = RefCell::default();
}

/// Begins a record of a program with so many calls.
pub(in crate::engine) fn begin(calls: usize) {
    RECORD.set(Record {
        hits: vec![false; calls],
        ..Record::default()
    });
}

/// What was recorded since [`begin`].
pub(in crate::engine) fn end() -> Record {
    RECORD.take()
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
        if ordered && record.events.len() < EVENTS {
            record.events.push((number, shown.clone()));
        } else if ordered {
            record.truncated = true;
        }
    });
}
