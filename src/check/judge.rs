//! One resource before all policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::Policy;
use crate::engine::{Machine, Value};
use crate::gatekeeper::{
    Constraint, Expander, Inventory, Match, Namespaces, Origin, Review, ReviewOptions, Scopes,
    WEBHOOK_POINT,
};
use crate::manifest::Resource;
use crate::report::{Failure, Finding, ResourceRef};

use super::Options;
use super::finding::{Found, Violation, finding};

/// What all threads share while they judge.
pub(super) struct Court<'a> {
    policies: &'a [&'a Policy],
    scopes: Scopes,
    namespaces: Namespaces,
    data: Value,
    workloads: Expander,
    options: &'a Options,
}

/// One thread's place in the court: the policies' machines.
pub(super) struct Bench<'a> {
    court: &'a Court<'a>,
    machines: Vec<Option<Machine>>,
}

/// What all policies said of one resource.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) findings: Vec<Finding>,
    pub(super) failures: Vec<Failure>,
    /// By policy, for those that apply.
    pub(super) outcomes: Vec<(Arc<str>, Outcome)>,
}

/// What one policy said of one resource that it applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Healthy,
    Failed,
    Unhealthy,
}

// A review, and how its fields are called in the resource as written.
struct Matter {
    review: Review,
    generated: Option<crate::gatekeeper::Expanded>,
}

impl<'a> Court<'a> {
    pub(super) fn new(
        policies: &'a [&'a Policy],
        resources: &[Resource],
        options: &'a Options,
    ) -> Self {
        let mut scopes = Scopes::default();
        for resource in resources {
            scopes.learn(&resource.object);
        }
        let mut namespaces = Namespaces::default();
        let mut inventory = Inventory::default();
        let looked_up = policies.iter().any(|policy| policy.template.uses_inventory);
        for resource in resources {
            let object = scopes.complete(&resource.object, &options.fallback_namespace);
            namespaces.add(&object);
            if looked_up {
                inventory.add(&object);
            }
        }
        let data = Value::from(BTreeMap::from([(
            Value::from("inventory"),
            inventory.value(),
        )]));
        Court {
            policies,
            scopes,
            namespaces,
            data,
            workloads: Expander::workloads(),
            options,
        }
    }

    pub(super) fn bench(&'a self) -> Bench<'a> {
        Bench {
            court: self,
            machines: self.policies.iter().map(|_| None).collect(),
        }
    }

    fn surroundings(&self, origin: Origin) -> ReviewOptions<'_> {
        ReviewOptions {
            fallback_namespace: &self.options.fallback_namespace,
            scopes: &self.scopes,
            namespaces: &self.namespaces,
            origin,
        }
    }

    fn written(&self, resource: &Resource) -> Result<Review, String> {
        let options = self.surroundings(Origin::Original);
        match &resource.admission {
            None => {
                Review::of_object(&resource.object, &options).map_err(|problem| problem.to_string())
            }
            Some(request) => {
                let review = BTreeMap::from([(Value::from("request"), request.clone())]);
                let first = |problems: Vec<crate::gatekeeper::Problem>| {
                    problems
                        .first()
                        .map(ToString::to_string)
                        .unwrap_or_default()
                };
                Review::of_request(&Value::from(review), &options).map_err(first)
            }
        }
    }

    // A workload without a Pod template makes no Pod: there is nothing to judge in it, and the API
    // server would say so.
    fn generated(&self, written: &Review) -> Vec<Matter> {
        let (made, _) = self.workloads.expand(written.object());
        let options = self.surroundings(Origin::Generated);
        let matters = made.into_iter().filter_map(|expanded| {
            let review = Review::of_object(&expanded.object, &options).ok()?;
            Some(Matter {
                review,
                generated: Some(expanded),
            })
        });
        matters.collect()
    }
}

impl Bench<'_> {
    /// Judges `resource`, and the Pod that it would make.
    pub(super) fn judge(&mut self, resource: &Resource) -> Verdict {
        let court = self.court;
        let written = match court.written(resource) {
            Ok(review) => review,
            Err(message) => return unreviewable(resource, message),
        };
        let name = ResourceRef::of(&written);
        let mut matters = court.generated(&written);
        matters.insert(
            0,
            Matter {
                review: written,
                generated: None,
            },
        );
        let mut verdict = Verdict::default();
        for (index, policy) in court.policies.iter().enumerate() {
            let mut outcome = None;
            for matter in &matters {
                if matter.generated.is_some() && !policy.judges_workloads() {
                    continue;
                }
                for constraint in &policy.constraints {
                    let asked = Asked {
                        policy,
                        constraint,
                        resource,
                        name: &name,
                        matter,
                    };
                    let answer = self.ask(index, &asked, &mut verdict);
                    outcome = outcome.max(answer);
                }
            }
            verdict
                .outcomes
                .extend(outcome.map(|outcome| (policy.id.clone(), outcome)));
        }
        verdict
    }

    fn ask(&mut self, index: usize, asked: &Asked<'_>, verdict: &mut Verdict) -> Option<Outcome> {
        let court = self.court;
        let Asked {
            policy,
            constraint,
            resource,
            name,
            matter,
        } = *asked;
        let actions = constraint.enforcement.at(&[WEBHOOK_POINT]);
        let action = *actions.first()?;
        let violations = match matter
            .review
            .matches(&constraint.matcher, &court.namespaces)
        {
            Ok(Match::No(_)) => return None,
            Ok(Match::Yes) => self.violations(index, policy, constraint, &matter.review),
            Err(unmatched) => Ok(vec![Violation::autoreject(&unmatched)]),
        };
        match violations {
            Ok(violations) if violations.is_empty() => Some(Outcome::Healthy),
            Ok(violations) => {
                verdict
                    .findings
                    .extend(violations.into_iter().map(|violation| {
                        finding(Found {
                            policy,
                            constraint,
                            action,
                            name,
                            resource,
                            generated: matter.generated.as_ref(),
                            violation,
                        })
                    }));
                Some(Outcome::Unhealthy)
            }
            Err(message) => {
                verdict.failures.push(Failure {
                    policy: policy.id.clone(),
                    constraint: constraint_name(constraint),
                    resource: name.clone(),
                    location: resource.location.clone(),
                    message,
                });
                Some(Outcome::Failed)
            }
        }
    }

    fn violations(
        &mut self,
        index: usize,
        policy: &Policy,
        constraint: &Constraint,
        review: &Review,
    ) -> Result<Vec<Violation>, String> {
        let missing = || "the policy has no machine".to_owned();
        let slot = self.machines.get_mut(index).ok_or_else(missing)?;
        if slot.is_none() {
            let program = policy
                .program()
                .map_err(|_| "the policy does not compile".to_owned())?;
            let mut machine = program.machine();
            machine
                .set_data(self.court.data.clone())
                .map_err(|error| error.to_string())?;
            *slot = Some(machine);
        }
        let machine = slot.as_mut().ok_or_else(missing)?;
        let input = Value::from(BTreeMap::from([
            (Value::from("parameters"), constraint.parameters.clone()),
            (Value::from("review"), review.value().clone()),
        ]));
        let answer = machine
            .eval(&policy.template.entry, input)
            .map_err(|error| error.to_string())?;
        Violation::all(answer)
    }
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    policy: &'a Policy,
    constraint: &'a Constraint,
    resource: &'a Resource,
    name: &'a ResourceRef,
    matter: &'a Matter,
}

/// `Kind/name` of a Constraint.
pub(super) fn constraint_name(constraint: &Constraint) -> String {
    format!("{}/{}", constraint.kind, constraint.name)
}

fn unreviewable(resource: &Resource, message: String) -> Verdict {
    let failure = Failure {
        policy: "".into(),
        constraint: String::new(),
        resource: ResourceRef::of_object(&resource.object),
        location: resource.location.clone(),
        message,
    };
    Verdict {
        failures: vec![failure],
        ..Verdict::default()
    }
}
