//! `sekisho params`.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;

use super::Status;
use super::shared::{self, Selection};

/// Print the parameters in force, as a file that can be edited and given back to --params
#[derive(Args)]
pub(super) struct Params {
    #[command(flatten)]
    selection: Selection,
}

impl Params {
    pub(super) fn run(&self) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        let values: BTreeMap<&str, _> = bundle
            .policies
            .iter()
            // Constraints that somebody wrote by hand are edited by hand.
            .filter(|policy| !policy.of_user || policy.recommendation.is_some())
            .map(|policy| (&*policy.id, &policy.parameters))
            .collect();
        // By way of JSON, which is YAML too: what writes numbers there knows how to keep them.
        let values: serde_yaml::Value = serde_yaml::from_str(&serde_json::to_string(&values)?)?;
        shared::write(&serde_yaml::to_string(&values)?)?;
        Ok(Status::Clean)
    }
}
