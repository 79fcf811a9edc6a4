//! How long policies take.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// By policy and Constraint.
type Times = BTreeMap<(Arc<str>, String), Time>;

/// The time that evaluations took, by policy and Constraint. Cheap to clone: all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    times: Arc<Mutex<Times>>,
}

/// The time of several evaluations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// How many there were.
    pub count: u32,
    /// What all of them took.
    pub total: Duration,
}

impl Time {
    /// What one of them took.
    pub fn mean(self) -> Duration {
        self.total.checked_div(self.count).unwrap_or_default()
    }

    /// Adds others.
    pub fn add(&mut self, other: Time) {
        self.count += other.count;
        self.total += other.total;
    }
}

impl Profile {
    pub(super) fn add(&self, policy: &Arc<str>, constraint: String, took: Duration) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let time = times.entry((policy.clone(), constraint)).or_default();
        time.add(Time {
            count: 1,
            total: took,
        });
    }

    /// The times by policy and Constraint (`Kind/name`).
    pub fn times(&self) -> Vec<(Arc<str>, String, Time)> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = times.iter();
        rows.map(|((policy, constraint), time)| (policy.clone(), constraint.clone(), *time))
            .collect()
    }
}
