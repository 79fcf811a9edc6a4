//! `sekisho params`.

mod schema;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::bundle::{self, Bundle, Files};
use crate::engine::Value;
use crate::language::Language;
use crate::params::{ParameterSet, Parameters};

use super::Status;
use super::shared::{self, Selection};
use super::values::{self, Read};

/// Print the parameters in force, as a file that can be edited and given back to --params
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Params {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    show: Show,
}

#[derive(Subcommand)]
enum Command {
    /// Print the parameters in force, and who gave each
    Show(Show),
    /// Write Azure's parameters as a file for --params
    Import(Import),
    /// Say whether files for --params are right
    Check(Check),
    /// Print the JSON Schema of files for --params, so that editors complete them
    Schema(schema::Schema),
}

#[derive(Args)]
struct Show {
    /// Say behind each value who gave it: the defaults, a preset, or which line of a file
    #[arg(long)]
    origin: bool,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Args)]
struct Import {
    /// An assignment (`az policy assignment show`), a definition, a parameter file or a mapping of
    /// `{"name": {"value": …}}`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whose parameters they are, where the file does not say: a policy definition's id, or the
    /// recommendation's
    #[arg(long, value_name = "ID")]
    azure_definition: Option<String>,
}

#[derive(Args)]
struct Check {
    /// The files, ours or Azure's
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Whose parameters Azure's are, where a file does not say
    #[arg(long, value_name = "ID")]
    azure_definition: Option<String>,
}

impl Params {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        match &self.command {
            None => self.show.run(),
            Some(Command::Show(command)) => command.run(),
            Some(Command::Import(command)) => command.run(),
            Some(Command::Check(command)) => command.run(language),
            Some(Command::Schema(command)) => command.run(language),
        }
    }
}

impl Show {
    fn run(&self) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        let text = if self.origin {
            let mut text = String::new();
            for policy in configurable(&bundle) {
                text.push_str(&format!("{}:\n", policy.id));
                for (name, value) in policy.parameters.iter() {
                    let giver = policy.givers.get(name);
                    let giver = giver.map(ToString::to_string).unwrap_or_default();
                    text.push_str(&format!(
                        "  {name}: {} # {giver}\n",
                        serde_json::to_string(value)?
                    ));
                }
            }
            text
        } else {
            let values = configurable(&bundle).map(|policy| (&*policy.id, &*policy.parameters));
            written(&values.collect())
        };
        shared::write(&text)?;
        Ok(Status::Clean)
    }
}

impl Import {
    fn run(&self) -> Result<Status> {
        let files = Files::embedded();
        let source = shared::file(&self.file)?;
        let read = values::read(&files, &source, self.azure_definition.as_deref());
        let (head, set) = match read.map_err(shared::said)? {
            Read::Ours(set) => (String::new(), set),
            Read::Azures(imported) => {
                for note in &imported.notes {
                    shared::note(format_args!("note: {note}"));
                }
                (format!("# {}\n", imported.title), imported.set)
            }
        };
        // What cannot be used is not passed on.
        judged(&files, std::slice::from_ref(&set))?;
        let values = set.values().iter();
        let values = values.map(|(id, values)| (id.as_str(), values)).collect();
        shared::write(&format!("{head}{}", written(&values)))?;
        Ok(Status::Clean)
    }
}

impl Check {
    fn run(&self, language: Language) -> Result<Status> {
        let files = Files::embedded();
        let mut faults = Vec::new();
        let mut lines = String::new();
        for path in &self.files {
            let source = shared::file(path)?;
            let set = match values::read(&files, &source, self.azure_definition.as_deref()) {
                Ok(Read::Ours(set)) => set,
                Ok(Read::Azures(imported)) => {
                    for note in &imported.notes {
                        shared::note(format_args!("note: {note}"));
                    }
                    imported.set
                }
                Err(mut wrong) => {
                    faults.append(&mut wrong);
                    continue;
                }
            };
            let count: usize = set.values().values().map(Parameters::len).sum();
            let policies = set.values().len();
            lines.push_str(&counted(language, &source.name, count, policies));
            if let Err(mut wrong) = Bundle::load(&files, &[set], &Default::default()) {
                faults.append(&mut wrong);
            }
        }
        if !faults.is_empty() {
            return Err(shared::said(faults));
        }
        shared::write(&lines)?;
        Ok(Status::Clean)
    }
}

fn counted(language: Language, name: &str, values: usize, policies: usize) -> String {
    match language {
        Language::En => format!(
            "{name}: {values} {} of {policies} {}\n",
            if values == 1 { "value" } else { "values" },
            if policies == 1 { "policy" } else { "policies" },
        ),
        Language::Ja => format!("{name}: {policies} 個のポリシーの {values} 個の値\n"),
    }
}

fn judged(files: &Files, layers: &[ParameterSet]) -> Result<Bundle> {
    Bundle::load(files, layers, &Default::default()).map_err(shared::said)
}

/// The policies that have parameters here: Constraints that somebody wrote by hand are edited by
/// hand.
fn configurable(bundle: &Bundle) -> impl Iterator<Item = &crate::bundle::Policy> {
    let policies = bundle.policies.iter();
    policies.filter(|policy| !policy.of_user || policy.recommendation.is_some())
}

fn written(values: &BTreeMap<&str, &Parameters>) -> String {
    let values = values.iter().map(|(id, values)| {
        let values = values.iter();
        let values = values.map(|(name, value)| (Value::from(name.as_str()), value.clone()));
        (
            Value::from(*id),
            Value::from(values.collect::<BTreeMap<_, _>>()),
        )
    });
    bundle::yaml(&Value::from(values.collect::<BTreeMap<_, _>>()))
}
