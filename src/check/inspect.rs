//! What policies would be asked about resources, one question at a time: for those who look inside.

use std::collections::BTreeMap;

use crate::bundle::{Bundle, POINTS, Policy};
use crate::engine::Value;
use crate::gatekeeper::Match;
use crate::language::Text;
use crate::manifest::Resource;
use crate::report::ResourceRef;

use super::Options;
use super::judge::{Court, constraint_name};
use super::matters::Matter;

/// What one policy is asked of one object.
#[derive(Clone, Debug)]
pub struct Question {
    /// The policy's place in the bundle.
    pub policy: usize,
    /// `Kind/name` of the Constraint; empty where the policy has none.
    pub constraint: String,
    /// Why a cluster would not ask: the Constraint is not about the object, or there is none.
    pub unasked: Option<Text>,
    /// The resource's place among those that were given.
    pub resource: usize,
    /// Its kind, namespace and name.
    pub name: ResourceRef,
    /// Where in the resource the object that is judged comes from; `None`: it is the resource itself.
    pub made_of: Option<String>,
    /// `input`
    pub input: Value,
    /// `data`
    pub data: Value,
}

impl Question {
    /// The field of the resource that is called `field` in the object that is judged.
    pub fn as_written(&self, field: &str) -> String {
        match (&self.made_of, field.strip_prefix("spec")) {
            (Some(made_of), Some(rest)) => format!("{made_of}{rest}"),
            _ => field.to_owned(),
        }
    }
}

/// Everything that the policies of `bundle` would be asked about `resources`; where `always`, also
/// what a cluster would not ask: each policy at least once about each resource. What cannot be
/// reviewed is an error, by the resource's place.
pub fn questions(
    bundle: &Bundle,
    resources: &[Resource],
    options: &Options,
    always: bool,
) -> (Vec<Question>, Vec<(usize, String)>) {
    let policies: Vec<&Policy> = bundle.policies.iter().collect();
    let objects: Vec<_> = resources
        .iter()
        .map(|resource| resource.object.clone())
        .collect();
    let court = Court::new(bundle, &policies, &objects, options);
    let mut questions = Vec::new();
    let mut wrong = Vec::new();
    for (place, resource) in resources.iter().enumerate() {
        let written = match court.written(resource) {
            Ok(written) => written,
            Err(message) => {
                wrong.push((place, message));
                continue;
            }
        };
        let name = ResourceRef::of(&written);
        let (mut matters, problems) = court.generated(&written);
        wrong.extend(problems.into_iter().map(|problem| (place, problem)));
        matters.insert(0, Matter::written(written));
        for (index, policy) in policies.iter().enumerate() {
            let asking = Asking {
                court: &court,
                policy,
                index,
                name: &name,
                place,
            };
            asking.ask(&matters, options, always, &mut questions);
        }
    }
    (questions, wrong)
}

struct Asking<'a> {
    court: &'a Court<'a>,
    policy: &'a Policy,
    index: usize,
    name: &'a ResourceRef,
    place: usize,
}

impl Asking<'_> {
    fn ask(
        &self,
        matters: &[Matter],
        options: &Options,
        always: bool,
        questions: &mut Vec<Question>,
    ) {
        let before = questions.len();
        let mut unasked = None;
        for matter in matters {
            if !matter.is_for(self.policy, options.expand_workloads) {
                continue;
            }
            for constraint in &self.policy.constraints {
                if constraint.enforcement.at(&POINTS).is_empty() {
                    continue;
                }
                let name = constraint_name(constraint);
                let parameters = &constraint.parameters;
                let matches = self.court.matches(matter, constraint);
                let why = match matches {
                    Ok(Match::Yes) => None,
                    Ok(Match::No(clause)) => {
                        let key = clause.key();
                        Some(Text::new(
                            format!("`match` of {name} leaves it out (`{key}`)"),
                            format!("{name} の `match` の対象外です (`{key}`)"),
                        ))
                    }
                    Err(unmatched) => Some(Text::untranslated(&unmatched.to_string())),
                };
                let question = self.question(matter, (name, parameters), why);
                match &question.unasked {
                    None => questions.push(question),
                    Some(_) => {
                        // The object that a workload makes is the one that policies are about.
                        unasked = Some(question);
                    }
                }
            }
        }
        if always && questions.len() == before {
            let none = || {
                let matter = matters
                    .iter()
                    .rev()
                    .find(|matter| matter.is_for(self.policy, options.expand_workloads))?;
                let id = &self.policy.id;
                let why = Text::new(
                    format!("`{id}` has no Constraint"),
                    format!("`{id}` には Constraint がありません"),
                );
                let parameters = Value::new_object();
                Some(self.question(matter, (String::new(), &parameters), Some(why)))
            };
            questions.extend(unasked.or_else(none));
        }
    }

    fn question(
        &self,
        matter: &Matter,
        (constraint, parameters): (String, &Value),
        unasked: Option<Text>,
    ) -> Question {
        let input = Value::from(BTreeMap::from([
            (Value::from("parameters"), parameters.clone()),
            (Value::from("review"), matter.shown_to(self.policy).clone()),
        ]));
        let made_of = matter
            .generated
            .as_ref()
            .map(|generated| generated.expanded.field_in_parent("spec"));
        Question {
            policy: self.index,
            constraint,
            unasked,
            resource: self.place,
            name: self.name.clone(),
            made_of,
            input,
            data: self.court.data_for(self.policy).clone(),
        }
    }
}
