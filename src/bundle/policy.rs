//! A template at work: its Rego, its Constraints, and what is said of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::engine::{self, Module, Program};
use crate::gatekeeper::{Constraint, ConstraintTemplate};
use crate::language::{Language, Text};
use crate::lazy::Lazy;
use crate::manifest::Fault;
use crate::params::{Giver, Parameters};

use super::exploded::{Folder, Samples};
use super::files::Files;
use super::origin::Origin;
use super::rating::Rating;
use super::recommendation::{Recommendation, SecurityControl, Severity};

/// A ConstraintTemplate with the Constraints that use it.
#[derive(Clone)]
pub struct Policy {
    /// The folder's name where it is a recommendation, else the template's kind.
    pub id: Arc<str>,
    /// The template.
    pub template: ConstraintTemplate,
    /// What Defender says of it, where it is a recommendation.
    pub recommendation: Option<Arc<Recommendation>>,
    /// The Constraints that use it; none while it is disabled.
    pub constraints: Vec<Constraint>,
    /// The values in force, the Constraint's own (`effect` and so on) included; empty where the
    /// Constraints were written by hand.
    pub parameters: Lazy<Parameters>,
    /// Who gave each of the values.
    pub givers: Lazy<BTreeMap<String, Giver>>,
    /// The values before anybody changed them.
    pub defaults: Lazy<Parameters>,
    /// What stands beside it to try it with.
    pub samples: Lazy<Samples>,
    /// Where a user wrote its template; `None` for a folder in the exploded layout.
    pub origin: Option<Origin>,
    /// Whether a user brought it. It is then judged to the letter as a cluster's Gatekeeper would:
    /// numbers as Gatekeeper shows them, of the inventory what is synced, workloads by their
    /// ExpansionTemplates alone.
    pub of_user: bool,
    /// What its template's annotations say of its violations.
    pub rating: Rating,
    /// What the Constraints' annotations say of theirs, by name.
    pub ratings: BTreeMap<String, Rating>,
    /// Where a user wrote the Constraints, by name.
    pub constraint_origins: BTreeMap<String, Origin>,
    /// Whether its parameters are still to be given, once known.
    pub(super) unconfigured: OnceLock<bool>,
    pub(super) options: engine::Options,
    /// Its compiled Rego, where the program carries it.
    pub(super) image: Option<&'static [u8]>,
    pub(super) program: OnceLock<Result<Program, Vec<engine::Fault>>>,
}

impl Policy {
    /// A template by itself, as a user's Gatekeeper has it, without Constraints.
    pub fn of_template(
        template: ConstraintTemplate,
        origin: Option<Origin>,
        options: &engine::Options,
    ) -> Policy {
        Policy {
            id: template.kind.as_str().into(),
            template,
            recommendation: None,
            constraints: Vec::new(),
            parameters: Parameters::new().into(),
            givers: BTreeMap::new().into(),
            defaults: Parameters::new().into(),
            samples: Samples::default().into(),
            origin,
            of_user: true,
            rating: Rating::default(),
            ratings: BTreeMap::new(),
            constraint_origins: BTreeMap::new(),
            unconfigured: OnceLock::new(),
            options: options.clone(),
            image: None,
            program: OnceLock::new(),
        }
    }

    /// The policy of the folder `folder` in the exploded layout, without Constraints; `None` where
    /// the folder is not in that layout.
    pub fn of_folder(
        folder: &Path,
        options: &engine::Options,
    ) -> Result<Option<Policy>, Vec<Fault>> {
        let files = Files::of_policy(folder).map_err(|fault| {
            vec![Fault {
                path: fault.path,
                line: 0,
                column: 0,
                message: fault.message,
            }]
        })?;
        let Some(folder) = Folder::all(&files).next() else {
            return Ok(None);
        };
        let template = folder.template()?;
        Ok(Some(Policy::of_template(template, None, options)))
    }

    /// Its Rego: the main module, then the libraries.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        std::iter::once(&self.template.main).chain(&self.template.libs)
    }

    /// The compiled Rego; compiled when it is first asked for.
    pub fn program(&self) -> Result<&Program, &[engine::Fault]> {
        let compile = || {
            let modules: Vec<Module> = self.modules().cloned().collect();
            let entry = &self.template.entry;
            let prepared = self
                .image
                .and_then(|image| Program::of_image(image, &modules, entry, &self.options));
            prepared.map_or_else(|| Program::compile(&modules, entry, &self.options), Ok)
        };
        self.program
            .get_or_init(compile)
            .as_ref()
            .map_err(Vec::as_slice)
    }

    /// Takes the compiled Rego of `older`, where the Rego is the same.
    pub(super) fn reuse(&self, older: &Policy) {
        let same = self.of_user == older.of_user
            && self.template.entry == older.template.entry
            && self.modules().eq(older.modules());
        if same && let Some(Ok(program)) = older.program.get() {
            // What is compiled already stays.
            let _ = self.program.set(Ok(program.clone()));
        }
    }

    /// The Rego compiled anew, with `more` modules and other options.
    pub fn program_with(
        &self,
        more: &[Module],
        change: impl FnOnce(&mut engine::Options),
    ) -> Result<Program, Vec<engine::Fault>> {
        let modules: Vec<Module> = self.modules().chain(more).cloned().collect();
        let mut options = self.options.clone();
        change(&mut options);
        Program::compile(&modules, &self.template.entry, &options)
    }

    /// Whether its Rego was compiled when the program was built.
    pub fn is_prepared(&self) -> bool {
        self.image.is_some()
    }

    /// Its title.
    pub fn name(&self) -> Text {
        match &self.recommendation {
            Some(recommendation) => recommendation.name.clone(),
            None => Text::untranslated(self.template.title().unwrap_or(&self.template.kind)),
        }
    }

    /// Why it matters.
    pub fn description(&self) -> Option<Text> {
        match &self.recommendation {
            Some(recommendation) => Some(recommendation.description.clone()),
            None => self.template.description().map(Text::untranslated),
        }
    }

    /// What to do about its violations, whatever single Constraints say.
    pub fn remediation(&self) -> Option<&Text> {
        let known = self.recommendation.as_ref().map(|known| &known.remediation);
        self.rating.remediation.as_ref().or(known)
    }

    /// The page about it in Azure's portal.
    pub fn link(&self) -> Option<String> {
        self.recommendation.as_ref()?.link()
    }

    /// An error in its Rego, at its place in the file that holds the Rego.
    pub fn place(&self, fault: &engine::Fault) -> Fault {
        let message = fault.message.clone();
        self.place_at(&fault.module, fault.line, fault.column, message)
    }

    /// A sentence about a place in one of its modules, at its place in the file that holds the Rego.
    pub fn place_at(&self, module: &str, line: u32, column: u32, message: String) -> Fault {
        let within = self.template.field_of(module).zip(self.origin.as_ref());
        match within {
            Some((field, origin)) => origin.inside(field, line, column, message),
            None => Fault {
                path: module.into(),
                line,
                column,
                message,
            },
        }
    }

    /// How bad its violations are: where its Constraints differ, those of the worst.
    pub fn severity(&self) -> Severity {
        let of_constraints = self
            .constraints
            .iter()
            .map(|constraint| self.severity_of(constraint));
        of_constraints.max().unwrap_or_else(|| self.own_severity())
    }

    fn own_severity(&self) -> Severity {
        let known = self.recommendation.as_ref().map(|known| known.severity);
        self.rating
            .severity
            .or(known)
            .unwrap_or(Severity::Unspecified)
    }

    /// How bad violations of `constraint` are.
    pub fn severity_of(&self, constraint: &Constraint) -> Severity {
        let rating = self.ratings.get(&constraint.name);
        rating
            .and_then(|rating| rating.severity)
            .unwrap_or_else(|| self.own_severity())
    }

    /// The control that it counts for.
    pub fn control(&self) -> Option<&SecurityControl> {
        let known = self.recommendation.as_ref().map(|known| &known.control);
        let of_constraints = self
            .ratings
            .values()
            .find_map(|rating| rating.control.as_ref());
        self.rating.control.as_ref().or(known).or(of_constraints)
    }

    /// The control that violations of `constraint` count for.
    pub fn control_of(&self, constraint: &Constraint) -> Option<&SecurityControl> {
        let rating = self.ratings.get(&constraint.name);
        let own = rating.and_then(|rating| rating.control.as_ref());
        let known = self.recommendation.as_ref().map(|known| &known.control);
        own.or(self.rating.control.as_ref()).or(known)
    }

    /// What to do about violations of `constraint`.
    pub fn remediation_of(&self, constraint: &Constraint) -> Option<&Text> {
        let rating = self.ratings.get(&constraint.name);
        let own = rating.and_then(|rating| rating.remediation.as_ref());
        let known = self.recommendation.as_ref().map(|known| &known.remediation);
        own.or(self.rating.remediation.as_ref()).or(known)
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
        let known = self.recommendation.as_ref();
        let look = || known.is_some_and(|known| known.configuration.is_awaited(&self.parameters));
        *self.unconfigured.get_or_init(look)
    }

    /// Whether workloads are judged by the Pod that they would make, without an ExpansionTemplate
    /// that says so: Defender's recommendations look at Pods, however those come about.
    pub fn judges_workloads(&self) -> bool {
        self.recommendation.is_some()
    }
}
