//! How fast policies answer.

use std::time::{Duration, Instant};

use crate::bundle::{Bundle, Policy, take_unanswered};
use crate::engine::Machine;
use crate::manifest::Fault;

use super::inspect::Question;

/// What was measured of one policy: one time for each question and round, the shortest first.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The policy's id.
    pub policy: std::sync::Arc<str>,
    /// The times.
    pub times: Vec<Duration>,
}

impl Measured {
    /// The time that so many percent of the evaluations stay within.
    pub fn percentile(&self, percent: usize) -> Duration {
        let last = self.times.len().saturating_sub(1);
        let at = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
        self.times.get(at.min(last)).copied().unwrap_or_default()
    }
}

/// Puts `questions` to the policies of `bundle` in turn, so many rounds after one that does not count,
/// on one thread. Policies that are asked nothing are left out.
pub fn measure(
    bundle: &Bundle,
    questions: &[Question],
    rounds: usize,
) -> Result<Vec<Measured>, Vec<Fault>> {
    let mut measured = Vec::new();
    for (index, policy) in bundle.policies.iter().enumerate() {
        let asked: Vec<&Question> = questions.iter().filter(|it| it.policy == index).collect();
        let Some(first) = asked.first() else { continue };
        let mut machine = machine(policy, first)?;
        let mut times = Vec::with_capacity(asked.len().saturating_mul(rounds));
        for round in 0..=rounds {
            for question in &asked {
                let input = question.input.clone();
                let began = Instant::now();
                // An answer and an error take their time alike.
                let _ = machine.eval(&policy.template.entry, input);
                let took = began.elapsed();
                take_unanswered();
                if round > 0 {
                    times.push(took);
                }
            }
        }
        times.sort_unstable();
        measured.push(Measured {
            policy: policy.id.clone(),
            times,
        });
    }
    Ok(measured)
}

fn machine(policy: &Policy, question: &Question) -> Result<Machine, Vec<Fault>> {
    let place = |faults: &[crate::engine::Fault]| -> Vec<Fault> {
        faults.iter().map(|fault| policy.place(fault)).collect()
    };
    let mut machine = policy.program().map_err(place)?.machine();
    machine.set_data(question.data.clone()).map_err(|error| {
        vec![Fault {
            path: policy.id.clone(),
            line: 0,
            column: 0,
            message: error.to_string(),
        }]
    })?;
    Ok(machine)
}
