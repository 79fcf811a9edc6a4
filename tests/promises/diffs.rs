//! What a change of policies means is said, and where the manifests show nothing, looked for.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::run::{Outcome, sekisho, sekisho_in};
use crate::snapshots::{POLICY, Place, QUIET, WEB, without_init};

fn diff(place: &Place, old: &str, new: &str, more: &[&str]) -> Outcome {
    let arguments = [&["diff", old, new, "--on", "deploy"], more].concat();
    sekisho_in(place.root(), &arguments, "")
}

#[test]
fn who_is_denied_allowed_or_told_otherwise() {
    let place = Place::new();
    place.write(
        "new.yaml",
        &without_init(POLICY).replace(
            "c.securityContext.privileged\n",
            "not c.securityContext.privileged == false\n",
        ),
    );
    place.write("deploy/init.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: init, namespace: ops}\nspec:\n  initContainers: [{name: i, securityContext: {privileged: true}}]\n  containers: [{name: c, securityContext: {privileged: false}}]\n");
    let run = diff(&place, "policy.yaml", "new.yaml", &[]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "newly denied

deploy/quiet.yaml
  v1 Pod shop/quiet
    + NoPrivileged/everywhere (deny)  app is privileged
      at      spec.containers[0].securityContext.privileged

newly allowed

deploy/init.yaml
  v1 Pod ops/init
    - NoPrivileged/everywhere (deny)  i is privileged
      at      spec.initContainers[0].securityContext.privileged

differently worded

deploy/web.yaml
  v1 Pod shop/web
    - NoPrivileged/everywhere (deny)  setup is privileged
      at      spec.initContainers[0].securityContext.privileged

Policy                   newly denied  newly allowed  differently worded
NoPrivileged/everywhere             1              1                   1

Namespace  newly denied  newly allowed  differently worded
ops                   0              1                   0
shop                  1              0                   1

Kind  newly denied  newly allowed  differently worded
Pod              1              1                   1

newly denied 1, newly allowed 1, differently worded 1; 3 resources judged by 1 policy before and 1 after
"
    );
    let json = diff(&place, "policy.yaml", "new.yaml", &["--output", "json"]).json();
    assert_eq!(json["summary"]["denied"], 1);
    assert_eq!(json["byNamespace"]["ops"]["allowed"], 1);
    assert_eq!(json["changes"][0]["turn"], "allowed");
    assert_eq!(json["changes"][0]["before"]["message"], "i is privileged");
    assert!(json["search"].is_null());
    let japanese = diff(
        &place,
        "policy.yaml",
        "new.yaml",
        &["--lang", "ja", "--summary"],
    );
    assert!(
        japanese.stdout.contains("新たに拒否 1"),
        "{}",
        japanese.stdout
    );
}

/// The clause that nobody's manifests need: a witness is made, and it is small.
#[test]
fn a_dropped_clause_has_a_witness_where_no_manifest_shows_it() {
    let place = Place::new();
    fs::remove_file(place.path("deploy/web.yaml")).unwrap();
    place.write(
        "deploy/app.yaml",
        &WEB.replace(
            "  initContainers:\n  - {name: setup, image: a, securityContext: {privileged: true}}\n",
            "",
        ),
    );
    place.write("new.yaml", &without_init(POLICY));
    let began = Instant::now();
    let run = diff(&place, "policy.yaml", "new.yaml", &[]);
    let took = began.elapsed().as_secs_f64();
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains(
            "
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  initContainers:
  - securityContext:
      privileged: true

newly allowed
    - NoPrivileged/everywhere (deny)  "
        ) || run.stdout.contains(
            "\n  initContainers:\n  - name: app\n    securityContext:\n      privileged: true\n"
        ),
        "{}",
        run.stdout
    );
    // Two seconds on a machine that does nothing else; here eight others build.
    assert!(took < 20.0, "{took} s");
    let json = diff(&place, "policy.yaml", "new.yaml", &["--output", "json"]).json();
    assert!(json["search"]["tried"].as_u64().unwrap() > 0);
    assert_eq!(json["search"]["witness"]["changes"][0]["turn"], "allowed");
}

/// Two edits are needed: the container moves, and it becomes privileged.
#[test]
fn a_witness_may_need_two_edits() {
    let place = Place::new();
    fs::remove_file(place.path("deploy/web.yaml")).unwrap();
    place.write("new.yaml", &without_init(POLICY));
    let run = diff(&place, "policy.yaml", "new.yaml", &[]);
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("privileged: true"), "{}", run.stdout);
}

#[test]
fn where_no_witness_is_found_nothing_is_proven() {
    let place = Place::new();
    place.write(
        "new.yaml",
        &POLICY.replace(
            "      package noprivileged\n",
            "      package noprivileged\n      # a comment\n",
        ),
    );
    let run = diff(&place, "policy.yaml", "new.yaml", &["--tries", "300"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("300 edited objects were tried"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("does not prove"), "{}", run.stdout);
    assert!(!run.stdout.contains("equivalent"));
    let run = diff(&place, "policy.yaml", "policy.yaml", &[]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("word for word"), "{}", run.stdout);
}

#[test]
fn parameters_are_sides_too() {
    let place = Place::new();
    place.write("strict.yaml", "resource_limits: {cpuLimit: '2'}\n");
    place.write("deploy/limits.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: limits, namespace: shop}\nspec:\n  containers: [{name: c, image: a, resources: {limits: {cpu: '4', memory: 1Gi}}}]\n");
    let run = diff(
        &place,
        "bundled",
        "strict.yaml",
        &["--only", "resource_limits", "--output", "json"],
    );
    let json = run.json();
    assert_eq!(json["summary"]["denied"], 1, "{}", run.stdout);
    assert_eq!(json["changes"][0]["resource"], "v1 Pod shop/limits");
    // Where no manifest is between the two, one is made.
    fs::remove_file(place.path("deploy/limits.yaml")).unwrap();
    let run = diff(
        &place,
        "bundled",
        "strict.yaml",
        &["--only", "resource_limits"],
    );
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("but they do differ"), "{}", run.stdout);
    let run = diff(&place, "bundled", "preset:defender", &["--summary"]);
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_side_may_be_a_revision_of_git() {
    let place = Place::new();
    place.write("policies/policy.yaml", POLICY);
    let git = |arguments: &[&str]| {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=x",
                "-c",
                "user.email=x@example.com",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(place.root())
            .output();
        done.is_ok_and(|done| done.status.success())
    };
    if !git(&["init", "-q"]) {
        eprintln!("skipped: a_side_may_be_a_revision_of_git needs git");
        return;
    }
    assert!(git(&["add", "policies"]) && git(&["commit", "-q", "-m", "x"]));
    place.write("policies/policy.yaml", &without_init(POLICY));
    for old in [
        "HEAD:policies",
        "HEAD:./policies",
        "HEAD:policies/policy.yaml",
        "HEAD:",
    ] {
        let run = diff(&place, old, "policies", &["--output", "json"]);
        assert_eq!(run.status, 1, "{old}: {}", run.stderr);
        assert_eq!(run.json()["summary"]["reworded"], 1, "{old}");
    }
    let run = diff(&place, "HEAD:nothing", "policies", &[]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .contains("`HEAD:nothing`: no such file or folder with policies"),
        "{}",
        run.stderr
    );
    let run = diff(&place, "nowhere:policies", "policies", &[]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("no git revision `nowhere`"),
        "{}",
        run.stderr
    );
}

/// The exploded layout at a revision: libraries and default values are found beside the folder.
#[test]
fn the_bundled_policies_at_a_revision() {
    let head = Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(crate::run::root())
        .output();
    if !head.is_ok_and(|head| head.status.success()) {
        eprintln!("skipped: the_bundled_policies_at_a_revision needs git and its history");
        return;
    }
    let run = sekisho(&[
        "diff",
        "HEAD:rego",
        "HEAD:rego",
        "--on",
        "tests/manifests",
        "--output",
        "json",
    ]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(run.json()["summary"]["judged"], 4, "{}", run.stdout);
}

#[test]
fn trouble_is_two() {
    let place = Place::new();
    assert_eq!(diff(&place, "nothing.yaml", "policy.yaml", &[]).status, 2);
    place.write("broken.yaml", &POLICY.replace("c := ", "c := := "));
    let run = diff(&place, "policy.yaml", "broken.yaml", &[]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("of `broken.yaml`"), "{}", run.stderr);
    place.write("deploy/odd.yaml", "a: [");
    assert_eq!(diff(&place, "policy.yaml", "policy.yaml", &[]).status, 2);
    fs::remove_file(place.path("deploy/odd.yaml")).unwrap();
    place.write("deploy/quiet.yaml", QUIET);
    assert!(Path::new(&place.path("policy.yaml")).exists());
}

/// Real policies of others, against a copy that forgets init containers.
#[test]
fn a_librarys_policy_that_forgets_init_containers_is_caught() {
    let library = crate::run::root()
        .join("../gatekeeper-library/library/pod-security-policy/privileged-containers");
    if !library.exists() {
        eprintln!("skipped: needs ../gatekeeper-library");
        return;
    }
    let place = Place::new();
    let template = fs::read_to_string(library.join("template.yaml")).unwrap();
    let constraint =
        fs::read_to_string(library.join("samples/psp-privileged-container/constraint.yaml"))
            .unwrap();
    let forgetful = template.replace("spec.initContainers", "spec.noContainers");
    assert_ne!(template, forgetful);
    place.write("old/template.yaml", &template);
    place.write("new/template.yaml", &forgetful);
    for side in ["old", "new"] {
        place.write(&format!("{side}/constraint.yaml"), &constraint);
    }
    fs::remove_file(place.path("deploy/web.yaml")).unwrap();
    let run = diff(&place, "old", "new", &[]);
    assert_eq!(run.status, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("initContainers"), "{}", run.stdout);
}
