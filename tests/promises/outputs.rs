//! `--output FORMAT[=PATH]`: one run, every form, each where it was asked for, whole or not at all.

use std::fs;
use std::path::Path;

use crate::run::{root, sekisho, sekisho_in};

const UNHEALTHY: &str = "tests/manifests/unhealthy.yaml";

/// The formats that the help knows.
pub(crate) fn formats() -> Vec<String> {
    let help = sekisho(&["check", "--help"]).stdout;
    let (_, rows) = help.split_once("[default: text]").unwrap();
    let rows = rows.trim_start().lines();
    rows.take_while(|row| !row.trim().is_empty())
        .map(|row| row.split_whitespace().next().unwrap().to_owned())
        .collect()
}

#[test]
fn one_run_writes_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let formats = formats();
    assert!(formats.len() >= 12, "{formats:?}");
    let file = |format: &str| folder.path().join(format).to_str().unwrap().to_owned();
    let outputs = formats
        .iter()
        .map(|it| format!("--output={it}={}", file(it)));
    let outputs: Vec<String> = outputs.collect();
    let mut arguments = vec!["check", UNHEALTHY];
    arguments.extend(outputs.iter().map(String::as_str));
    let run = sekisho(&arguments);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    for format in ["text", "json", "sarif"] {
        let alone = sekisho(&["check", UNHEALTHY, "--output", format]).stdout;
        assert!(!alone.is_empty());
        assert_eq!(fs::read_to_string(file(format)).unwrap(), alone, "{format}");
    }
    // Nothing else is left there.
    assert_eq!(names(folder.path()).len(), formats.len());
}

#[test]
fn exit_status_is_the_same_for_every_form() {
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers:\n  - name: app\n    securityContext: {privileged: true}\n";
    let quiet = POD.replace("true}", "false}");
    for format in formats() {
        let status = |more: &[&str], input: &str| {
            let mut all = vec!["check", "--only", "privileged_containers"];
            all.extend(["--output", &format]);
            all.extend(more);
            crate::run::sekisho_with(&all, input).status
        };
        assert_eq!(status(&["-"], &quiet), 0, "{format}");
        assert_eq!(status(&["-"], POD), 1, "{format}");
        assert_eq!(status(&["-"], ""), 2, "{format}");
        assert_eq!(status(&["-"], &format!("{POD}---\na: [")), 2, "{format}");
    }
}

#[test]
fn what_cannot_be_written_is_said_before_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("folder")).unwrap();
    let manifest = root().join(UNHEALTHY);
    let complaint = |outputs: &[&str]| {
        let mut arguments = vec!["check", manifest.to_str().unwrap()];
        for output in outputs {
            arguments.extend(["--output", output]);
        }
        let run = sekisho_in(path, &arguments, "");
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{outputs:?}");
        assert!(!run.stderr.contains("judged in"), "{}", run.stderr);
        run.stderr
    };
    for (outputs, said) in [
        (&["json=no/such/a.json"][..], "no folder `no/such`"),
        (&["json=folder"], "`folder`: it is a folder"),
        (&["json="], "no path after `json=`"),
        (&["jsno=a.json"], "did you mean `json`?"),
        (&["json", "text"], "both go to stdout"),
        (&["text", "json=-"], "both go to stdout"),
        (&["json=a", "text=./a"], "both go to `./a`"),
        (&["json=a", "text=folder/../a"], "both go to `folder/../a`"),
    ] {
        let complaint = complaint(outputs);
        assert!(complaint.contains(said), "{outputs:?}: {complaint}");
    }
    assert_eq!(names(path), ["folder"]);
}

#[test]
fn a_file_that_was_there_stays_until_the_new_one_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("report.json"), "old").unwrap();
    // Arguments that are wrong end the run before anything is written.
    let run = sekisho_in(
        path,
        &["check", "--only", "nothing", "-o", "json=report.json"],
        "",
    );
    assert_eq!(run.status, 2);
    assert_eq!(fs::read_to_string(path.join("report.json")).unwrap(), "old");
    let manifest = root().join(UNHEALTHY);
    let manifest = manifest.to_str().unwrap();
    let run = sekisho_in(path, &["check", manifest, "-o", "json=report.json"], "");
    assert_eq!(run.status, 1, "{}", run.stderr);
    let written = fs::read_to_string(path.join("report.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok());
    assert_eq!(names(path), ["report.json"]);
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_written_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("real.json"), "old").unwrap();
    std::os::unix::fs::symlink("real.json", path.join("link.json")).unwrap();
    let manifest = root().join(UNHEALTHY);
    let outputs = ["-o", "json=link.json", "-o", "text=/dev/null"];
    let mut arguments = vec!["check", manifest.to_str().unwrap()];
    arguments.extend(outputs);
    assert_eq!(sekisho_in(path, &arguments, "").status, 1);
    assert!(path.join("link.json").is_symlink());
    let written = fs::read_to_string(path.join("real.json")).unwrap();
    assert!(written.starts_with('{'));
    let device = fs::metadata("/dev/null").unwrap();
    assert!(!device.is_file());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
