//! Templates are accepted and refused as by Gatekeeper, and a refusal says where.

use sekisho::engine::{Module, RegoVersion, Value};
use sekisho::gatekeeper::{ConstraintTemplate, Problem};

use crate::gatekeeper_tables::{list, merged, table, text, words};

fn place(problem: &Problem) -> String {
    match &problem.rego {
        None => problem.path.clone(),
        Some(rego) => format!("{}@{}:{}", problem.path, rego.line, rego.column),
    }
}

/// The template of a case: the base with the case's changes.
fn template(base: &Value, case: &Value) -> Value {
    let mut template = merged(base, &case["with"]);
    if case["with"] == Value::Undefined {
        template = base.clone();
    }
    let json = |value: &Value| value.to_json_str().unwrap();
    if case["rego"] != Value::Undefined {
        let libs = if case["libs"] == Value::Undefined {
            "[]".into()
        } else {
            json(&case["libs"])
        };
        let change = format!(
            "{{spec: {{targets: [{{target: admission.k8s.gatekeeper.sh, libs: {libs}, rego: {}}}]}}}}",
            json(&case["rego"])
        );
        template = merged(&template, &table(&change));
    }
    if case["schema"] != Value::Undefined {
        let schema = json(&case["schema"]);
        let change =
            format!("{{spec: {{crd: {{spec: {{validation: {{openAPIV3Schema: {schema}}}}}}}}}}}");
        template = merged(&template, &table(&change));
    }
    if case["legacy"] != Value::Undefined {
        let change = format!(
            "{{spec: {{crd: {{spec: {{validation: {{legacySchema: {}}}}}}}}}}}",
            case["legacy"]
        );
        template = merged(&template, &table(&change));
    }
    template
}

#[test]
fn templates_are_accepted_and_refused_as_by_gatekeeper() {
    let table = table(include_str!("gatekeeper/templates.yaml"));
    let cases = list(&table["cases"]);
    assert!(cases.len() > 80);
    for case in cases {
        let why = text(&case["why"]);
        let read = ConstraintTemplate::from_value(&template(&table["base"], &case));
        let (refused, notes): (Vec<String>, Vec<String>) = match &read {
            Ok(template) => (Vec::new(), template.notes.iter().map(place).collect()),
            Err(problems) => (problems.iter().map(place).collect(), Vec::new()),
        };
        // Where exactly a parser gives up is its own business: the line alone will do.
        let expected = words(&case["refused"]);
        let agree =
            |(got, want): (&String, &String)| got == want || got.starts_with(&format!("{want}:"));
        let same = refused.len() == expected.len() && refused.iter().zip(&expected).all(agree);
        assert!(
            same,
            "{why}: expected {expected:?}, got {refused:?} {:?}",
            read.err()
        );
        assert_eq!(notes, words(&case["notes"]), "notes: {why}");
        let Ok(template) = read else { continue };
        if case["version"] != Value::Undefined {
            assert_eq!(
                format!("{:?}", template.main.version),
                text(&case["version"]),
                "{why}"
            );
        }
        assert_eq!(
            template.uses_inventory,
            case["inventory"] == Value::from(true),
            "{why}"
        );
    }
}

#[test]
fn problems_are_one_lower_case_line_with_a_hint() {
    let table = table(include_str!("gatekeeper/templates.yaml"));
    for case in list(&table["cases"]) {
        if let Err(problems) = ConstraintTemplate::from_value(&template(&table["base"], &case)) {
            for problem in problems {
                let message = problem.message;
                assert!(
                    !message.contains('\n') && !message.is_empty(),
                    "{message:?}"
                );
                let first = message.chars().next().unwrap();
                assert!(
                    !first.is_uppercase() || message.starts_with("Gatekeeper"),
                    "{message}"
                );
            }
        }
    }
    let misspelt = list(&table["cases"])
        .into_iter()
        .find(|case| text(&case["why"]) == "no such type");
    let problems =
        ConstraintTemplate::from_value(&template(&table["base"], &misspelt.unwrap())).unwrap_err();
    assert!(
        problems[0].message.contains("did you mean `object`?"),
        "{}",
        problems[0].message
    );
}

#[test]
fn rego_may_stand_beside_the_template() {
    let base = table(include_str!("gatekeeper/templates.yaml"))["base"].clone();
    let module = |name: &str, text: &str| Module {
        name: name.to_owned(),
        text: text.to_owned().into(),
        version: RegoVersion::V1,
    };
    let main = module(
        "needs/policy.rego",
        "package needs\nviolation contains {\"msg\": \"a\"} if true\n",
    );
    let lib = module("lib/words.rego", "package lib.words\nx := data.foo\n");
    let template = ConstraintTemplate::with_rego(&base, main.clone(), Vec::new()).unwrap();
    assert_eq!(template.entry, "data.needs.violation");
    assert_eq!(template.main.name, "needs/policy.rego");
    let problems = ConstraintTemplate::with_rego(&base, main, vec![lib]).unwrap_err();
    let place = problems[0].rego.clone().unwrap();
    assert_eq!(
        (place.module.as_str(), place.line, place.column),
        ("lib/words.rego", 2, 6)
    );
}

#[test]
fn a_template_says_which_field_holds_which_module() {
    let base = table(include_str!("gatekeeper/templates.yaml"))["base"].clone();
    let libs = "{spec: {targets: [{target: admission.k8s.gatekeeper.sh, rego: \"package a\\nviolation = \
                1\\n\", libs: [\"package lib.b\\n\"]}]}}";
    let template = ConstraintTemplate::from_value(&merged(&base, &table(libs))).unwrap();
    assert_eq!(
        template.field_of(&template.main.name),
        Some("spec.targets[0].rego")
    );
    assert_eq!(
        template.field_of(&template.libs[0].name),
        Some("spec.targets[0].libs[0]")
    );
}

#[test]
fn a_package_named_like_the_inventory_gives_way() {
    let base = table(include_str!("gatekeeper/templates.yaml"))["base"].clone();
    for package in ["inventory", "lib.mine", "a[\"b c\"]"] {
        let rego = format!("# word\npackage {package}\nviolation[{{\"msg\": \"a\"}}] {{ true }}\n");
        let change = format!(
            "{{spec: {{targets: [{{target: admission.k8s.gatekeeper.sh, rego: {}}}]}}}}",
            Value::from(rego.as_str()).to_json_str().unwrap()
        );
        let template = ConstraintTemplate::from_value(&merged(&base, &table(&change))).unwrap();
        assert_eq!(template.entry, "data.template.violation");
        assert!(
            template
                .main
                .text
                .starts_with("# word\npackage template\nviolation"),
            "{package}"
        );
    }
}

#[test]
fn annotations_name_the_data_that_a_template_needs() {
    let base = table(include_str!("gatekeeper/templates.yaml"))["base"].clone();
    let annotated = r#"
metadata:
  annotations:
    metadata.gatekeeper.sh/title: Needs a label
    description: Wants one.
    metadata.gatekeeper.sh/requires-sync-data: |
      "[[{"groups": [""], "versions": ["v1"], "kinds": ["Service", "Pod"]}]]"
"#;
    let template = ConstraintTemplate::from_value(&merged(&base, &table(annotated))).unwrap();
    assert_eq!(template.title(), Some("Needs a label"));
    assert_eq!(template.description(), Some("Wants one."));
    assert_eq!(template.requires_sync[0][0].kinds, ["Service", "Pod"]);
    assert!(template.notes.is_empty());

    let broken = "{metadata: {annotations: {metadata.gatekeeper.sh/requires-sync-data: pods}}}";
    let template = ConstraintTemplate::from_value(&merged(&base, &table(broken))).unwrap();
    assert_eq!(template.notes.len(), 1);
}
