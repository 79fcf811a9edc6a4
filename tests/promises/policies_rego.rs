//! What a user's Rego sees, and what becomes of its answers: as in Gatekeeper.

use std::fs;

use crate::policies::{CONSTRAINT, POD, X, judge, judge_in, said, template};

/// The Rego of a template of one Constraint without a match, about one Pod: the messages.
fn messages(rego: &str) -> Vec<String> {
    let run = judge(&(template(rego) + CONSTRAINT), POD, &[]);
    assert!(run.status < 2, "{rego}: {}", run.stderr);
    said(&run)
        .into_iter()
        .map(|said| said.strip_prefix("Pod/p: ").unwrap().to_owned())
        .collect()
}

#[test]
fn answers_are_taken_as_gatekeeper_takes_them() {
    let cases: [(&str, &[&str]); 14] = [
        (X, &["x"]),
        // Whatever the package is called.
        ("package lib\nviolation[{\"msg\": \"x\"}] { true }", &["x"]),
        // The keys of an object count.
        (
            "package foo\nviolation = {{\"msg\": \"a\"}: 1, {\"msg\": \"b\"}: 2}",
            &["a", "b"],
        ),
        ("package foo\nviolation = {{\"msg\": \"a\"}}", &["a"]),
        // More keys are dropped, details may be anything.
        (
            "package foo\nviolation[{\"msg\": \"a\", \"severity\": \"high\", \"details\": \"d\"}] { true }",
            &["a"],
        ),
        (
            "package foo\nviolation[{\"msg\": \"same\"}] { [1, 2, 3][_] }",
            &["same"],
        ),
        (
            "package foo\nviolation[{\"msg\": \"same\", \"details\": {\"i\": i}}] { i := [1, 2, 3][_] }",
            &["same", "same", "same"],
        ),
        (
            "package foo\nviolation[{\"msg\": \"same\"}] { true }\nviolation[{\"msg\": \"same\", \"details\": {}}] { true }",
            &["same"],
        ),
        // A built-in given nonsense is undefined.
        (
            "package foo\nviolation[{\"msg\": \"x\"}] { 1 / 0 == 1 }",
            &[],
        ),
        (
            "package foo\nviolation[{\"msg\": \"x\"}] { not to_number(\"a\") }",
            &["x"],
        ),
        (
            "package foo\nviolation[{\"msg\": msg}] { msg := data.inventory.namespace.default.v1.Pod.p.metadata.name }",
            &["p"],
        ),
        // Words that Rego v1 has dropped.
        (
            "package foo\nviolation[{\"msg\": \"x\"}] { any([false, true]); re_match(\"a\", \"ba\") }",
            &["x"],
        ),
        (
            "package foo\nimport future.keywords\nviolation contains {\"msg\": msg} if { some msg in [\"a\", \"b\"] }",
            &["a", "b"],
        ),
        (
            "package foo\nviolation[{\"msg\": msg}] { msg := sprintf(\"%v %v\", [input.review.kind.kind, input.parameters]) }",
            &["Pod {}"],
        ),
    ];
    for (rego, expected) in cases {
        assert_eq!(messages(rego), expected, "{rego}");
    }
}

#[test]
fn a_conflict_is_a_violation_of_every_constraint() {
    let rego = "package foo\nf(x) = 1 { x }\nf(x) = 2 { x }\nviolation[{\"msg\": \"x\"}] { f(input.parameters.hit) == 1 }";
    let schema = "      validation:\n        openAPIV3Schema:\n          type: object\n          properties:\n            hit: \
                  {type: boolean}\n";
    let template = template(rego).replace("  targets:", &format!("{schema}  targets:"));
    let on = |name: &str, on: bool| {
        CONSTRAINT.replace("c1", name) + &format!("spec: {{parameters: {{hit: {on}}}}}\n")
    };
    let run = judge(&(template + &on("c1", true) + &on("c2", false)), POD, &[]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let said = said(&run);
    assert_eq!(said.len(), 2);
    for said in said {
        assert!(said.starts_with("Pod/p: template:"), "{said}");
        assert!(
            said.ends_with(
                ": eval_conflict_error: functions must not produce multiple outputs for same inputs"
            ),
            "{said}"
        );
    }
}

#[test]
fn what_gatekeeper_cannot_use_is_never_clean() {
    for rego in [
        "package foo\nviolation[{\"msg\": msg}] { msg := input.review.object.kind; false }\nviolation[x] { x := {\"msg\": 5} }",
        "package foo\nviolation[x] { x := [\"a\"][_] }",
        "package foo\nviolation[x] { x := {\"details\": input.review.name} }",
        "package foo\nviolation[x] { x := json.unmarshal(\"[1]\") }",
        "package foo\nviolation = x { x := json.unmarshal(\"[{\\\"msg\\\": \\\"a\\\"}]\") }",
    ] {
        let run = judge(&(template(rego) + CONSTRAINT), POD, &[]);
        assert_eq!(run.status, 2, "{rego}: {}", run.stdout);
    }
}

#[test]
fn numbers_look_as_in_gatekeeper() {
    let rego = "package foo\nviolation[{\"msg\": msg}] { msg := sprintf(\"%v %v %v\", \
                [input.review.object.spec.user, input.parameters.given, input.parameters.usual]) }";
    let schema = "      validation:\n        openAPIV3Schema:\n          type: object\n          properties:\n            \
                  given: {type: integer}\n            usual: {type: integer, default: 1000000}\n";
    let template = template(rego).replace("  targets:", &format!("{schema}  targets:"));
    let policies = template + CONSTRAINT + "spec: {parameters: {given: 1000000}}\n";
    let run = judge(
        &policies,
        &format!("{POD}spec: {{user: 1000660000}}\n"),
        &[],
    );
    assert_eq!(
        said(&run),
        ["Pod/p: 1.00066e+09 1e+06 1000000"],
        "{}",
        run.stderr
    );
}

#[test]
fn namespaces_are_known_and_rejected_where_not() {
    let rego = "package foo\nviolation[{\"msg\": msg}] { msg := input.review.namespaceObject.metadata.labels.team }\n\
                violation[{\"msg\": \"no team\"}] { not input.review.namespaceObject.metadata.labels.team }";
    let select = "spec: {match: {kinds: [{apiGroups: [''], kinds: [Pod]}], namespaceSelector: {matchExpressions: \
                  [{key: team, operator: Exists}]}}}\n";
    let namespace =
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: cash}}\n";
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: known, namespace: shop}\n---\napiVersion: v1\nkind: \
                Pod\nmetadata: {name: lost, namespace: nowhere}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: plain}\n";
    let rejected = "Pod/lost: unable to match constraints: error matching the requested object: lost :failed to run Match \
                    criteria: namespace selector for namespace-scoped object but missing Namespace";
    // The Namespace may stand among the policies, where it is not judged, or among the manifests.
    let beside = judge(
        &(template(rego) + CONSTRAINT + select + namespace),
        pods,
        &[],
    );
    assert_eq!(
        said(&beside),
        ["Pod/known: cash", rejected],
        "{}",
        beside.stderr
    );
    assert_eq!(beside.json()["summary"]["resources"], 3);
    let among = judge(
        &(template(rego) + CONSTRAINT + select),
        &format!("{pods}{namespace}"),
        &[],
    );
    assert_eq!(said(&among), ["Pod/known: cash", rejected]);
}

#[test]
fn an_enforcement_point_that_is_not_here_does_not_count() {
    let scoped = |actions: &str| {
        let spec =
            format!("spec:\n  enforcementAction: scoped\n  scopedEnforcementActions: {actions}\n");
        judge(&(template(X) + CONSTRAINT + &spec), POD, &[])
    };
    for (actions, action, status) in [
        (
            "[{action: deny, enforcementPoints: [{name: gator.gatekeeper.sh}]}, {action: warn, enforcementPoints: [{name: '*'}]}]",
            "deny",
            1,
        ),
        (
            "[{action: warn, enforcementPoints: [{name: validation.gatekeeper.sh}]}, {action: deny, enforcementPoints: [{name: audit.gatekeeper.sh}]}]",
            "warn",
            0,
        ),
        (
            "[{action: dryrun, enforcementPoints: [{name: '*'}]}]",
            "dryrun",
            0,
        ),
    ] {
        let run = scoped(actions);
        assert_eq!(run.status, status, "{actions}: {}", run.stderr);
        assert_eq!(run.json()["findings"][0]["enforcementAction"], action);
    }
    let run = scoped("[{action: deny, enforcementPoints: [{name: audit.gatekeeper.sh}]}]");
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .contains("none is for `validation.gatekeeper.sh` or `gator.gatekeeper.sh`"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_inventory_holds_what_is_synced() {
    let rego = "package foo\nviolation[{\"msg\": \"seen\"}] { data.inventory.namespace[_].v1.ConfigMap[_] }\n\
                violation[{\"msg\": \"unseen\"}] { not data.inventory.namespace }\nviolation[{\"msg\": \"unseen\"}] { \
                count([1 | data.inventory.namespace[_].v1.ConfigMap[_]]) == 0 }";
    let only_pods = "spec: {match: {kinds: [{apiGroups: [''], kinds: [Pod]}]}}\n";
    let manifests = format!("{POD}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\n");
    let sync = |kinds: &str| {
        let set = format!(
            "---\napiVersion: syncset.gatekeeper.sh/v1alpha1\nkind: SyncSet\nmetadata: {{name: s}}\nspec: {{gvks: [{kinds}]}}\n"
        );
        said(&judge(
            &(template(rego) + CONSTRAINT + only_pods + &set),
            &manifests,
            &[],
        ))
    };
    let without = judge(&(template(rego) + CONSTRAINT + only_pods), &manifests, &[]);
    assert_eq!(said(&without), ["Pod/p: seen"], "{}", without.stderr);
    assert_eq!(
        sync("{group: '', version: v1, kind: ConfigMap}"),
        ["Pod/p: seen"]
    );
    assert_eq!(
        sync("{group: '', version: v1, kind: Pod}"),
        ["Pod/p: unseen"]
    );

    // A template that asks for what nobody keeps is told so.
    let asks = template(rego).replace(
        "  name: testkind\n",
        "  name: testkind\n  annotations:\n    metadata.gatekeeper.sh/requires-sync-data: |\n      \
         \"[[{\"groups\": [\"\"], \"versions\": [\"v1\"], \"kinds\": [\"ConfigMap\"]}]]\"\n",
    );
    let config = "---\napiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: {name: config}\nspec:\n  sync: \
                  {syncOnly: [{group: '', version: v1, kind: Pod}]}\n  match: [{excludedNamespaces: [kube-*], processes: \
                  ['*']}, {excludedNamespaces: [shop], processes: [audit]}]\n";
    let more = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: s, namespace: shop}\n---\napiVersion: v1\nkind: \
                Pod\nmetadata: {name: k, namespace: kube-system}\n";
    let run = judge(
        &(asks + CONSTRAINT + only_pods + config),
        &format!("{manifests}{more}"),
        &[],
    );
    assert!(
        run.stderr
            .contains("no SyncSet or Config keeps for it: ConfigMap"),
        "{}",
        run.stderr
    );
    assert_eq!(said(&run), ["Pod/p: unseen", "Pod/s: unseen"]);
}

const EXPANSION: &str = "---
apiVersion: expansion.gatekeeper.sh/v1alpha1
kind: ExpansionTemplate
metadata: {name: expand-deployments}
spec:
  applyTo: [{groups: [apps], kinds: [Deployment], versions: [v1]}]
  templateSource: spec.template
  generatedGVK: {kind: Pod, group: '', version: v1}
";

const PODS: &str = "spec: {match: {kinds: [{apiGroups: [''], kinds: [Pod]}]}}\n";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  template:
    spec: {containers: [{name: c, image: i}]}
";

#[test]
fn expansion_templates_lead_to_what_is_judged() {
    let rego = "package foo\nviolation[{\"msg\": msg, \"details\": {\"field\": \"spec.containers[0].image\"}}] { msg := \
                sprintf(\"image %v\", [input.review.object.spec.containers[0].image]) }";
    let policies = template(rego) + CONSTRAINT + PODS;
    // Without a template a Deployment is no Pod, unless the user says that it is.
    let run = judge(&policies, DEPLOYMENT, &[]);
    assert_eq!(run.status, 2, "{}", run.stdout);
    let run = judge(&policies, DEPLOYMENT, &["--expand-workloads"]);
    assert_eq!(said(&run), ["Deployment/web: image i"], "{}", run.stderr);

    let run = judge(&(policies.clone() + EXPANSION), DEPLOYMENT, &[]);
    assert_eq!(
        said(&run),
        ["Deployment/web: [Implied by expand-deployments] image i"]
    );
    let finding = &run.json()["findings"][0];
    assert_eq!(finding["enforcementAction"], "deny");
    assert_eq!(finding["field"], "spec.template.spec.containers[0].image");
    // One Pod template is one Pod, whoever leads there.
    let run = judge(
        &(policies.clone() + EXPANSION),
        DEPLOYMENT,
        &["--expand-workloads"],
    );
    assert_eq!(
        said(&run),
        ["Deployment/web: [Implied by expand-deployments] image i"]
    );

    let warned = EXPANSION.replace(
        "  templateSource",
        "  enforcementAction: warn\n  templateSource",
    );
    let run = judge(&(policies.clone() + &warned), DEPLOYMENT, &[]);
    assert_eq!(run.json()["findings"][0]["enforcementAction"], "warn");
    assert_eq!(run.status, 0);

    // `source` tells the two apart.
    for (source, count) in [("All", 1), ("Original", 0), ("Generated", 1)] {
        let policies = policies.replace("match: {", &format!("match: {{source: {source}, "));
        let run = judge(&(policies + EXPANSION), DEPLOYMENT, &["--allow-empty"]);
        assert_eq!(said(&run).len(), count, "{source}: {}", run.stderr);
    }

    // A template that finds nothing to expand: what it would have led to is not judged.
    let run = judge(
        &(policies.clone() + EXPANSION),
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: nospec}\n",
        &[],
    );
    assert_eq!(run.status, 2);
    assert!(
        run.json()["unjudged"][0]["message"]
            .as_str()
            .unwrap()
            .contains("spec.template"),
        "{}",
        run.stdout
    );
    let circle = EXPANSION
        .replace("kind: Pod,", "kind: Deployment,")
        .replace("group: '', version", "group: apps, version");
    let run = judge(&(policies + &circle), DEPLOYMENT, &[]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("policies.yaml:"), "{}", run.stderr);
}

#[test]
fn expansions_expand_again() {
    let jobs = EXPANSION
        .replace("[apps]", "[batch]")
        .replace("[Deployment]", "[Job]")
        .replace("expand-deployments", "jobs");
    let crons = "---\napiVersion: expansion.gatekeeper.sh/v1alpha1\nkind: ExpansionTemplate\nmetadata: {name: crons}\nspec:\n  \
                 applyTo: [{groups: [batch], kinds: [CronJob], versions: [v1]}]\n  templateSource: spec.jobTemplate\n  \
                 generatedGVK: {kind: Job, group: batch, version: v1}\n";
    let rego =
        "package foo\nviolation[{\"msg\": msg}] { msg := input.review.object.metadata.name }";
    let cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: cj}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        \
                spec: {containers: [{name: c}]}\n";
    let run = judge(
        &(template(rego) + CONSTRAINT + PODS + &jobs + crons),
        cron,
        &["--expand-workloads"],
    );
    assert_eq!(
        said(&run),
        ["CronJob/cj: [Implied by jobs] cj-job-pod"],
        "{}",
        run.stderr
    );
}

#[test]
fn providers_are_answered_from_files_or_missed() {
    let rego = "package foo\nviolation[{\"msg\": msg}] {\n  response := external_data({\"provider\": \"tags\", \"keys\": \
                [input.review.object.metadata.name]})\n  response.status_code == 200\n  msg := sprintf(\"%v %v\", \
                [response.responses, response.errors])\n}";
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("policies.yaml"),
        template(rego) + CONSTRAINT,
    )
    .unwrap();
    let pods: String = ["a", "b", "c"]
        .map(|name| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n---\n"))
        .concat();
    fs::write(folder.path().join("manifests.yaml"), pods).unwrap();

    let run = judge_in(folder.path(), &[]);
    assert_eq!(run.status, 2);
    let unjudged = run.json()["unjudged"].clone();
    assert_eq!(unjudged.as_array().unwrap().len(), 3, "{}", run.stdout);
    assert_eq!(unjudged[0]["constraint"], "TestKind/c1");
    assert!(
        unjudged[0]["message"]
            .as_str()
            .unwrap()
            .contains("--provider tags=FILE")
    );

    fs::write(
        folder.path().join("tags.yaml"),
        "a: v1\nb: {error: unknown image}\n",
    )
    .unwrap();
    let run = judge_in(folder.path(), &["--provider", "tags=tags.yaml"]);
    assert_eq!(run.status, 2);
    assert_eq!(
        said(&run),
        [
            "Pod/a: [[\"a\", \"v1\"]] []",
            "Pod/b: [] [[\"b\", \"unknown image\"]]"
        ]
    );
    assert_eq!(
        run.json()["unjudged"][0]["message"],
        "the provider `tags` has no answer for `c`"
    );

    fs::write(folder.path().join("tags.yaml"), "a: v1\n'*': any\n").unwrap();
    let run = judge_in(folder.path(), &["--provider", "tags=tags.yaml"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    for wrong in ["tags", "=tags.yaml", "tags=nowhere.yaml"] {
        assert_eq!(
            judge_in(folder.path(), &["--provider", wrong]).status,
            2,
            "{wrong}"
        );
    }
    fs::write(folder.path().join("tags.yaml"), "[a]\n").unwrap();
    assert_eq!(
        judge_in(folder.path(), &["--provider", "tags=tags.yaml"]).status,
        2
    );
}
