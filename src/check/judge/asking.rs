//! Asking a policy's program: about what was judged, and about what differs from it.

use std::collections::BTreeMap;
use std::time::Instant;

use super::{Asked, Bench, Cause, constraint_name};
use crate::bundle::take_unanswered;
use crate::check::Profile;
use crate::check::answer::{Unanswered, Violation};
use crate::check::cause::{self, Question};
use crate::engine::Value;
use crate::gatekeeper::Constraint;

impl Bench<'_> {
    /// Where violations come from of which the policy does not say it, and with
    /// [`Options::why`] why all of them are there.
    pub(super) fn causes(
        &mut self,
        asked: &Asked<'_>,
        constraint: &Constraint,
        violations: &[Violation],
    ) -> Vec<Option<Cause>> {
        let review = asked.matter.shown_to(asked.policy);
        let why = self.court.options.why;
        let wanted: Vec<bool> = violations
            .iter()
            .map(|violation| {
                why || cause::stated(violation, asked.matter.review.object()).is_none()
            })
            .collect();
        let Ok(program) = asked.policy.program() else {
            return Vec::new();
        };
        if !wanted.contains(&true) {
            return Vec::new();
        }
        let question = Question {
            review,
            parameters: &constraint.parameters,
            reads: program.reads(),
            violations,
        };
        cause::origins(&question, &wanted, &mut |review| {
            self.answer(asked, constraint, review, None).ok()
        })
    }

    pub(super) fn violations(
        &mut self,
        asked: &Asked<'_>,
        constraint: &Constraint,
    ) -> Result<Vec<Violation>, Unanswered> {
        let review = asked.matter.shown_to(asked.policy).clone();
        self.answer(
            asked,
            constraint,
            review,
            self.court.options.profile.as_ref(),
        )
    }

    /// What the policy says of `review`. Only what is judged counts in `profile`: the questions
    /// of a cause are no evaluations that a cluster would make.
    fn answer(
        &mut self,
        asked: &Asked<'_>,
        constraint: &Constraint,
        review: Value,
        profile: Option<&Profile>,
    ) -> Result<Vec<Violation>, Unanswered> {
        let policy = asked.policy;
        let failed = |message: &str| Unanswered::Failed(message.to_owned());
        let slot = self
            .machines
            .get_mut(asked.index)
            .ok_or_else(|| failed("the policy has no machine"))?;
        if slot.is_none() {
            let program = policy
                .program()
                .map_err(|_| failed("the policy does not compile"))?;
            let mut machine = program.machine();
            machine
                .set_data(self.court.data_for(policy).clone())
                .map_err(|error| failed(&error.to_string()))?;
            *slot = Some(machine);
        }
        let machine = slot
            .as_mut()
            .ok_or_else(|| failed("the policy has no machine"))?;
        let input = Value::from(BTreeMap::from([
            (Value::from("parameters"), constraint.parameters.clone()),
            (Value::from("review"), review),
        ]));
        take_unanswered();
        let again = profile.map(|profile| (profile, input.clone(), Instant::now()));
        let answer = machine.eval(&policy.template.entry, input);
        let unanswered = if let Some((profile, input, began)) = again {
            profile.add(&policy.id, constraint_name(constraint), began.elapsed());
            let unanswered = take_unanswered();
            let data = self.court.data_for(policy);
            self.recorder
                .record(profile, (asked.index, policy), input, data);
            unanswered
        } else {
            take_unanswered()
        };
        if let Some(message) = unanswered {
            return Err(Unanswered::Failed(message));
        }
        Violation::all(answer.map_err(|error| Unanswered::of(policy, error))?)
    }
}
