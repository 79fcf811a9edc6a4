//! The command line.

mod bench;
mod check;
mod diff;
mod eval;
mod explain;
mod export;
mod folder;
mod frame;
mod inputs;
mod later;
mod lint;
mod list;
mod measures;
mod new;
mod output;
mod pack;
mod params;
mod progress;
mod rego;
mod score;
mod shared;
mod snapshot;
mod test;
mod values;
mod watch;
mod why;
mod why_not;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::language::Language;

use later::Later;

/// Judge Kubernetes manifests offline, with the policies that a cluster's Gatekeeper would apply.
#[derive(Parser)]
#[command(
    name = "sekisho",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Language of what is written for people
    #[arg(
        long,
        global = true,
        env = "SEKISHO_LANG",
        value_name = "LANG",
        default_value = "en"
    )]
    lang: Lang,
    /// Whether to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Judge manifests
    Check(Box<Later<check::Check>>),
    /// Say why a finding is there
    Why(Box<Later<why::Why>>),
    /// Say why a policy finds nothing in a resource
    WhyNot(Box<Later<why_not::WhyNot>>),
    /// List the recommendations
    List(Box<Later<list::List>>),
    /// Say what a recommendation looks at, why, with which parameters, and what to do
    Explain(Box<Later<explain::Explain>>),
    /// Print the parameters in force, as a file for --params
    Params(Box<Later<params::Params>>),
    /// Write policies for a stock Gatekeeper, or for Azure Policy
    Export(Box<Later<export::Export>>),
    /// Put a policy's files together: one plain ConstraintTemplate
    Pack(Box<Later<pack::Pack>>),
    /// Take a plain ConstraintTemplate apart
    Unpack(Box<Later<pack::Unpack>>),
    /// Begin a policy: a folder with template, Rego, tests, samples and facts
    New(Box<Later<new::New>>),
    /// Ask a policy about an object, or put a query, and look inside
    Eval(Box<Later<eval::Eval>>),
    /// Find what the Rego and the template of a policy do wrong for Gatekeeper
    Lint(Box<Later<lint::Lint>>),
    /// Measure how fast policies answer about manifests
    Bench(Box<Later<bench::Bench>>),
    /// Run the tests of policies: Gatekeeper Suites and Rego unit tests
    Test(Box<Later<test::Test>>),
    /// Compare two bundles, or two sets of parameters, on manifests
    Diff(Box<Later<diff::Diff>>),
    /// Record what policies say about manifests, and hold later runs against that
    Snapshot(Box<Later<snapshot::Snapshot>>),
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// English
    En,
    /// Japanese
    Ja,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a run ended, as the exit status tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings.
    Findings = 1,
    /// The work could not be done, or not all of it.
    Failed = 2,
    /// Somebody broke it off.
    Interrupted = 130,
}

/// Runs the program with `arguments`, the program's name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way too; a closed pipe is nobody's fault.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match arguments.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let language = match arguments.lang {
        Lang::En => Language::En,
        Lang::Ja => Language::Ja,
    };
    let ended = match arguments.command {
        Command::Check(command) => command.0.run(language),
        Command::Why(command) => command.0.run(language),
        Command::WhyNot(command) => command.0.run(language),
        Command::List(command) => command.0.run(language),
        Command::Explain(command) => command.0.run(language),
        Command::Params(command) => command.0.run(language),
        Command::Export(command) => command.0.run(),
        Command::Pack(command) => command.0.run(),
        Command::Unpack(command) => command.0.run(),
        Command::New(command) => command.0.run(language),
        Command::Eval(mut command) => command.0.run(language),
        Command::Lint(command) => command.0.run(language),
        Command::Bench(command) => command.0.run(language),
        Command::Test(command) => command.0.run(language),
        Command::Diff(command) => command.0.run(language),
        Command::Snapshot(command) => command.0.run(language),
    };
    let status = ended.unwrap_or_else(|error| {
        shared::complain(&error);
        Status::Failed
    });
    ExitCode::from(status as u8)
}

/// Policies that do not compile, as errors of the run.
fn uncompiled(policies: Vec<crate::check::Uncompiled>) -> anyhow::Error {
    shared::said(
        policies
            .into_iter()
            .flat_map(|policy| policy.faults)
            .collect(),
    )
}
