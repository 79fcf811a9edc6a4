//! `sekisho test`: Gatekeeper's Suites have the outcomes that gator gives them.

use crate::testing_folder::{Folder, expected};

/// One case for each way to count, passing and failing.
#[test]
fn violations_are_counted() {
    let cases = [
        ("bare", "{violations: yes}", "passed"),
        ("full", "{violations: yes}", "failed"),
        ("bare", "{violations: \"yes\"}", "passed"),
        ("full", "{violations: no}", "passed"),
        ("bare", "{violations: no}", "failed"),
        ("full", "{violations: \"no\"}", "passed"),
        ("bare", "{violations: 2}", "passed"),
        ("owned", "{violations: 2}", "failed"),
        ("full", "{violations: 0}", "passed"),
        ("owned", "{violations: 0}", "failed"),
        ("bare", "{message: label}", "passed"),
        ("full", "{message: label}", "failed"),
        ("bare", "{message: nonsense}", "failed"),
        ("bare", "{violations: 1, message: team}", "passed"),
        ("bare", "{violations: 2, message: team}", "failed"),
        ("bare", "{violations: no, message: nonsense}", "passed"),
        ("bare", "{violations: no, message: owner}", "failed"),
        // Anywhere in the message, case-sensitive, in Go's syntax: a lone brace is a brace.
        ("bare", "{message: '{owner} is'}", "passed"),
        ("bare", "{message: '^owner'}", "failed"),
        ("bare", "{message: '^label .*missing$'}", "passed"),
        ("bare", "{message: OWNER}", "failed"),
        // All assertions must hold.
        ("bare", "{violations: 2}, {message: owner}", "passed"),
        ("bare", "{violations: 2}, {message: nonsense}", "failed"),
        // What gator does not take.
        ("bare", "{violations: -1}", "error"),
        ("bare", "{violations: 1.5}", "error"),
        ("bare", "{violations: \"1\"}", "error"),
        ("bare", "{violations: maybe}", "error"),
        ("bare", "{message: '('}", "error"),
        ("bare", "", "error"),
    ];
    let mut text = String::new();
    let mut wanted = Vec::new();
    for (index, (object, assertions, status)) in cases.iter().enumerate() {
        text.push_str(&format!(
            "  - {{name: c{index}, object: {object}.yaml, assertions: [{assertions}]}}\n"
        ));
        wanted.push((format!("t//c{index}"), (*status).to_owned()));
    }
    let folder = Folder::with_policy().cases(&text);
    assert_eq!(folder.statuses(&[]), wanted.into_iter().collect());
    let said = folder.said("t//c7");
    assert!(
        said.contains("expected exactly 2 violations, got 1 violation"),
        "{said}"
    );
    let said = folder.said("t//c14");
    let end = r#"exactly 2 violations with message: "team", got 1 of 2 violations"#;
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn tests_cases_and_suites_are_skipped() {
    let folder = Folder::with_policy().tests(
        "- {name: a, skip: true, template: nope.yaml, constraint: nope.yaml}
- {name: b, skip: true, template: nope.yaml, constraint: nope.yaml, cases: [{name: c, object: nope.yaml}]}
- name: run
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - {name: off, skip: true, object: nope.yaml}
  - {name: on, object: full.yaml, assertions: [{violations: no}]}
",
    );
    let statuses = expected(&[
        ("a", "skipped"),
        ("b//c", "skipped"),
        ("run//off", "skipped"),
        ("run//on", "passed"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses);
    assert_eq!(folder.run(&[]).status, 0);

    let folder = Folder::with_policy().add(
        "suite.yaml",
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\nskip: true\ntests: [{name: x, template: nope.yaml}]\n",
    );
    assert_eq!(folder.statuses(&[]), expected(&[("x", "skipped")]));
    let run = folder.run(&[]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("nothing was tested"), "{}", run.stderr);
}

#[test]
fn an_invalid_constraint_is_expected() {
    let folder = Folder::with_policy()
        .add(
            "schema.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NeedsLabels\nmetadata: {name: x}\nspec: {parameters: {labels: no-list}}\n",
        )
        .add(
            "field.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NeedsLabels\nmetadata: {name: x}\nspec: {parameters: {lables: []}}\n",
        )
        .add(
            "kind.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Other\nmetadata: {name: x}\n",
        )
        .tests(
            "- {name: schema, template: template.yaml, constraint: schema.yaml, invalid: true}
- {name: field, template: template.yaml, constraint: field.yaml, invalid: true}
- {name: valid, template: template.yaml, constraint: constraint.yaml, invalid: true}
- {name: other, template: template.yaml, constraint: kind.yaml, invalid: true}
- {name: unflagged, template: template.yaml, constraint: schema.yaml, cases: [{name: c, object: bare.yaml, assertions: [{violations: no}]}]}
- {name: cases, template: template.yaml, constraint: schema.yaml, invalid: true, cases: [{name: c, object: bare.yaml, assertions: [{violations: no}]}]}
",
        );
    let statuses = expected(&[
        ("schema", "passed"),
        // gator does not take this for a schema error; a cluster refuses it all the same.
        ("field", "passed"),
        ("valid", "failed"),
        ("other", "error"),
        ("unflagged", "error"),
        ("cases", "passed"),
        ("cases//c", "skipped"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses);
}

#[test]
fn what_a_test_needs_and_does_not_get_is_said_at_its_line() {
    let folder = Folder::with_policy()
        .add(
            "two.yaml",
            &format!("{}---\n{0}", crate::testing_folder::TEMPLATE),
        )
        .add("values.yaml", "replicas: 1\n")
        .add(
            "twice.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: x, name: y}\n",
        )
        .add("broken.yaml", "a: [\n")
        .tests(
            "- {name: no-template, constraint: constraint.yaml}
- {name: no-constraint, template: template.yaml}
- {name: missing, template: nope.yaml, constraint: constraint.yaml}
- {name: swapped, template: constraint.yaml, constraint: constraint.yaml}
- {name: no-constraint-either, template: template.yaml, constraint: template.yaml}
- {name: two, template: two.yaml, constraint: constraint.yaml}
- {name: no-cases, template: template.yaml, constraint: constraint.yaml}
- name: cases
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - {name: no-object, assertions: [{violations: no}]}
  - {name: no-assertions, object: full.yaml}
  - {name: missing, object: nope.yaml, assertions: [{violations: no}]}
  - {name: inventory, object: full.yaml, inventory: [nope.yaml], assertions: [{violations: no}]}
  - {name: values, object: values.yaml, assertions: [{violations: no}]}
  - {name: twice, object: twice.yaml, assertions: [{violations: no}]}
  - {name: broken, object: broken.yaml, assertions: [{violations: no}]}
  - {name: fine, object: full.yaml, assertions: [{violations: no}]}
",
        );
    let statuses = folder.statuses(&[]);
    for (name, status) in &statuses {
        let fine = ["no-cases", "cases//fine"].contains(&name.as_str());
        assert_eq!(status, if fine { "passed" } else { "error" }, "{name}");
    }
    assert_eq!(statuses.len(), 15);
    assert_eq!(folder.run(&[]).status, 2);
    let text = folder.run(&[]).stdout;
    for line in [
        "suite.yaml:4:3: expected one `template`",
        "suite.yaml:6:19: cannot read `nope.yaml`: no such file or folder",
        "suite.yaml:17:21: cannot read `nope.yaml`",
        "values.yaml:1:1: expected a Kubernetes object, found no Kubernetes resource",
        "broken.yaml:2:1: invalid YAML",
    ] {
        assert!(text.contains(line), "{line}\nin\n{text}");
    }
}

#[test]
fn admission_reviews_are_unwrapped() {
    let template = "apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: dump}
spec:
  crd: {spec: {names: {kind: Dump}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package dump
      violation[{\"msg\": msg}] {
        r := input.review
        msg := sprintf(\"%v %v of %v by %v, dry %v, object %v, old %v\", [r.operation, r.uid, r.kind.kind,
          r.userInfo.username, r.dryRun, r.object.metadata.labels, r.oldObject.metadata.labels])
      }
";
    let request = |fields: &str| {
        format!(
            "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n  uid: u1\n  \
             kind: {{group: '', version: v1, kind: Pod}}\n  userInfo: {{username: me}}\n  dryRun: true\n{fields}"
        )
    };
    let pod = |label: &str| {
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: p, labels: {{l: {label}}}}}}}")
    };
    let folder = Folder::empty()
        .add("template.yaml", template)
        .add(
            "constraint.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Dump\nmetadata: {name: d}\n",
        )
        .add("update.yaml", &request(&format!("  operation: UPDATE\n  object: {}\n  oldObject: {}\n", pod("new"), pod("old"))))
        .add("delete.yaml", &request(&format!("  operation: DELETE\n  oldObject: {}\n", pod("old"))))
        .add("no-old.yaml", &request(&format!("  operation: DELETE\n  object: {}\n", pod("new"))))
        .add("no-object.yaml", &request("  operation: UPDATE\n"))
        .add("unknown.yaml", &request(&format!("  object: {}\n  bogus: 1\n", pod("new"))))
        .add("no-kind.yaml", "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {object: {labels: []}}\n")
        .add("no-request.yaml", "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n")
        .cases(
            "  - {name: update, object: update.yaml, assertions: [{message: 'UPDATE u1 of Pod by me, dry true, object {\"l\": \"new\"}, old {\"l\": \"old\"}'}]}
  - {name: delete, object: delete.yaml, assertions: [{message: 'DELETE u1 of Pod by me, dry true, object {\"l\": \"old\"}, old {\"l\": \"old\"}'}]}
  - {name: no-old, object: no-old.yaml, assertions: [{violations: no}]}
  - {name: no-object, object: no-object.yaml, assertions: [{violations: no}]}
  - {name: unknown, object: unknown.yaml, assertions: [{violations: no}]}
  - {name: no-kind, object: no-kind.yaml, assertions: [{violations: no}]}
  - {name: no-request, object: no-request.yaml, assertions: [{violations: no}]}
",
        );
    let statuses = expected(&[
        ("t//update", "passed"),
        ("t//delete", "passed"),
        ("t//no-old", "error"),
        ("t//no-object", "error"),
        ("t//unknown", "error"),
        ("t//no-kind", "error"),
        ("t//no-request", "error"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses, "{}", folder.run(&[]).stdout);
}

#[test]
fn the_inventory_is_the_cluster() {
    let folder = Folder::with_policy()
        .add(
            "template.yaml",
            "apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needslabels}
spec:
  crd: {spec: {names: {kind: NeedsLabels}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needslabels
      violation[{\"msg\": msg}] {
        other := data.inventory.namespace[ns][\"v1\"].Service[name]
        msg := sprintf(\"%v/%v port %v\", [ns, name, other.spec.port])
      }
      violation[{\"msg\": msg}] {
        data.inventory.cluster[\"v1\"].Namespace[name]
        msg := sprintf(\"namespace %v\", [name])
      }
      violation[{\"msg\": \"inherits\"}] { input.review.namespaceObject.metadata.labels.team == \"us\" }
",
        )
        .add(
            "constraint.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NeedsLabels\nmetadata: {name: x}\nspec: {match: {namespaceSelector: {matchLabels: {team: us}}}}\n",
        )
        .add(
            "cluster.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: us}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {port: 1000000}\n",
        )
        .add("other.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: them}}\n")
        .cases(
            "  - name: known
    object: bare.yaml
    inventory: [cluster.yaml]
    assertions:
    - violations: 3
    # Gatekeeper's numbers are floats.
    - message: ^shop/s port 1e\\+06$
    - message: namespace shop
    - message: inherits
  - {name: another, object: bare.yaml, inventory: [other.yaml], assertions: [{violations: no}]}
  # Whether the Constraint matches is not known: Gatekeeper refuses.
  - {name: unknown, object: bare.yaml, assertions: [{violations: 1, message: namespace selector}]}
",
        );
    let statuses = expected(&[
        ("t//known", "passed"),
        ("t//another", "passed"),
        ("t//unknown", "passed"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses, "{}", folder.run(&[]).stdout);
}

#[test]
fn expansions_are_judged() {
    let expansion = "apiVersion: expansion.gatekeeper.sh/v1beta1
kind: ExpansionTemplate
metadata: {name: deployments}
spec:
  applyTo: [{groups: [apps], versions: [v1], kinds: [Deployment]}]
  templateSource: spec.template
  generatedGVK: {group: '', version: v1, kind: Pod}
  enforcementAction: warn
";
    let deployment = |template: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d, namespace: shop, labels: {{owner: a, team: b}}}}\nspec: {{{template}}}\n"
        )
    };
    let folder = Folder::with_policy()
        .add("expansion.yaml", expansion)
        .add("bare-pod.yaml", &deployment("template: {metadata: {labels: {owner: me}}}"))
        .add("full-pod.yaml", &deployment("template: {metadata: {labels: {owner: me, team: us}}}"))
        .add("no-pod.yaml", &deployment(""))
        .tests(
            "- name: with
  template: template.yaml
  constraint: constraint.yaml
  expansion: expansion.yaml
  cases:
  - {name: bare, object: bare-pod.yaml, assertions: [{violations: 1, message: '^\\[Implied by deployments\\] label {team}', enforcementAction: warn}]}
  - {name: full, object: full-pod.yaml, assertions: [{violations: no}]}
  - {name: none, object: no-pod.yaml, assertions: [{violations: no}]}
- name: without
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - {name: bare, object: bare-pod.yaml, assertions: [{violations: no}]}
",
        );
    let statuses = expected(&[
        ("with//bare", "passed"),
        ("with//full", "passed"),
        ("with//none", "error"),
        ("without//bare", "passed"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses, "{}", folder.run(&[]).stdout);
}

/// gator reads Suites and objects as YAML 1.2 here and there; a cluster reads 1.1.
#[test]
fn yaml_is_read_as_a_cluster_reads_it() {
    let folder = Folder::with_policy()
        .add(
            "odd.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    owner: |\n      a\n\n      # no comment\n      b\n    team: us\nspec: {1: a, oct: 0777, date: 2020-01-01}\n",
        )
        .add("list.yaml", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n")
        .add("trailing.yaml", "---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n---\n")
        .add("pod.json", r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}"#)
        .cases(
            "  - {name: y, object: odd.yaml, assertions: [{violations: no}]}
  - {name: list, object: list.yaml, assertions: [{violations: 2}]}
  - {name: trailing, object: trailing.yaml, assertions: [{violations: 2}]}
  - {name: json, object: pod.json, assertions: [{violations: 2}]}
",
        );
    let statuses = expected(&[
        ("t//y", "passed"),
        ("t//list", "passed"),
        ("t//trailing", "passed"),
        ("t//json", "passed"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses, "{}", folder.run(&[]).stdout);
}

#[test]
fn run_chooses_tests_and_cases() {
    let case = "{object: full.yaml, assertions: [{violations: no}]";
    let test = |name: &str| {
        format!(
            "- name: {name}\n  template: template.yaml\n  constraint: constraint.yaml\n  cases:\n  - {case}, name: red}}\n  - {case}, name: {name}-green}}\n"
        )
    };
    let folder = Folder::with_policy().tests(&format!("{}{}", test("one"), test("two")));
    let ran =
        |filter: &str| -> Vec<String> { folder.statuses(&["--run", filter]).into_keys().collect() };
    assert_eq!(ran("one"), ["one//one-green", "one//red"]);
    assert_eq!(ran("^red$"), ["one//red", "two//red"]);
    assert_eq!(ran("one//"), ["one//one-green", "one//red"]);
    assert_eq!(ran("//green"), ["one//one-green", "two//two-green"]);
    assert_eq!(ran("t.o//^red"), ["two//red"]);
    assert_eq!(
        ran("two|one-green"),
        ["one//one-green", "two//red", "two//two-green"]
    );
    for nothing in ["//zzz", "zzz", "one//two"] {
        let run = folder.run(&["--run", nothing]);
        assert_eq!(run.status, 2);
        assert!(
            run.stderr
                .contains("nothing was tested: --run matches no test"),
            "{}",
            run.stderr
        );
    }
    for wrong in ["a//b//c", "("] {
        let run = folder.run(&["--run", wrong]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(wrong), "{}", run.stderr);
    }
}

#[test]
fn where_tests_are_found() {
    let suite = "apiVersion: test.gatekeeper.sh/v1beta9\nkind: Suite\ntests: [{name: NAME, template: template.yaml, constraint: constraint.yaml}]\n";
    let folder = Folder::with_policy()
        .add("a.yml", &suite.replace("NAME", "yml"))
        .add("a.json", r#"{"apiVersion": "test.gatekeeper.sh/v1alpha1", "kind": "Suite", "tests": [{"name": "json", "template": "template.yaml", "constraint": "constraint.yaml"}]}"#)
        .add("inner/s.yaml", &suite.replace("NAME", "inner").replace(": template.yaml", ": ../template.yaml").replace(": constraint.yaml", ": ../constraint.yaml"))
        .add("two.yaml", &format!("{}---\n{}", suite.replace("NAME", "first"), suite.replace("NAME", "second")));
    let names = |paths: &[&str]| -> Vec<String> { folder.statuses(paths).into_keys().collect() };
    assert_eq!(names(&[]), ["first", "inner", "json", "second", "yml"]);
    assert_eq!(names(&["inner"]), ["inner"]);
    assert_eq!(
        names(&["./..."]),
        ["first", "inner", "json", "second", "yml"]
    );
    assert_eq!(names(&["inner/..."]), ["inner"]);
    assert_eq!(names(&["two.yaml", "a.yml"]), ["first", "second", "yml"]);
    for nothing in ["template.yaml", "bare.yaml"] {
        let run = folder.run(&[nothing]);
        assert_eq!(run.status, 2);
        assert!(
            run.stderr.contains("there is no Suite and no Rego test"),
            "{}",
            run.stderr
        );
    }
    let run = folder.run(&["nope", "a.yml"]);
    assert_eq!(run.status, 2);
    assert!(run.stdout.contains("cannot read `nope`"), "{}", run.stdout);
    assert!(run.stdout.contains("1 case passed"), "{}", run.stdout);
}
