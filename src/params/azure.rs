//! Values as Azure Policy has them: the parameters of assignments, and the defaults of definitions.
//!
//! Which words Azure uses stands beside each policy (`azure:` in its `recommendation.yaml`) and, for
//! the initiative, in [`FACTS`]. Facts: "Azure Policy assignment structure", "Azure Policy definition
//! structure parameters" and "Azure Resource Manager parameter files" in Microsoft's documentation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::Value;
use crate::manifest::{self, Fault, FieldPath};
use crate::source::Source;

use super::{ParameterSet, Parameters};

mod form;
mod reading;
mod values;

/// Where the bundle says what Azure's initiative is called.
pub const FACTS: &str = "rego/azure.yaml";

/// What Azure calls a policy and its parameters.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Definition {
    /// The key of Defender's assessment.
    pub assessment_key: String,
    /// The policy definition's name: a GUID.
    pub definition_id: String,
    /// Its title.
    pub definition_name: String,
    /// The version that the initiative pins.
    pub definition_version: String,
    /// What the initiative calls it.
    pub initiative_reference_id: String,
    /// The definition's parameters.
    pub parameters: BTreeMap<String, Parameter>,
}

/// A parameter of a policy definition.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The initiative's parameter that gives it its value.
    #[serde(default)]
    pub initiative: Option<String>,
}

/// Azure's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Kind {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A list.
    Array,
    /// A mapping.
    Object,
}

/// An initiative: definitions that are assigned together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Initiative {
    /// Its name: a GUID.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The version that the facts are of.
    pub version: String,
    /// The preset with its values and reading.
    pub preset: String,
    /// Its parameters that no policy here has.
    pub others: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    initiative: Initiative,
}

/// Azure's words for policies.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    initiative: Option<Initiative>,
    definitions: BTreeMap<String, Definition>,
}

/// What a file of Azure's comes to.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The values.
    pub set: ParameterSet,
    /// What the file is, in a few words.
    pub title: String,
    /// The preset that has the defaults for what an assignment of the initiative does not say.
    pub preset: Option<String>,
    /// What the file says and nobody can follow here, a sentence each.
    pub notes: Vec<String>,
}

impl Vocabulary {
    /// Adds what Azure calls the policy `id`.
    pub fn add(&mut self, id: &str, definition: Definition) {
        if !definition.definition_id.is_empty() {
            self.definitions.insert(id.to_owned(), definition);
        }
    }

    /// Takes the initiative from `source`.
    ///
    /// # Errors
    /// Where the text has another form.
    pub fn read_facts(&mut self, source: &Source) -> Result<(), Fault> {
        let facts: Facts = serde_yaml::from_str(&source.text().text).map_err(|error| {
            let place = error.location();
            Fault {
                path: source.name.clone(),
                line: place.as_ref().map_or(1, |place| place.line() as u32),
                column: place.as_ref().map_or(1, |place| place.column() as u32),
                message: error.to_string(),
            }
        })?;
        self.initiative = Some(facts.initiative);
        Ok(())
    }

    /// Reads `source` where its content is Azure's; `None` where it is a parameter file of ours.
    /// `definition`, a GUID, the id of a resource or that of a policy, says what the parameters are
    /// those of.
    ///
    /// # Errors
    /// All that is wrong with it: then nothing of it counts.
    pub fn import(
        &self,
        source: &Source,
        definition: Option<&str>,
    ) -> Result<Option<Imported>, Vec<Fault>> {
        let value = manifest::value(source).map_err(|fault| vec![fault])?;
        if form::is_exemption(&value) {
            let message = "an exemption of Azure Policy, and whom it exempts cannot be told from \
                           files; expected an assignment, or the namespaces in `excludedNamespaces`";
            let fault = manifest::fault_at(source, &FieldPath::default(), message.to_owned());
            return Err(vec![fault]);
        }
        if !form::is_azures(&value) {
            let Some(named) = definition else {
                return Ok(None);
            };
            let message = format!(
                "no parameters of Azure's, though `{named}` is said to define them: expected an \
                 assignment, a definition, a parameter file or a mapping of `{{\"name\": {{\"value\": …}}}}`"
            );
            let fault = manifest::fault_at(source, &FieldPath::default(), message);
            return Err(vec![fault]);
        }
        reading::read(self, source, &value, definition).map(Some)
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Kind::String, Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Array, Value::Array(_))
            | (Kind::Object, Value::Object(_)) => true,
            (Kind::Integer, Value::Number(number)) => number.is_integer(),
            _ => false,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Kind::String => "a text",
            Kind::Boolean => "`true` or `false`",
            Kind::Integer => "a whole number",
            Kind::Array => "a list",
            Kind::Object => "a mapping",
        }
    }
}

/// The key of a mapping that matches `name` without regard to case, and its value.
fn entry<'v>(value: &'v Value, name: &str) -> Option<(String, &'v Value)> {
    let Value::Object(entries) = value else {
        return None;
    };
    let exact = entries.get(&Value::from(name));
    if let Some(found) = exact {
        return Some((name.to_owned(), found));
    }
    entries.iter().find_map(|(key, value)| match key {
        Value::String(key) if key.eq_ignore_ascii_case(name) => Some((key.to_string(), value)),
        _ => None,
    })
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Values of one policy and where each was written.
#[derive(Default)]
struct Collected {
    policies: BTreeMap<String, Parameters>,
    places: BTreeMap<(String, String), FieldPath>,
}

impl Collected {
    fn set(&mut self, id: &str, parameter: &str, value: Value, place: FieldPath) {
        let values = self.policies.entry(id.to_owned()).or_default();
        values.insert(parameter.to_owned(), value);
        self.places
            .insert((id.to_owned(), parameter.to_owned()), place);
    }
}
