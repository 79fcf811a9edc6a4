//! `sekisho test`.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};

use crate::language::Language;
use crate::render;
use crate::suite::{self, Filter, Options, TestReport};

use super::Status;
use super::measures::Measures;
use super::rego::Rego;
use super::shared;
use super::watch::{self, Readers};

/// Run the tests of policies: Gatekeeper Suites (`kind: Suite`) and Rego unit tests (`test_*`)
#[derive(Args)]
pub(super) struct Test {
    /// Files and folders with tests; the current folder where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Form of the report on stdout
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Only tests and cases whose name matches: `RE`, or `TEST//CASE`
    #[arg(short, long, value_name = "RE", value_parser = Filter::parse)]
    run: Option<Filter>,
    /// Name every check, and show what passing ones print
    #[arg(short, long)]
    verbose: bool,
    /// What an external data provider answers: a YAML or JSON file of keys and values; repeatable
    #[arg(long, value_name = "NAME=FILE")]
    provider: Vec<String>,
    #[command(flatten)]
    rego: Rego,
    /// Threads to test with (0: one a core)
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Do it again whenever a file changes that it reads
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    measures: Measures,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
    /// JUnit XML
    Junit,
    /// Test Anything Protocol 14
    Tap,
}

impl Test {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let mut before = None;
        if !self.watch {
            return self.round(language, &mut before);
        }
        let paths = match self.paths.as_slice() {
            [] => vec![PathBuf::from(".")],
            paths => paths.iter().map(|path| suite::without_dots(path)).collect(),
        };
        let beside = paths.iter().flat_map(|path| shared::beside(path));
        let roots: Vec<PathBuf> = beside.chain(paths.clone()).collect();
        watch::run(&roots, || self.round(language, &mut before))
    }

    fn round(&self, language: Language, before: &mut Option<TestReport>) -> Result<Status> {
        let began = Instant::now();
        let options = Options {
            filter: self.run.clone().unwrap_or_default(),
            threads: self.jobs,
            providers: shared::providers(&self.provider)?,
            rego: self.rego.options(),
            cover: self.measures.covers(),
            mutate: self.measures.mutate,
        };
        let report = suite::run(&self.paths, &options);
        if self.watch {
            if let Some(before) = before {
                let since = render::test::since(before, &report, language, &shared::canvas());
                let readers = Readers::of(!matches!(self.output, Output::Text));
                watch::say(&since, readers)?;
            }
            *before = Some(report.clone());
        }
        let text = match self.output {
            Output::Text => render::test::text(&report, language, &shared::canvas(), self.verbose),
            Output::Json => render::test::json(&report),
            Output::Junit => render::test::junit(&report)?,
            Output::Tap => render::test::tap(&report),
        };
        shared::write(&text)?;
        if let Some(coverage) = &report.coverage {
            self.measures.write(coverage, language)?;
        }
        let mut status = status(&report);
        if status == Status::Clean && self.measures.fails(&report) {
            status = Status::Findings;
        }
        shared::note(format_args!(
            "tested in {:.2} s",
            began.elapsed().as_secs_f64()
        ));
        Ok(status)
    }
}

fn status(report: &TestReport) -> Status {
    let total = report.total();
    if total.broken > 0 {
        shared::complain(&anyhow!("not everything could be tested: see the report"));
        return Status::Failed;
    }
    if total.tried() == 0 {
        let why = if report.left_out > 0 {
            "--run matches no test"
        } else if total.skipped > 0 {
            "every test is turned off by `skip` or its name"
        } else {
            "there is no Suite and no Rego test"
        };
        shared::complain(&anyhow!("nothing was tested: {why}"));
        return Status::Failed;
    }
    if total.failed > 0 {
        Status::Findings
    } else {
        Status::Clean
    }
}
