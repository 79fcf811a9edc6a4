//! `sekisho lint`.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::language::Language;
use crate::lint::{self, Lint as Found, LintReport, RULES};
use crate::render;

use super::Status;
use super::frame;
use super::shared;

/// Find what the Rego and the template of a policy do wrong for Gatekeeper
#[derive(Args)]
pub(super) struct Lint {
    /// Files and folders with ConstraintTemplates; the current folder where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Put right what can be put right without asking
    #[arg(long)]
    fix: bool,
    /// Leave a rule out (comma-separated, repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    skip: Vec<String>,
    /// Name the rules, and what each finds
    #[arg(long)]
    rules: bool,
    /// Form of the findings on stdout
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

fn rule(name: &str) -> Result<String, String> {
    if RULES.iter().any(|known| known.name == name) {
        Ok(name.to_owned())
    } else {
        Err("no such rule; --rules names all".to_owned())
    }
}

impl Lint {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let canvas = shared::canvas();
        if self.rules {
            let names = RULES.iter().map(|rule| rule.name.len());
            let width = names.max().unwrap_or(0) + 2;
            let rows = RULES.iter().map(|rule| {
                let lead = render::pad(rule.name, width);
                canvas.hang(&lead, width, rule.about(language))
            });
            shared::write(&rows.collect::<String>())?;
            return Ok(Status::Clean);
        }
        let mut report = lint::lint(&self.paths);
        let mut fixed = Vec::new();
        if self.fix {
            (fixed, report) = lint::fix(&self.paths, report).map_err(|error| anyhow!(error))?;
        }
        report
            .lints
            .retain(|found| !self.skip.iter().any(|skipped| skipped == found.rule));
        let text = match self.output {
            Output::Text => render::lint(&report, &fixed, language, &canvas, frame::of_file),
            Output::Json => json(&report, &fixed),
        };
        shared::write(&text)?;
        if !report.faults.is_empty() {
            return Err(shared::said(report.faults));
        }
        if report.templates == 0 {
            shared::complain(&anyhow!("there is no ConstraintTemplate to look at"));
            return Ok(Status::Failed);
        }
        Ok(if report.lints.is_empty() {
            Status::Clean
        } else {
            Status::Findings
        })
    }
}

fn json(report: &LintReport, fixed: &[Found]) -> String {
    let wire = |found: &Found| {
        json!({
            "rule": found.rule,
            "path": &*found.path,
            "line": found.line,
            "column": found.column,
            "message": found.message.en,
            "help": found.help.as_ref().map(|help| &help.en),
            "fixable": found.fix.is_some(),
        })
    };
    let document = json!({
        "version": 1,
        "templates": report.templates,
        "findings": report.lints.iter().map(wire).collect::<Vec<_>>(),
        "fixed": fixed.iter().map(wire).collect::<Vec<_>>(),
    });
    // Texts, numbers and maps with text keys: there is nothing that could fail.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}
