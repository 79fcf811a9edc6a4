//! Bundles: templates and Constraints with, where there are any, their recommendations.

mod azure_policy;
mod emit;
mod exploded;
mod export;
mod files;
mod gather;
mod origin;
mod pack;
mod policy;
mod prepared;
mod provider;
mod rating;
mod recommendation;
mod schema;
mod settings;
mod users;
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::engine::{self, Value};
use crate::gatekeeper::{
    ClusterSettings, Constraint, Expander, GATOR_POINT, Problem, WEBHOOK_POINT,
};
use crate::manifest::Fault;
use crate::params::{Effective, ParameterSet};

use exploded::Folder;
use settings::Settings;

pub use azure_policy::{Refusal, export as export_azure_policy};
pub use emit::document as yaml;
pub use exploded::Samples;
pub use export::export;
pub use files::Files;
pub use gather::Gathered;
pub use origin::Origin;
pub use pack::{Exploded, pack, unpack};
pub use policy::Policy;
pub use prepared::prepare;
pub use provider::{Providers, take_unanswered};
pub use rating::{CONTROL, REMEDIATION, Rating, SEVERITY};
pub use recommendation::{Configuration, Recommendation, SecurityControl, Severity, Translation};
pub use schema::{parameters_schema, policy_schema};
pub use settings::OF_THE_CONSTRAINT;
pub use vocabulary::vocabulary;

/// The policies of one run, in the order of their table.
#[derive(Clone, Default)]
pub struct Bundle {
    /// The policies.
    pub policies: Vec<Policy>,
    /// What a user's policies say beside the templates and Constraints.
    pub surroundings: Surroundings,
    /// What its author should know of it, a sentence each.
    pub notes: Vec<String>,
}

/// A Constraint counts where it is enforced at one of these: sekisho says what the webhook would
/// say, and what somebody wants said before it comes to that.
pub const POINTS: [&str; 2] = [WEBHOOK_POINT, GATOR_POINT];

/// What policies must know of the cluster that they are from.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// A user's ExpansionTemplates.
    pub expander: Expander,
    /// Namespaces and CustomResourceDefinitions: known, not judged.
    pub objects: Vec<Value>,
    /// What SyncSets and the Config say.
    pub settings: ClusterSettings,
    /// Where those stand, in the order in which they were added.
    pub settings_origins: Vec<Origin>,
}

impl Bundle {
    /// How the policies are run that the program carries.
    pub fn options() -> engine::Options {
        // They are ours: a built-in given nonsense there is an error to be heard.
        engine::Options {
            strict_builtins: true,
            ..engine::Options::default()
        }
    }

    /// Puts together what `files` hold in the exploded layout, with the values of `layers` over
    /// the defaults. Everything that is wrong is said, not just the first.
    pub fn load(
        files: &Files,
        layers: &[ParameterSet],
        options: &engine::Options,
    ) -> Result<Bundle, Vec<Fault>> {
        let (mut bundle, wrong) = Bundle::folders(files, layers, options);
        bundle.finish(layers, wrong)?;
        Ok(bundle)
    }

    /// Puts a bundle of `files` and a user's policies together. `layers` are for both; `options`
    /// for the first, `users` for the second. With `alone` what `files` hold is only looked up:
    /// Defender's security controls by name.
    pub fn with_users(
        files: &Files,
        gathered: Gathered,
        alone: bool,
        layers: &[ParameterSet],
        (options, users): (&engine::Options, &engine::Options),
    ) -> Result<Bundle, Vec<Fault>> {
        let (mut bundle, mut wrong) = Bundle::folders(files, layers, options);
        let controls: Vec<SecurityControl> = bundle
            .policies
            .iter()
            .filter_map(|policy| policy.control().cloned())
            .collect();
        if alone {
            bundle.policies.clear();
            wrong = Wrong::default();
        }
        wrong.add(users::adopt(
            &mut bundle,
            gathered,
            &controls,
            layers,
            users,
        ));
        bundle.finish(layers, wrong)?;
        Ok(bundle)
    }

    fn folders(
        files: &Files,
        layers: &[ParameterSet],
        options: &engine::Options,
    ) -> (Bundle, Wrong) {
        let mut bundle = Bundle::default();
        let mut wrong = Wrong::default();
        for folder in Folder::all(files) {
            match load_policy(&folder, layers, options) {
                Ok(policy) => bundle.policies.push(policy),
                Err(faults) => {
                    wrong.refused.push(folder.id().to_owned());
                    wrong.faults.extend(faults);
                }
            }
        }
        (bundle, wrong)
    }

    fn finish(&mut self, layers: &[ParameterSet], wrong: Wrong) -> Result<(), Vec<Fault>> {
        let Wrong {
            mut faults,
            refused,
        } = wrong;
        faults.extend(self.unknown_parameters(layers, &refused));
        self.policies.sort_by(|a, b| order(a).cmp(&order(b)));
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Takes from `older` what is compiled already of policies whose Rego is the same. The functions
    /// that external data providers are must be the same as well.
    pub fn reuse(&self, older: &Bundle) {
        for policy in &self.policies {
            if let Some(before) = older.get(&policy.id) {
                policy.reuse(before);
            }
        }
    }

    /// The policy called `id`.
    pub fn get(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| &*policy.id == id)
    }

    /// The policies' ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.policies.iter().map(|policy| &*policy.id)
    }

    /// `refused` are known as well: what is wrong with them has been said.
    fn unknown_parameters(&self, layers: &[ParameterSet], refused: &[String]) -> Vec<Fault> {
        if layers.is_empty() {
            return Vec::new();
        }
        let mut known: BTreeMap<&str, Vec<&str>> = self
            .policies
            .iter()
            .map(|policy| {
                (
                    &*policy.id,
                    policy.parameters.keys().map(String::as_str).collect(),
                )
            })
            .collect();
        for id in refused {
            let given = layers.iter().filter_map(|layer| layer.get(id));
            let names = given.flat_map(|values| values.keys().map(String::as_str));
            known.entry(id).or_insert_with(|| names.collect());
        }
        layers
            .iter()
            .flat_map(|layer| layer.unknown(&known))
            .collect()
    }
}

/// What kept policies out of a bundle, and which.
#[derive(Default)]
struct Wrong {
    faults: Vec<Fault>,
    refused: Vec<String>,
}

impl Wrong {
    fn add(&mut self, other: Wrong) {
        self.faults.extend(other.faults);
        self.refused.extend(other.refused);
    }
}

fn order(policy: &Policy) -> (u32, &str) {
    let known = policy.recommendation.as_ref().map(|known| known.number);
    let number = known.or(policy.rating.number).unwrap_or(u32::MAX);
    (number, &policy.id)
}

fn load_policy(
    folder: &Folder<'_>,
    layers: &[ParameterSet],
    options: &engine::Options,
) -> Result<Policy, Vec<Fault>> {
    let is_default = !layers.iter().any(|layer| layer.get(folder.id()).is_some());
    if let Some(prepared) = folder.prepared().filter(|_| is_default)
        && let Some(policy) = prepared.policy(folder, options)
    {
        return Ok(policy);
    }
    let one = |fault| vec![fault];
    let template = folder.template()?;
    let recommendation = folder.recommendation().map_err(one)?.map(Arc::new);
    let defaults = folder.defaults().transpose().map_err(one)?;
    let effective = Effective::new(folder.id(), defaults.iter().chain(layers));
    let mut constraints = Vec::new();
    if let Some(known) = &recommendation {
        let awaited = known.configuration.is_awaited(&effective.values);
        match settings::constraint(&template.kind, &known.matches, &effective.values, awaited) {
            Err(misfit) => return Err(one(effective.fault(&misfit.parameter, misfit.message))),
            Ok(Settings::Disabled) => {}
            Ok(Settings::Constraint(value)) => {
                let misfits = |problems: Vec<Problem>| {
                    let place = |problem: Problem| {
                        effective.fault(settings::parameter(&problem.path), problem.message)
                    };
                    problems.into_iter().map(place).collect::<Vec<_>>()
                };
                constraints.push(Constraint::from_value(&value, &template).map_err(misfits)?);
            }
        }
    }
    let id = match &recommendation {
        Some(_) => folder.id(),
        None => &template.kind,
    };
    let givers: BTreeMap<_, _> = effective
        .values
        .keys()
        .map(|name| (name.clone(), effective.giver(name)))
        .collect();
    Ok(Policy {
        id: id.into(),
        givers: givers.into(),
        parameters: effective.values.into(),
        defaults: defaults
            .as_ref()
            .and_then(|layer| layer.get(folder.id()))
            .cloned()
            .unwrap_or_default()
            .into(),
        template,
        recommendation,
        constraints,
        samples: exploded::Samples::of(folder).into(),
        origin: None,
        of_user: false,
        rating: Rating::default(),
        ratings: BTreeMap::new(),
        constraint_origins: BTreeMap::new(),
        unconfigured: OnceLock::new(),
        options: options.clone(),
        image: folder.image(),
        program: OnceLock::new(),
    })
}
