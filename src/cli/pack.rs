//! `sekisho pack` and `sekisho unpack`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::bundle::{self, Files};

use super::Status;
use super::folder;
use super::shared;

/// Put a policy's template.yaml, policy.rego and libraries together: one plain ConstraintTemplate
#[derive(Args)]
pub(super) struct Pack {
    /// The folder with template.yaml and policy.rego
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The file to write; stdout where none is named
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Pack {
    pub(super) fn run(&self) -> Result<Status> {
        if !self.folder.is_dir() {
            bail!("`{}` is no folder", self.folder.display());
        }
        let files = Files::of_policy(&self.folder)?;
        let text = bundle::pack(&files).map_err(shared::said)?;
        match &self.output {
            None => shared::write(&text)?,
            Some(path) => std::fs::write(path, text)
                .with_context(|| format!("cannot write `{}`", path.display()))?,
        }
        Ok(Status::Clean)
    }
}

/// Take a plain ConstraintTemplate apart: template.yaml, policy.rego and libraries
#[derive(Args)]
pub(super) struct Unpack {
    /// The file with the template; of several each gets a folder of its own
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder to write
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write into a folder that holds something
    #[arg(long)]
    overwrite: bool,
}

impl Unpack {
    pub(super) fn run(&self) -> Result<Status> {
        let source = shared::file(&self.file)?;
        let exploded = bundle::unpack(&source).map_err(shared::said)?;
        let several = exploded.len() > 1;
        let mut files = Vec::new();
        for one in exploded {
            for (path, text) in one.files {
                let path = if several {
                    format!("{}/{path}", one.name)
                } else {
                    path
                };
                files.push((path, text));
            }
        }
        folder::write(&self.output, &files, self.overwrite)?;
        Ok(Status::Clean)
    }
}
