//! What the calls note while an evaluation runs. An evaluation stays on its thread.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    /// By number of the call: how often it was made, and what passed until the next one.
    pub(in crate::engine) times: Vec<(u64, Duration)>,
    /// The call that was made last, and when.
    last: Option<(usize, Instant)>,
}

thread_local! {
    static RECORD: RefCell<Record> = RefCell::default();
}

/// Begins a record of a program with these calls; `timed`: for [`record_time`].
pub(in crate::engine) fn begin(sites: &Sites, timed: bool) {
    let timed = if timed { sites.calls.len() } else { 0 };
    RECORD.set(Record {
        hits: vec![false; sites.calls.len()],
        defaults: vec![false; sites.defaults.len()],
        open: vec![false; sites.defaults.len()],
        roles: sites.roles.clone(),
        times: vec![(0, Duration::ZERO); timed],
        ..Record::default()
    });
}

/// What was recorded since [`begin`].
pub(in crate::engine) fn end() -> Record {
    let ended = Instant::now();
    let mut record = RECORD.take();
    record.pass(ended);
    for (taken, open) in record.defaults.iter_mut().zip(&record.open) {
        *taken |= open;
    }
    record
}

impl Record {
    /// What went by since the last call is that call's.
    fn pass(&mut self, now: Instant) {
        if let Some((last, since)) = self.last.take()
            && let Some((_, spent)) = self.times.get_mut(last)
        {
            *spent += now.saturating_duration_since(since);
        }
    }

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
    let Some(number) = position(number) else {
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

/// One call, and how long it is since the one before; what happens here is nobody's time.
pub(in crate::engine) fn record_time(arguments: &[Value]) {
    let now = Instant::now();
    let Some(number) = arguments.first().and_then(position) else {
        return;
    };
    RECORD.with_borrow_mut(|record| {
        record.pass(now);
        if let Some((count, _)) = record.times.get_mut(number) {
            *count += 1;
        }
        record.last = Some((number, Instant::now()));
    });
}

fn position(number: &Value) -> Option<usize> {
    let number = number.as_u64().ok()?;
    usize::try_from(number).ok()
}
