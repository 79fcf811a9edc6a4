//! A workload is judged by the Pod that it would make, and a user's generator by what it generates.

use sekisho::engine::Value;
use sekisho::gatekeeper::{EnforcementAction, Expander, ExpansionTemplate, Problem};

use crate::gatekeeper_tables::{merged, table, text};

const TEMPLATE: &str = r#"
apiVersion: expansion.gatekeeper.sh/v1alpha1
kind: ExpansionTemplate
metadata: {name: sites}
spec:
  applyTo: [{groups: [example.com], versions: [v1], kinds: [Site]}]
  templateSource: spec.web.template
  generatedGVK: {group: apps, version: v1, kind: Deployment}
"#;

fn template(change: &str) -> Result<ExpansionTemplate, Vec<Problem>> {
    ExpansionTemplate::from_value(&merged(&table(TEMPLATE), &table(change)))
}

#[test]
fn each_workload_makes_its_pod() {
    let workloads = Expander::workloads();
    // Group, version, kind, where the Pod stands; `None`: no workload.
    let cases = [
        ("v1", "PodTemplate", Some("template")),
        ("v1", "ReplicationController", Some("spec.template")),
        ("apps/v1", "Deployment", Some("spec.template")),
        ("apps/v1beta2", "ReplicaSet", Some("spec.template")),
        ("apps/v1", "StatefulSet", Some("spec.template")),
        ("apps/v1", "DaemonSet", Some("spec.template")),
        ("extensions/v1beta1", "Deployment", Some("spec.template")),
        ("extensions/v1beta1", "DaemonSet", Some("spec.template")),
        ("extensions/v1beta1", "ReplicaSet", Some("spec.template")),
        ("batch/v1", "Job", Some("spec.template")),
        (
            "batch/v1",
            "CronJob",
            Some("spec.jobTemplate.spec.template"),
        ),
        (
            "batch/v1beta1",
            "CronJob",
            Some("spec.jobTemplate.spec.template"),
        ),
        ("v1", "Pod", None),
        ("v1", "Deployment", None),
        ("apps/v1", "Pod", None),
        ("apps/v1", "Job", None),
        ("extensions/v1beta1", "StatefulSet", None),
        ("serving.knative.dev/v1", "Service", None),
    ];
    for (api_version, kind, source) in cases {
        let pod = "{metadata: {labels: {a: b}, namespace: lost}, spec: {containers: [{image: i}]}}";
        let mut body = pod.to_owned();
        for key in source.unwrap_or("spec.template").rsplit('.') {
            body = format!("{{{key}: {body}}}");
        }
        let head = format!(
            "{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: Web, namespace: shop}}}}"
        );
        let workload = merged(&table(&head), &table(&body));
        let (made, problems) = workloads.expand(&workload);
        assert!(problems.is_empty(), "{kind}: {problems:?}");
        let Some(source) = source else {
            assert!(made.is_empty(), "{api_version} {kind}");
            continue;
        };
        assert_eq!(made.len(), 1, "{api_version} {kind}");
        let owner = format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: web-pod, namespace: shop, labels: {{a: b}}, \
             ownerReferences: [{{apiVersion: {api_version}, kind: {kind}, name: Web, uid: ''}}]}}, spec: \
             {{containers: [{{image: i}}]}}}}"
        );
        assert_eq!(made[0].object, table(&owner), "{api_version} {kind}");
        assert_eq!(made[0].enforcement, None);
        for (field, expected) in [
            (
                "spec.containers[0].image",
                format!("{source}.spec.containers[0].image"),
            ),
            (
                "metadata.annotations[\"a/b\"]",
                format!("{source}.metadata.annotations[\"a/b\"]"),
            ),
            ("metadata.labels.a", format!("{source}.metadata.labels.a")),
            ("metadata.namespace", "metadata.namespace".to_owned()),
            ("metadata.name", "metadata.name".to_owned()),
            ("kind", source.to_owned()),
            ("", source.to_owned()),
        ] {
            assert_eq!(made[0].field_in_parent(field), expected);
        }
    }
}

#[test]
fn a_workload_without_a_pod_says_so() {
    let workloads = Expander::workloads();
    for spec in [
        "",
        "spec: {}",
        "spec: {template: null}",
        "spec: {template: [1]}",
        "spec: 5",
    ] {
        let workload =
            format!("{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, {spec}}}");
        let (made, problems) = workloads.expand(&table(&workload));
        assert!(made.is_empty(), "{spec}");
        assert_eq!(problems[0].path, "spec.template", "{spec}");
    }
    // A template of odd parts still is one.
    let workload = table(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {metadata: 5, spec: \
         {hostPID: true}}}}",
    );
    let (made, _) = workloads.expand(&workload);
    assert_eq!(made[0].object["spec"]["hostPID"], Value::from(true));
}

#[test]
fn expansions_expand_again() {
    let deployments = "{metadata: {name: deployments}, spec: {applyTo: [{groups: [apps], versions: [v1], kinds: \
                       [Deployment]}], templateSource: spec.template, generatedGVK: {group: null, kind: Pod}, \
                       enforcementAction: warn}}";
    let expander =
        Expander::new([template("{}").unwrap(), template(deployments).unwrap()]).unwrap();
    let site = table(
        "{apiVersion: example.com/v1, kind: Site, metadata: {name: s, namespace: shop}, spec: {web: {template: \
         {spec: {template: {spec: {hostPID: true}}}}}}}",
    );
    let (made, problems) = expander.expand(&site);
    assert!(problems.is_empty());
    let kinds: Vec<String> = made.iter().map(|made| text(&made.object["kind"])).collect();
    assert_eq!(kinds, ["Deployment", "Pod"]);
    let pod = &made[1];
    assert_eq!(
        (&*pod.template, pod.enforcement),
        ("deployments", Some(EnforcementAction::Warn))
    );
    assert_eq!(text(&pod.object["metadata"]["name"]), "s-deployment-pod");
    assert_eq!(text(&pod.object["metadata"]["namespace"]), "shop");
    assert_eq!(
        pod.field_in_parent("spec.hostPID"),
        "spec.web.template.spec.template.spec.hostPID"
    );
    assert_eq!(pod.field_in_parent("metadata.name"), "metadata.name");

    // What the second generation lacks is named where it belongs in the first.
    let site = table(
        "{apiVersion: example.com/v1, kind: Site, metadata: {name: s}, spec: {web: {template: {spec: {}}}}}",
    );
    let (made, problems) = expander.expand(&site);
    assert_eq!(made.len(), 1);
    assert_eq!(problems[0].path, "spec.web.template.spec.template");
}

#[test]
fn templates_are_refused_as_by_gatekeeper() {
    assert!(template("{}").is_ok());
    for (change, path) in [
        ("{apiVersion: v1}", "apiVersion"),
        ("{kind: Expansion}", "kind"),
        ("{metadata: null}", "metadata.name"),
        ("{spec: {applyTo: null}}", "spec.applyTo"),
        (
            "{spec: {applyTo: [{groups: [a], kinds: [b]}]}}",
            "spec.applyTo[0].versions",
        ),
        ("{spec: {templateSource: ''}}", "spec.templateSource"),
        ("{spec: {templateSource: spec..a}}", "spec.templateSource"),
        ("{spec: {generatedGVK: null}}", "spec.generatedGVK"),
        (
            "{spec: {generatedGVK: {group: example.com, kind: Site}}}",
            "spec.generatedGVK",
        ),
        (
            "{spec: {enforcementAction: wran}}",
            "spec.enforcementAction",
        ),
        ("{spec: {templatesource: a}}", "spec.templatesource"),
        ("{spec: null}", "spec.templateSource"),
    ] {
        assert_eq!(template(change).unwrap_err()[0].path, path, "{change}");
    }
    assert_eq!(
        template("{spec: {enforcementAction: ''}}")
            .unwrap()
            .enforcement,
        None
    );
}

#[test]
fn circles_are_refused_and_growth_is_bounded() {
    let step = |from: &str, to: &str, name: &str| {
        template(&format!(
            "{{metadata: {{name: {name}}}, spec: {{applyTo: [{{groups: [x], versions: [v1], kinds: [{from}]}}], \
             templateSource: spec, generatedGVK: {{group: x, kind: {to}}}}}}}"
        ))
        .unwrap()
    };
    let circle = Expander::new([
        step("A", "B", "ab"),
        step("B", "A", "ba"),
        step("C", "A", "ca"),
    ]);
    let names: Vec<String> = circle
        .unwrap_err()
        .iter()
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(names, ["ab", "ba"]);

    let ladder: Vec<ExpansionTemplate> = (0..40)
        .flat_map(|rung| {
            let (from, to) = (format!("K{rung}"), format!("K{}", rung + 1));
            [
                step(&from, &to, &format!("l{rung}")),
                step(&from, &to, &format!("r{rung}")),
            ]
        })
        .collect();
    let mut body = "{}".to_owned();
    for _ in 0..60 {
        body = format!("{{\"spec\": {body}}}");
    }
    let mut object = Value::from_json_str(&body).unwrap();
    object = merged(
        &object,
        &table("{apiVersion: x/v1, kind: K0, metadata: {name: a}}"),
    );
    let (made, problems) = Expander::new(ladder).unwrap().expand(&object);
    assert!(
        made.len() <= 1001 && !problems.is_empty(),
        "{} {problems:?}",
        made.len()
    );
}
