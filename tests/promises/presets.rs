//! Presets are what their pages say, and parameter files are what their schema says.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::run::{assert_snapshot, root, sekisho, sekisho_in};

const PRESETS: [&str; 3] = ["article", "defender", "starter"];

#[test]
fn each_has_a_page_in_both_languages() {
    let mut names: Vec<String> = fs::read_dir(root().join("params/presets"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, PRESETS.map(|name| format!("{name}.yaml")));
    for name in PRESETS {
        for page in [format!("{name}.md"), format!("{name}.ja.md")] {
            let text = fs::read_to_string(root().join("docs/presets").join(&page)).unwrap();
            assert!(text.contains(&format!("--preset {name}")), "{page}");
        }
    }
}

#[test]
fn the_articles_is_what_holds_without_one() {
    let usual = sekisho(&["params"]);
    assert_eq!(
        sekisho(&["params", "--preset", "article"]).stdout,
        usual.stdout
    );
    // Every value is spelled out.
    let origins = sekisho(&["params", "show", "--origin", "--preset", "article"]);
    for line in origins.stdout.lines().filter(|line| line.starts_with(' ')) {
        assert!(line.ends_with("# preset article"), "{line}");
    }
}

#[test]
fn on_the_samples() {
    let mut table: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (column, preset) in PRESETS.iter().enumerate() {
        let run = sekisho(&["check", "--output", "json", "--preset", preset, "rego"]);
        for finding in run.json()["findings"].as_array().unwrap() {
            let id = finding["id"].as_str().unwrap().to_owned();
            table.entry(id).or_insert_with(|| vec![0; PRESETS.len()])[column] += 1;
        }
    }
    let mut text = format!(
        "{:24}{}\n",
        "findings on the samples",
        PRESETS.map(|name| format!("{name:>10}")).concat()
    );
    for (id, counts) in table {
        let counts: String = counts.iter().map(|count| format!("{count:>10}")).collect();
        text.push_str(&format!("{id:24}{counts}\n"));
    }
    assert_snapshot("presets/samples.txt", &text);
}

#[test]
fn the_starters_registries_and_ports_wait_until_somebody_decides() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("params.yaml"),
        "image_registries: {allowedContainerImagesRegex: ^a/}\nservice_ports: {allowedServicePortsList: ['443']}\n",
    )
    .unwrap();
    let samples = ["image_registries", "service_ports"].map(|id| {
        root()
            .join("rego")
            .join(id)
            .join("samples")
            .display()
            .to_string()
    });
    let ids = |more: &[&str]| {
        let mut arguments = vec![
            "check",
            "--output",
            "json",
            "--only",
            "image_registries,service_ports",
        ];
        arguments.extend(more);
        arguments.extend(samples.iter().map(String::as_str));
        sekisho_in(folder.path(), &arguments, "")
    };
    let waiting = ids(&["--preset", "starter", "--allow-empty"]);
    assert!(waiting.ids().is_empty());
    for assessment in waiting.json()["assessments"].as_array().unwrap() {
        assert_ne!(assessment["outcome"], "healthy", "{assessment}");
    }
    let decided = ids(&["--preset", "starter", "--params", "params.yaml"]);
    assert_eq!(decided.ids(), ["image_registries", "service_ports"]);
}

fn schema(arguments: &[&str]) -> Value {
    let mut all = vec!["params", "schema"];
    all.extend(arguments);
    let run = sekisho(&all);
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.json()
}

fn wrong(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn schemas_are_schemas_and_every_file_of_ours_is_right_by_them() {
    let whole = schema(&[]);
    assert!(jsonschema::meta::is_valid(&whole));
    let ids: Vec<String> = whole["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(ids.len(), 16);
    let own = fs::read_to_string;
    for preset in PRESETS {
        let text = own(root().join("params/presets").join(format!("{preset}.yaml"))).unwrap();
        assert_eq!(wrong(&whole, &yaml(&text)), [""; 0], "{preset}");
    }
    for name in ["initiative.params.yaml", "definitions.params.yaml"] {
        let text = own(root().join("tests/azure").join(name)).unwrap();
        assert_eq!(wrong(&whole, &yaml(&text)), [""; 0], "{name}");
    }
    assert_eq!(wrong(&whole, &yaml(&sekisho(&["params"]).stdout)), [""; 0]);
    for id in &ids {
        let one = schema(&[id]);
        assert!(jsonschema::meta::is_valid(&one), "{id}");
        let text = own(root().join("params").join(format!("{id}.yaml"))).unwrap();
        assert_eq!(wrong(&one, &yaml(&text)), [""; 0], "{id}");
        for (name, property) in one["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{id}: {name}");
            assert!(!property["default"].is_null(), "{id}: {name}");
        }
    }
}

/// What the program refuses the schema refuses too, so that an editor says it first.
#[test]
fn what_is_wrong_is_wrong_by_the_schema() {
    let whole = schema(&[]);
    let folder = tempfile::tempdir().unwrap();
    for value in [
        json!({"resource_limit": {}}),
        json!({"resource_limits": {"cpu": "1"}}),
        json!({"resource_limits": {"cpuLimit": 1}}),
        json!({"resource_limits": {"effect": "warn"}}),
        json!({"service_ports": {"allowedServicePortsList": "80"}}),
        json!({"host_paths": {"allowedHostPaths": {"paths": [{"pathPrefix": 1}]}}}),
        json!({"root_user": {"runAsUserRule": "Root"}}),
        json!({"root_user": {"labelSelector": "app=web"}}),
        json!({"root_user": {"source": "Both"}}),
        json!({"default_namespace": {"judgedKinds": ["Node"]}}),
        json!({"image_registries": {"whenUnconfigured": "pass"}}),
        json!([]),
    ] {
        assert!(!wrong(&whole, &value).is_empty(), "{value}");
        fs::write(folder.path().join("wrong.yaml"), value.to_string()).unwrap();
        let run = sekisho_in(folder.path(), &["params", "check", "wrong.yaml"], "");
        assert_eq!(run.status, 2, "{value}: {}", run.stdout);
    }
    for value in [
        json!({"resource_limits": {"effect": "Deny", "excludedNamespaces": "a;b", "source": "original"}}),
        json!({"resource_limits": null}),
    ] {
        assert_eq!(wrong(&whole, &value), [""; 0], "{value}");
        fs::write(folder.path().join("right.yaml"), value.to_string()).unwrap();
        let run = sekisho_in(folder.path(), &["params", "check", "right.yaml"], "");
        assert_eq!(run.status, 0, "{value}: {}", run.stderr);
    }
}
