//! Azure's own files drive sekisho: what an assignment says is judged as the same words in a
//! parameter file of ours would be.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{Outcome, root, sekisho, sekisho_in};

const MANIFESTS: [&str; 2] = ["tests/manifests", "rego"];

fn data(name: &str) -> PathBuf {
    root().join("tests/azure").join(name)
}

fn json_of(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(data(name)).unwrap()).unwrap()
}

fn check(folder: &Path, more: &[&str]) -> Outcome {
    let manifests = MANIFESTS.map(|path| root().join(path).display().to_string());
    let mut arguments = vec!["check", "--output", "json"];
    arguments.extend(more);
    arguments.extend(manifests.iter().map(String::as_str));
    sekisho_in(folder, &arguments, "")
}

/// The files with these contents give the report that the parameter file `ours` gives.
fn all_give(ours: &str, more: &[&str], files: &[(&str, Value)]) {
    let folder = tempfile::tempdir().unwrap();
    let ours = data(ours);
    let expected = check(folder.path(), &["--params", ours.to_str().unwrap()]);
    let usual = check(folder.path(), &[]);
    assert!(expected.json()["findings"].as_array().unwrap().len() > 10);
    assert_ne!(expected.stdout, usual.stdout, "{}", expected.stderr);
    for (name, value) in files {
        fs::write(folder.path().join(name), value.to_string()).unwrap();
        let mut arguments = vec!["--params", name];
        arguments.extend(more);
        let run = check(folder.path(), &arguments);
        assert_eq!(run.status, expected.status, "{name}: {}", run.stderr);
        assert!(run.stdout == expected.stdout, "{name} is judged otherwise");
    }
}

#[test]
fn an_assignment_of_the_initiative_in_each_of_its_forms() {
    let shown = json_of("initiative.json");
    let parameters = &shown["parameters"];
    let assert_all = [
        ("shown.json", shown.clone()),
        (
            "rest.json",
            json!({"properties": shown, "name": "SecurityCenterBuiltIn"}),
        ),
        ("list.json", json!([shown])),
        ("map.json", parameters.clone()),
        ("wrapped.json", json!({"parameters": parameters})),
        (
            "arm.json",
            json!({
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                "contentVersion": "1.0.0.0",
                "parameters": parameters,
            }),
        ),
    ];
    all_give("initiative.params.yaml", &[], &assert_all);
}

/// Azure leaves out what has its default, and so at times everything.
#[test]
fn no_parameters_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let usual = check(folder.path(), &[]);
    for none in [json!({"parameters": null}), json!({"parameters": {}})] {
        fs::write(folder.path().join("none.json"), none.to_string()).unwrap();
        let run = check(folder.path(), &["--params", "none.json"]);
        assert!(run.stdout == usual.stdout, "{none}: {}", run.stderr);
    }
}

/// What nobody can follow offline is said, and the check of a file says it too.
#[test]
fn a_check_says_what_is_in_a_file_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let mut shown = json_of("initiative.json");
    shown["notScopes"] = json!(["/subscriptions/a"]);
    fs::write(folder.path().join("a.json"), shown.to_string()).unwrap();
    for (language, expected) in [
        ("en", "a.json: 76 values of 16 policies\n"),
        ("ja", "a.json: 16 個のポリシーの 76 個の値\n"),
    ] {
        let arguments = ["params", "check", "--lang", language, "a.json"];
        let run = sekisho_in(folder.path(), &arguments, "");
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (0, expected),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("`notScopes`"), "{}", run.stderr);
    }
}

#[test]
fn assignments_of_all_sixteen_definitions() {
    let list = json_of("definitions.json");
    assert_eq!(list.as_array().unwrap().len(), 16);
    all_give("definitions.params.yaml", &[], &[("list.json", list)]);
}

#[test]
fn one_definition_by_option_and_the_defaults_of_definitions() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, value: Value| {
        fs::write(folder.path().join(name), value.to_string()).unwrap();
    };
    write(
        "map.json",
        json!({"CPULIMIT": {"value": "1"}, "effect": {"value": "deny"}}),
    );
    write(
        "definition.json",
        json!({
            "properties": {
                "policyRule": {"if": {}, "then": {}},
                "parameters": {
                    "cpuLimit": {"type": "String", "defaultValue": "1"},
                    "memoryLimit": {"type": "String"},
                    "effect": {"type": "String", "defaultValue": "Deny"},
                },
            },
            "id": "/providers/Microsoft.Authorization/policyDefinitions/e345eecc-fa47-480f-9e88-67dcc122b164",
        }),
    );
    let expected = "resource_limits:\n  cpuLimit: \"1\"\n  effect: deny\n";
    for (file, more) in [
        (
            "map.json",
            vec!["--azure-definition", "E345EECC-fa47-480f-9e88-67dcc122b164"],
        ),
        ("map.json", vec!["--azure-definition", "resource_limits"]),
        ("definition.json", vec![]),
    ] {
        let mut arguments = vec!["params", "import", file];
        arguments.extend(more);
        let run = sekisho_in(folder.path(), &arguments, "");
        assert_eq!(run.status, 0, "{}", run.stderr);
        let values: String = run
            .stdout
            .lines()
            .skip(1)
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(values, expected);
    }
}

#[test]
fn what_is_imported_is_the_file_that_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["initiative", "definitions"] {
        let azures = data(&format!("{name}.json"));
        let run = sekisho(&["params", "import", azures.to_str().unwrap()]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let ours = fs::read_to_string(data(&format!("{name}.params.yaml"))).unwrap();
        let read = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        assert_eq!(read(&run.stdout), read(&ours));
        fs::write(folder.path().join("imported.yaml"), &run.stdout).unwrap();
        let imported = check(folder.path(), &["--params", "imported.yaml"]);
        let direct = check(folder.path(), &["--params", azures.to_str().unwrap()]);
        assert!(
            imported.stdout == direct.stdout,
            "{name}: {}",
            imported.stderr
        );
    }
}

#[test]
fn effects_overrides_and_what_is_not_enforced() {
    let folder = tempfile::tempdir().unwrap();
    let mut assignment = json!({
        "policyDefinitionId": "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8",
        "notScopes": ["/subscriptions/a/resourceGroups/b"],
        "parameters": {
            "privilegedContainersShouldBeAvoidedEffect": {"value": "Deny"},
            "MustRunAsNonRootNamespaceEffect": {"value": "Disabled"},
        },
        "overrides": [{
            "kind": "policyEffect",
            "value": "Disabled",
            "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["ReadOnlyRootFileSystemInKubernetesCluster"]}],
        }],
    });
    let import = |assignment: &Value| {
        fs::write(folder.path().join("a.json"), assignment.to_string()).unwrap();
        let run = sekisho_in(folder.path(), &["params", "import", "a.json"], "");
        assert_eq!(run.status, 0, "{}", run.stderr);
        (
            serde_yaml::from_str::<Value>(&run.stdout).unwrap(),
            run.stderr,
        )
    };
    let (values, said) = import(&assignment);
    assert_eq!(
        values,
        json!({
            "privileged_containers": {"effect": "deny"},
            "root_user": {"effect": "disabled"},
            "root_filesystem": {"effect": "disabled"},
        })
    );
    assert!(said.contains("notScopes"), "{said}");
    assignment["enforcementMode"] = "DoNotEnforce".into();
    let (values, said) = import(&assignment);
    assert_eq!(values["privileged_containers"]["effect"], "audit");
    assert!(said.contains("DoNotEnforce"), "{said}");
}

/// Files see workloads where a cluster sees their Pods: the source that Azure gives by default must
/// not silence them.
#[test]
fn the_usual_source_judges_workloads() {
    let folder = tempfile::tempdir().unwrap();
    let map = json!({"source": {"value": "Original"}});
    fs::write(folder.path().join("a.json"), map.to_string()).unwrap();
    let arguments = [
        "params",
        "import",
        "a.json",
        "--azure-definition",
        "root_user",
    ];
    let run = sekisho_in(folder.path(), &arguments, "");
    assert!(run.stdout.contains("source: All"), "{}", run.stdout);
    assert!(
        run.stderr.contains("`source: Original` becomes `All`"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_wrong_is_one_error_and_nothing_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let assignment = |id: &str, parameters: Value| json!({"policyDefinitionId": format!("/providers/Microsoft.Authorization/{id}"), "parameters": parameters});
    let initiative = "policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8";
    let limits = "policyDefinitions/e345eecc-fa47-480f-9e88-67dcc122b164";
    let shown = fs::read_to_string(data("initiative.json")).unwrap();
    let wrong = [
        (
            assignment(
                initiative,
                json!({"CPUInKubernetesClusterLimt": {"value": "2"}}),
            )
            .to_string(),
            "has no parameter `CPUInKubernetesClusterLimt`; did you mean `CPUInKubernetesClusterLimit`?",
        ),
        (
            assignment(initiative, json!({"zzz": {"value": "2"}})).to_string(),
            "has no parameter `zzz`; expected one of `",
        ),
        (
            assignment(
                initiative,
                json!({"allowedservicePortsInKubernetesClusterPorts": {"value": "443;80"}}),
            )
            .to_string(),
            "is `\"443;80\"`; expected a list, here [\"443\",\"80\"]",
        ),
        (
            assignment(limits, json!({"cpuLimit": {"value": 2}})).to_string(),
            "`cpuLimit` is `2`; expected a text",
        ),
        (
            assignment(limits, json!({"cpuLimit": "2"})).to_string(),
            "`cpuLimit` is `\"2\"`; expected {\"value\": …}",
        ),
        (
            assignment(limits, json!({"effect": {"value": "Mutate"}})).to_string(),
            "`effect` is `\"mutate\"`; expected `audit`, `deny` or `disabled`",
        ),
        (
            assignment(
                limits,
                json!({"cpuLimit": {"value": "[parameters('cpu')]"}}),
            )
            .to_string(),
            "is the expression `[parameters('cpu')]`; expected the value",
        ),
        (
            assignment(
                "policyDefinitions/00000000-1111-2222-3333-444444444444",
                json!({}),
            )
            .to_string(),
            "unknown definition `/providers/Microsoft.Authorization/policyDefinitions/00000000-1111-2222-3333-444444444444`; expected one of `1f3afdf9",
        ),
        (
            json!({"cpuLimit": {"value": "2"}}).to_string(),
            "`cpuLimit` is a parameter of single definitions, and nothing says of which",
        ),
        (shown[..shown.len() / 2].to_owned(), "invalid YAML"),
        ("\n".to_owned(), "the file is empty"),
        (
            json!([{"properties": {"exemptionCategory": "Waiver"}}]).to_string(),
            "an exemption of Azure Policy, and whom it exempts cannot be told from files",
        ),
    ];
    for (text, expected) in wrong {
        fs::write(folder.path().join("wrong.json"), &text).unwrap();
        for run in [
            check(folder.path(), &["--params", "wrong.json"]),
            sekisho_in(folder.path(), &["params", "check", "wrong.json"], ""),
            sekisho_in(folder.path(), &["params", "import", "wrong.json"], ""),
        ] {
            assert_eq!(run.status, 2, "{text}");
            assert_eq!(run.stdout, "", "{text}");
            assert!(run.stderr.contains(expected), "{}", run.stderr);
            let errors = run.stderr.lines().filter(|line| line.starts_with("error"));
            assert_eq!(errors.count(), 1, "{}", run.stderr);
            assert!(run.stderr.contains("wrong.json:"), "{}", run.stderr);
        }
    }
    let run = check(
        folder.path(),
        &["--params", "wrong.json", "--azure-definition", "limits"],
    );
    assert_eq!(run.status, 2);
}

#[test]
fn origins_name_the_layer_and_the_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.json"),
        "{\n  \"policyDefinitionId\": \"x/e345eecc-fa47-480f-9e88-67dcc122b164\",\n  \"parameters\": {\n    \"cpuLimit\": {\"value\": \"1\"}\n  }\n}\n",
    )
    .unwrap();
    let arguments = [
        "params",
        "show",
        "--origin",
        "--preset",
        "defender",
        "--params",
        "a.json",
        "--only",
        "resource_limits",
    ];
    let run = sekisho_in(folder.path(), &arguments, "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    for line in [
        "  cpuLimit: \"1\" # a.json:4\n",
        "  onlyPlainQuantities: true # preset defender\n",
        "  memoryLimit: \"64Gi\" # default\n",
    ] {
        assert!(run.stdout.contains(line), "{}", run.stdout);
    }
    // It is a parameter file all the same.
    fs::write(folder.path().join("shown.yaml"), &run.stdout).unwrap();
    let run = sekisho_in(folder.path(), &["params", "check", "shown.yaml"], "");
    assert_eq!(
        run.stdout, "shown.yaml: 11 values of 1 policy\n",
        "{}",
        run.stderr
    );
}
