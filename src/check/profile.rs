//! How long policies take.

mod recorder;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::bundle::Policy;
use crate::engine::{Probes, Program, RuleTime};

pub(super) use recorder::Recorder;

/// The time that evaluations took, by policy and Constraint, and where in the Rego it goes. Cheap to
/// clone: all clones are one.
#[derive(Clone, Default)]
pub struct Profile {
    spent: Arc<Mutex<Spent>>,
    /// What records, by policy; `None` where it does not compile.
    programs: Arc<Mutex<BTreeMap<Arc<str>, Option<Program>>>>,
}

#[derive(Default)]
struct Spent {
    constraints: BTreeMap<(Arc<str>, String), Time>,
    rules: BTreeMap<Arc<str>, Rules>,
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

/// Path, line, column.
pub type RulePlace = (Arc<str>, u32, u32);

/// Where the time of one policy goes. It is not the time of the evaluations that gave the answers:
/// some of these are done once more, by the interpreter, with a clock between the statements.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// How many evaluations there were.
    pub asked: u32,
    /// How many of them were done once more.
    pub recorded: u32,
    /// By place.
    pub rules: BTreeMap<RulePlace, RuleSpent>,
    /// What recording them took.
    took: Duration,
    /// The places by the module's own: to look them up once.
    places: BTreeMap<(String, u32, u32), RulePlace>,
}

/// What one definition of a rule took.
#[derive(Clone, Debug, Default)]
pub struct RuleSpent {
    /// The rule's name.
    pub rule: String,
    /// How often it was begun.
    pub begun: u64,
    /// Its own time: see [`RuleTime`].
    pub spent: Duration,
}

/// So many evaluations of a policy are recorded before only some are.
const FIRST: u32 = 50;
/// One of so many is, after that.
const EVERY: u32 = 32;
/// So long a policy is recorded at most.
const LONG: Duration = Duration::from_secs(5);

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profile")
    }
}

impl Profile {
    pub(super) fn add(&self, policy: &Arc<str>, constraint: String, took: Duration) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let time = spent.constraints.entry((policy.clone(), constraint));
        time.or_default().add(Time {
            count: 1,
            total: took,
        });
    }

    /// Counts one more evaluation of `policy`; whether it is to be recorded.
    fn is_next(&self, policy: &Arc<str>) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = spent.rules.entry(policy.clone()).or_default();
        rules.asked += 1;
        let in_turn = rules.asked <= FIRST || rules.asked.is_multiple_of(EVERY);
        in_turn && rules.took < LONG
    }

    /// What records `policy`.
    fn program(&self, policy: &Policy) -> Option<Program> {
        let programs = self.programs.lock();
        let mut programs = programs.unwrap_or_else(PoisonError::into_inner);
        let known = programs.entry(policy.id.clone()).or_insert_with(|| {
            let made = policy.program_with(&[], |options| options.probes = Probes::Times);
            made.ok()
        });
        known.clone()
    }

    /// What the rules of `policy` took in an evaluation, and what recording that took.
    fn add_rules(&self, policy: &Policy, times: Vec<RuleTime>, took: Duration) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = spent.rules.entry(policy.id.clone()).or_default();
        rules.recorded += 1;
        rules.took += took;
        for time in times {
            let (line, column) = (time.line, time.column);
            let place = rules.places.entry((time.module, line, column));
            let place = place.or_insert_with_key(|(module, ..)| {
                let found = policy.place_at(module, line, column, String::new());
                (found.path, found.line, found.column)
            });
            let rule = rules.rules.entry(place.clone()).or_default();
            rule.rule = time.rule;
            rule.begun += time.begun;
            rule.spent += time.spent;
        }
    }

    /// The times by policy and Constraint (`Kind/name`).
    pub fn times(&self) -> Vec<(Arc<str>, String, Time)> {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = spent.constraints.iter();
        rows.map(|((policy, constraint), time)| (policy.clone(), constraint.clone(), *time))
            .collect()
    }

    /// Where the time goes, by policy.
    pub fn rules(&self) -> BTreeMap<Arc<str>, Rules> {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.rules.clone()
    }
}
