//! `sekisho why`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::check::{self, Options};
use crate::language::Language;
use crate::render;
use crate::report::{Finding, Report};

use super::inputs::{self, Inputs};
use super::shared::{self, Selection};
use super::{Status, uncompiled};

/// Say why a finding is there: which fields have to change for it to disappear
#[derive(Args)]
pub(super) struct Why {
    /// Which finding: the beginning of its fingerprint, FILE:LINE, a policy's id, or ID@RESOURCE,
    /// where a resource is NAME, KIND/NAME or KIND/NAMESPACE/NAME
    #[arg(value_name = "FINDING")]
    finding: String,
    /// Files and folders with manifests; `-` is stdin; the finding's own file, else the current folder,
    /// where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    selection: Selection,
}

/// How manifests are judged.
#[derive(Args)]
pub(super) struct Reading {
    /// Namespace of resources that name none
    #[arg(
        long = "default-namespace",
        value_name = "NAME",
        default_value = "default"
    )]
    fallback_namespace: String,
    /// Judge workloads by the Pods that they would make, whatever the policy
    #[arg(long)]
    expand_workloads: bool,
}

impl Reading {
    pub(super) fn options(&self) -> Options {
        Options {
            fallback_namespace: self.fallback_namespace.clone(),
            expand_workloads: self.expand_workloads,
            ..Options::default()
        }
    }
}

/// A finding as the user calls it.
enum Wanted<'a> {
    Place(&'a str, u32),
    Policy(&'a str, Option<&'a str>),
    Fingerprint(&'a str),
}

impl Why {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        let wanted = Wanted::of(&self.finding, |id| bundle.get(id).is_some());
        let paths = match (&wanted, self.paths.as_slice()) {
            (Wanted::Place(path, _), []) => vec![PathBuf::from(path)],
            (_, paths) => paths.to_vec(),
        };
        self.selection.one_stdin(&paths)?;
        let Inputs { manifests, faults } = inputs::read(&paths, 0, None);
        let manifests = manifests.into_iter().map(|(_, one)| one).collect();
        let options = Options {
            why: true,
            ..self.reading.options()
        };
        let mut report = check::check(&bundle, manifests, &options).map_err(uncompiled)?;
        report.faults.splice(0..0, faults);
        for fault in &report.faults {
            shared::note(format_args!("note: {fault}"));
        }
        let findings: Vec<&Finding> = wanted.among(&report);
        if findings.is_empty() {
            bail!(
                "no finding `{}` among {} here: expected the beginning of a fingerprint, FILE:LINE, a policy's id or ID@RESOURCE",
                self.finding,
                report.findings.len()
            );
        }
        let canvas = shared::canvas();
        let texts: Vec<String> = findings
            .iter()
            .map(|finding| render::why(finding, language, &canvas))
            .collect();
        shared::write(&texts.join("\n"))?;
        Ok(Status::Clean)
    }
}

impl<'a> Wanted<'a> {
    fn of(text: &'a str, is_policy: impl Fn(&str) -> bool) -> Wanted<'a> {
        if let Some((id, resource)) = text.split_once('@')
            && is_policy(id)
        {
            return Wanted::Policy(id, Some(resource));
        }
        if is_policy(text) {
            return Wanted::Policy(text, None);
        }
        // `FILE:LINE:COLUMN`, as reports have it, is as good.
        let mut rest = text;
        let mut line = None;
        while let Some((before, number)) = rest.rsplit_once(':')
            && let Ok(number) = number.parse()
        {
            rest = before;
            line = Some(number);
        }
        match line {
            Some(line) => Wanted::Place(rest, line),
            None => Wanted::Fingerprint(text),
        }
    }

    fn among<'r>(&self, report: &'r Report) -> Vec<&'r Finding> {
        let is_wanted = |finding: &&Finding| match self {
            Wanted::Place(path, line) => {
                let lines = finding.place.start.line..=finding.place.end.line;
                same_file(&finding.subject.location.path, path) && lines.contains(line)
            }
            Wanted::Policy(id, resource) => {
                *finding.rule.policy == **id
                    && resource.is_none_or(|resource| finding.subject.resource.is_called(resource))
            }
            Wanted::Fingerprint(start) => finding.fingerprint.to_string().starts_with(start),
        };
        report.findings.iter().filter(is_wanted).collect()
    }
}

fn same_file(one: &str, other: &str) -> bool {
    let plain = |path: &str| path.strip_prefix("./").unwrap_or(path).to_owned();
    plain(one) == plain(other)
}
