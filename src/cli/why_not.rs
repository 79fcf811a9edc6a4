//! `sekisho why-not`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::check;
use crate::language::Language;
use crate::manifest::Manifest;
use crate::render;

use super::inputs::{self, Inputs};
use super::shared::{self, Selection};
use super::why::Reading;
use super::{Status, uncompiled};

/// Say why a policy finds nothing in a resource: what does not match, or where its Rego stops
#[derive(Args)]
pub(super) struct WhyNot {
    /// Which resource: NAME, KIND/NAME or KIND/NAMESPACE/NAME
    resource: String,
    /// The policy
    id: String,
    /// Files and folders with manifests; `-` is stdin; the current folder where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    selection: Selection,
}

impl WhyNot {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        shared::known(&bundle, &self.id)?;
        let Some(policy) = bundle.get(&self.id) else {
            bail!("no policy `{}`", self.id);
        };
        self.selection.one_stdin(&self.paths)?;
        let Inputs { manifests, faults } = inputs::read(&self.paths, 0, None);
        let manifests: Vec<Manifest> = manifests.into_iter().map(|(_, one)| one).collect();
        let of_files = manifests.iter().flat_map(|manifest| &manifest.faults);
        for fault in faults.iter().chain(of_files) {
            shared::note(format_args!("note: {fault}"));
        }
        let wanted = |name: &crate::report::ResourceRef, _: &_| name.is_called(&self.resource);
        let silences = check::silences(&bundle, policy, manifests, wanted, &self.reading.options())
            .map_err(uncompiled)?;
        if silences.is_empty() {
            bail!(
                "no resource `{}` here: expected NAME, KIND/NAME or KIND/NAMESPACE/NAME",
                self.resource
            );
        }
        let canvas = shared::canvas();
        let texts: Vec<String> = silences
            .iter()
            .map(|silence| render::silence(silence, language, &canvas))
            .collect();
        shared::write(&texts.join("\n"))?;
        Ok(Status::Clean)
    }
}
