//! Evaluating once more, to see where the time goes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Profile;
use crate::bundle::{Policy, take_unanswered};
use crate::engine::{Machine, RuleTime, Value};

/// So often each evaluation is recorded: what else the machine did meanwhile is in some of them alone.
const TIMES: usize = 3;
/// What takes so long is recorded once: nothing else counts beside it.
const LONG: Duration = Duration::from_millis(100);

/// One thread's machines that record, by the policy's place; `None` where there is nothing to run.
#[derive(Default)]
pub(in crate::check) struct Recorder {
    machines: BTreeMap<usize, Option<Machine>>,
}

impl Recorder {
    /// Asks `policy`, the one at `index`, what it was asked already. What it answers is nobody's.
    pub(in crate::check) fn record(
        &mut self,
        profile: &Profile,
        (index, policy): (usize, &Policy),
        input: Value,
        data: &Value,
    ) {
        if !profile.is_next(&policy.id) {
            return;
        }
        let machine = self.machines.entry(index).or_insert_with(|| {
            let mut machine = profile.program(policy)?.machine();
            machine.set_data(data.clone()).ok()?;
            Some(machine)
        });
        let Some(machine) = machine else { return };
        let began = Instant::now();
        let mut shortest: Vec<RuleTime> = Vec::new();
        for _ in 0..TIMES {
            let _ = machine.eval(&policy.template.entry, input.clone());
            take_unanswered();
            let times = machine.take_times();
            if shortest.is_empty() {
                shortest = times;
            } else {
                // The same question goes the same way.
                for (known, time) in shortest.iter_mut().zip(times) {
                    known.spent = known.spent.min(time.spent);
                }
            }
            if began.elapsed() > LONG {
                break;
            }
        }
        profile.add_rules(policy, shortest, began.elapsed());
    }
}
