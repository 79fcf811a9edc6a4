//! A command that watches answers each change, and first says what became of it.
#![cfg(unix)]

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};

use crate::snapshots::{POLICY, Place, WEB, without_init};

const PATIENCE: u64 = 60_000;

fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.args(arguments).current_dir(place.root());
    for name in ["CI", "TF_BUILD", "SEKISHO_LANG", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

fn terminal(place: &Place, arguments: &[&str]) -> PtySession {
    let mut command = command(place, arguments);
    command.env("TERM", "xterm").env("NO_COLOR", "1");
    spawn_command(command, Some(PATIENCE)).unwrap()
}

/// As editors do it: the new text under another name, then renamed.
fn replace(place: &Place, name: &str, text: &str) {
    place.write("editor.tmp", text);
    fs::rename(place.path("editor.tmp"), place.path(name)).unwrap();
}

const CHECK: [&str; 6] = [
    "check",
    "--watch",
    "--policies",
    "policy.yaml",
    "--no-bundled",
    "deploy",
];
const WAITING: &str = "waiting for changes; ctrl-C ends it";

#[test]
fn check_survives_what_happens_to_files() {
    let place = Place::new();
    let mut session = terminal(&place, &CHECK);
    session.exp_string("2 findings").unwrap();
    session.exp_string(WAITING).unwrap();
    // An editor that replaces the file.
    replace(&place, "policy.yaml", &without_init(POLICY));
    session.exp_string("changed: policy.yaml").unwrap();
    session
        .exp_string("since the last run: resolved 1")
        .unwrap();
    session.exp_string("setup is privileged").unwrap();
    session.exp_string("1 finding").unwrap();
    session.exp_string(WAITING).unwrap();
    // A syntax error is said, and the last answer kept.
    place.write("policy.yaml", &POLICY.replace("c := ", "c := := "));
    session.exp_string("error").unwrap();
    session.exp_string(WAITING).unwrap();
    place.write("policy.yaml", POLICY);
    session.exp_string("since the last run: new 1").unwrap();
    session.exp_string(WAITING).unwrap();
    // Files that go, and come in a folder that was not there.
    fs::remove_file(place.path("deploy/web.yaml")).unwrap();
    session
        .exp_string("since the last run: resolved 2")
        .unwrap();
    session.exp_string(WAITING).unwrap();
    fs::create_dir(place.path("deploy/more")).unwrap();
    session.exp_string(WAITING).unwrap();
    place.write("deploy/more/web.yaml", WEB);
    session.exp_string("since the last run: new 2").unwrap();
    session.exp_string(WAITING).unwrap();
    // The whole folder goes, and comes back.
    fs::rename(place.path("deploy"), place.path("aside")).unwrap();
    session.exp_string("cannot read `deploy`").unwrap();
    session.exp_string(WAITING).unwrap();
    fs::rename(place.path("aside"), place.path("deploy")).unwrap();
    session.exp_string("since the last run: ").unwrap();
    session.exp_string("2 findings").unwrap();
    session.exp_string(WAITING).unwrap();
    place.write("deploy/more/web.yaml", &WEB.replace("setup", "prepare"));
    session.exp_string("since the last run: message 1").unwrap();
    session.exp_string(WAITING).unwrap();
    session.send_control('c').unwrap();
    session.flush().unwrap();
    session.exp_eof().unwrap();
}

/// A command in a pipe, line by line.
struct Piped {
    child: Child,
    lines: Receiver<String>,
    waiting: RefCell<Vec<String>>,
}

impl Piped {
    fn new(place: &Place, arguments: &[&str]) -> Piped {
        let mut child = command(place, arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let also = sender.clone();
        std::thread::spawn(move || {
            BufReader::new(out)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(sender.send(line)));
        });
        std::thread::spawn(move || {
            BufReader::new(err)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(also.send(line)));
        });
        let waiting = RefCell::default();
        Piped {
            child,
            lines,
            waiting,
        }
    }

    /// Waits for a line that contains `text`; stdout and stderr come in any order.
    fn expect(&self, text: &str) {
        let mut waiting = self.waiting.borrow_mut();
        loop {
            if let Some(at) = waiting.iter().position(|line| line.contains(text)) {
                waiting.remove(at);
                return;
            }
            match self.lines.recv_timeout(Duration::from_millis(PATIENCE)) {
                Ok(line) => {
                    assert!(!line.contains('\u{1b}'), "a pipe is no terminal: {line:?}");
                    waiting.push(line);
                }
                Err(_) => panic!("no `{text}` in {waiting:#?}"),
            }
        }
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn snapshots_are_watched_until_they_are_accepted() {
    let place = Place::recorded();
    let judging = ["--policies", "policy.yaml", "--no-bundled", "deploy"];
    let watched = Piped::new(
        &place,
        &[&["snapshot", "check", "--watch"], &judging[..]].concat(),
    );
    watched.expect("2 manifests: 2 as recorded");
    watched.expect(WAITING);
    place.write("policy.yaml", &without_init(POLICY));
    watched.expect("since the last run: resolved 1");
    watched.expect("2 manifests: 1 as recorded, 1 different");
    watched.expect(WAITING);
    assert_eq!(place.snapshot(&["--accept", "all", "deploy"]).status, 0);
    watched.expect("since the last run: no change");
    watched.expect("2 manifests: 2 as recorded");
}

#[test]
fn a_diff_is_watched() {
    let place = Place::new();
    place.write("new.yaml", POLICY);
    let watched = Piped::new(
        &place,
        &[
            "diff",
            "policy.yaml",
            "new.yaml",
            "--on",
            "deploy",
            "--watch",
        ],
    );
    watched.expect("word for word");
    watched.expect(WAITING);
    place.write("new.yaml", &without_init(POLICY));
    watched.expect("since the last run: resolved 1");
    watched.expect("differently worded 1");
}

#[test]
fn tests_are_watched() {
    let place = Place::new();
    let (template, constraint) = POLICY.split_once("---\n").unwrap();
    place.write("template.yaml", template);
    place.write("constraint.yaml", constraint);
    fs::remove_file(place.path("policy.yaml")).unwrap();
    let suite = "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\nmetadata: {name: s}\ntests:\n- name: t\n  template: ../template.yaml\n  constraint: ../constraint.yaml\n  cases:\n  - {name: web, object: ../deploy/web.yaml, assertions: [{violations: 2}]}\n";
    place.write("tests/suite.yaml", suite);
    let watched = Piped::new(&place, &["test", "--watch"]);
    watched.expect("1 case passed");
    watched.expect(WAITING);
    replace(&place, "template.yaml", &without_init(template));
    watched.expect("since the last run: 1 change");
    watched.expect("ok → FAIL  tests/suite.yaml: t//web");
    watched.expect(WAITING);
    replace(&place, "template.yaml", template);
    watched.expect("since the last run: 1 change");
    watched.expect("FAIL → ok");
}

/// Programs get one document after the other, and nothing between them.
#[test]
fn what_programs_read_stays_theirs() {
    let place = Place::new();
    let mut child = command(&place, &[&CHECK[..], &["--output", "json"]].concat())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut documents =
        serde_json::Deserializer::from_reader(child.stdout.take().unwrap()).into_iter();
    let mut findings = || {
        let report: serde_json::Value = documents.next().unwrap().unwrap();
        report["findings"].as_array().unwrap().len()
    };
    assert_eq!(findings(), 2);
    // The watch stands before the first run: no change is lost.
    replace(&place, "policy.yaml", &without_init(POLICY));
    assert_eq!(findings(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn stdin_cannot_be_watched() {
    let place = Place::new();
    let output = command(&place, &["check", "--watch", "-"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("stdin cannot be watched")
    );
}
