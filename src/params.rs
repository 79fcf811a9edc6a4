//! Values for policies, in layers: what a policy's folder gives, then a preset, then the user's
//! files. A later layer replaces whole values of an earlier one.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::manifest::{self, Fault, FieldPath, Step};
use crate::source::Source;
use crate::suggest;

mod azure;
mod layers;

pub use azure::{
    Definition as AzureDefinition, FACTS as AZURE_FACTS, Imported, Kind as AzureKind, Vocabulary,
};
pub use layers::{Effective, Giver};

/// The values of one policy, by parameter.
pub type Parameters = BTreeMap<String, Value>;

/// A layer of values for many policies.
#[derive(Clone, Debug)]
pub struct ParameterSet {
    source: Source,
    policies: BTreeMap<String, Parameters>,
    // Whether the file is about one policy, without a level for its id.
    flat: bool,
    // Where values stand that do not stand below their policy's id.
    places: BTreeMap<(String, String), FieldPath>,
    // The name by which the layer was asked for, where it comes with the program.
    preset: Option<String>,
}

impl ParameterSet {
    /// Reads a file of the form `policy id: {parameter: value}`, YAML or JSON.
    pub fn parse(source: Source) -> Result<ParameterSet, Fault> {
        let value = manifest::value(&source)?;
        let mut set = ParameterSet {
            source,
            policies: BTreeMap::new(),
            flat: false,
            places: BTreeMap::new(),
            preset: None,
        };
        let expected = "expected a mapping of policy ids to their parameters";
        match &value {
            Value::Null | Value::Undefined => return Ok(set),
            Value::Object(policies) => {
                for (id, parameters) in policies.iter() {
                    let id = text(id);
                    let parameters = match parameters {
                        Value::Null => Parameters::new(),
                        Value::Object(entries) => entries
                            .iter()
                            .map(|(name, value)| (text(name), value.clone()))
                            .collect(),
                        _ => {
                            let message =
                                format!("the parameters of `{id}` are not a mapping; {expected}");
                            return Err(set.fault(&id, None, message));
                        }
                    };
                    set.policies.insert(id, parameters);
                }
            }
            _ => return Err(set.fault("", None, format!("not a parameter file: {expected}"))),
        }
        Ok(set)
    }

    /// Reads the defaults of the one policy `id`: a mapping of parameters.
    pub fn defaults(source: Source, id: &str) -> Result<ParameterSet, Fault> {
        let value = manifest::value(&source)?;
        ParameterSet::of_defaults(source, id, &value)
    }

    /// The defaults of the one policy `id`, of which `value` is what `source` holds.
    pub fn of_defaults(source: Source, id: &str, value: &Value) -> Result<ParameterSet, Fault> {
        let Value::Object(entries) = value else {
            let message = "not a parameter file: expected a mapping of parameters".to_owned();
            return Err(Fault {
                path: source.name.clone(),
                line: 1,
                column: 1,
                message,
            });
        };
        let parameters = entries
            .iter()
            .map(|(name, value)| (text(name), value.clone()))
            .collect();
        Ok(ParameterSet {
            source,
            policies: BTreeMap::from([(id.to_owned(), parameters)]),
            flat: true,
            places: BTreeMap::new(),
            preset: None,
        })
    }

    /// The layer as the preset `name`.
    pub fn as_preset(self, name: &str) -> ParameterSet {
        ParameterSet {
            preset: Some(name.to_owned()),
            ..self
        }
    }

    /// The values, by policy.
    pub fn values(&self) -> &BTreeMap<String, Parameters> {
        &self.policies
    }

    /// The values for the policy `id`.
    pub fn get(&self, id: &str) -> Option<&Parameters> {
        self.policies.get(id)
    }

    /// The ids that the layer names.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.policies.keys().map(String::as_str)
    }

    /// An error at the place of a policy or of one of its parameters in the layer's file.
    pub fn fault(&self, id: &str, parameter: Option<&str>, message: String) -> Fault {
        let key = (id.to_owned(), parameter.unwrap_or_default().to_owned());
        if let Some(path) = self.places.get(&key) {
            return manifest::fault_at(&self.source, path, message);
        }
        let mut path = Vec::new();
        if !id.is_empty() && !self.flat {
            path.push(Step::Key(id.to_owned()));
        }
        path.extend(parameter.map(|name| Step::Key(name.to_owned())));
        manifest::fault_at(&self.source, &FieldPath(path), message)
    }

    /// The errors of ids and parameters that `known` does not have, each with what was meant.
    pub fn unknown(&self, known: &BTreeMap<&str, Vec<&str>>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (id, parameters) in &self.policies {
            let Some(names) = known.get(id.as_str()) else {
                let help = suggest::among(id, known.keys().copied());
                faults.push(self.fault(id, None, format!("unknown policy `{id}`{help}")));
                continue;
            };
            for name in parameters
                .keys()
                .filter(|name| !names.contains(&name.as_str()))
            {
                let help = suggest::among(name, names.iter().copied());
                let message = format!("`{id}` has no parameter `{name}`{help}");
                faults.push(self.fault(id, Some(name), message));
            }
        }
        faults
    }
}

fn text(key: &Value) -> String {
    match key {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    }
}
