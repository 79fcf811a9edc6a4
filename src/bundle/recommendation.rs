//! What Defender says of a policy: `recommendation.yaml` beside its template.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::language::{Language, Text};
use crate::params::{AzureDefinition, Parameters};

/// A recommendation, as its folder states it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recommendation {
    /// Its place in Defender's table, from 1.
    pub number: u32,
    /// Its title.
    pub name: Text,
    /// How bad a violation is.
    pub severity: Severity,
    /// The security control that it counts for.
    pub control: SecurityControl,
    /// The match of its Constraint, in Gatekeeper's form, whatever the parameters add.
    #[serde(rename = "match", with = "json")]
    pub matches: serde_json::Value,
    /// Why it matters.
    pub description: Text,
    /// What is a violation, with the default values.
    #[serde(default)]
    pub judged: Option<Text>,
    /// What only a cluster knows.
    #[serde(default)]
    pub cluster: Option<Text>,
    /// What to do.
    pub remediation: Text,
    /// The policy's sentences by `details.reason`; `{name}` stands for `details.name`.
    #[serde(default)]
    pub messages: BTreeMap<String, Translation>,
    /// What each parameter of the schema means (the template has the English).
    #[serde(default)]
    pub parameters: BTreeMap<String, Translation>,
    /// Whether somebody must set parameters first.
    pub configuration: Configuration,
    /// What Azure calls it and its parameters.
    #[serde(default)]
    pub azure: AzureDefinition,
}

impl Recommendation {
    /// Its page in Azure's portal, by its assessment key.
    pub fn link(&self) -> Option<String> {
        let key = self.azure.assessment_key.as_str();
        let page = "https://portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade";
        (!key.is_empty()).then(|| format!("{page}/assessmentKey/{key}"))
    }
}

/// The Japanese of a text whose English stands elsewhere.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// Japanese.
    pub ja: String,
}

/// Whether a recommendation means something with its default parameters.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Defender's column "configuration required".
    pub required: bool,
    /// Parameter values with which nothing can pass: as long as they stand, it is unconfigured.
    #[serde(default, with = "json")]
    pub unconfigured: BTreeMap<String, serde_json::Value>,
}

impl Configuration {
    /// Whether somebody has still to say what is allowed: until then it refuses everything.
    pub fn is_awaited(&self, values: &Parameters) -> bool {
        !self.unconfigured.is_empty()
            && self
                .unconfigured
                .iter()
                .all(|(name, value)| values.get(name) == Some(&value.clone().into()))
    }
}

/// A security control: a group of recommendations with a score of its own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SecurityControl {
    /// One word for it.
    pub id: Arc<str>,
    /// Its title.
    pub name: Text,
    /// The most that it adds to the secure score.
    pub max_score: u32,
}

/// Values of any type, also in what is written without a word about types: as text there.
mod json {
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return value.serialize(serializer);
        }
        let text = serde_json::to_string(value).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        if deserializer.is_human_readable() {
            return T::deserialize(deserializer);
        }
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}

/// Defender's severities, plus one for policies that state none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum Severity {
    /// Nobody said.
    Unspecified,
    /// 低
    Low,
    /// 中
    Medium,
    /// 高
    High,
}

impl Severity {
    /// From the worst to the least.
    pub const ALL: [Severity; 4] = [
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Unspecified,
    ];

    /// The word in `language`.
    pub fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Severity::High, Language::En) => "High",
            (Severity::Medium, Language::En) => "Medium",
            (Severity::Low, Language::En) => "Low",
            (Severity::Unspecified, Language::En) => "Unspecified",
            (Severity::High, Language::Ja) => "高",
            (Severity::Medium, Language::Ja) => "中",
            (Severity::Low, Language::Ja) => "低",
            (Severity::Unspecified, Language::Ja) => "未指定",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name(Language::En))
    }
}
