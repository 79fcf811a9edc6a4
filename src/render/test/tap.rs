//! A run of tests as TAP 14 (testanything.org): a line each, a YAML block below those that failed.

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
                    Outcome::Passed => out.ok(&name, ""),
                    Outcome::Skipped => out.ok(&name, " # SKIP"),
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
    format!("TAP version 14\n1..{}\n{}", out.count, out.text)
}

#[derive(Default)]
struct Points {
    count: usize,
    text: String,
}

impl Points {
    fn ok(&mut self, name: &str, directive: &str) {
        self.count += 1;
        let name = escaped(name);
        self.text
            .push_str(&format!("ok {} - {name}{directive}\n", self.count));
    }

    fn not_ok(&mut self, name: &str, diagnostics: Vec<(&str, Vec<String>)>) {
        self.count += 1;
        let name = escaped(name);
        self.text
            .push_str(&format!("not ok {} - {name}\n  ---\n", self.count));
        for (key, texts) in diagnostics {
            for text in texts {
                self.text
                    .push_str(&format!("  - {key}: {}\n", quoted(&text)));
            }
        }
        self.text.push_str("  ...\n");
    }
}

/// JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `#` would begin a directive, and a description is one line.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('#', "\\#")
        .replace(char::is_control, " ")
}
