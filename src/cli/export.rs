//! `sekisho export`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::bundle;

use super::Status;
use super::folder;
use super::shared::Selection;

/// Write policies for others to use: as a folder that a stock Gatekeeper takes
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
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// ConstraintTemplates, Constraints, Suites and samples
    Gatekeeper,
}

impl Export {
    pub(super) fn run(&self) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        let files = match self.form {
            Form::Gatekeeper => bundle::export(&bundle),
        };
        folder::write(
            &self.output,
            &files.into_iter().collect::<Vec<_>>(),
            self.overwrite,
        )?;
        Ok(Status::Clean)
    }
}
