//! One resource before all policies.

mod asking;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::{Bundle, POINTS, Policy, Surroundings};
use crate::engine::{Machine, Value};
use crate::gatekeeper::{
    Autoreject, Constraint, EnforcementAction, Inventory, Match, Namespaces, Origin, Review,
    ReviewOptions, Scopes, as_gatekeeper_numbers,
};
use crate::manifest::Resource;
use crate::report::{Failure, Finding, ResourceRef, Subject};

use super::Options;
use super::answer::{Unanswered, Violation};
use super::cause::Origin as Cause;
use super::finding::{Found, Title, finding};
use super::matters::{Expansion, Matter};
use super::profile::Recorder;

/// What all threads share while they judge.
pub(super) struct Court<'a> {
    surroundings: &'a Surroundings,
    policies: &'a [&'a Policy],
    /// Each policy's Constraints.
    titles: Vec<Vec<Arc<Title>>>,
    scopes: Scopes,
    namespaces: Namespaces,
    /// `data` with what was read, as far as policies can read it.
    whole: Value,
    /// `data` with what a user's Gatekeeper keeps, as it keeps it.
    synced: Value,
    expansion: Expansion,
    options: &'a Options,
}

/// Namespaces that Kubernetes itself makes.
const OF_EVERY_CLUSTER: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// One thread's place in the court: the policies' machines.
pub(super) struct Bench<'a> {
    court: &'a Court<'a>,
    machines: Vec<Option<Machine>>,
    /// For a [`Profile`](super::Profile).
    recorder: Recorder,
}

/// What all policies said of one resource.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) findings: Vec<Finding>,
    pub(super) failures: Vec<Failure>,
    /// By policy, for those that apply.
    pub(super) outcomes: Vec<(Arc<str>, Outcome)>,
    /// By Constraint, for those that are about it: the policy's place, and its own.
    pub(super) answers: Vec<(usize, usize, Outcome)>,
}

/// What one policy said of one resource that it applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Healthy,
    Failed,
    Unhealthy,
}

impl<'a> Court<'a> {
    pub(super) fn new(
        bundle: &'a Bundle,
        policies: &'a [&'a Policy],
        read: &[Value],
        options: &'a Options,
    ) -> Self {
        let surroundings = &bundle.surroundings;
        let objects = || surroundings.objects.iter().chain(read);
        let mut scopes = Scopes::default();
        objects().for_each(|object| scopes.learn(object));
        let mut namespaces = Namespaces::default();
        let mut whole = Inventory::default();
        let mut synced = Inventory::default();
        let looks = |of_user: bool| {
            policies
                .iter()
                .any(|policy| policy.of_user == of_user && policy.template.uses_inventory)
        };
        let (ours, users) = (looks(false), looks(true));
        for object in objects() {
            let object = scopes.complete(object, &options.fallback_namespace);
            namespaces.add(&object);
            if ours {
                whole.add(&object);
            }
            if users && surroundings.settings.is_synced(&object) {
                synced.add(&as_gatekeeper_numbers(&object));
            }
        }
        for name in OF_EVERY_CLUSTER {
            namespaces.assume(name);
        }
        Court {
            surroundings,
            policies,
            titles: policies.iter().map(|policy| titles(policy)).collect(),
            scopes,
            namespaces,
            whole: data(&whole),
            synced: data(&synced),
            expansion: Expansion::new(&surroundings.expander),
            options,
        }
    }

    /// A Constraint of a policy, by both their places.
    fn title(&self, policy: (usize, &Policy), constraint: (usize, &Constraint)) -> Arc<Title> {
        let titles = self.titles.get(policy.0);
        let known = titles.and_then(|titles| titles.get(constraint.0));
        known.map_or_else(|| Title::of(policy.1, constraint.1).into(), Arc::clone)
    }

    /// What a resource is called.
    pub(super) fn name(&self, resource: &Resource) -> ResourceRef {
        match self.written(resource) {
            Ok(written) => ResourceRef::of(&written),
            Err(_) => ResourceRef::of_object(&resource.object),
        }
    }

    /// Whether the Config leaves what is reviewed out.
    pub(super) fn excludes(&self, written: &Review) -> bool {
        let settings = &self.surroundings.settings;
        written
            .subject()
            .is_some_and(|subject| settings.excludes(subject))
    }

    /// Whether `constraint` is about `matter`.
    pub(super) fn matches(
        &self,
        matter: &Matter,
        constraint: &Constraint,
    ) -> Result<Match, Autoreject> {
        matter.review.matches(&constraint.matcher, &self.namespaces)
    }

    /// `data` as `policy` is to see it.
    pub(super) fn data_for(&self, policy: &Policy) -> &Value {
        if policy.of_user {
            &self.synced
        } else {
            &self.whole
        }
    }

    pub(super) fn bench(&'a self) -> Bench<'a> {
        Bench {
            court: self,
            machines: self.policies.iter().map(|_| None).collect(),
            recorder: Recorder::default(),
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

    pub(super) fn written(&self, resource: &Resource) -> Result<Review, String> {
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

    pub(super) fn generated(&self, written: &Review) -> (Vec<Matter>, Vec<String>) {
        let (made, problems) = self.expansion.of(written.object());
        let options = self.surroundings(Origin::Generated);
        let matters = made.into_iter().filter_map(|generated| {
            let review = Review::of_object(&generated.expanded.object, &options).ok()?;
            Some(Matter::generated(review, generated))
        });
        (matters.collect(), problems)
    }
}

impl Bench<'_> {
    /// Judges `resource`, and what it would lead to.
    pub(super) fn judge(&mut self, resource: &Resource) -> Verdict {
        let court = self.court;
        let written = match court.written(resource) {
            Ok(review) => review,
            Err(message) => return unreviewable(resource, message),
        };
        let subject = Arc::new(Subject {
            resource: ResourceRef::of(&written),
            location: resource.location.clone(),
        });
        let excluded = court.excludes(&written);
        let (mut matters, problems) = court.generated(&written);
        matters.insert(0, Matter::written(written));
        let mut verdict = Verdict::default();
        if !excluded {
            for message in problems {
                let failure = failure(&subject, format!("cannot be expanded: {message}"));
                verdict.failures.push(failure);
            }
        }
        for (index, policy) in court.policies.iter().enumerate() {
            if excluded && policy.of_user {
                continue;
            }
            let mut outcome = None;
            for matter in &matters {
                if matter.is_for(policy, court.options.expand_workloads) {
                    let asked = Asked {
                        index,
                        policy,
                        object: &resource.object,
                        subject: &subject,
                        matter,
                    };
                    outcome = outcome.max(self.ask(&asked, &mut verdict));
                }
            }
            verdict
                .outcomes
                .extend(outcome.map(|outcome| (policy.id.clone(), outcome)));
        }
        verdict
    }

    /// Asks all Constraints of one policy about one matter.
    fn ask(&mut self, asked: &Asked<'_>, verdict: &mut Verdict) -> Option<Outcome> {
        let court = self.court;
        let Asked { policy, matter, .. } = *asked;
        let by_template = matter
            .generated
            .as_ref()
            .and_then(|generated| generated.expanded.enforcement);
        let mut answers = Vec::new();
        for (place, constraint) in policy.constraints.iter().enumerate() {
            let actions = constraint.enforcement.at(&POINTS);
            let Some(action) = actions.first() else {
                continue;
            };
            let answer = match court.matches(matter, constraint) {
                Ok(Match::No(_)) => continue,
                Ok(Match::Yes) => self.violations(asked, constraint),
                Err(unmatched) => Ok(vec![Violation::autoreject(&unmatched)]),
            };
            let causes = match &answer {
                Ok(violations) => self.causes(asked, constraint, violations),
                Err(_) => Vec::new(),
            };
            let action = by_template.unwrap_or(*action);
            answers.push((place, constraint, action, answer, causes));
        }
        // Gatekeeper asks a template once for all of its Constraints: a conflict is the answer to each.
        let conflict = answers
            .iter()
            .find_map(|(_, _, _, answer, _)| match answer {
                Err(Unanswered::Conflict(message)) => Some(message.clone()),
                _ => None,
            });
        let mut outcome = None;
        for (place, constraint, action, answer, causes) in answers {
            let answer = match &conflict {
                Some(message) => Ok((vec![Violation::of(message.clone())], Vec::new())),
                None => answer.map(|violations| (violations, causes)),
            };
            let title = court.title((asked.index, policy), (place, constraint));
            let recorded = asked.record(&title, action, answer, verdict);
            verdict.answers.push((asked.index, place, recorded));
            outcome = outcome.max(Some(recorded));
        }
        outcome
    }
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    /// The policy's place among the policies.
    index: usize,
    policy: &'a Policy,
    /// The resource as written, and what it is called.
    object: &'a Value,
    subject: &'a Arc<Subject>,
    matter: &'a Matter,
}

impl Asked<'_> {
    fn record(
        &self,
        title: &Title,
        action: EnforcementAction,
        answer: Result<(Vec<Violation>, Vec<Option<Cause>>), Unanswered>,
        verdict: &mut Verdict,
    ) -> Outcome {
        match answer {
            Ok((violations, _)) if violations.is_empty() => Outcome::Healthy,
            Ok((violations, causes)) => {
                let mut causes = causes.into_iter();
                let findings = violations.into_iter().map(|violation| {
                    finding(Found {
                        cause: causes.next().flatten(),
                        policy: self.policy,
                        title,
                        action,
                        subject: self.subject,
                        object: self.object,
                        matter: self.matter,
                        violation,
                    })
                });
                verdict.findings.extend(findings);
                Outcome::Unhealthy
            }
            Err(Unanswered::Conflict(message) | Unanswered::Failed(message)) => {
                verdict.failures.push(Failure {
                    policy: self.policy.id.clone(),
                    constraint: title.rule.constraint.to_string(),
                    ..failure(self.subject, message)
                });
                Outcome::Failed
            }
        }
    }
}

fn titles(policy: &Policy) -> Vec<Arc<Title>> {
    let constraints = policy.constraints.iter();
    constraints
        .map(|constraint| Title::of(policy, constraint).into())
        .collect()
}

/// `Kind/name` of a Constraint.
pub(super) fn constraint_name(constraint: &Constraint) -> String {
    format!("{}/{}", constraint.kind, constraint.name)
}

fn unreviewable(resource: &Resource, message: String) -> Verdict {
    let subject = Subject {
        resource: ResourceRef::of_object(&resource.object),
        location: resource.location.clone(),
    };
    Verdict {
        failures: vec![failure(&subject, message)],
        ..Verdict::default()
    }
}

/// That a resource could not be judged, by no policy in particular.
fn failure(subject: &Subject, message: String) -> Failure {
    Failure {
        policy: "".into(),
        constraint: String::new(),
        resource: subject.resource.clone(),
        location: subject.location.clone(),
        message,
    }
}

fn data(inventory: &Inventory) -> Value {
    Value::from(BTreeMap::from([(
        Value::from("inventory"),
        inventory.value(),
    )]))
}
