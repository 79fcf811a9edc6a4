//! A user's policies put together: templates meet their Constraints, and what no Gatekeeper would
//! take, or would take without a word though it does nothing, is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{self, Value};
use crate::gatekeeper::{
    Constraint, ConstraintTemplate, Expander, ExpansionTemplate, Problem, as_gatekeeper_numbers,
};
use crate::manifest::Fault;
use crate::params::ParameterSet;
use crate::suggest;

use super::exploded::Folder;
use super::gather::{Document, Gathered};
use super::origin::Origin;
use super::policy::Policy;
use super::rating::Rating;
use super::recommendation::SecurityControl;
use super::{Bundle, POINTS, Wrong, load_policy};

/// Adds to `bundle` what was gathered; answers with all that is wrong.
pub(super) fn adopt(
    bundle: &mut Bundle,
    gathered: Gathered,
    controls: &[SecurityControl],
    layers: &[ParameterSet],
    options: &engine::Options,
) -> Wrong {
    let mut adopted = Adopted {
        bundle,
        controls,
        layers,
        options,
        refused: BTreeSet::new(),
        ids: Vec::new(),
        faults: Vec::new(),
    };
    adopted.take(gathered);
    Wrong {
        faults: adopted.faults,
        refused: adopted.ids,
    }
}

struct Adopted<'a> {
    bundle: &'a mut Bundle,
    controls: &'a [SecurityControl],
    layers: &'a [ParameterSet],
    options: &'a engine::Options,
    /// The kinds of templates that were refused.
    refused: BTreeSet<String>,
    /// The ids of folders that were refused.
    ids: Vec<String>,
    faults: Vec<Fault>,
}

impl Adopted<'_> {
    fn take(&mut self, mut gathered: Gathered) {
        if gathered.is_empty() && gathered.faults.is_empty() {
            let message = format!(
                "no policies in {}: expected ConstraintTemplates and Constraints",
                gathered.paths
            );
            self.faults.push(nowhere(message));
        }
        self.faults.append(&mut gathered.faults);
        self.bundle.notes.append(&mut gathered.notes);
        self.folders(&gathered);
        for document in &gathered.templates {
            self.template(document);
        }
        self.constraints(&gathered.constraints);
        self.settings(&gathered.settings);
        self.expansions(&gathered.expansions);
        let objects = gathered.context.into_iter().map(|found| found.object);
        self.bundle.surroundings.objects.extend(objects);
        self.say_what_rests();
        if let Some(first) = &gathered.first_other {
            let note = match gathered.others {
                1 => format!("{first}: no policy; not judged either"),
                others => format!(
                    "{others} objects among the policies are none (the first: {first}); they are not judged either"
                ),
            };
            self.bundle.notes.push(note);
        }
        if gathered.mutators > 0 {
            let note = format!(
                "{} mutators among the policies are not applied: objects are judged as they are written",
                gathered.mutators
            );
            self.bundle.notes.push(note);
        }
    }

    fn folders(&mut self, gathered: &Gathered) {
        for folder in Folder::all(&gathered.files) {
            match load_policy(&folder, self.layers, self.options) {
                Ok(policy) => {
                    let place = Fault {
                        path: super::files::join(folder.path(), super::exploded::TEMPLATE).into(),
                        line: 1,
                        column: 1,
                        message: String::new(),
                    };
                    let rating = Rating::read(&policy.template.annotations, self.controls);
                    match rating {
                        Ok(rating) => self.add(
                            Policy {
                                of_user: true,
                                rating,
                                ..policy
                            },
                            |message| Fault { message, ..place },
                        ),
                        Err((_, message)) => self.faults.push(Fault { message, ..place }),
                    }
                }
                Err(wrong) => {
                    self.ids.push(folder.id().to_owned());
                    self.faults.extend(wrong);
                }
            }
        }
    }

    fn template(&mut self, document: &Document) {
        let Document { object, origin } = document;
        let template = match ConstraintTemplate::from_value(object) {
            Ok(template) => template,
            Err(wrong) => {
                let kind = &object["spec"]["crd"]["spec"]["names"]["kind"];
                self.refused.insert(text(kind));
                return self.wrong(origin, wrong);
            }
        };
        let rating = match Rating::read(&template.annotations, self.controls) {
            Ok(rating) => rating,
            Err((key, message)) => return self.annotation(origin, &key, message),
        };
        self.note(origin, &template.notes);
        let policy = Policy::of_template(template, Some(origin.clone()), self.options);
        let policy = Policy {
            id: rating.id.as_deref().map_or(policy.id.clone(), Into::into),
            rating,
            ..policy
        };
        self.add(policy, |message| origin.fault("metadata.name", message));
    }

    /// A template of a kind that is there already takes its place, as it would in a cluster.
    fn add(&mut self, policy: Policy, fault: impl FnOnce(String) -> Fault) {
        let same = |known: &&mut Policy| {
            known.template.kind == policy.template.kind || known.id == policy.id
        };
        let Some(known) = self.bundle.policies.iter_mut().find(same) else {
            self.bundle.policies.push(policy);
            return;
        };
        if !known.of_user {
            let message = format!(
                "`{}` is one of the bundled policies: --no-bundled leaves those out",
                known.id
            );
            return self.faults.push(fault(message));
        }
        if known.template.kind != policy.template.kind {
            let message = format!(
                "`{}` is the id of the ConstraintTemplate `{}` already",
                policy.id, known.template.name
            );
            return self.faults.push(fault(message));
        }
        let exploded = known.origin.is_none();
        let differs = known.template.raw["spec"] != policy.template.raw["spec"];
        if exploded || differs {
            let counts = if exploded {
                "the folder with its `policy.rego` counts"
            } else {
                "the last definition counts"
            };
            let message = format!(
                "the ConstraintTemplate `{}` is defined twice; {counts}",
                policy.template.name
            );
            self.bundle.notes.push(fault(message).to_string());
        }
        if !exploded {
            *known = policy;
        }
    }

    fn constraints(&mut self, documents: &[Document]) {
        let mut latest: BTreeMap<(String, String), &Document> = BTreeMap::new();
        for document in documents {
            let object = &document.object;
            let key = (text(&object["kind"]), text(&object["metadata"]["name"]));
            let before = latest.insert(key.clone(), document);
            if let Some(before) = before
                && before.object["spec"] != object["spec"]
            {
                let message = format!(
                    "the Constraint `{}/{}` is defined twice; the last definition counts, not that of {}",
                    key.0, key.1, before.origin
                );
                let note = document.origin.fault("metadata.name", message).to_string();
                self.bundle.notes.push(note);
            }
        }
        for document in documents {
            let object = &document.object;
            let key = (text(&object["kind"]), text(&object["metadata"]["name"]));
            let last = latest.get(&key);
            if last.is_some_and(|last| std::ptr::eq(*last, document)) {
                self.constraint(document);
            }
        }
    }

    fn constraint(&mut self, Document { object, origin }: &Document) {
        let kind = text(&object["kind"]);
        let found = |policy: &&mut Policy| policy.template.kind == kind;
        let Some(policy) = self.bundle.policies.iter_mut().find(found) else {
            // What is wrong is the template, and that is said.
            if self.refused.contains(&kind) {
                return;
            }
            let kinds = self
                .bundle
                .policies
                .iter()
                .map(|policy| policy.template.kind.as_str());
            let help = suggest::closest(&kind, kinds)
                .map(|meant| format!("; did you mean `{meant}`?"))
                .unwrap_or_default();
            let message = format!("no ConstraintTemplate for the kind `{kind}`{help}");
            return self.faults.push(origin.fault("kind", message));
        };
        // What a template gives by default stays the integer that it is: only what the user wrote is
        // shown as a float.
        let seen = if policy.of_user {
            as_gatekeeper_numbers(object)
        } else {
            object.clone()
        };
        let constraint = match Constraint::from_value(&seen, &policy.template) {
            Ok(constraint) => Constraint {
                raw: object.clone(),
                ..constraint
            },
            Err(wrong) => return self.wrong(origin, wrong),
        };
        match Rating::read(&constraint.annotations, self.controls) {
            Ok(rating) => {
                policy.ratings.insert(constraint.name.clone(), rating);
            }
            Err((key, message)) => return self.annotation(origin, &key, message),
        }
        let mut notes = constraint.notes.clone();
        if constraint.enforcement.at(&POINTS).is_empty() {
            notes.push(Problem {
                path: "spec.scopedEnforcementActions".to_owned(),
                message: format!(
                    "none is for {}: the Constraint is not judged by",
                    POINTS.map(|point| format!("`{point}`")).join(" or ")
                ),
                rego: None,
            });
        }
        // A Constraint of the same name takes the other's place, as it would in a cluster.
        policy
            .constraints
            .retain(|known| known.name != constraint.name);
        policy
            .constraint_origins
            .insert(constraint.name.clone(), origin.clone());
        policy.constraints.push(constraint);
        self.note(origin, &notes);
    }

    fn settings(&mut self, documents: &[Document]) {
        for Document { object, origin } in documents {
            let surroundings = &mut self.bundle.surroundings;
            let problems = surroundings.settings.add(object);
            surroundings.settings_origins.push(origin.clone());
            self.note(origin, &problems);
        }
    }

    fn expansions(&mut self, documents: &[Document]) {
        let mut templates = BTreeMap::new();
        for Document { object, origin } in documents {
            match ExpansionTemplate::from_value(object) {
                Ok(template) => {
                    templates.insert(template.name.clone(), (template, origin));
                }
                Err(wrong) => self.wrong(origin, wrong),
            }
        }
        match Expander::new(templates.values().map(|(template, _)| template.clone())) {
            Ok(expander) => self.bundle.surroundings.expander = expander,
            Err(circles) => {
                for (name, problem) in circles {
                    if let Some((_, origin)) = templates.get(&name) {
                        self.faults.push(origin.problem(problem));
                    }
                }
            }
        }
    }

    /// What is there, but does nothing.
    fn say_what_rests(&mut self) {
        let settings = &self.bundle.surroundings.settings;
        let mut notes = Vec::new();
        for policy in self.bundle.policies.iter().filter(|policy| policy.of_user) {
            let place = |field: &str, message: String| match &policy.origin {
                Some(origin) => origin.fault(field, message).to_string(),
                None => message,
            };
            if policy.constraints.is_empty() {
                let message = format!(
                    "the ConstraintTemplate `{}` has no Constraint: nothing is judged by it",
                    policy.template.name
                );
                notes.push(place("metadata.name", message));
            }
            if let Some(unmet) = settings.unmet(&policy.template.requires_sync) {
                let kinds: Vec<&str> = unmet
                    .iter()
                    .flat_map(|entry| entry.kinds.iter().map(String::as_str))
                    .collect();
                let message = format!(
                    "`{}` looks up objects that no SyncSet or Config keeps for it: {}",
                    policy.template.name,
                    kinds.join(" or ")
                );
                notes.push(place("metadata.annotations", message));
            }
        }
        self.bundle.notes.extend(notes);
    }

    fn wrong(&mut self, origin: &Origin, problems: Vec<Problem>) {
        self.faults
            .extend(problems.into_iter().map(|problem| origin.problem(problem)));
    }

    fn annotation(&mut self, origin: &Origin, key: &str, message: String) {
        let path = format!("metadata.annotations[{}]", serde_json::Value::from(key));
        self.faults.push(origin.fault(&path, message));
    }

    fn note(&mut self, origin: &Origin, problems: &[Problem]) {
        let notes = problems
            .iter()
            .map(|problem| origin.problem(problem.clone()).to_string());
        self.bundle.notes.extend(notes);
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        _ => String::new(),
    }
}

/// An error that is about no place in particular.
fn nowhere(message: String) -> Fault {
    Fault {
        path: "".into(),
        line: 0,
        column: 0,
        message,
    }
}
