//! `sekisho params schema`.

use anyhow::Result;
use clap::Args;

use crate::bundle;
use crate::language::Language;
use crate::render;

use super::super::Status;
use super::super::shared::{self, Selection};

#[derive(Args)]
pub(super) struct Schema {
    /// The parameters of this policy alone
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    selection: Selection,
}

impl Schema {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        if let Some(id) = &self.id {
            shared::known(&bundle, id)?;
        }
        let meaning = |policy: &bundle::Policy, name: &str| {
            let own = policy.meaning(name, language);
            own.or_else(|| render::of_the_constraint(name, language).map(str::to_owned))
        };
        let schema = match self.id.as_ref().and_then(|id| bundle.get(id)) {
            Some(policy) => bundle::policy_schema(policy, meaning),
            None => bundle::parameters_schema(&bundle, meaning),
        };
        shared::write(&format!("{}\n", serde_json::to_string_pretty(&schema)?))?;
        Ok(Status::Clean)
    }
}
