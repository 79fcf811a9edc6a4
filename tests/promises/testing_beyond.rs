//! `sekisho test`: what gator cannot do, and where it passes in silence.

use crate::testing_folder::{Folder, TEMPLATE, expected, pod};

#[test]
fn objects_constraints_templates_and_parameters_stand_in_a_suite() {
    let inline = TEMPLATE
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect::<String>();
    let folder = Folder::with_policy().tests(&format!(
        "- name: inline
  template:
{inline}
  constraint: {{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: NeedsLabels, metadata: {{name: c}}, spec: {{parameters: {{labels: [a]}}}}}}
  cases:
  - name: object
    object: {{apiVersion: v1, kind: Pod, metadata: {{name: p}}}}
    inventory: [{{apiVersion: v1, kind: Namespace, metadata: {{name: n}}}}]
    assertions: [{{violations: 1, message: '{{a}}'}}]
- name: parameters
  template: template.yaml
  parameters: {{labels: [a, b, c]}}
  cases:
  - {{name: of-the-test, object: bare.yaml, assertions: [{{violations: 3}}]}}
  - {{name: of-the-case, object: bare.yaml, parameters: {{labels: [z]}}, assertions: [{{violations: 1, message: '{{z}}'}}]}}
  - {{name: wrong, object: bare.yaml, parameters: {{labels: z}}, assertions: [{{violations: 1}}]}}
  - {{name: unknown, object: bare.yaml, parameters: {{lables: [z]}}, assertions: [{{violations: no}}]}}
- name: replaced
  template: template.yaml
  constraint: constraint.yaml
  parameters: {{labels: [a]}}
  cases:
  - {{name: c, object: bare.yaml, assertions: [{{violations: 1, message: '{{a}}', constraint: owner-and-team}}]}}
"
    ));
    let statuses = expected(&[
        ("inline//object", "passed"),
        ("parameters//of-the-test", "passed"),
        ("parameters//of-the-case", "passed"),
        ("parameters//wrong", "error"),
        ("parameters//unknown", "error"),
        ("replaced//c", "passed"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses, "{}", folder.run(&[]).stdout);
    let said = folder.said("parameters//unknown");
    assert!(said.contains("did you mean `labels`?"), "{said}");
}

#[test]
fn every_object_of_a_file_must_do_as_asserted() {
    let folder = Folder::with_policy()
        .add(
            "both.yaml",
            &format!("{}---\n{}", pod("owner: me"), pod("team: us")),
        )
        .add(
            "mixed.yaml",
            &format!("{}---\n{}", pod("owner: me"), pod("owner: me, team: us")),
        )
        .add("none.yaml", "# nothing\n")
        .cases(
            "  - {name: both, object: both.yaml, assertions: [{violations: 1}]}
  - {name: mixed, object: mixed.yaml, assertions: [{violations: yes}]}
  - {name: none, object: none.yaml, assertions: [{violations: no}]}
",
        );
    let statuses = expected(&[
        ("t//both", "passed"),
        ("t//mixed", "failed"),
        ("t//none", "error"),
    ]);
    assert_eq!(folder.statuses(&[]), statuses);
    let text = folder.run(&[]).stdout;
    assert!(text.contains("mixed.yaml:5: Pod shop/p"), "{text}");
    assert!(!text.contains("mixed.yaml:1: Pod shop/p"), "{text}");
}

#[test]
fn several_constraints_and_what_tells_their_violations_apart() {
    let warn = "apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabels
metadata: {name: cost}
spec:
  enforcementAction: warn
  parameters: {labels: [cost]}
";
    let scoped = "apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabels
metadata: {name: only-audit}
spec:
  enforcementAction: scoped
  scopedEnforcementActions: [{action: deny, enforcementPoints: [{name: audit.gatekeeper.sh}]}]
  parameters: {labels: [never]}
";
    let cases = [
        ("{violations: 3}", "passed"),
        ("{violations: 1, enforcementAction: warn}", "passed"),
        ("{violations: 2, enforcementAction: deny}", "passed"),
        ("{violations: yes, enforcementAction: dryrun}", "failed"),
        ("{violations: 1, constraint: cost}", "passed"),
        ("{violations: 2, constraint: cost}", "failed"),
        ("{violations: no, constraint: only-audit}", "passed"),
        ("{violations: 1, details: {missing: cost}}", "passed"),
        (
            "{violations: 1, details: {missing: cost, field: metadata.labels.cost}}",
            "passed",
        ),
        (
            "{violations: 1, details: {missing: cost, field: metadata}}",
            "failed",
        ),
        ("{violations: 1, details: {other: 1}}", "failed"),
        ("{violations: 1, field: metadata.labels.team}", "passed"),
        ("{violations: 1, field: metadata.labels}", "failed"),
        (
            "{violations: 1, field: metadata.labels.team, message: owner}",
            "failed",
        ),
        (
            "{violations: no, field: metadata.labels.team, message: owner}",
            "passed",
        ),
        ("{enforcementAction: wran}", "error"),
    ];
    let mut text = String::new();
    let mut wanted = Vec::new();
    for (index, (assertion, status)) in cases.iter().enumerate() {
        text.push_str(&format!(
            "  - {{name: c{index}, object: bare.yaml, assertions: [{assertion}]}}\n"
        ));
        wanted.push((format!("t//c{index}"), (*status).to_owned()));
    }
    let folder = Folder::with_policy()
        .add("more.yaml", &format!("{warn}---\n{scoped}"))
        .tests(&format!(
            "- name: t\n  template: template.yaml\n  constraints: [constraint.yaml, more.yaml]\n  cases:\n{text}"
        ));
    assert_eq!(folder.statuses(&[]), wanted.into_iter().collect());
}

#[test]
fn slips_in_a_suite_are_errors_at_their_line() {
    let slips = [
        (
            "- {name: a, templat: template.yaml, constraint: constraint.yaml}",
            "4: unknown key `templat`; did you mean `template`?",
        ),
        (
            "- {name: a, template: [template.yaml, template.yaml], constraint: constraint.yaml}",
            "4: expected one `template`",
        ),
        (
            "- {name: a, template: 1, constraint: constraint.yaml}",
            "4: `tests[0].template`: expected the name of a file, or the object itself, got `1`",
        ),
        (
            "- {name: 7, template: template.yaml, constraint: constraint.yaml}",
            "4: `tests[0].name`: expected a string, got `7` (put it in quotes)",
        ),
        (
            "- {name: a, skip: perhaps, template: template.yaml, constraint: constraint.yaml}",
            "4: `tests[0].skip`: expected `true` or `false`",
        ),
        (
            "- {name: a, template: template.yaml, constraint: constraint.yaml, cases: {}}",
            "4: `tests[0].cases`: expected a sequence",
        ),
        (
            "- name: a\n  template: template.yaml\n  constraint: constraint.yaml\n  cases:\n  - object: bare.yaml\n    assertions:\n    - violations: 2\n      mesage: x\n",
            "11: unknown key `mesage`; did you mean `message`?",
        ),
        (
            "- name: a\n  template: template.yaml\n  constraint: constraint.yaml\n  cases:\n  - objects: bare.yaml\n    assertions: [{}]\n",
            "8: unknown key `objects`; did you mean `object`?",
        ),
    ];
    for (tests, said) in slips {
        let folder = Folder::with_policy().tests(tests);
        let run = folder.run(&[]);
        assert_eq!(run.status, 2, "{tests}\n{}", run.stdout);
        let (line, message) = said.split_once(": ").unwrap();
        let found = run
            .stdout
            .lines()
            .any(|text| text.contains(&format!("suite.yaml:{line}:")) && text.contains(message));
        assert!(found, "{said}\nin\n{}", run.stdout);
    }
}

#[test]
fn a_malformed_suite_does_not_stop_the_others() {
    let good = "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: [{name: good, template: template.yaml, constraint: constraint.yaml}]\n";
    let broken = [
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: [\n",
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suit\ntests: []\n",
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: 5\n",
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\nbogus: 1\n",
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: []\ntests: []\n",
    ];
    for text in broken {
        let folder = Folder::with_policy()
            .add("a.yaml", text)
            .add("b.yaml", good);
        let run = folder.run(&["--output", "json"]);
        assert_eq!(run.status, 2, "{text}");
        let report = run.json();
        assert_eq!(report["files"][0]["path"], "a.yaml", "{text}");
        assert!(
            report["files"][0]["errors"][0]["line"].as_u64().unwrap() > 0,
            "{text}"
        );
        assert_eq!(
            crate::testing_folder::statuses(&report),
            expected(&[("good", "passed")])
        );
    }
    // What speaks of Suites without being one is nobody's Suite.
    let folder = Folder::with_policy()
        .add("notes.yaml", "see: test.gatekeeper.sh\nbroken: [\n")
        .add("b.yaml", good);
    assert_eq!(folder.run(&[]).status, 0);
}

#[test]
fn a_run_in_which_nothing_was_tested_fails() {
    for folder in [
        Folder::with_policy(),
        Folder::empty(),
        Folder::with_policy().tests("# none yet\n"),
    ] {
        let run = folder.run(&[]);
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains("nothing was tested"), "{}", run.stderr);
    }
}

#[test]
fn a_policy_that_cannot_answer_is_no_pass() {
    let template = |rego: &str| {
        format!(
            "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {{name: x}}\nspec:\n  crd: {{spec: {{names: {{kind: X}}}}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package x\n      {rego}\n"
        )
    };
    let cases = [
        // Gatekeeper loses these without a word, or stops.
        (
            "violation[v] { v := {\"details\": input.review.kind} }",
            "error",
        ),
        (
            "violation[{\"msg\": msg}] { msg := count(input.review.kind) }",
            "error",
        ),
        // Two answers of a function are a violation in OPA's words.
        (
            "violation[{\"msg\": f(1)}] { true }\n      f(x) = \"a\" { x }\n      f(x) = \"b\" { x }",
            "failed",
        ),
        ("violation[{\"msg\": \"no\"}] { 1 / 0 }", "passed"),
        ("violation[{\"msg\": \"no\"}] { nonsense(1) }", "error"),
        ("violation[", "error"),
    ];
    for (rego, status) in cases {
        let folder = Folder::with_policy()
            .add("x.yaml", &template(rego))
            .tests("- {name: t, template: x.yaml, parameters: {}, cases: [{name: c, object: bare.yaml, assertions: [{violations: no}]}]}\n");
        // A template without a schema takes no parameters: give it a Constraint instead.
        let folder = folder
            .add("xc.yaml", "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: X\nmetadata: {name: x}\n")
            .tests("- {name: t, template: x.yaml, constraint: xc.yaml, cases: [{name: c, object: bare.yaml, assertions: [{violations: no}]}]}\n");
        let statuses = folder.statuses(&[]);
        let all: Vec<&String> = statuses.values().collect();
        assert_eq!(all, [status], "{rego}\n{}", folder.run(&[]).stdout);
    }
}

#[test]
fn providers_answer_from_files() {
    let rego = "violation[{\"msg\": msg}] {
        answer := external_data({\"provider\": \"labels\", \"keys\": [\"owner\"]})
        msg := answer.responses[_][1]
      }";
    let template = TEMPLATE.replace(
        "violation[{\"msg\": msg, \"details\"",
        &format!("{rego}\n      never[{{\"msg\": msg, \"details\""),
    );
    let folder = Folder::with_policy()
        .add("template.yaml", &template)
        .add("labels.yaml", "owner: me\n")
        .cases("  - {name: c, object: bare.yaml, assertions: [{violations: 1, message: ^me$}]}\n");
    let given = folder.statuses(&["--provider", "labels=labels.yaml"]);
    assert_eq!(
        given,
        expected(&[("t//c", "passed")]),
        "{}",
        folder.run(&[]).stdout
    );
    assert_eq!(folder.statuses(&[]), expected(&[("t//c", "error")]));
    let said = folder.said("t//c");
    assert!(said.contains("needs the provider `labels`"), "{said}");
}

/// At the line of the YAML file, not of the Rego in it.
#[test]
fn what_is_said_of_rego_is_said_where_it_stands() {
    let broken = TEMPLATE.replace("missing := input", "nonsense(1); missing := input");
    let line = |text: &str, word: &str| {
        let found = text.lines().position(|line| line.contains(word));
        found.unwrap() + 1
    };
    let folder = Folder::with_policy()
        .add("template.yaml", &broken)
        .cases("  - {name: c, object: bare.yaml, assertions: [{violations: no}]}\n");
    let text = folder.run(&[]).stdout;
    let place = format!("template.yaml:{}:9: ", line(&broken, "nonsense"));
    assert!(text.contains(&place), "{place}\n{text}");

    let inline = broken
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect::<String>();
    let folder = Folder::with_policy().tests(&format!(
        "- name: t\n  template:\n{inline}  parameters: {{labels: []}}\n"
    ));
    let suite = std::fs::read_to_string(folder.path().join("suite.yaml")).unwrap();
    let text = folder.run(&[]).stdout;
    let place = format!("suite.yaml:{}:13: ", line(&suite, "nonsense"));
    assert!(text.contains(&place), "{place}\n{text}");
}
