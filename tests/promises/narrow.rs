//! What the author's commands show fits into the terminal, in both languages.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use rexpect::session::spawn_command;
use unicode_width::UnicodeWidthStr;

use crate::snapshots::{POLICY, WEB};

const ODD: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: odd}
spec:
  crd: {spec: {names: {kind: Odd}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package odd
      violation[{\"msg\": msg}] {
        msg := sprintf(\"a long sentence so that the line does not fit the terminal: %v\", [input.review.object.spec.x])
      }
";

/// The lines that a terminal of so many columns gets.
fn shown(folder: &std::path::Path, columns: usize, arguments: &str) -> Vec<String> {
    let program = env!("CARGO_BIN_EXE_sekisho");
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("stty cols {columns} rows 50; {program} {arguments}; true"),
        ])
        .current_dir(folder)
        .env_remove("SEKISHO_LANG")
        .env_remove("CI")
        .env("NO_COLOR", "1")
        .env("TERM", "dumb");
    let mut session = spawn_command(command, Some(120_000)).unwrap();
    // Each byte comes as a letter of its own.
    let bytes = session
        .exp_eof()
        .unwrap()
        .chars()
        .map(|c| c as u8)
        .collect();
    let text = String::from_utf8(bytes).unwrap();
    let lines = text
        .lines()
        .map(|line| line.trim_end_matches('\r').to_owned());
    lines.collect()
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for (name, text) in [
        ("policy.yaml", POLICY),
        ("web.yaml", WEB),
        ("odd.yaml", ODD),
    ] {
        fs::write(here.join(name), text).unwrap();
    }
    let policies = "--policies policy.yaml --no-bundled";
    let save = format!("bench web.yaml {policies} --rounds 1 --save before.json");
    assert!(!shown(here, 80, &save).is_empty());
    let commands = [
        ("lint odd.yaml".to_owned(), "undefined-head: "),
        (
            format!("eval NoPrivileged web.yaml --trace {policies}"),
            "violation",
        ),
        (
            format!("bench web.yaml {policies} --rounds 1 --compare before.json"),
            "NoPrivileged",
        ),
        ("bench web.yaml --rounds 1".to_owned(), "p99"),
        (
            format!("check --quiet web.yaml --profile {policies}"),
            "policy.yaml:",
        ),
    ];
    for (command, expected) in &commands {
        for language in ["en", "ja"] {
            for columns in [80, 48] {
                let lines = shown(here, columns, &format!("{command} --lang {language}"));
                assert!(
                    lines.iter().any(|line| line.contains(expected)),
                    "{command}: {lines:#?}"
                );
                // A path is never broken, nor is another word; and an error is one line.
                let free = [" --> ", "error: "];
                let held = lines
                    .iter()
                    .filter(|line| free.iter().all(|free| !line.starts_with(free)));
                for line in held.filter(|line| line.trim().contains(' ')) {
                    assert!(
                        line.width() <= columns,
                        "{command} in {language}, {columns}: {line}"
                    );
                }
            }
        }
    }
}
