//! Why a policy finds nothing in a resource.

mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::judge::{Court, constraint_name};
use super::{Options, Uncompiled, compile};
use crate::bundle::{Bundle, POINTS, Policy};
use crate::engine::{BodyKind, EngineChoice, Probes, Seen, Trace, TracedBody, TracedStep, Value};
use crate::gatekeeper::{Constraint, Match};
use crate::manifest::{Fault, Manifest, Resource};
use crate::report::ResourceRef;

use super::answer::Violation;
use super::matters::Matter;

pub use told::{Told, Written};

/// What became of one object before one Constraint.
#[derive(Clone, Debug)]
pub struct Silence {
    /// The resource as written.
    pub resource: ResourceRef,
    /// Where it stands.
    pub place: Fault,
    /// What it leads to, where that was judged: `Pod`.
    pub generated: Option<Arc<str>>,
    /// The Constraint, `Kind/name`; empty where there is none.
    pub constraint: String,
    /// Why nothing is found.
    pub reason: Reason,
}

/// Why a Constraint finds nothing in an object.
#[derive(Clone, Debug)]
pub enum Reason {
    /// It does find something: so many violations.
    Finds(usize),
    /// The policy has no Constraint, or none that takes effect here.
    Disabled,
    /// The Config leaves the object's namespace out: the entry that does.
    Excluded(Option<Told>),
    /// The policy does not judge what such an object leads to.
    NotExpanded,
    /// This clause of the Constraint's `match` does not agree.
    NotMatched(&'static str, Told),
    /// It cannot judge.
    Failed(String),
    /// Its rule does not hold: where each of its bodies stops.
    Stops(Vec<Stop>),
}

/// Where a body stops.
#[derive(Clone, Debug)]
pub struct Stop {
    /// How many rules lead to it: 0 in the policy's own.
    pub depth: usize,
    /// The statement's place in the file that holds the Rego; its message is the rule's name.
    pub place: Fault,
    /// The statement's line.
    pub text: String,
    /// What it looked at: as written, with its values; none where it is undefined.
    pub values: Vec<(String, Vec<Value>)>,
}

/// Asks `policy` of `bundle` about every resource of `manifests` that `wanted` names.
pub fn silences(
    bundle: &Bundle,
    policy: &Policy,
    manifests: Vec<Manifest>,
    wanted: impl Fn(&ResourceRef, &Resource) -> bool,
    options: &Options,
) -> Result<Vec<Silence>, Vec<Uncompiled>> {
    let policies = [policy];
    compile(&policies)?;
    let resources: Vec<Resource> = manifests
        .into_iter()
        .flat_map(|manifest| manifest.resources)
        .collect();
    let objects: Vec<_> = resources
        .iter()
        .map(|resource| resource.object.clone())
        .collect();
    let court = Court::new(bundle, &policies, &objects, options);
    let mut silences = Vec::new();
    for resource in &resources {
        let name = court.name(resource);
        if !wanted(&name, resource) {
            continue;
        }
        let one = |generated: Option<Arc<str>>, constraint: String, reason| Silence {
            resource: name.clone(),
            place: Fault {
                path: resource.location.path.clone(),
                line: resource.location.line,
                column: resource.location.column,
                message: String::new(),
            },
            generated,
            constraint,
            reason,
        };
        let written = match court.written(resource) {
            Ok(written) => written,
            Err(message) => {
                silences.push(one(None, String::new(), Reason::Failed(message)));
                continue;
            }
        };
        if policy.of_user && court.excludes(&written) {
            let reason = Reason::Excluded(told::by_config(bundle, &written));
            silences.push(one(None, String::new(), reason));
            continue;
        }
        let working = |constraint: &&Constraint| !constraint.enforcement.at(&POINTS).is_empty();
        if !policy
            .constraints
            .iter()
            .any(|constraint| working(&constraint))
        {
            silences.push(one(None, String::new(), Reason::Disabled));
            continue;
        }
        let (mut matters, _) = court.generated(&written);
        matters.insert(0, Matter::written(written));
        for matter in &matters {
            let generated = matter
                .generated
                .as_ref()
                .map(|_| ResourceRef::of(&matter.review).kind);
            if !matter.is_for(policy, options.expand_workloads) {
                silences.push(one(generated, String::new(), Reason::NotExpanded));
                continue;
            }
            for constraint in policy.constraints.iter().filter(working) {
                let reason = reason(&court, policy, constraint, matter);
                silences.push(one(generated.clone(), constraint_name(constraint), reason));
            }
        }
    }
    Ok(silences)
}

fn reason(court: &Court<'_>, policy: &Policy, constraint: &Constraint, matter: &Matter) -> Reason {
    match court.matches(matter, constraint) {
        Ok(Match::No(clause)) => {
            let told = told::by_match(policy, constraint, matter, clause);
            return Reason::NotMatched(clause.key(), told);
        }
        Ok(Match::Yes) => {}
        // Gatekeeper reports that.
        Err(_) => return Reason::Finds(1),
    }
    let asked = || {
        let program = policy
            .program_with(&[], |options| {
                options.engine = EngineChoice::Interpreter;
                options.probes = Probes::Values;
            })
            .map_err(|_| "the policy does not compile".to_owned())?;
        let mut machine = program.machine();
        let said = |error: crate::engine::EvalError| error.message;
        machine
            .set_data(court.data_for(policy).clone())
            .map_err(said)?;
        let input = Value::from(BTreeMap::from([
            (Value::from("parameters"), constraint.parameters.clone()),
            (Value::from("review"), matter.shown_to(policy).clone()),
        ]));
        let answer = machine.eval(&policy.template.entry, input).map_err(said)?;
        let violations = Violation::all(answer).map_err(|_| "it has no answer".to_owned())?;
        Ok::<_, String>((violations.len(), machine.take_trace()))
    };
    match asked() {
        Err(message) => Reason::Failed(message),
        Ok((0, trace)) => Reason::Stops(stops(policy, &trace)),
        Ok((count, _)) => Reason::Finds(count),
    }
}

/// Rules that ask each other are followed so deep.
const DEEPEST: usize = 4;

/// The statements at which the bodies of the policy's rule go no further, and below each those of
/// the rules that it asks.
fn stops(policy: &Policy, trace: &Trace) -> Vec<Stop> {
    let rule = policy.template.entry.rsplit('.').next().unwrap_or_default();
    let mut search = Search {
        policy,
        trace,
        seen: BTreeSet::new(),
        stops: Vec::new(),
    };
    search.rule(&policy.template.main.name, rule, 0);
    search.stops
}

struct Search<'a> {
    policy: &'a Policy,
    trace: &'a Trace,
    /// The rules that are told already: module, name.
    seen: BTreeSet<(&'a str, &'a str)>,
    stops: Vec<Stop>,
}

impl<'a> Search<'a> {
    fn rule(&mut self, module: &'a str, rule: &'a str, depth: usize) {
        if depth > DEEPEST || !self.seen.insert((module, rule)) {
            return;
        }
        let of_rule = |body: &&TracedBody| {
            matches!(body.kind, BodyKind::Rule | BodyKind::Else)
                && body.rule == rule
                && body.module == module
        };
        let trace = self.trace;
        for body in trace.bodies.iter().filter(of_rule) {
            if let Some((_, step)) = body.last() {
                self.stop(body, step, depth);
            }
        }
    }

    fn stop(&mut self, body: &'a TracedBody, step: &TracedStep, depth: usize) {
        let policy = self.policy;
        let module = policy.modules().find(|module| module.name == body.module);
        let line = usize::try_from(step.line).unwrap_or(0).saturating_sub(1);
        let text = module.and_then(|module| module.text.lines().nth(line));
        let text = text.unwrap_or_default().trim();
        self.stops.push(Stop {
            depth,
            place: policy.place_at(&body.module, step.line, step.column, body.rule.clone()),
            text: text.to_owned(),
            values: values(step),
        });
        // A `not` fails because what it asks holds.
        if step.negated {
            return;
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        for word in text.split(|c| !is_part(c)) {
            let mut asked = self.trace.bodies.iter().filter(|one| {
                one.rule == word && matches!(one.kind, BodyKind::Rule | BodyKind::Else)
            });
            let Some(first) = asked.clone().next() else {
                continue;
            };
            if asked.all(|one| one.held == 0) {
                self.rule(&first.module, &first.rule, depth + 1);
            }
        }
    }
}

/// What a statement looked at, each value once.
fn values(step: &TracedStep) -> Vec<(String, Vec<Value>)> {
    let mut values: Vec<(String, Vec<Value>)> = Vec::new();
    for Seen { values: seen } in &step.stops {
        for (name, given) in seen {
            match values.iter_mut().find(|(known, _)| known == name) {
                Some((_, all)) => {
                    let new = given.iter().filter(|value| !all.contains(value));
                    let new: Vec<Value> = new.cloned().collect();
                    all.extend(new);
                }
                None => values.push((name.clone(), given.clone())),
            }
        }
    }
    values
}
