//! What `sekisho test` measures beside the tests: the lines that they reach, the changes that they
//! notice.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::language::Language;
use crate::render::coverage;
use crate::suite::{CoverageReport, TestReport, percent};

use super::shared;

#[derive(Args)]
pub(super) struct Measures {
    /// Show which lines of the Rego the tests reach
    #[arg(long)]
    coverage: bool,
    /// Write the lines reached to a file: `lcov=PATH`, `cobertura=PATH` or `html=PATH`; repeatable
    #[arg(long, value_name = "FORMAT=PATH", value_parser = CoverageOutput::parse)]
    coverage_output: Vec<CoverageOutput>,
    /// Change the Rego, one small change at a time, and show the changes that no test notices
    #[arg(long)]
    pub(super) mutate: bool,
    /// Exit with 1 where less than this many percent of the lines are reached, or of the changes noticed
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    fail_under: Option<f64>,
}

#[derive(Clone)]
struct CoverageOutput {
    form: Form,
    path: PathBuf,
}

#[derive(Clone, Copy)]
enum Form {
    Lcov,
    Cobertura,
    Html,
}

impl CoverageOutput {
    fn parse(text: &str) -> Result<CoverageOutput, String> {
        let (form, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or("expected FORMAT=PATH")?;
        let form = match form {
            "lcov" => Form::Lcov,
            "cobertura" => Form::Cobertura,
            "html" => Form::Html,
            _ => return Err("expected `lcov`, `cobertura` or `html` before `=`".to_owned()),
        };
        Ok(CoverageOutput {
            form,
            path: path.into(),
        })
    }
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

impl Measures {
    /// Whether the lines reached are asked for; `--fail-under` alone asks for them, too.
    pub(super) fn covers(&self) -> bool {
        let asked = self.coverage || !self.coverage_output.is_empty();
        asked || (self.fail_under.is_some() && !self.mutate)
    }

    /// Writes the files that were asked for.
    pub(super) fn write(&self, report: &CoverageReport, language: Language) -> Result<()> {
        for output in &self.coverage_output {
            let text = match output.form {
                Form::Lcov => coverage::lcov(report),
                Form::Cobertura => coverage::cobertura(report)?,
                Form::Html => coverage::html(report, language),
            };
            std::fs::write(&output.path, text)
                .with_context(|| format!("cannot write `{}`", output.path.display()))?;
        }
        Ok(())
    }

    /// Whether something that was measured is less than it should be.
    pub(super) fn fails(&self, report: &TestReport) -> bool {
        let Some(least) = self.fail_under else {
            return false;
        };
        let lines = report.coverage.as_ref().map(CoverageReport::lines);
        let changes = report.mutation.as_ref().map(|mutation| mutation.score());
        let mut fails = false;
        for (part, what) in [
            (lines, "of the lines are reached"),
            (changes, "of the changes are noticed"),
        ] {
            let Some(part) = part.filter(|part| percent(*part) < least) else {
                continue;
            };
            let found = (percent(part) * 10.0).floor() / 10.0;
            shared::complain(&anyhow::anyhow!(
                "{found:.1} % {what}: --fail-under {least}"
            ));
            fails = true;
        }
        fails
    }
}
