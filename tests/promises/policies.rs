//! A user's own policies: how they are found, what is said of them, what their findings come to.

use std::fs;
use std::path::Path;

use crate::run::{Outcome, sekisho_in};

/// A template of the kind `TestKind` with this Rego (v0), and one Constraint without a match.
pub(crate) fn template(rego: &str) -> String {
    let rego: String = rego.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata:\n  name: testkind\nspec:\n  \
         crd:\n    spec:\n      names:\n        kind: TestKind\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    \
         rego: |\n{rego}"
    )
}

pub(crate) const CONSTRAINT: &str = "\
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: TestKind
metadata: {name: c1}
";

pub(crate) const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: default}
";

/// Always one violation.
pub(crate) const X: &str = "package foo\nviolation[{\"msg\": \"x\"}] { true }";

/// Judges `manifests` by `policies` alone.
pub(crate) fn judge(policies: &str, manifests: &str, more: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policies.yaml"), policies).unwrap();
    fs::write(folder.path().join("manifests.yaml"), manifests).unwrap();
    judge_in(folder.path(), more)
}

pub(crate) fn judge_in(folder: &Path, more: &[&str]) -> Outcome {
    let mut arguments = vec![
        "check",
        "--no-bundled",
        "--policies",
        "policies.yaml",
        "--output",
        "json",
        "manifests.yaml",
    ];
    arguments.extend(more);
    sekisho_in(folder, &arguments, "")
}

/// `Kind/name of the object: message` of each finding.
pub(crate) fn said(run: &Outcome) -> Vec<String> {
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| {
            let resource = &finding["resource"];
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            format!(
                "{}/{}: {}",
                text(&resource["kind"]),
                text(&resource["name"]),
                text(&finding["message"])
            )
        })
        .collect()
}

#[test]
fn files_folders_dumps_and_stdin() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at("policies/more")).unwrap();
    fs::write(at("policies/template.yaml"), template(X)).unwrap();
    // As `kubectl get constraints -o yaml` prints it.
    let dump = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: constraints.gatekeeper.sh/v1beta1\n  kind: TestKind\n  \
                metadata:\n    name: c1\n    uid: 1234\n    creationTimestamp: '2024-01-01T00:00:00Z'\n    \
                managedFields: [{manager: kubectl, operation: Update}]\n    annotations: \
                {kubectl.kubernetes.io/last-applied-configuration: '{}'}\n  spec: {enforcementAction: deny}\n  \
                status: {auditTimestamp: '2024-01-01T00:00:00Z', totalViolations: 3, violations: [{kind: Pod}]}\n";
    fs::write(at("policies/more/constraint.yml"), dump).unwrap();
    fs::write(at("pod.yaml"), POD).unwrap();
    let check = |paths: &[&str], input: &str| {
        let mut arguments = vec!["check", "--no-bundled", "-o", "json", "pod.yaml"];
        for path in paths {
            arguments.extend(["--policies", path]);
        }
        sekisho_in(folder.path(), &arguments, input)
    };
    let run = check(&["policies"], "");
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(said(&run), ["Pod/p: x"]);
    let finding = &run.json()["findings"][0];
    assert_eq!(finding["id"], "TestKind");
    assert_eq!(finding["constraint"], "TestKind/c1");
    assert_eq!(finding["severity"], "Unspecified");
    assert_eq!(finding["enforcementAction"], "deny");

    let run = check(
        &["policies/template.yaml", "policies/more/constraint.yml"],
        "",
    );
    assert_eq!(said(&run), ["Pod/p: x"]);
    let run = check(&["policies/template.yaml", "-"], dump);
    assert_eq!(said(&run), ["Pod/p: x"]);
    let run = check(&["policies", "nowhere"], "");
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("cannot read `nowhere`"),
        "{}",
        run.stderr
    );
    let run = sekisho_in(folder.path(), &["check", "--policies", "-", "-"], "");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("asked for twice"), "{}", run.stderr);
}

#[test]
fn bundled_policies_stay_unless_left_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("policies.yaml"),
        template(X) + CONSTRAINT,
    )
    .unwrap();
    let pod = format!("{POD}spec: {{hostPID: true, containers: []}}\n");
    fs::write(folder.path().join("pod.yaml"), pod).unwrap();
    let ids = |more: &[&str]| {
        let mut arguments = vec![
            "check",
            "--policies",
            "policies.yaml",
            "-o",
            "json",
            "pod.yaml",
        ];
        arguments.extend(more);
        sekisho_in(folder.path(), &arguments, "").ids()
    };
    assert_eq!(ids(&["--no-bundled"]), ["TestKind"]);
    let all = ids(&[]);
    assert!(
        all.len() > 1 && all.contains(&"TestKind".to_owned()),
        "{all:?}"
    );
    assert_eq!(ids(&["--only", "TestKind"]), ["TestKind"]);
    assert!(!ids(&["--skip", "TestKind"]).contains(&"TestKind".to_owned()));
}

#[test]
fn policies_among_the_manifests_are_not_applied_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), template(X) + CONSTRAINT).unwrap();
    let run = sekisho_in(folder.path(), &["check", "--allow-empty", "all.yaml"], "");
    assert!(
        run.stderr.contains("--policies applies them"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_does_nothing_is_said() {
    let cases = [
        // Policies, manifests, exit status, what is said.
        (POD.to_owned(), 2, "no policies in `policies.yaml`"),
        (
            template(X),
            2,
            "policies.yaml:4:3: the ConstraintTemplate `testkind` has no Constraint",
        ),
        (template(X), 2, "there was nothing to judge"),
        (
            CONSTRAINT.to_owned(),
            2,
            "policies.yaml:3:1: no ConstraintTemplate for the kind `TestKind`",
        ),
        (
            template(X) + CONSTRAINT + &CONSTRAINT.replace("TestKind", "TestKimd"),
            2,
            "no ConstraintTemplate for the kind `TestKimd`; did you mean `TestKind`?",
        ),
        (
            template(X)
                + CONSTRAINT
                + "spec: {match: {kinds: [{apiGroups: [apps], kinds: [Deployment]}]}}\n",
            2,
            "nothing here is matched by TestKind/c1",
        ),
        (
            template(X) + CONSTRAINT + "---\n" + POD,
            1,
            "policies.yaml:20: no policy; not judged either",
        ),
        (
            template(X)
                + CONSTRAINT
                + &CONSTRAINT.replace("{name: c1}", "{name: c1}\nspec: {enforcementAction: warn}"),
            0,
            "the Constraint `TestKind/c1` is defined twice; the last definition counts",
        ),
        (
            template(X) + "---\n" + &template(&X.replace("\"x\"", "\"y\"")) + CONSTRAINT,
            1,
            "the ConstraintTemplate `testkind` is defined twice; the last definition counts",
        ),
        (
            template(X) + CONSTRAINT + "spec: {enforcementAction: Deny}\n",
            2,
            "`Deny` is none of deny, warn, dryrun, scoped",
        ),
        (
            template(X) + CONSTRAINT + "spec: {parameters: {a: 1}}\n",
            2,
            "the template `testkind` takes no parameters",
        ),
        (template(X) + CONSTRAINT + "---\na: [\n", 2, "invalid YAML"),
        (
            template("package foo\nviolation[{\"msg\": \"x\"}] { http.send({}) }") + CONSTRAINT,
            2,
            "policies.yaml:14:",
        ),
    ];
    for (policies, status, expected) in cases {
        let run = judge(&policies, POD, &[]);
        assert_eq!(run.status, status, "{expected}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
    }
    // A template that is refused takes the blame alone.
    let run = judge(
        &(template("package foo\nviolation[") + CONSTRAINT),
        POD,
        &[],
    );
    assert_eq!(run.status, 2);
    assert!(
        !run.stderr.contains("no ConstraintTemplate"),
        "{}",
        run.stderr
    );
}

#[test]
fn severity_comes_from_annotations_else_from_the_action() {
    let rated = |template_says: &str, constraint_says: &str, action: &str, more: &[&str]| {
        let template = template(X).replace(
            "  name: testkind\n",
            &format!("  name: testkind\n  annotations: {{{template_says}}}\n"),
        );
        let constraint = format!(
            "---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: TestKind\nmetadata:\n  name: c1\n  annotations: \
             {{{constraint_says}}}\nspec: {{enforcementAction: '{action}'}}\n"
        );
        judge(&(template + &constraint), POD, more)
    };
    let severity = |run: &Outcome| run.json()["findings"][0]["severity"].clone();
    let run = rated("sekisho/severity: medium", "", "deny", &[]);
    assert_eq!((severity(&run), run.status), ("Medium".into(), 1));
    let run = rated(
        "sekisho/severity: medium",
        "sekisho/severity: High",
        "dryrun",
        &[],
    );
    assert_eq!((severity(&run), run.status), ("High".into(), 1));
    let run = rated(
        "sekisho/severity: low",
        "",
        "deny",
        &["--fail-on", "medium"],
    );
    assert_eq!((severity(&run), run.status), ("Low".into(), 0));

    for (action, fail_on, status) in [
        ("deny", "high", 1),
        ("", "high", 1),
        ("deny", "never", 0),
        ("warn", "low", 0),
        ("dryrun", "low", 0),
    ] {
        let run = rated("", "", action, &["--fail-on", fail_on]);
        assert_eq!(severity(&run), "Unspecified");
        assert_eq!(run.status, status, "{action} --fail-on {fail_on}");
    }

    let run = rated(
        "metadata.gatekeeper.sh/title: Be x, sekisho/control: Manage access and permissions, sekisho/remediation: Do y",
        "",
        "deny",
        &[],
    );
    let finding = &run.json()["findings"][0];
    assert_eq!(finding["name"], "Be x");
    assert_eq!(finding["controlId"], "manage_access_and_permissions");
    assert_eq!(finding["remediation"], "Do y");
    let run = rated("", "sekisho/control: House rules", "deny", &[]);
    assert_eq!(run.json()["findings"][0]["controlId"], "house_rules");

    let run = rated("", "sekisho/severity: Hihg", "deny", &[]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("expected `High`, `Medium` or `Low`"),
        "{}",
        run.stderr
    );
    let run = rated("sekisho/severty: High", "", "deny", &[]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("did you mean `sekisho/severity`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_exploded_policy_needs_no_packing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let bare = template("").replace("    rego: |\n", "");
    write("policies/test/template.yaml", &bare);
    write(
        "policies/test/policy.rego",
        "package foo\nviolation[{\"msg\": data.lib.words.x}] { true }\n",
    );
    write("policies/test/constraint.yaml", CONSTRAINT);
    write(
        "policies/test/samples/constraint.yaml",
        &CONSTRAINT.replace("c1", "sample"),
    );
    write(
        "policies/lib/words/words.rego",
        "package lib.words\nx = \"from above\"\n",
    );
    write(
        "policies/lib/broken/broken_test.rego",
        "package lib.words_test\nx = {",
    );
    write("pod.yaml", POD);
    let check = |path: &str| {
        let arguments = [
            "check",
            "--no-bundled",
            "--policies",
            path,
            "-o",
            "json",
            "pod.yaml",
        ];
        sekisho_in(folder.path(), &arguments, "")
    };
    let run = check("policies");
    assert_eq!(said(&run), ["Pod/p: from above"], "{}", run.stderr);
    assert_eq!(run.json()["findings"][0]["constraint"], "TestKind/c1");
    // Libraries are found though only the folder of the policy was named.
    assert_eq!(said(&check("policies/test")), ["Pod/p: from above"]);
    let inside = sekisho_in(
        &folder.path().join("policies/test"),
        &[
            "check",
            "--no-bundled",
            "--policies",
            ".",
            "-o",
            "json",
            "../../pod.yaml",
        ],
        "",
    );
    assert_eq!(said(&inside), ["Pod/p: from above"], "{}", inside.stderr);
    write(
        "policies/test/lib/words.rego",
        "package lib.words\nx = \"its own\"\n",
    );
    assert_eq!(said(&check("policies")), ["Pod/p: its own"]);
    write(
        "policies/test/policy.rego",
        "package foo\nviolation[{\"msg\": nope(1)}] { true }\n",
    );
    let run = check("policies");
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("policies/test/policy.rego:2:19:"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_constraint_may_use_a_bundled_template() {
    let folder = tempfile::tempdir().unwrap();
    let bundled = sekisho_in(
        folder.path(),
        &["check", "-o", "json", "-"],
        &format!("{POD}spec: {{hostPID: true}}\n"),
    );
    let report = bundled.json();
    let finding = report["findings"].as_array().unwrap();
    let host = finding
        .iter()
        .find(|finding| finding["field"] == "spec.hostPID")
        .unwrap();
    let kind = host["constraint"]
        .as_str()
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let constraint = CONSTRAINT.replace("TestKind", kind) + "spec: {enforcementAction: warn}\n";
    fs::write(folder.path().join("policies.yaml"), constraint).unwrap();
    fs::write(
        folder.path().join("pod.yaml"),
        format!("{POD}spec: {{hostPID: true}}\n"),
    )
    .unwrap();
    let only = host["id"].as_str().unwrap();
    let arguments = [
        "check",
        "--policies",
        "policies.yaml",
        "--only",
        only,
        "-o",
        "json",
        "pod.yaml",
    ];
    let run = sekisho_in(folder.path(), &arguments, "");
    let constraints: Vec<String> = run.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["constraint"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(constraints.len(), 2, "{}", run.stderr);
    assert!(
        constraints.contains(&format!("{kind}/c1")),
        "{constraints:?}"
    );
}
