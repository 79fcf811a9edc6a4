//! The forms of a report, in one table: the command line, its help and the documents know no other.

use std::io::{self, Write};

use crate::language::Language;
use crate::report::Report;

use super::layout::Canvas;

/// How a report is shown; only the forms for people look at more than the language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// The language of names, messages and headings.
    pub language: Language,
    /// What text is written on.
    pub canvas: Canvas,
    /// Only findings, and what could not be judged.
    pub quiet: bool,
    /// All that is known of each finding, and what else is to be said of the files.
    pub verbose: bool,
    /// For each finding what would have to be otherwise.
    pub why: bool,
    /// How often each policy was violated, instead of the findings.
    pub statistics: bool,
    /// So many threads may work on it; 0: as many as the machine has cores.
    pub threads: usize,
}

/// Where a form is whole before it is written it is text; what may be large goes out as it is made.
#[derive(Clone, Copy, Debug)]
enum Writer {
    Text(fn(&Report, &Look) -> String),
    Stream(fn(&Report, &Look, &mut dyn Write) -> io::Result<()>),
}

/// One form of a report.
#[derive(Debug)]
pub struct Format {
    /// As `--output` takes it.
    pub name: &'static str,
    /// What it is for, in a line.
    pub about: &'static str,
    /// Whether it may hold escape sequences of a terminal; every other form is written byte for byte.
    pub styled: bool,
    /// Whether it shows lines of the files.
    pub shows_lines: bool,
    write: Writer,
}

impl Format {
    /// Every form, in the order of the help.
    pub const ALL: &[Format] = &[
        Format {
            name: "text",
            about: "for people",
            styled: true,
            shows_lines: true,
            write: Writer::Text(super::text),
        },
        Format {
            name: "json",
            about: "one JSON document (docs/json.md)",
            styled: false,
            shows_lines: false,
            write: Writer::Stream(super::json),
        },
        Format {
            name: "jsonl",
            about: "the same, an object a line",
            styled: false,
            shows_lines: false,
            write: Writer::Stream(super::jsonl),
        },
        Format {
            name: "sarif",
            about: "SARIF 2.1.0: code scanning, editors",
            styled: false,
            shows_lines: false,
            write: Writer::Stream(super::sarif),
        },
        Format {
            name: "junit",
            about: "JUnit XML: Jenkins and other CI systems",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::junit(report, look.language)),
        },
        Format {
            name: "github",
            about: "annotations of GitHub Actions",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::github(report, look.language)),
        },
        Format {
            name: "gitlab",
            about: "GitLab's Code Quality report",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::gitlab(report, look.language)),
        },
        Format {
            name: "azuredevops",
            about: "logging commands of Azure DevOps",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::azuredevops(report, look.language)),
        },
        Format {
            name: "markdown",
            about: "the summary of a job, a comment",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::markdown(report, look.language)),
        },
        Format {
            name: "csv",
            about: "a table",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::csv(report, look.language)),
        },
        Format {
            name: "tap",
            about: "Test Anything Protocol 14",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::tap(report, look.language)),
        },
        Format {
            name: "policyreport",
            about: "PolicyReports of wgpolicyk8s.io",
            styled: false,
            shows_lines: false,
            write: Writer::Text(|report, look| super::policyreport(report, look.language)),
        },
        Format {
            name: "html",
            about: "one page for a browser (docs/html.md)",
            styled: false,
            shows_lines: true,
            write: Writer::Text(|report, look| super::html(report, look.language)),
        },
    ];

    /// The form of that name.
    pub fn get(name: &str) -> Option<&'static Format> {
        Format::ALL.iter().find(|format| format.name == name)
    }

    /// Writes `report` in this form.
    ///
    /// # Errors
    /// What `out` answers.
    pub fn write(&self, report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        match self.write {
            Writer::Text(text) => out.write_all(text(report, look).as_bytes()),
            Writer::Stream(stream) => stream(report, look, out),
        }
    }
}
