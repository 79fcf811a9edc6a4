//! What the cases of a test share: the template, its Constraints, the ExpansionTemplates.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::Policy;
use crate::engine::Value;
use crate::gatekeeper::{
    CONSTRAINT_GROUP, Constraint, EXPANSION_GROUP, Expander, ExpansionTemplate, Problem,
    as_gatekeeper_numbers,
};
use crate::manifest::{Fault, Location, Resource};
use crate::source::Source;

use super::given::{Given, at};
use super::parse::Test;
use super::template::{Templates, placed};

/// A test, policy for its cases.
pub(super) struct Setup {
    pub(super) policy: Arc<Policy>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) expander: Expander,
    written: Vec<Written>,
}

/// A Constraint as written, with its file for errors.
struct Written {
    resource: Resource,
    source: Option<Arc<Source>>,
}

impl Setup {
    pub(super) fn of(test: &Test, templates: &Templates<'_>) -> Result<Setup, Vec<Fault>> {
        let (policy, written) = parts(test, templates)?;
        let mut expansions = Vec::new();
        for given in &test.expansions {
            let (source, resources) = given.contents()?;
            for resource in resources {
                if group(&resource) != EXPANSION_GROUP {
                    let message = "expected an ExpansionTemplate".to_owned();
                    return Err(vec![at(&resource.location, message)]);
                }
                let template = ExpansionTemplate::from_value(&resource.object)
                    .map_err(|problems| placed(problems, &resource, Some(&source)))?;
                expansions.push((resource, template));
            }
        }
        Ok(Setup {
            constraints: constraints(&written, &policy)?,
            policy,
            expander: expander(expansions)?,
            written,
        })
    }

    /// Whether the schema refuses a Constraint of `test`, as an `invalid` test expects.
    pub(super) fn refused(test: &Test, templates: &Templates<'_>) -> Result<bool, Vec<Fault>> {
        let (policy, written) = parts(test, templates)?;
        let mut refused = false;
        for written in &written {
            if let Err(problems) = written.read(&policy) {
                let (other, schema): (Vec<Problem>, Vec<Problem>) = problems
                    .into_iter()
                    .partition(|problem| matches!(problem.path.as_str(), "kind" | "apiVersion"));
                if schema.is_empty() {
                    // Not what is tested: a Constraint of another template.
                    return Err(written.placed(other));
                }
                refused = true;
            }
        }
        Ok(refused)
    }

    /// The Constraints with the parameters of a case, which stands at `place`.
    pub(super) fn with_parameters(
        &self,
        parameters: &Value,
        place: &Location,
    ) -> Result<Vec<Constraint>, Vec<Fault>> {
        let written = self.written.iter().map(|written| Written {
            resource: Resource {
                object: with_parameters(&written.resource.object, parameters),
                location: place.clone(),
                admission: None,
            },
            source: None,
        });
        constraints(&written.collect::<Vec<_>>(), &self.policy)
    }
}

fn constraints(written: &[Written], policy: &Policy) -> Result<Vec<Constraint>, Vec<Fault>> {
    let mut constraints = Vec::new();
    let mut faults = Vec::new();
    for written in written {
        match written.read(policy) {
            Ok(constraint) => constraints.push(constraint),
            Err(problems) => faults.extend(written.placed(problems)),
        }
    }
    if faults.is_empty() {
        Ok(constraints)
    } else {
        Err(faults)
    }
}

impl Written {
    fn read(&self, policy: &Policy) -> Result<Constraint, Vec<Problem>> {
        Constraint::from_value(
            &as_gatekeeper_numbers(&self.resource.object),
            &policy.template,
        )
    }

    fn placed(&self, problems: Vec<Problem>) -> Vec<Fault> {
        placed(problems, &self.resource, self.source.as_ref())
    }
}

fn parts(
    test: &Test,
    templates: &Templates<'_>,
) -> Result<(Arc<Policy>, Vec<Written>), Vec<Fault>> {
    // A test without a template is broken before it comes here.
    let policy = match &test.template {
        Some(given) => templates.get(given)?,
        None => return Err(Vec::new()),
    };
    let mut written = Vec::new();
    for given in &test.constraints {
        written.extend(read(given)?);
    }
    if let Some(parameters) = &test.parameters {
        let location = Location::new(test.path.clone(), test.place.line, test.place.column);
        if written.is_empty() {
            written.push(Written {
                resource: Resource {
                    object: made_up(&policy.template.kind, parameters),
                    location: location.clone(),
                    admission: None,
                },
                source: None,
            });
        }
        // From here on what is wrong with them is the Suite's.
        for written in &mut written {
            written.resource.object = with_parameters(&written.resource.object, parameters);
            written.resource.location = location.clone();
            written.source = None;
        }
    }
    Ok((policy, written))
}

fn read(given: &Given) -> Result<Vec<Written>, Vec<Fault>> {
    let (source, resources) = given.contents()?;
    if resources.is_empty() {
        return Err(vec![
            given.fault(format!("`{}` holds no Constraint", given.name())),
        ]);
    }
    let other = |resource: &&Resource| group(resource) != CONSTRAINT_GROUP;
    if let Some(resource) = resources.iter().find(other) {
        let message = format!("expected a Constraint (`{CONSTRAINT_GROUP}/v1beta1`)");
        return Err(vec![at(&resource.location, message)]);
    }
    Ok(resources
        .into_iter()
        .map(|resource| Written {
            resource,
            source: Some(source.clone()),
        })
        .collect())
}

/// A Constraint that matches everything.
fn made_up(kind: &str, parameters: &Value) -> Value {
    let object = |entries: Vec<(&str, Value)>| {
        let entries = entries.into_iter();
        Value::from(
            entries
                .map(|(key, value)| (Value::from(key), value))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    object(vec![
        (
            "apiVersion",
            Value::from(format!("{CONSTRAINT_GROUP}/v1beta1")),
        ),
        ("kind", Value::from(kind)),
        (
            "metadata",
            object(vec![("name", Value::from("parameters"))]),
        ),
        ("spec", object(vec![("parameters", parameters.clone())])),
    ])
}

fn with_parameters(constraint: &Value, parameters: &Value) -> Value {
    let mut constraint = constraint.clone();
    let mut spec = match &constraint["spec"] {
        spec @ Value::Object(_) => spec.clone(),
        _ => Value::new_object(),
    };
    if let Ok(spec) = spec.as_object_mut() {
        spec.insert(Value::from("parameters"), parameters.clone());
    }
    if let Ok(constraint) = constraint.as_object_mut() {
        constraint.insert(Value::from("spec"), spec);
    }
    constraint
}

fn group(resource: &Resource) -> &str {
    match &resource.object["apiVersion"] {
        Value::String(text) => text.split_once('/').map_or("", |(group, _)| group),
        _ => "",
    }
}

/// The expansion templates of a test.
fn expander(templates: Vec<(Resource, ExpansionTemplate)>) -> Result<Expander, Vec<Fault>> {
    let places: BTreeMap<Arc<str>, Resource> = templates
        .iter()
        .map(|(resource, template)| (template.name.clone(), resource.clone()))
        .collect();
    Expander::new(templates.into_iter().map(|(_, template)| template)).map_err(|circles| {
        circles
            .into_iter()
            .filter_map(|(name, problem)| {
                Some(at(&places.get(&name)?.location, problem.to_string()))
            })
            .collect()
    })
}
