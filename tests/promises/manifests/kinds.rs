//! Lists, reviews, and what is no Kubernetes resource.

use sekisho::manifest::SkipReason;
use sekisho::source::Source;

use super::{at, faults, json, pod, read, summary};

#[test]
fn each_item_of_a_list_is_a_resource() {
    let manifest = read(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n\
         - # c\n  {apiVersion: v1, kind: Pod, metadata: {name: b}}\n- &x\n  apiVersion: v1\n  kind: \
         List\n  items:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: c}\n",
    );
    let expected = [
        "Pod/a@4:3[0 items[0]]",
        "Pod/b@8:3[0 items[1]]",
        "Service/c@13:5[0 items[2].items[0]]",
    ];
    assert_eq!(summary(&manifest), expected);
    assert_eq!(manifest.faults, []);
}

#[test]
fn each_item_of_a_json_list_is_a_resource() {
    let manifest = read(
        "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n  {\"kind\": \"Pod\", \
         \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"a\"}},\n  {\"kind\": \"List\", \
         \"apiVersion\": \"v1\", \"items\": [\n    {\"kind\": \"Pod\", \"apiVersion\": \"v1\", \
         \"metadata\": {\"name\": \"é\"}}]}]}",
    );
    assert_eq!(
        summary(&manifest),
        ["Pod/a@2:3[0 items[0]]", "Pod/é@4:5[0 items[1].items[0]]"]
    );
    assert_eq!(manifest.faults, []);
}

#[test]
fn a_typed_list_says_what_its_items_are() {
    let manifest = read(
        "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n- {apiVersion: v1, \
         kind: Service, metadata: {name: b}}\n- metadata: {name: c}\n  kind: Deployment\n- null\n",
    );
    assert_eq!(
        summary(&manifest),
        [
            "Deployment/a@4:3[0 items[0]]",
            "Service/b@5:3[0 items[1]]",
            "Deployment/-@8:3[0 items[3]]"
        ]
    );
    assert_eq!(manifest.resources[0].object["apiVersion"], "apps/v1".into());
    assert_eq!(
        faults(&manifest),
        ["6:3: `items[2]`: `apiVersion` is missing"]
    );
}

#[test]
fn an_item_that_is_no_object_hides_none() {
    let manifest = read(
        "apiVersion: v1\nkind: List\nitems:\n- null\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\
         \n- 5\n- metadata: {name: b}\n- [x]\n",
    );
    assert_eq!(summary(&manifest), ["Pod/a@5:3[0 items[1]]"]);
    assert_eq!(
        faults(&manifest),
        [
            "4:3: `items[0]`: expected a Kubernetes object",
            "6:3: `items[2]`: expected a Kubernetes object",
            "7:3: `items[3]`: `kind` is missing",
            "8:3: `items[4]`: expected a Kubernetes object",
        ]
    );
}

#[test]
fn lists_without_items() {
    for text in [
        "apiVersion: v1\nkind: List\nitems: []\n",
        "apiVersion: v1\nkind: PodList\nitems:\n",
    ] {
        let manifest = read(text);
        assert_eq!(
            (manifest.resources.len(), manifest.faults.len()),
            (0, 0),
            "{text}"
        );
    }
    // Without `items` it is an object like others, to kubectl, too.
    assert_eq!(
        summary(&read("apiVersion: v1\nkind: List\n")),
        ["List/-@1:1[0]"]
    );
    let manifest = read("apiVersion: v1\nkind: List\nitems: {}\n");
    assert_eq!(faults(&manifest), ["1:1: `items` is not a sequence"]);
    // Somebody's own kind.
    let manifest = read("apiVersion: a.example/v1\nkind: AllowList\nitems: {x: y}\n");
    assert_eq!(summary(&manifest), ["AllowList/-@1:1[0]"]);
    let manifest = read("apiVersion: a.example/v1\nkind: Play\nitems: [a, b]\n");
    assert_eq!(summary(&manifest), ["Play/-@1:1[0]"]);
}

#[test]
fn items_of_another_place_are_resources() {
    let manifest = read(
        "x: &x\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\napiVersion: v1\nkind: List\nitems: *x\n",
    );
    assert_eq!(summary(&manifest), ["Pod/a@1:1[0 items[0]]"]);
}

#[test]
fn an_admission_review_is_about_its_object() {
    let review = |operation: &str, objects: &str| {
        format!(
            "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n  operation: \
             {operation}\n  kind: {{group: '', version: v1, kind: Pod}}\n  userInfo: {{username: u}}\n{objects}"
        )
    };
    let object = "  object:\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n";
    let old = "  oldObject:\n    metadata: {name: b}\n";
    let manifest = read(review("UPDATE", &format!("{old}{object}")));
    assert_eq!(summary(&manifest), ["Pod/a@10:5[0 request.object]"]);
    let admission = manifest.resources[0].admission.as_ref().unwrap();
    assert_eq!(*at(admission, &["userInfo", "username"]), "u".into());
    assert_eq!(admission["operation"], "UPDATE".into());
    // What the object leaves out, the request says.
    let manifest = read(review("DELETE", &format!("  object: null\n{old}")));
    assert_eq!(summary(&manifest), ["Pod/b@9:5[0 request.oldObject]"]);
    assert_eq!(
        manifest.resources[0].object,
        json(r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}"#)
    );
    assert_eq!(faults(&read(review("CONNECT", ""))).len(), 1);
    let json = r#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
 "request": {"object": {"apiVersion": "v1", "kind": "Pod"}}}"#;
    assert_eq!(summary(&read(json)), ["Pod/-@2:24[0 request.object]"]);
}

#[test]
fn what_is_no_kubernetes_resource_is_skipped_with_a_reason() {
    let cases = [
        (
            "values.yaml",
            "image: x\nreplicas: 3\n",
            SkipReason::NotKubernetes,
        ),
        (
            "Chart.yaml",
            "apiVersion: v2\nname: x\nversion: 1.0.0\n",
            SkipReason::NotKubernetes,
        ),
        ("list.yaml", "- a\n- b\n", SkipReason::NotKubernetes),
        ("word.yaml", "hello\n", SkipReason::NotKubernetes),
        (
            ".drone.yml",
            "kind: pipeline\nsteps: []\n",
            SkipReason::NotKubernetes,
        ),
        (
            "p.json",
            "{\"name\": \"x\", \"version\": \"1\"}",
            SkipReason::NotKubernetes,
        ),
        (
            "kustomization.yaml",
            "resources: [a.yaml]\n",
            SkipReason::Kustomization,
        ),
        (
            "x.yaml",
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
            SkipReason::Kustomization,
        ),
        (
            "skaffold.yaml",
            "apiVersion: skaffold/v4beta6\nkind: Config\n",
            SkipReason::ToolConfiguration,
        ),
        (
            "k.yaml",
            "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n",
            SkipReason::ToolConfiguration,
        ),
        (
            "c",
            "apiVersion: v1\nkind: Config\nclusters: []\n",
            SkipReason::ToolConfiguration,
        ),
    ];
    for (name, text, reason) in cases {
        let manifest = sekisho::manifest::read(&Source::new(format!("a/{name}"), text));
        let reasons: Vec<SkipReason> = manifest
            .skipped
            .iter()
            .map(|skipped| skipped.reason)
            .collect();
        assert_eq!(reasons, [reason], "{name}");
        assert_eq!(
            (manifest.resources.len(), manifest.faults.len()),
            (0, 0),
            "{name}"
        );
    }
}

#[test]
fn what_is_meant_for_kubernetes_and_cannot_be_is_a_fault() {
    for (text, message) in [
        (
            "kind: Pod\nmetadata: {name: a}\n",
            "1:1: `apiVersion` is missing",
        ),
        ("apiVersion: v1\nspec: {}\n", "1:1: `kind` is missing"),
        ("apiVersion: v1\nkind: 5\n", "1:1: `kind` is not a string"),
        (
            "apiVersion: 1\nkind: Pod\n",
            "1:1: `apiVersion` is not a string",
        ),
    ] {
        let manifest = read(text);
        assert_eq!(faults(&manifest), [message], "{text}");
        assert_eq!(
            (manifest.resources.len(), manifest.skipped.len()),
            (0, 0),
            "{text}"
        );
    }
}

#[test]
fn what_a_cluster_refuses_in_metadata_is_judged_and_noted() {
    let manifest = read(format!("{}  labels: {{a: true, b: c}}\n", pod("5")));
    let notes: Vec<&str> = manifest.notes.iter().map(|note| &*note.message).collect();
    assert_eq!(
        notes,
        [
            "a cluster refuses this: `metadata.name` is not a string",
            "a cluster refuses this: `metadata.labels[a]` is not a string",
        ]
    );
    assert_eq!((manifest.resources.len(), manifest.faults.len()), (1, 0));
}
