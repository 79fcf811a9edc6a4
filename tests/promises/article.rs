//! The article's two samples get the article's answers.

use crate::run::{assert_snapshot, sekisho};

const HEALTHY: &str = "tests/manifests/healthy.yaml";
const UNHEALTHY: &str = "tests/manifests/unhealthy.yaml";

#[test]
fn healthy_sample_waits_for_configuration_and_names_no_namespace_nor_token() {
    let run = sekisho(&["check", HEALTHY, "--output", "json"]);
    assert_eq!(
        run.ids(),
        [
            "default_namespace",
            "image_registries",
            "service_ports",
            "token_automount"
        ]
    );
    assert_eq!(run.status, 1);
}

#[test]
fn healthy_sample_once_configured() {
    let run = sekisho(&[
        "check",
        HEALTHY,
        "--output",
        "json",
        "--params",
        "tests/manifests/configured.yaml",
    ]);
    assert_eq!(run.ids(), ["default_namespace", "token_automount"]);
}

#[test]
fn unhealthy_sample() {
    let run = sekisho(&["check", UNHEALTHY, "--output", "json"]);
    assert_eq!(
        run.ids(),
        [
            "apparmor_profiles",
            "default_namespace",
            "host_namespaces",
            "host_network_ports",
            "host_paths",
            "image_registries",
            "linux_capabilities",
            "privilege_escalation",
            "privileged_containers",
            "resource_limits",
            "root_filesystem",
            "root_user",
            "service_ports",
            "token_automount",
        ]
    );
}

#[test]
fn samples_in_every_form() {
    for (name, path) in [("healthy", HEALTHY), ("unhealthy", UNHEALTHY)] {
        let text = sekisho(&["check", path]);
        assert_snapshot(&format!("article/{name}.en.txt"), &text.stdout);
        let text = sekisho(&["check", path, "--lang", "ja"]);
        assert_snapshot(&format!("article/{name}.ja.txt"), &text.stdout);
        let json = sekisho(&["check", path, "--output", "json"]);
        assert_snapshot(&format!("article/{name}.json"), &json.stdout);
    }
}
