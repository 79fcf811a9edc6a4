//! Each bundled folder is complete, and says the same in all its places.

use std::collections::BTreeSet;

use sekisho::bundle::{Bundle, Files, OF_THE_CONSTRAINT, Policy};
use sekisho::check::{Options, check};
use sekisho::engine::{self, Value};
use sekisho::language::Language;
use sekisho::manifest;
use sekisho::params::ParameterSet;
use sekisho::source::Source;

fn bundle(layers: &[ParameterSet]) -> Bundle {
    let options = engine::Options {
        strict_builtins: true,
        ..engine::Options::default()
    };
    Bundle::load(&Files::embedded(), layers, &options).unwrap()
}

#[test]
fn sixteen_in_the_order_of_the_article() {
    let numbers: Vec<u32> = bundle(&[])
        .policies
        .iter()
        .map(|policy| policy.recommendation.as_ref().unwrap().number)
        .collect();
    assert_eq!(numbers, (1..=16).collect::<Vec<_>>());
}

/// Read by the Rego, declared in the schema, given a default: three places, one set.
#[test]
fn parameters_are_read_declared_and_given_a_default() {
    for policy in &bundle(&[]).policies {
        let declared = declared(policy);
        let given: BTreeSet<String> = policy
            .defaults
            .keys()
            .filter(|name| !OF_THE_CONSTRAINT.contains(&name.as_str()))
            .cloned()
            .collect();
        assert_eq!(declared, given, "{}: schema and params differ", policy.id);
        let text: String = policy.modules().map(|module| &*module.text).collect();
        for name in &declared {
            let read = [format!("parameters.{name}"), format!("\"{name}\"")];
            assert!(
                read.iter().any(|read| text.contains(read)),
                "{}: {name} is never read",
                policy.id
            );
        }
        let main = policy.modules().next().unwrap();
        for name in parameters_of(&main.text) {
            assert!(
                declared.contains(&name),
                "{}: reads {name}, which is not declared",
                policy.id
            );
        }
    }
}

fn declared(policy: &Policy) -> BTreeSet<String> {
    policy
        .template
        .schema()
        .iter()
        .flat_map(|schema| schema.properties())
        .map(str::to_owned)
        .collect()
}

fn parameters_of(text: &str) -> Vec<String> {
    text.split("input.parameters.")
        .skip(1)
        .map(|after| after.chars().take_while(|c| c.is_alphanumeric()).collect())
        .collect()
}

#[test]
fn every_parameter_and_reason_is_explained_in_japanese() {
    for policy in &bundle(&[]).policies {
        let known = policy.recommendation.as_ref().unwrap();
        for name in declared(policy) {
            assert!(
                known.parameters.contains_key(&name),
                "{}: {name} has no Japanese",
                policy.id
            );
            assert!(
                policy.meaning(&name, Language::En).is_some(),
                "{}: {name} has no English",
                policy.id
            );
        }
        let main = policy.modules().next().unwrap();
        let mut reasons = BTreeSet::new();
        for after in main.text.split("\"reason\": \"").skip(1) {
            reasons.insert(after.split('"').next().unwrap().to_owned());
        }
        let translated: BTreeSet<String> = known.messages.keys().cloned().collect();
        assert!(
            reasons.is_subset(&translated),
            "{}: {reasons:?} against {translated:?}",
            policy.id
        );
    }
}

/// What cannot be repeated cannot be trusted: no clock, chance, network or environment.
#[test]
fn rego_is_deterministic() {
    for (path, text) in Files::embedded()
        .below("rego")
        .filter(|(path, _)| path.ends_with(".rego"))
    {
        for name in [
            "http.send",
            "time.",
            "rand.",
            "opa.runtime",
            "uuid.",
            "net.lookup_ip_addr",
        ] {
            assert!(!text.contains(name), "{path} uses {name}");
        }
        let reads_input = text.contains("input.") && !path.ends_with("_test.rego");
        assert!(
            !reads_input || path.ends_with("/policy.rego"),
            "{path} reads input"
        );
    }
}

#[test]
fn good_samples_are_silent_and_bad_ones_are_found() {
    let files = Files::embedded();
    for id in bundle(&[]).ids() {
        let layer = files
            .get(&format!("rego/{id}/samples/params.yaml"))
            .map(|text| {
                let indented: String = text.lines().map(|line| format!("  {line}\n")).collect();
                ParameterSet::parse(Source::new("params.yaml", format!("{id}:\n{indented}")))
                    .unwrap()
            });
        let bundle = bundle(&layer.into_iter().collect::<Vec<_>>());
        let policy = bundle.get(id).unwrap();
        let beside = files.get(&format!("rego/{id}/samples/inventory.yaml"));
        assert!(
            !policy.samples.good.is_empty() && !policy.samples.bad.is_empty(),
            "{id} has no samples"
        );
        for (path, text) in &policy.samples.good {
            assert_eq!(
                found(&bundle, policy, text, beside),
                0,
                "{path} is not silent"
            );
        }
        for (path, text) in &policy.samples.bad {
            assert!(
                found(&bundle, policy, text, beside) > 0,
                "{path} is not found"
            );
        }
    }
}

fn found(bundle: &Bundle, policy: &Policy, text: &str, beside: Option<&str>) -> usize {
    let mut manifests = vec![manifest::read(&Source::new("sample.yaml", text))];
    manifests.extend(beside.map(|text| manifest::read(&Source::new("inventory.yaml", text))));
    let report = check(bundle, manifests, &Options::default()).unwrap();
    let of_sample = |path: &str| path == "sample.yaml";
    report
        .findings
        .iter()
        .filter(|finding| {
            finding.rule.policy == policy.id && of_sample(&finding.subject.location.path)
        })
        .count()
}

#[test]
fn every_finding_says_field_and_reason() {
    let bundle = bundle(&[]);
    for policy in &bundle.policies {
        for (path, text) in &policy.samples.bad {
            let read = manifest::read(&Source::new(path.as_str(), text.as_str()));
            let report = check(&bundle, vec![read], &Options::default()).unwrap();
            for finding in &report.findings {
                assert!(finding.field.is_some(), "{path}: {finding:?}");
                assert!(
                    matches!(finding.details["reason"], Value::String(_)),
                    "{path}: {finding:?}"
                );
            }
        }
    }
}
