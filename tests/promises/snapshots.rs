//! What policies say is kept beside the manifests, and no change of it goes unseen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, root, sekisho_in};

pub(crate) const WEB: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  initContainers:
  - {name: setup, image: a, securityContext: {privileged: true}}
  containers:
  - {name: app, image: a, securityContext: {privileged: true}}
";

pub(crate) const QUIET: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: quiet, namespace: shop}
spec:
  containers:
  - {name: app, image: a}
";

pub(crate) const POLICY: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: noprivileged}
spec:
  crd: {spec: {names: {kind: NoPrivileged}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package noprivileged
      violation[{\"msg\": msg, \"details\": {\"field\": field}}] {
        c := input.review.object.spec.containers[i]
        c.securityContext.privileged
        msg := sprintf(\"%v is privileged\", [c.name])
        field := sprintf(\"spec.containers[%d].securityContext.privileged\", [i])
      }
      violation[{\"msg\": msg, \"details\": {\"field\": field}}] {
        c := input.review.object.spec.initContainers[i]
        c.securityContext.privileged
        msg := sprintf(\"%v is privileged\", [c.name])
        field := sprintf(\"spec.initContainers[%d].securityContext.privileged\", [i])
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NoPrivileged
metadata: {name: everywhere}
spec: {match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}}
";

/// The clause that looks at init containers; without it a policy is one of many that forgot them.
pub(crate) fn without_init(policy: &str) -> String {
    let (before, after) = policy.split_once("initContainers[i]").unwrap();
    let start = before.rfind("      violation").unwrap();
    let (_, rest) = after.split_once("      }\n").unwrap();
    format!("{}{rest}", &before[..start])
}

/// A folder with a policy and manifests.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.write("policy.yaml", POLICY);
        place.write("deploy/web.yaml", WEB);
        place.write("deploy/quiet.yaml", QUIET);
        place
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn snapshot(&self, arguments: &[&str]) -> Outcome {
        let judging = ["--policies", "policy.yaml", "--no-bundled"];
        let with: &[&str] = match arguments.first() {
            Some(&("review" | "accept" | "reject")) => &[],
            _ => &judging,
        };
        let arguments = [&["snapshot"], arguments, with].concat();
        sekisho_in(self.0.path(), &arguments, "")
    }

    pub(crate) fn recorded() -> Place {
        let place = Place::new();
        assert_eq!(place.snapshot(&["--accept", "all", "deploy"]).status, 0);
        place
    }
}

#[test]
fn what_is_said_waits_until_it_is_accepted() {
    let place = Place::new();
    let run = place.snapshot(&["deploy"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("deploy/web.yaml  not recorded yet (2 findings)")
    );
    assert!(run.stderr.contains("sekisho snapshot accept"));
    assert!(!place.path("snapshots/deploy/web.yaml.snap").exists());
    let waiting = place.read("snapshots/deploy/web.yaml.snap.new");
    assert_eq!(place.snapshot(&["accept"]).status, 0);
    assert_eq!(place.read("snapshots/deploy/web.yaml.snap"), waiting);
    assert!(!place.path("snapshots/deploy/web.yaml.snap.new").exists());
    assert_eq!(
        waiting,
        "---
source: deploy/web.yaml
expression: sekisho snapshot
---
v1 Pod shop/web:
  NoPrivileged/everywhere (deny):
  - spec.containers[0].securityContext.privileged: app is privileged
  - spec.initContainers[0].securityContext.privileged: setup is privileged
"
    );
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (0, "2 manifests: 2 as recorded\n")
    );
}

#[test]
fn a_dropped_clause_names_exactly_the_flipped_findings() {
    let place = Place::recorded();
    place.write("policy.yaml", &without_init(POLICY));
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(run.status, 1);
    assert_eq!(
        run.stdout,
        "deploy/web.yaml
  v1 Pod shop/web
    - NoPrivileged/everywhere (deny)  setup is privileged
      at      spec.initContainers[0].securityContext.privileged

2 manifests: 1 as recorded, 1 different
changes: resolved 1
"
    );
}

#[test]
fn moved_lines_are_no_change() {
    let place = Place::recorded();
    place.write(
        "deploy/web.yaml",
        &format!("# a comment\n\n---\n{WEB}---\n{QUIET}"),
    );
    place.write("deploy/quiet.yaml", &format!("\n\n{QUIET}"));
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    let before = place.read("snapshots/deploy/web.yaml.snap");
    assert_eq!(place.snapshot(&["deploy"]).status, 0);
    assert_eq!(place.read("snapshots/deploy/web.yaml.snap"), before);
    assert!(!place.path("snapshots/deploy/web.yaml.snap.new").exists());
}

#[test]
fn one_class_is_accepted_the_others_wait() {
    let place = Place::recorded();
    let reworded = without_init(POLICY).replace("%v is privileged", "%v runs privileged");
    place.write("policy.yaml", &reworded);
    let run = place.snapshot(&["deploy"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stdout.contains("changes: resolved 1, message 1"),
        "{}",
        run.stdout
    );
    let run = place.snapshot(&["accept", "--accept", "message"]);
    assert_eq!(run.status, 1);
    assert_eq!(run.stdout, "waits still: snapshots/deploy/web.yaml.snap\n");
    let snapshot = place.read("snapshots/deploy/web.yaml.snap");
    assert!(snapshot.contains("app runs privileged"), "{snapshot}");
    assert!(snapshot.contains("setup is privileged"), "{snapshot}");
    let run = place.snapshot(&["check", "deploy"]);
    assert!(
        run.stdout.ends_with("changes: resolved 1\n"),
        "{}",
        run.stdout
    );
    assert_eq!(place.snapshot(&["reject"]).status, 0);
    assert!(!place.path("snapshots/deploy/web.yaml.snap.new").exists());
    assert_eq!(place.read("snapshots/deploy/web.yaml.snap"), snapshot);
}

#[test]
fn severity_place_and_action_are_changes_of_their_own() {
    let place = Place::recorded();
    let severe = POLICY.replace(
        "metadata: {name: noprivileged}",
        "metadata: {name: noprivileged, annotations: {sekisho/severity: High}}",
    );
    for (policy, expected) in [
        (severe, "changes: severity 2\n"),
        (
            POLICY.replace("].securityContext.privileged\", [i]", "]\", [i]"),
            "changes: place 2\n",
        ),
        (
            POLICY.replace("spec: {match", "spec: {enforcementAction: warn, match"),
            "changes: action 2\n",
        ),
    ] {
        place.write("policy.yaml", &policy);
        let run = place.snapshot(&["check", "deploy"]);
        assert!(
            run.stdout.ends_with(expected),
            "{expected}: {}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn a_changed_action_shows_both_sides() {
    let place = Place::new();
    let tried = POLICY.replace("spec: {match", "spec: {enforcementAction: dryrun, match");
    place.write("policy.yaml", &tried);
    assert_eq!(place.snapshot(&["--accept", "all", "deploy"]).status, 0);
    place.write("policy.yaml", POLICY);
    for (language, row) in [
        ("en", "before  dryrun → deny"),
        ("ja", "以前  dryrun → deny"),
    ] {
        let run = place.snapshot(&["check", "deploy", "--lang", language]);
        assert_eq!(run.stdout.matches(row).count(), 2, "{}", run.stdout);
    }
}

#[test]
fn orphans_are_said_and_deleted_when_asked() {
    let place = Place::recorded();
    fs::remove_file(place.path("deploy/web.yaml")).unwrap();
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains(
        "snapshots/deploy/web.yaml.snap  orphaned: `deploy/web.yaml` is not there any more"
    ));
    // A run about something else says nothing of snapshots of what is there.
    place.write("deploy/web.yaml", WEB);
    let run = place.snapshot(&["check", "deploy/quiet.yaml"]);
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (0, "1 manifest: 1 as recorded\n")
    );
    fs::remove_file(place.path("deploy/web.yaml")).unwrap();
    assert_eq!(place.snapshot(&["--delete-orphans", "deploy"]).status, 0);
    assert!(!place.path("snapshots/deploy/web.yaml.snap").exists());
    assert_eq!(place.snapshot(&["check", "deploy"]).status, 0);
}

#[test]
fn what_cannot_be_judged_is_recorded_or_fails() {
    let place = Place::recorded();
    place.write("deploy/web.yaml", &format!("{WEB}---\n{{ not yaml"));
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(run.stdout.contains("(the document)"), "{}", run.stdout);
    assert_eq!(place.snapshot(&["--accept", "all", "deploy"]).status, 0);
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stdout
            .contains("1 judgement could not be made, 1 of them as recorded"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_build_server_writes_nothing() {
    let place = Place::new();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sekisho"))
            .args(arguments)
            .current_dir(place.0.path())
            .env("CI", "true")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let judging = [
        "snapshot",
        "--policies",
        "policy.yaml",
        "--no-bundled",
        "--accept",
        "all",
        "deploy",
    ];
    let (status, said) = run(&judging);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("nothing is written") && said.contains("to accept: run `sekisho snapshot`"),
        "{said}"
    );
    assert!(!place.path("snapshots").exists());
    assert_eq!(run(&["snapshot", "accept"]).0, Some(2));
}

/// What we write, insta reads; what `cargo insta review` makes of it, we read.
#[test]
fn insta_reads_our_snapshots() {
    let place = Place::new();
    place.write("deploy/odd.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a: #b\"}\nspec: {containers: [{name: \"'\\\"\\n: -\", securityContext: {privileged: true}}]}\n");
    place.snapshot(&["deploy"]);
    for name in ["web", "quiet", "odd"] {
        let path = place.path(&format!("snapshots/deploy/{name}.yaml.snap.new"));
        let snapshot = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(
            snapshot.metadata().source(),
            Some(format!("deploy/{name}.yaml").as_str())
        );
        assert_eq!(snapshot.metadata().expression(), Some("sekisho snapshot"));
        let ours = fs::read_to_string(&path).unwrap();
        let contents = snapshot.as_text().unwrap().to_string();
        assert!(ours.trim_end().ends_with(contents.trim_end()), "{contents}");
        // As cargo-insta accepts: read, and saved under the other name.
        snapshot.save(&path.with_extension("")).unwrap();
        fs::remove_file(&path).unwrap();
    }
    let run = place.snapshot(&["check", "deploy"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_damaged_snapshot_is_an_error_with_its_name() {
    let place = Place::recorded();
    for damage in [
        "v1 Pod shop/web: [",
        "- a",
        "v1 Pod shop/web: {p: [x]}",
        "v1 Pod shop/web: {p (deny): [1]}",
        "<<<<<<< ours\nnothing found\n=======\n",
    ] {
        let header = "---\nsource: deploy/web.yaml\nexpression: sekisho snapshot\n---\n";
        place.write(
            "snapshots/deploy/web.yaml.snap",
            &format!("{header}{damage}"),
        );
        let run = place.snapshot(&["check", "deploy"]);
        assert_eq!(run.status, 2, "{damage}");
        assert!(
            run.stderr
                .contains("error: cannot read the snapshot `snapshots/deploy/web.yaml.snap`: "),
            "{}",
            run.stderr
        );
    }
}

/// What each recommendation says of its own samples, against what this repository has recorded.
#[test]
fn the_bundled_samples_are_as_recorded() {
    let mut seen = 0;
    for policy in fs::read_dir(root().join("rego")).unwrap() {
        let id = policy.unwrap().file_name().into_string().unwrap();
        let Ok(found) = fs::read_dir(root().join(format!("rego/{id}/samples"))) else {
            continue;
        };
        let names = found.map(|sample| sample.unwrap().file_name().into_string().unwrap());
        let samples: Vec<String> = names
            .filter(|name| name.starts_with("good") || name.starts_with("bad"))
            .map(|name| format!("rego/{id}/samples/{name}"))
            .collect();
        seen += samples.len();
        let mut arguments = vec!["snapshot", "check", "--only", &id];
        arguments.extend(samples.iter().map(String::as_str));
        let run = sekisho_in(&root(), &arguments, "");
        assert_eq!(
            run.status, 0,
            "to accept: `cargo run -- snapshot --only {id} rego/{id}/samples/{{good,bad}}*.yaml`, \
             then `cargo run -- snapshot review`\n{}{}",
            run.stdout, run.stderr
        );
    }
    assert!(seen > 40, "{seen}");
}

#[cfg(unix)]
mod terminal {
    use super::*;
    use rexpect::session::{PtySession, spawn_command};

    fn key(session: &mut PtySession, key: &str) {
        session.send(key).unwrap();
        session.flush().unwrap();
    }

    /// One key each: the first is accepted, the second rejected, the third skipped.
    #[test]
    fn review_takes_one_key_each() {
        let place = Place::recorded();
        place.write("deploy/more.yaml", WEB);
        place.write(
            "policy.yaml",
            &POLICY.replace("%v is privileged", "%v runs privileged"),
        );
        place.write(
            "deploy/quiet.yaml",
            &QUIET.replace("image: a", "image: a, securityContext: {privileged: true}"),
        );
        assert_eq!(place.snapshot(&["deploy"]).status, 1);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command
            .args(["snapshot", "review"])
            .current_dir(place.0.path());
        command
            .env_remove("CI")
            .env_remove("TF_BUILD")
            .env_remove("SEKISHO_LANG")
            .env("TERM", "xterm");
        let mut session = spawn_command(command, Some(60_000)).unwrap();
        session.exp_string("Snapshot 1 of 3:").unwrap();
        session.exp_string("Not recorded yet.").unwrap();
        session.exp_string("setup runs privileged").unwrap();
        session.exp_string("quit").unwrap();
        key(&mut session, "x");
        key(&mut session, "a");
        session.exp_string("Snapshot 2 of 3:").unwrap();
        session.exp_string("Changes: new 1").unwrap();
        session.exp_string("- nothing found").unwrap();
        session.exp_string("quit").unwrap();
        key(&mut session, "r");
        session.exp_string("Snapshot 3 of 3:").unwrap();
        session.exp_string("setup is privileged").unwrap();
        session.exp_string("quit").unwrap();
        key(&mut session, "s");
        session
            .exp_string("1 accepted, 1 rejected, 1 skipped")
            .unwrap();
        session.exp_eof().unwrap();
        let left = |name: &str| place.path(&format!("snapshots/deploy/{name}")).exists();
        assert!(left("more.yaml.snap") && !left("more.yaml.snap.new"));
        assert!(left("quiet.yaml.snap") && !left("quiet.yaml.snap.new"));
        assert!(
            place
                .read("snapshots/deploy/quiet.yaml.snap")
                .ends_with("nothing found\n")
        );
        assert!(left("web.yaml.snap") && left("web.yaml.snap.new"));
    }
}
