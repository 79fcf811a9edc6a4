//! How resources fare by each policy, added up; in which order does not matter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bundle::{POINTS, Policy, SecurityControl};
use crate::report::{Answer, Report, ScoreCount, Standing};

use super::judge::{self, Outcome, Verdict};

/// What all policies said of some resources.
pub(super) struct Sum<'a> {
    policies: &'a [&'a Policy],
    judged: usize,
    outcomes: BTreeMap<Arc<str>, BTreeMap<Outcome, usize>>,
    /// The Constraints that were asked: the policy's place, and its own.
    matched: BTreeSet<(usize, usize)>,
    score: ScoreCount<'a>,
}

impl<'a> Sum<'a> {
    pub(super) fn new(policies: &'a [&'a Policy]) -> Sum<'a> {
        Sum {
            policies,
            judged: 0,
            outcomes: BTreeMap::new(),
            matched: BTreeSet::new(),
            score: ScoreCount::new(policies.iter().flat_map(|policy| controls(policy))),
        }
    }

    /// Counts what was said of one resource.
    pub(super) fn count(&mut self, verdict: &Verdict) {
        self.judged += usize::from(!verdict.outcomes.is_empty());
        for (policy, outcome) in &verdict.outcomes {
            let outcomes = match self.outcomes.get_mut(policy) {
                Some(outcomes) => outcomes,
                None => self.outcomes.entry(policy.clone()).or_default(),
            };
            *outcomes.entry(*outcome).or_insert(0) += 1;
        }
        let asked = verdict.answers.iter();
        self.matched
            .extend(asked.map(|(policy, place, _)| (*policy, *place)));
        self.score.add(answers(self.policies, verdict));
    }

    /// Counts what was counted elsewhere.
    pub(super) fn add(&mut self, other: Sum<'a>) {
        self.judged += other.judged;
        for (policy, counts) in other.outcomes {
            let outcomes = self.outcomes.entry(policy).or_default();
            for (outcome, count) in counts {
                *outcomes.entry(outcome).or_insert(0) += count;
            }
        }
        self.matched.extend(other.matched);
        self.score.merge(other.score);
    }

    /// Says it in `report`, which has the policies' assessments.
    pub(super) fn report(self, report: &mut Report) {
        report.judged = self.judged;
        for assessment in &mut report.assessments {
            for (outcome, count) in self.outcomes.get(&assessment.policy).into_iter().flatten() {
                match outcome {
                    Outcome::Healthy => assessment.healthy += count,
                    Outcome::Unhealthy => assessment.unhealthy += count,
                    Outcome::Failed => assessment.failed += count,
                }
            }
        }
        report.unmatched = unmatched(self.policies, &self.matched);
        let order = self.policies.iter().map(|policy| &policy.id);
        report.score = self.score.finish(order);
    }
}

/// The Constraints of a user's policies that none of the resources is for.
fn unmatched(policies: &[&Policy], matched: &BTreeSet<(usize, usize)>) -> Vec<String> {
    let mut unmatched = Vec::new();
    for (index, policy) in policies
        .iter()
        .enumerate()
        .filter(|(_, policy)| policy.of_user)
    {
        for (place, constraint) in policy.constraints.iter().enumerate() {
            let counts = !constraint.enforcement.at(&POINTS).is_empty();
            if counts && !matched.contains(&(index, place)) {
                unmatched.push(judge::constraint_name(constraint));
            }
        }
    }
    unmatched
}

fn controls(policy: &Policy) -> impl Iterator<Item = &SecurityControl> {
    let constraints = policy.constraints.iter();
    constraints.filter_map(|constraint| policy.control_of(constraint))
}

// What Constraints say of a resource, where they count for a control.
fn answers<'a>(policies: &[&'a Policy], verdict: &Verdict) -> Vec<Answer<'a>> {
    let answer = |&(index, place, outcome): &(usize, usize, Outcome)| {
        let policy: &'a Policy = policies.get(index)?;
        Some(Answer {
            control: policy.control_of(policy.constraints.get(place)?)?,
            policy: &policy.id,
            unconfigured: policy.is_unconfigured(),
            standing: match outcome {
                Outcome::Healthy => Standing::Healthy,
                Outcome::Failed => Standing::Unjudged,
                Outcome::Unhealthy => Standing::Unhealthy,
            },
        })
    };
    verdict.answers.iter().filter_map(answer).collect()
}
