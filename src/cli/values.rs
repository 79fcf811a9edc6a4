//! Which values the policies have: the layers that the command line names.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::bundle::{Files, vocabulary};
use crate::manifest::{self, Fault, FieldPath};
use crate::params::{Imported, ParameterSet};
use crate::source::Source;
use crate::suggest;

use super::shared::{self, said};

/// Values over the defaults.
#[derive(Args, Default)]
pub(super) struct Values {
    /// Values for the policies' parameters (see `sekisho params`), or the parameters of an Azure
    /// assignment or definition; repeatable, later files win
    #[arg(long, value_name = "FILE")]
    params: Vec<PathBuf>,
    /// A set of values that comes with sekisho
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Files::presets()))]
    preset: Option<String>,
    /// Whose parameters Azure's are, where a file does not say: a policy definition's id, or the
    /// recommendation's
    #[arg(long, value_name = "ID", requires = "params")]
    azure_definition: Option<String>,
}

impl Values {
    /// The layers, the last on top.
    pub(super) fn layers(&self, files: &Files) -> Result<Vec<ParameterSet>> {
        let mut sets = Vec::new();
        if let Some(name) = &self.preset {
            sets.push(preset(files, name)?);
        }
        let mut faults = Vec::new();
        for path in &self.params {
            let source = shared::file(path)?;
            match read(files, &source, self.azure_definition.as_deref()) {
                Ok(Read::Ours(set)) => sets.push(set),
                Ok(Read::Azures(imported)) => {
                    self.say(path, &imported);
                    sets.push(imported.set);
                }
                Err(mut wrong) => faults.append(&mut wrong),
            }
        }
        if faults.is_empty() {
            Ok(sets)
        } else {
            Err(said(faults))
        }
    }

    /// The files that it depends on.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.params
    }

    fn say(&self, path: &Path, imported: &Imported) {
        for note in &imported.notes {
            shared::note(format_args!("note: {note}"));
        }
        if let (Some(preset), None) = (&imported.preset, &self.preset) {
            shared::note(format_args!(
                "note: {}: what it leaves out has the defaults here; --preset {preset} gives the initiative's",
                path.display()
            ));
        }
    }
}

/// A file of values: in our form, or in one of Azure's.
pub(super) enum Read {
    Ours(ParameterSet),
    Azures(Imported),
}

impl Read {
    /// The values, whatever the form.
    pub(super) fn into_set(self) -> ParameterSet {
        match self {
            Read::Ours(set) => set,
            Read::Azures(imported) => imported.set,
        }
    }
}

/// Reads a file of values; its content tells whose form it has.
pub(super) fn read(
    files: &Files,
    source: &Source,
    definition: Option<&str>,
) -> Result<Read, Vec<Fault>> {
    let one = |fault| vec![fault];
    // A command that failed leaves such a file behind.
    if source.text().text.trim().is_empty() {
        let message = "the file is empty; expected parameters, `{}` for none";
        let fault = manifest::fault_at(source, &FieldPath::default(), message.to_owned());
        return Err(one(fault));
    }
    match vocabulary(files)?.import(source, definition)? {
        Some(imported) => Ok(Read::Azures(imported)),
        None => ParameterSet::parse(source.clone())
            .map(Read::Ours)
            .map_err(one),
    }
}

/// The preset `name`.
pub(super) fn preset(files: &Files, name: &str) -> Result<ParameterSet> {
    let path = format!("params/presets/{name}.yaml");
    let Some(text) = files.get(&path) else {
        let known = Files::presets().into_iter();
        bail!("no preset `{name}`{}", suggest::among(name, known));
    };
    let set = ParameterSet::parse(Source::new(path.as_str(), text));
    Ok(set.map_err(|fault| said(vec![fault]))?.as_preset(name))
}
