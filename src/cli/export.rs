//! `sekisho export`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::bundle::{self, Policy};
use crate::language::Language;
use crate::render;

use super::Status;
use super::folder;
use super::shared::Selection;

/// Write policies for others to use: as a folder that a stock Gatekeeper takes, or as definitions for
/// Azure Policy
#[derive(Args)]
pub(super) struct Export {
    /// For whom
    #[arg(value_name = "FOR")]
    form: Form,
    /// The folder to write
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write into a folder that holds something
    #[arg(long)]
    overwrite: bool,
    /// Where the definitions will stand, for the initiative that names them: a subscription, or
    /// `/providers/Microsoft.Management/managementGroups/NAME`
    #[arg(
        long,
        value_name = "ID",
        default_value = "/subscriptions/00000000-0000-0000-0000-000000000000"
    )]
    scope: String,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// ConstraintTemplates, Constraints, Suites and samples
    Gatekeeper,
    /// Policy definitions for Azure Policy, and an initiative of them
    AzurePolicy,
}

impl Export {
    pub(super) fn run(&self) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        let files = match self.form {
            Form::Gatekeeper => bundle::export(&bundle),
            Form::AzurePolicy => match bundle::export_azure_policy(&bundle, &self.scope, meaning) {
                Ok(files) => files,
                Err(refusals) => {
                    let lines: Vec<String> = refusals.iter().map(ToString::to_string).collect();
                    bail!("{}", lines.join("\n"));
                }
            },
        };
        folder::write(
            &self.output,
            &files.into_iter().collect::<Vec<_>>(),
            self.overwrite,
        )?;
        Ok(Status::Clean)
    }
}

fn meaning(_: &Policy, parameter: &str) -> Option<String> {
    render::of_the_constraint(parameter, Language::En).map(str::to_owned)
}
