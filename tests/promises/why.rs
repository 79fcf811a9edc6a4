//! Why findings are there, and why they are not: for Rego that says no more than a message.

use std::fs;

use crate::outputs::formats;
use crate::policies::{CONSTRAINT, POD, judge, template};
use crate::run::{Outcome, root, sekisho_in};

/// The program on a policy and Pods that are written in every way: CRLF, tabs, a List, an anchor in a
/// merge, a Deployment that leads to a Pod.
fn ask(arguments: &[&str]) -> Outcome {
    let mut all = arguments.to_vec();
    all.extend(["--no-bundled", "--policies", "template.yaml"]);
    all.extend(["--policies", "constraint.yaml", "--policies", "config.yaml"]);
    all.extend(["--policies", "expansion.yaml", "pods.yaml"]);
    sekisho_in(&root().join("tests/promises/why"), &all, "")
}

#[test]
fn findings_of_plain_rego_stand_at_their_fields() {
    let report = ask(&["check", "--output", "json"]).json();
    let mut places: Vec<String> = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        let place = &finding["place"];
        places.push(format!(
            "{}:{} {} {} {}",
            place["line"],
            place["column"],
            place["precision"].as_str().unwrap(),
            place["field"].as_str().unwrap(),
            place["missing"].as_str().unwrap_or("-"),
        ));
    }
    places.sort();
    assert_eq!(
        places,
        [
            "12:27 field spec.containers[0].securityContext.privileged -",
            "33:7 field spec.template.spec.hostPID -",
            "41:5 field spec.hostIPC -",
            "7:3 parent spec enableServiceLinks",
            "8:5 field spec.hostPID -",
        ]
    );
}

#[test]
fn why_says_what_has_to_change_and_the_values_that_there_are() {
    let run = ask(&["why", "Hosts@Pod/関所"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for line in [
        "disappears when `spec.hostIPC` and `spec.hostPID` are both absent",
        "spec.hostPID: true",
        "disappears when `spec.enableServiceLinks` is false",
        "spec.enableServiceLinks: absent",
        "the nearest parent `spec`: `enableServiceLinks` is not there",
        "disappears when `spec.containers[0].securityContext.privileged` is absent",
    ] {
        assert!(run.stdout.contains(line), "{line}:\n{}", run.stdout);
    }
    let by_place = ask(&["why", "pods.yaml:33:7"]);
    assert!(
        by_place
            .stdout
            .contains("`spec.template.spec.hostPID` is absent")
    );
    let fingerprint = by_place.stdout.trim().rsplit(' ').next().unwrap();
    assert_eq!(ask(&["why", fingerprint]).stdout, by_place.stdout);
    let ja = ask(&["--lang", "ja", "why", "Hosts@関所"]);
    assert!(
        ja.stdout
            .contains("`spec.hostIPC` と `spec.hostPID` がすべてなければ消えます"),
        "{}",
        ja.stdout
    );
    let none = ask(&["why", "nobody"]);
    assert_eq!((none.status, none.stdout.as_str()), (2, ""));
    assert!(
        none.stderr.contains("no finding `nobody` among 5"),
        "{}",
        none.stderr
    );
}

#[test]
fn check_says_why_where_it_is_asked_to() {
    let run = ask(&["check", "--why"]);
    let line =
        "why: disappears when `spec.hostIPC` and `spec.hostPID` are both absent (now true, true)";
    assert!(run.stdout.contains(line), "{}", run.stdout);
    let bundled = |arguments: &[&str]| {
        let mut all = vec!["check", "--only", "host_namespaces", "--output", "json"];
        all.extend(arguments);
        all.push("tests/manifests/unhealthy.yaml");
        sekisho_in(&root(), &all, "").json()["findings"][0]["cause"].clone()
    };
    // The bundled policies name their fields: only for the reason are they asked again.
    assert!(bundled(&[]).is_null());
    let cause = bundled(&["--why"]);
    assert_eq!(cause["edits"][0]["instead"], "absent");
    assert_eq!(cause["edits"][0]["now"], true);
}

#[test]
fn a_reason_is_no_value_of_which_the_policy_says_something_else() {
    let arguments = [
        "check",
        "--why",
        "--only=resource_limits,privilege_escalation,default_namespace",
        "--output=json",
        "tests/manifests/unhealthy.yaml",
    ];
    let report = sekisho_in(&root(), &arguments, "").json();
    let mut reasons = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        let edit = &finding["cause"]["edits"][0];
        let field = edit["field"].as_str().unwrap();
        let key = field.rsplit('.').next().unwrap();
        let (how, value) = (edit["instead"].as_str().unwrap(), &edit["value"]);
        reasons.push(format!("{key}: {how} {value}"));
    }
    reasons.sort();
    reasons.dedup();
    assert_eq!(
        reasons,
        [
            // What is absent would still be found, in other words.
            "allowPrivilegeEscalation: value false",
            // `true` is no quantity.
            "cpu: value \"32\"",
            "memory: value \"32\"",
            "namespace: other null",
        ]
    );
}

#[test]
fn a_field_that_the_message_names_is_tried_where_what_it_is_in_has_to_stay() {
    // Without a `spec` there would be no answer at all.
    let rego = "package budgets
violation[{\"msg\": msg}] {
  not is_good(input.review.object)
  msg := \"maxUnavailable has to be positive\"
}
is_good(budget) { object.get(budget.spec, \"maxUnavailable\", 1) > 0 }";
    let budget = "apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b, namespace: default}
spec:
  minAvailable: 1
  maxUnavailable: 0
";
    let policy = format!("{}{CONSTRAINT}", template(rego));
    let report = judge(&policy, budget, &[]).json();
    let place = &report["findings"][0]["place"];
    assert_eq!((&place["line"], &place["column"]), (&6.into(), &3.into()));
}

#[test]
fn why_not_names_the_clause_the_exclusion_or_the_expression() {
    for (resource, language, lines) in [
        (
            "quiet",
            "en",
            &[
                "Hosts/hosts does not match it: `spec.match.excludedNamespaces`",
                "constraint.yaml:10:26",
                "spec.match.excludedNamespaces[0] = \"quiet\"",
            ][..],
        ),
        (
            "quiet",
            "ja",
            &["Hosts/hosts の対象ではありません: `spec.match.excludedNamespaces`"],
        ),
        (
            "infra",
            "en",
            &[
                "excluded: the Config's `spec.match` leaves the namespace out",
                "config.yaml:8:28",
                "spec.match[0].excludedNamespaces[0] = \"infra\"",
            ],
        ),
        ("infra", "ja", &["除外されています", "config.yaml:8:28"]),
        (
            "Pod/default/good",
            "en",
            &[
                "Hosts/hosts finds nothing; its rule stops at",
                "template.yaml:16:11",
                "template.yaml:32:11",
                "o.spec.hostPID = false",
                "template.yaml:36:11",
                "o.spec.hostIPC = undefined",
                "template.yaml:21:11",
                "input.review.object.spec.enableServiceLinks = false",
            ],
        ),
        (
            "made",
            "en",
            &[
                "does not match it: `spec.match.kinds`",
                "constraint.yaml:7:5",
                "spec.match.kinds = [{\"apiGroups\":[\"\"],\"kinds\":[\"Pod\"]}]",
                "Deployment default/made, its Pod",
                "does find something: 1 violation",
            ],
        ),
    ] {
        let run = ask(&["--lang", language, "why-not", resource, "Hosts"]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        for line in lines {
            assert!(run.stdout.contains(line), "{line}:\n{}", run.stdout);
        }
    }
    let none = ask(&["why-not", "nobody", "Hosts"]);
    assert_eq!(none.status, 2);
    assert!(
        none.stderr.contains("no resource `nobody` here"),
        "{}",
        none.stderr
    );
}

/// Asks for three fields at once: no change of one or two of them makes it silent.
const WANTING: &str = "package wanting
violation[{\"msg\": \"something is wanting\"}] { not whole(input.review.object) }
whole(pod) { pod.spec.first; pod.spec.second; pod.spec.third }
";

#[test]
fn a_place_that_is_the_resource_alone_is_said_to_be_that_in_every_form() {
    let pod = format!("{POD}spec: {{containers: []}}\n");
    let policy = format!("{}{CONSTRAINT}", template(WANTING));
    let place = &judge(&policy, &pod, &[]).json()["findings"][0]["place"];
    assert_eq!(
        (&place["precision"], &place["field"]),
        (&"resource".into(), &"".into())
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), policy).unwrap();
    for format in formats() {
        for (language, words) in [
            (
                "en",
                "the resource as such; which of its fields it is, is not known",
            ),
            ("ja", "リソース全体です。どのフィールドかは特定できません"),
        ] {
            let arguments = [
                "check",
                "-",
                "--no-bundled",
                "--policies",
                "policy.yaml",
                "--lang",
                language,
                "-o",
                &format,
            ];
            let said = sekisho_in(folder.path(), &arguments, &pod).stdout;
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            let word = match format.as_str() {
                "json" | "jsonl" => "\"precision\":",
                "sarif" => "\"placePrecision\": \"resource\"",
                "policyreport" => "precision: resource",
                "csv" => ",resource,",
                _ => words,
            };
            assert!(said.contains(word), "{format}: {said}");
        }
    }
}

#[test]
fn two_fields_that_are_missing_together_are_both_named() {
    let rego = "package hosts
violation[{\"msg\": \"host aliases and an annotation example.com/approved=true are required\"}] {
  not is_whole(input.review.object)
}
is_whole(pod) {
  count(pod.spec.hostAliases) > 0
  pod.metadata.annotations[\"example.com/approved\"] == \"true\"
}";
    let pod = format!("{POD}spec: {{containers: []}}\n");
    let policy = format!("{}{CONSTRAINT}", template(rego));
    let report = judge(&policy, &pod, &[]).json();
    let finding = &report["findings"][0];
    let edits = finding["cause"]["edits"].as_array().unwrap().iter();
    let edits: Vec<String> = edits
        .map(|edit| format!("{} {}", edit["field"], edit["instead"]))
        .collect();
    assert_eq!(
        edits,
        [
            r#""metadata.annotations[\"example.com/approved\"]" "value""#,
            r#""spec.hostAliases" "other""#,
        ]
    );
    let place = &finding["place"];
    assert_eq!(
        (&place["line"], &place["precision"]),
        (&3.into(), &"parent".into())
    );
}

#[test]
fn that_a_container_would_have_to_go_is_no_advice() {
    let rego = "package unwelcome
violation[{\"msg\": msg}] {
  container := input.review.object.spec.containers[_]
  msg := sprintf(\"<%v> is unwelcome\", [container.name])
}";
    let folder = tempfile::tempdir().unwrap();
    let policy = format!("{}{CONSTRAINT}", template(rego));
    fs::write(folder.path().join("policy.yaml"), policy).unwrap();
    let pod = format!("{POD}spec: {{containers: [{{name: web}}, {{name: side}}]}}\n");
    let said = |command: &[&str]| {
        let mut arguments = command.to_vec();
        arguments.extend(["-", "--no-bundled", "--policies", "policy.yaml"]);
        sekisho_in(folder.path(), &arguments, &pod).stdout
    };
    let text = said(&["check"]);
    assert!(text.contains("place: the container as such"), "{text}");
    assert!(!text.contains("edit:"), "{text}");
    let page = said(&["check", "--output", "html"]);
    assert!(!page.contains("Edit:"));
    // Whoever asks is told what the experiment showed.
    let why = said(&["why", "TestKind"]);
    assert!(why.contains("`spec.containers[0]` is absent"), "{why}");
}

#[test]
fn a_value_that_the_message_quotes_is_to_be_another_one() {
    let rego = "package images
violation[{\"msg\": msg}] {
  container := input.review.object.spec.containers[_]
  not startswith(container.image, \"registry.example.com/\")
  msg := sprintf(\"image <%v> is from elsewhere\", [container.image])
}
violation[{\"msg\": \"shares the host\"}] { input.review.object.spec.hostPID }";
    let folder = tempfile::tempdir().unwrap();
    let policy = format!("{}{CONSTRAINT}", template(rego));
    fs::write(folder.path().join("policy.yaml"), policy).unwrap();
    let pod = format!("{POD}spec: {{hostPID: true, containers: [{{name: web, image: nginx}}]}}\n");
    let arguments = ["check", "-", "--no-bundled", "--policies", "policy.yaml"];
    let text = sekisho_in(folder.path(), &arguments, &pod).stdout;
    for edit in [
        "edit: change `spec.containers[0].image` from `\"nginx\"`",
        "edit: remove `spec.hostPID`",
    ] {
        assert!(text.contains(edit), "{text}");
    }
}

#[test]
fn a_field_that_only_has_to_be_there_is_not_said_to_be_true() {
    let rego = "package needed
violation[{\"msg\": \"the label owner is missing\"}] { not input.review.object.metadata.labels.owner }
violation[{\"msg\": \"the root filesystem is writable\"}] {
  not input.review.object.spec.securityContext.readOnlyRootFilesystem == true
}";
    let policy = format!("{}{CONSTRAINT}", template(rego));
    let pod = format!("{POD}spec: {{containers: []}}\n");
    let report = judge(&policy, &pod, &[]).json();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut edits: Vec<String> = findings
        .map(|finding| {
            let edit = &finding["cause"]["edits"][0];
            let field = edit["field"].as_str().unwrap().rsplit('.').next().unwrap();
            format!("{field} {} {}", edit["instead"], edit["value"])
        })
        .collect();
    edits.sort();
    assert_eq!(
        edits,
        [
            "owner \"other\" null",
            "readOnlyRootFilesystem \"value\" true"
        ]
    );
}
