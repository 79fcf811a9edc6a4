//! A run of tests as TAP 14 (testanything.org): a line each, a YAML block below those that failed.

use crate::render::points::Points;
use crate::suite::{Outcome, TestReport};

use super::{fault, lines, name, print};

/// The report as TAP. What could not be run is `not ok` like what failed.
pub fn tap(report: &TestReport) -> String {
    let mut out = Points::default();
    for broken in &report.faults {
        out.not_ok(&broken.path, vec![("error", vec![fault(broken)])]);
    }
    for file in &report.files {
        if !file.faults.is_empty() {
            let faults = file.faults.iter().map(fault).collect();
            out.not_ok(&file.path, vec![("error", faults)]);
        }
        for test in &file.tests {
            for check in &test.checks {
                let name = format!("{}: {}", file.path, name(test, check));
                let prints: Vec<String> = check.prints.iter().map(print).collect();
                match &check.outcome {
                    Outcome::Passed => out.ok(&name),
                    Outcome::Skipped => out.skip(&name, ""),
                    Outcome::Broken(faults) => {
                        let faults = faults.iter().map(fault).collect();
                        out.not_ok(&name, vec![("error", faults), ("printed", prints)]);
                    }
                    Outcome::Failed(failures) => {
                        let failures = failures
                            .iter()
                            .map(|failure| lines(file, failure).join("\n"))
                            .collect();
                        out.not_ok(&name, vec![("failure", failures), ("printed", prints)]);
                    }
                }
            }
        }
    }
    out.stream()
}
