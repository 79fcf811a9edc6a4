//! `sekisho explain`.

mod markdown;

use anyhow::Result;
use clap::Args;

use crate::bundle::{Files, Policy};
use crate::language::Language;
use crate::render::{self, Canvas, Words};

use super::Status;
use super::shared::{self, Selection};
use super::values;

/// Say what a recommendation looks at, why, with which parameters, and what to do
#[derive(Args)]
pub(super) struct Explain {
    /// The recommendation
    #[arg(value_name = "ID")]
    id: String,
    /// As a page in Markdown
    #[arg(long)]
    markdown: bool,
    #[command(flatten)]
    selection: Selection,
}

impl Explain {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let bundle = self.selection.bundle()?;
        shared::known(&bundle, &self.id)?;
        if let Some(policy) = bundle.get(&self.id) {
            if self.markdown {
                let reading = values::preset(&Files::embedded(), READING)?;
                shared::write(&markdown::page(policy, Some(&reading), language))?;
                return Ok(Status::Clean);
            }
            let page = Page {
                policy,
                language,
                canvas: shared::canvas(),
                words: render::words(language),
            };
            shared::write(&page.text()?)?;
        }
        Ok(Status::Clean)
    }
}

/// The preset whose values a page shows beside the defaults.
const READING: &str = "defender";

struct Page<'a> {
    policy: &'a Policy,
    language: Language,
    canvas: Canvas,
    words: &'static Words,
}

impl Page<'_> {
    fn text(&self) -> Result<String> {
        let policy = self.policy;
        let canvas = &self.canvas;
        let mut out = format!("{}\n", canvas.bold(&policy.id));
        out.push_str(&canvas.hang("", 0, policy.name().get(self.language)));
        let mut facts = vec![policy.severity().name(self.language)];
        facts.extend(
            policy
                .control()
                .map(|control| control.name.get(self.language)),
        );
        out.push_str(&canvas.hang("", 0, &facts.join(", ")));
        if let Some(known) = &policy.recommendation {
            out.push_str(&self.heading(self.words.why));
            out.push_str(&canvas.hang("  ", 2, known.description.get(self.language)));
            out.push_str(&self.heading(self.words.fix));
            out.push_str(&canvas.hang("  ", 2, known.remediation.get(self.language)));
        } else if let Some(description) = policy.template.description() {
            out.push_str(&self.heading(self.words.why));
            out.push_str(&canvas.hang("  ", 2, description));
        }
        out.push_str(&self.heading(self.words.parameters));
        for (name, value) in policy.parameters.iter() {
            out.push_str(&self.parameter(name, value)?);
        }
        for (heading, samples) in [
            (self.words.bad, &policy.samples.bad),
            (self.words.good, &policy.samples.good),
        ] {
            if let Some((_, text)) = samples.first() {
                out.push_str(&self.heading(heading));
                for line in text.lines() {
                    out.push_str(&format!("  {line}\n"));
                }
            }
        }
        Ok(out)
    }

    fn heading(&self, word: &str) -> String {
        format!("\n{}\n", self.canvas.bold(word))
    }

    fn parameter(&self, name: &str, value: &crate::engine::Value) -> Result<String> {
        let mut out = format!("  {name}: {value}\n");
        if let Some(default) = self
            .policy
            .defaults
            .get(name)
            .filter(|default| *default != value)
        {
            out.push_str(&format!("    {}: {default}\n", self.words.default));
        }
        let meaning = self.policy.meaning(name, self.language);
        let of_the_constraint =
            || render::of_the_constraint(name, self.language).map(str::to_owned);
        if let Some(meaning) = meaning.or_else(of_the_constraint) {
            out.push_str(&self.canvas.hang("    ", 4, &meaning));
        }
        Ok(out)
    }
}
