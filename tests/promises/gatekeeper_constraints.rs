//! Constraints are accepted and refused as by Gatekeeper, and come with their defaults.

use sekisho::engine::Value;
use sekisho::gatekeeper::{
    Constraint, ConstraintTemplate, Problem, WEBHOOK_POINT, as_gatekeeper_numbers,
};

use crate::gatekeeper_tables::{list, merged, table, text, words};

fn templates(table_of: &Value) -> [(&'static str, ConstraintTemplate); 3] {
    let read = |value: &Value| ConstraintTemplate::from_value(value).unwrap();
    let full = &table_of["template"];
    let none = merged(full, &table("{spec: {crd: {spec: {validation: null}}}}"));
    let old = merged(
        &none,
        &table("{apiVersion: templates.gatekeeper.sh/v1beta1}"),
    );
    [("", read(full)), ("none", read(&none)), ("old", read(&old))]
}

fn paths(problems: &[Problem]) -> Vec<String> {
    let mut paths: Vec<String> = problems
        .iter()
        .map(|problem| problem.path.clone())
        .collect();
    paths.sort();
    paths
}

#[test]
fn constraints_are_accepted_and_refused_as_by_gatekeeper() {
    let table = table(include_str!("gatekeeper/constraints.yaml"));
    let templates = templates(&table);
    let cases = list(&table["cases"]);
    assert!(cases.len() > 65);
    for case in cases {
        let why = text(&case["why"]);
        let mut constraint = table["base"].clone();
        if case["with"] != Value::Undefined {
            constraint = merged(&constraint, &case["with"]);
        }
        if case["spec"] != Value::Undefined {
            let object = constraint.as_object_mut().unwrap();
            object.insert(Value::from("spec"), case["spec"].clone());
        }
        let name = text(&case["template"]);
        let template = &templates
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1;
        match Constraint::from_value(&constraint, template) {
            Ok(constraint) => {
                assert!(words(&case["refused"]).is_empty(), "{why}: accepted");
                assert_eq!(constraint.parameters, case["parameters"], "{why}");
                assert_eq!(paths(&constraint.notes), words(&case["notes"]), "{why}");
                if case["actions"] != Value::Undefined {
                    let actions = constraint.enforcement.at(&[WEBHOOK_POINT]);
                    let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
                    assert_eq!(actions, words(&case["actions"]), "{why}");
                }
            }
            Err(problems) => {
                assert_eq!(
                    paths(&problems),
                    words(&case["refused"]),
                    "{why}: {problems:?}"
                );
                for problem in problems {
                    assert!(!problem.message.contains('\n'), "{problem}");
                }
            }
        }
    }
}

#[test]
fn a_misspelt_word_gets_a_suggestion() {
    let table_of = table(include_str!("gatekeeper/constraints.yaml"));
    let [(_, template), ..] = templates(&table_of);
    for (spec, hint) in [
        ("{enforcementAction: dry-run}", "`dryrun`"),
        ("{match: {namespace: []}}", "`namespaces`"),
        ("{paramters: {}}", "`parameters`"),
        ("{parameters: {labels: [], mod: soft}}", "`mode`"),
        ("{parameters: {labels: [], mode: sof}}", "`soft`"),
        ("{match: {source: Orginal}}", "`Original`"),
    ] {
        let mut constraint = table_of["base"].clone();
        constraint
            .as_object_mut()
            .unwrap()
            .insert(Value::from("spec"), table(spec));
        let problems = Constraint::from_value(&constraint, &template).unwrap_err();
        let expected = format!("did you mean {hint}?");
        assert!(
            problems[0].message.contains(&expected),
            "{spec}: {}",
            problems[0]
        );
    }
}

#[test]
fn given_numbers_go_through_floats_and_defaults_do_not() {
    let table_of = table(include_str!("gatekeeper/constraints.yaml"));
    let big = "{spec: {crd: {spec: {validation: {openAPIV3Schema: {properties: {given: {type: integer}, \
               large: {type: integer, default: 2000000}}}}}}}}";
    let template =
        ConstraintTemplate::from_value(&merged(&table_of["template"], &table(big))).unwrap();
    let spec = "{spec: {parameters: {labels: [], given: 1000000}}}";
    let constraint = merged(&table_of["base"], &table(spec));
    let read = Constraint::from_value(&as_gatekeeper_numbers(&constraint), &template).unwrap();
    assert!(is_float(&read.parameters["given"]));
    assert_eq!(
        read.parameters["given"],
        Value::from(1_000_000_u64),
        "the number stays the same"
    );
    assert!(!is_float(&read.parameters["large"]));
}

/// The engine's numbers compare and print alike; of which sort they are shows in `sprintf`.
fn is_float(value: &Value) -> bool {
    let sort = |value: &Value| value.as_number().ok().map(std::mem::discriminant);
    sort(value) == sort(&Value::from(0.5))
}

#[test]
fn nonsense_is_refused_and_not_panicked_at() {
    let table_of = table(include_str!("gatekeeper/constraints.yaml"));
    let [(_, template), ..] = templates(&table_of);
    let nonsense = [
        "null",
        "5",
        "[]",
        "text",
        "{}",
        "{a: {b: [1]}}",
        "[[]]",
        "{metadata: 5, spec: []}",
    ];
    for word in nonsense {
        assert!(
            Constraint::from_value(&table(word), &template).is_err(),
            "{word}"
        );
        assert!(
            ConstraintTemplate::from_value(&table(word)).is_err(),
            "{word}"
        );
    }
    // Each field of a sound constraint and template, replaced by something else.
    let spec = "{spec: {enforcementAction: warn, match: {kinds: [{apiGroups: [a], kinds: [b]}], namespaces: \
                [a], labelSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: \
                [b]}]}}, parameters: {labels: [{key: a}]}}}";
    let constraint = merged(&table_of["base"], &table(spec));
    assert!(Constraint::from_value(&constraint, &template).is_ok());
    for word in nonsense {
        each_replaced(&constraint, &table(word), &mut |odd| {
            let _ = Constraint::from_value(&odd, &template);
        });
        each_replaced(&table_of["template"], &table(word), &mut |odd| {
            let _ = ConstraintTemplate::from_value(&odd);
        });
    }
}

/// Calls `with` with `value`, each of its parts replaced by `word` in turn.
fn each_replaced(value: &Value, word: &Value, with: &mut dyn FnMut(Value)) {
    with(word.clone());
    if let Ok(object) = value.as_object() {
        for (key, part) in object.iter() {
            each_replaced(part, word, &mut |part| {
                let mut copy = value.clone();
                copy.as_object_mut().unwrap().insert(key.clone(), part);
                with(copy);
            });
        }
    }
    if let Ok(array) = value.as_array() {
        for (index, part) in array.iter().enumerate() {
            each_replaced(part, word, &mut |part| {
                let mut copy = value.clone();
                *copy.as_array_mut().unwrap().get_mut(index).unwrap() = part;
                with(copy);
            });
        }
    }
}
