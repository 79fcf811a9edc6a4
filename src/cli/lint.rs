//! `sekisho lint`.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::lint::{self, Lint as Found, LintReport, RULES};
use crate::manifest::Fault;

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
    let mut names = RULES.iter().map(|(name, _)| *name);
    if names.any(|known| known == name) {
        Ok(name.to_owned())
    } else {
        Err("no such rule; --rules names all".to_owned())
    }
}

impl Lint {
    pub(super) fn run(&self) -> Result<Status> {
        if self.rules {
            let width = RULES.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            let rows = RULES
                .iter()
                .map(|(name, about)| format!("{name:width$}  {about}\n"));
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
            Output::Text => text(&report, &fixed),
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

fn text(report: &LintReport, fixed: &[Found]) -> String {
    let bold = anstyle::Style::new().bold();
    let yellow = bold.fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    let green = bold.fg_color(Some(anstyle::AnsiColor::Green.into()));
    let cyan = bold.fg_color(Some(anstyle::AnsiColor::Cyan.into()));
    let mut out = String::new();
    for found in fixed {
        let Found {
            path,
            line,
            rule,
            message,
            ..
        } = found;
        out.push_str(&format!(
            "{green}fixed{green:#} {rule}: {path}:{line}: {message}\n"
        ));
    }
    for found in &report.lints {
        let Found { rule, message, .. } = found;
        out.push_str(&format!(
            "{yellow}{rule}{yellow:#}: {bold}{message}{bold:#}\n"
        ));
        let fault = Fault {
            path: found.path.clone(),
            line: found.line,
            column: found.column,
            message: message.clone(),
        };
        out.push_str(&format!(
            " {cyan}-->{cyan:#} {}:{}:{}\n",
            found.path, found.line, found.column
        ));
        if let Some(frame) = frame::of_file(&fault) {
            out.push_str(&frame);
            out.push('\n');
        }
        if let Some(help) = &found.help {
            out.push_str(&format!(" {cyan}help{cyan:#}: {help}\n"));
        }
        out.push('\n');
    }
    let count = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let mut said = format!(
        "{} in {}",
        count(report.lints.len(), "finding"),
        count(report.templates, "template")
    );
    if !fixed.is_empty() {
        said.push_str(&format!(", {} fixed", fixed.len()));
    }
    let fixable = report
        .lints
        .iter()
        .filter(|found| found.fix.is_some())
        .count();
    if fixable > 0 && fixed.is_empty() {
        said.push_str(&format!("; --fix puts {fixable} right"));
    }
    out.push_str(&said);
    out.push('\n');
    out
}

fn json(report: &LintReport, fixed: &[Found]) -> String {
    let wire = |found: &Found| {
        json!({
            "rule": found.rule,
            "path": &*found.path,
            "line": found.line,
            "column": found.column,
            "message": found.message,
            "help": found.help,
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
