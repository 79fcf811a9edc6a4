//! `sekisho list`.

use anyhow::Result;
use clap::Args;

use crate::bundle::Policy;
use crate::language::Language;
use crate::render::{self, Canvas};

use super::Status;
use super::shared::{self, Selection};

/// List the recommendations: name, severity, security control, whether they need configuration
#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    selection: Selection,
}

impl List {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        let canvas = shared::canvas();
        let out: Vec<String> = bundle
            .policies
            .iter()
            .map(|policy| entry(policy, language, &canvas))
            .collect();
        shared::write(&out.join("\n"))?;
        Ok(Status::Clean)
    }
}

fn entry(policy: &Policy, language: Language, canvas: &Canvas) -> String {
    let words = render::words(language);
    let needs = policy.recommendation.as_ref().map(|known| {
        if known.configuration.required {
            words.needs_configuration
        } else {
            words.works_at_once
        }
    });
    let control = policy
        .control()
        .map(|control| control.name.get(language))
        .unwrap_or_default();
    let mut out = format!(
        "{}  {}  {}\n",
        canvas.bold(render::pad(&policy.id, 22)),
        render::pad(policy.severity().name(language), 6),
        needs.unwrap_or_default()
    );
    out.push_str(&canvas.hang("  ", 2, policy.name().get(language)));
    out.push_str(&canvas.hang("  ", 2, control));
    out
}
