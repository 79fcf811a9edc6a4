//! A seventeenth recommendation is one new folder.

use std::fs;

use sekisho::bundle::{Bundle, Files};
use sekisho::check::{Options, check};
use sekisho::engine;
use sekisho::manifest;
use sekisho::source::Source;

use crate::run::{copy_folder, root};

#[test]
fn a_new_folder_is_a_new_recommendation() {
    let copy = tempfile::tempdir().unwrap();
    for part in ["rego", "params"] {
        copy_folder(&root().join(part), &copy.path().join(part));
    }
    let folder = copy.path().join("rego/pod_priority");
    fs::create_dir_all(folder.join("samples")).unwrap();
    for (name, text) in [
        ("template.yaml", TEMPLATE),
        ("policy.rego", POLICY),
        ("recommendation.yaml", RECOMMENDATION),
        ("samples/bad.yaml", POD),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(
        copy.path().join("params/pod_priority.yaml"),
        "effect: audit\nrefused: [high]\n",
    )
    .unwrap();

    let files = Files::read(copy.path()).unwrap();
    let bundle = Bundle::load(&files, &[], &engine::Options::default()).unwrap();
    assert_eq!(bundle.policies.len(), 17);
    assert_eq!(&*bundle.policies[16].id, "pod_priority");

    let read = manifest::read(&Source::new("pod.yaml", POD));
    let report = check(&bundle, vec![read], &Options::default()).unwrap();
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| &*finding.rule.policy == "pod_priority")
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(&*found[0].message.ja, "優先度 high は使用できません");
    assert_eq!(found[0].field.as_deref(), Some("spec.priorityClassName"));
}

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop}
spec:
  priorityClassName: high
  containers: []
";

const TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: defenderpodpriority}
spec:
  crd:
    spec:
      names: {kind: DefenderPodPriority}
      validation:
        openAPIV3Schema:
          type: object
          properties:
            refused: {type: array, items: {type: string}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    code:
    - engine: Rego
      source: {version: v1}
";

const POLICY: &str = r#"package pod_priority

violation contains {"msg": msg, "details": details} if {
	priority := input.review.object.spec.priorityClassName
	priority in input.parameters.refused
	msg := sprintf("Priority %s is refused", [priority])
	details := {"reason": "refused", "field": "spec.priorityClassName", "actual": priority}
}
"#;

const RECOMMENDATION: &str = "\
number: 17
name: {en: Priorities should be allowed, ja: 許可された優先度を使う}
severity: Low
control:
  id: implement_security_best_practices
  name: {en: Implement security best practices, ja: セキュリティのベストプラクティスを実装する}
  maxScore: 0
match:
  kinds: [{apiGroups: [''], kinds: [Pod]}]
description: {en: It matters., ja: 重要です。}
remediation: {en: Choose another., ja: 別の値にしてください。}
messages: {refused: {ja: '優先度 {actual} は使用できません'}}
configuration: {required: false}
";
