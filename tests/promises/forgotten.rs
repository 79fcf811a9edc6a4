//! A clause that is forgotten, or that nobody tests, does not go unseen: what `snapshot check` and `diff`
//! say of it stands beside them; here is what `sekisho test` says.

use std::fs;

use crate::run::{Outcome, copy_folder, root, sekisho_in};
use crate::snapshots::{POLICY, Place, QUIET, WEB, without_init};

const SUITE: &str = "\
apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests:
- name: privileged
  template: policy.yaml
  constraint: constraint.yaml
  cases:
  - name: quiet
    object: deploy/quiet.yaml
    assertions: [{violations: no}]
  - name: app
    object: app.yaml
    assertions: [{violations: 1, message: app}]
";

const INIT: &str = "  - name: setup
    object: deploy/web.yaml
    assertions: [{violations: 1, message: setup}, {violations: no, message: other}]
";

/// A policy with a Suite that knows of no init container.
fn untested() -> Place {
    let place = Place::new();
    let (template, constraint) = POLICY.split_once("---\n").unwrap();
    place.write("policy.yaml", template);
    place.write("constraint.yaml", constraint);
    place.write(
        "app.yaml",
        &QUIET.replace("image: a", "image: a, securityContext: {privileged: true}"),
    );
    place.write("suite.yaml", SUITE);
    place
}

fn test(place: &Place, measure: &str) -> Outcome {
    sekisho_in(place.root(), &["test", "--output", "json", measure], "")
}

/// The changes that no test notices, as `LINE KIND` each.
fn unnoticed(run: &Outcome) -> Vec<String> {
    let report = run.json();
    let mutants = report["mutation"]["mutants"].as_array().unwrap();
    let missed = mutants
        .iter()
        .filter(|mutant| mutant["status"] == "survived" || mutant["status"] == "unreached");
    missed
        .map(|mutant| {
            format!(
                "{} {} {}",
                mutant["line"],
                mutant["kind"].as_str().unwrap(),
                mutant["before"]
            )
        })
        .collect()
}

#[test]
fn tests_without_an_init_container_leave_a_gap_that_is_shown() {
    let place = untested();
    let template = POLICY.split_once("---\n").unwrap().0;
    let line = |text: &str| {
        1 + template
            .lines()
            .position(|line| line.contains(text))
            .unwrap()
    };
    let clause = line("initContainers[i]");

    let run = test(&place, "--coverage");
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    let file = &run.json()["coverage"]["files"][0];
    assert_eq!(file["path"], "policy.yaml");
    // Its head and all that comes after the look for init containers.
    let expected = [clause - 1, clause + 1, clause + 2, clause + 3];
    assert_eq!(file["unreached"], serde_json::json!(expected));

    let missed = unnoticed(&test(&place, "--mutate"));
    assert!(!missed.is_empty());
    for mutant in &missed {
        let at: usize = mutant.split(' ').next().unwrap().parse().unwrap();
        assert!((clause - 1..=clause + 3).contains(&at), "{missed:#?}");
    }
    let swapped = format!("{clause} swapContainers");
    assert!(
        missed.iter().any(|mutant| mutant.starts_with(&swapped)),
        "{missed:#?}"
    );

    // A case closes it …
    place.write(
        "deploy/web.yaml",
        &WEB.replace(
            "  containers:\n  - {name: app, image: a, securityContext: {privileged: true}}\n",
            "  - {name: other, image: a}\n",
        ),
    );
    place.write("suite.yaml", &format!("{SUITE}{INIT}"));
    let run = test(&place, "--coverage");
    assert_eq!(run.json()["coverage"]["percent"], 100.0);
    assert_eq!(unnoticed(&test(&place, "--mutate")), Vec::<String>::new());

    // … and then nobody can drop the clause.
    place.write("policy.yaml", &without_init(template));
    let run = sekisho_in(place.root(), &["test"], "");
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("privileged//setup"), "{}", run.stdout);
}

/// The bundled policy that forbids privileged containers, its lists written out in it.
#[test]
fn the_bundled_tests_are_what_keeps_init_containers() {
    let folder = root().join("rego");
    let policies = fs::read_dir(&folder).unwrap();
    let found = policies.map(|entry| entry.unwrap().path()).find(|path| {
        let text = fs::read_to_string(path.join("policy.rego")).unwrap_or_default();
        text.contains("runs privileged")
    });
    let found = found.unwrap();
    let place = Place::new();
    copy_folder(&found, &place.path("policy"));
    copy_folder(&folder.join("lib"), &place.path("lib"));
    let read = |name: &str| fs::read_to_string(place.path("policy").join(name)).unwrap();
    let lists = r#"["containers", "initContainers", "ephemeralContainers"]"#;
    let policy = read("policy.rego").replace("containers.lists", lists);
    assert!(policy.contains(lists));
    place.write("policy/policy.rego", &policy);
    let run = |arguments: &[&str]| sekisho_in(place.root(), arguments, "");
    let mutate = ["test", "policy", "--mutate", "--output", "json"];
    assert_eq!(unnoticed(&run(&mutate)), Vec::<String>::new());

    let tests = read("policy_test.rego");
    let start = tests.find("test_init_and_ephemeral").unwrap();
    let (_, rest) = tests[start..].split_once("\n}\n").unwrap();
    place.write(
        "policy/policy_test.rego",
        &format!("{}{rest}", &tests[..start]),
    );
    let missed = unnoticed(&run(&mutate));
    let line = 1 + policy
        .lines()
        .position(|line| line.contains(lists))
        .unwrap();
    let dropped = |list: &str| format!("{line} dropItem \"\\\"{list}\\\"\"");
    for list in ["initContainers", "ephemeralContainers"] {
        assert!(missed.contains(&dropped(list)), "{missed:#?}");
    }
    assert!(!missed.contains(&dropped("containers")), "{missed:#?}");
    place.write("policy/policy_test.rego", &tests);
    place.write(
        "policy/policy.rego",
        &policy.replace(r#""initContainers", "#, ""),
    );
    let forgetful = run(&["test", "policy"]);
    assert_eq!(forgetful.status, 1);
    assert!(
        forgetful.stdout.contains("test_init_and_ephemeral"),
        "{}",
        forgetful.stdout
    );
}
