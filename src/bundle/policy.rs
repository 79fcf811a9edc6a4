//! A template at work: its Rego, its Constraints, and what is said of it.

use std::sync::{Arc, OnceLock};

use crate::engine::{self, Module, Program};
use crate::gatekeeper::{Constraint, ConstraintTemplate};
use crate::language::{Language, Text};
use crate::params::Parameters;

use super::recommendation::{Recommendation, SecurityControl, Severity};

/// A ConstraintTemplate with the Constraints that use it.
pub struct Policy {
    /// The folder's name, or the template's.
    pub id: Arc<str>,
    /// The template.
    pub template: ConstraintTemplate,
    /// What Defender says of it, where it is a recommendation.
    pub recommendation: Option<Arc<Recommendation>>,
    /// The Constraints that use it; none while it is disabled.
    pub constraints: Vec<Constraint>,
    /// The values in force, the Constraint's own (`effect` and so on) included; empty where the
    /// Constraints were written by hand.
    pub parameters: Parameters,
    /// The values before anybody changed them.
    pub defaults: Parameters,
    /// The samples that it passes: path, text.
    pub good: Vec<(String, String)>,
    /// The samples that it finds something in: path, text.
    pub bad: Vec<(String, String)>,
    pub(super) options: engine::Options,
    pub(super) program: OnceLock<Result<Program, Vec<engine::Fault>>>,
}

impl Policy {
    /// Its Rego: the main module, then the libraries.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        std::iter::once(&self.template.main).chain(&self.template.libs)
    }

    /// The compiled Rego; compiled when it is first asked for.
    pub fn program(&self) -> Result<&Program, &[engine::Fault]> {
        let compile = || {
            let modules: Vec<Module> = self.modules().cloned().collect();
            Program::compile(&modules, &self.template.entry, &self.options)
        };
        self.program
            .get_or_init(compile)
            .as_ref()
            .map_err(Vec::as_slice)
    }

    /// Its title.
    pub fn name(&self) -> Text {
        match &self.recommendation {
            Some(recommendation) => recommendation.name.clone(),
            None => Text::untranslated(self.template.title().unwrap_or(&self.template.kind)),
        }
    }

    /// How bad its violations are.
    pub fn severity(&self) -> Severity {
        self.recommendation
            .as_ref()
            .map_or(Severity::Unspecified, |known| known.severity)
    }

    /// The control that it counts for.
    pub fn control(&self) -> Option<&SecurityControl> {
        self.recommendation.as_ref().map(|known| &known.control)
    }

    /// What the parameter `name` means.
    pub fn meaning(&self, name: &str, language: Language) -> Option<String> {
        let translated = self
            .recommendation
            .as_ref()
            .and_then(|known| known.parameters.get(name));
        match (language, translated) {
            (Language::Ja, Some(text)) => Some(text.ja.clone()),
            _ => {
                let validation = &self.template.raw["spec"]["crd"]["spec"]["validation"];
                let property = &validation["openAPIV3Schema"]["properties"][name];
                property["description"]
                    .as_string()
                    .ok()
                    .map(|text| text.to_string())
            }
        }
    }

    /// Whether somebody has still to say what is allowed: until then it refuses everything.
    pub fn is_unconfigured(&self) -> bool {
        self.recommendation.as_ref().is_some_and(|known| {
            let waiting = &known.configuration.unconfigured;
            !waiting.is_empty()
                && waiting
                    .iter()
                    .all(|(name, value)| self.parameters.get(name) == Some(&value.clone().into()))
        })
    }

    /// Whether workloads are judged by the Pod that they would make, without an ExpansionTemplate
    /// that says so: Defender's recommendations look at Pods, however those come about.
    pub fn judges_workloads(&self) -> bool {
        self.recommendation.is_some()
    }
}
