//! The command line: where manifests come from, what a run exits with, what a slip is answered.

use std::fs;

use crate::run::{assert_snapshot, sekisho, sekisho_in, sekisho_with};

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop}
spec:
  automountServiceAccountToken: false
  containers:
  - name: app
    image: a
    securityContext: {privileged: true}
";

const ONLY: &[&str] = &[
    "check",
    "--only",
    "privileged_containers",
    "--output",
    "json",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ONLY.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn stdin_files_folders_and_the_current_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    fs::write(folder.path().join("inner/pod.yml"), POD).unwrap();
    fs::write(folder.path().join("pod.json"), r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}"#).unwrap();
    fs::write(folder.path().join("notes.txt"), POD).unwrap();
    let paths = |arguments: &[&str], input: &str| -> Vec<String> {
        let run = sekisho_in(folder.path(), &with(arguments), input);
        assert_eq!(run.status, 1, "{}", run.stderr);
        run.json()["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["location"]["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(paths(&["-"], POD), ["<stdin>"]);
    assert_eq!(paths(&["inner/pod.yml"], ""), ["inner/pod.yml"]);
    assert_eq!(paths(&["notes.txt"], ""), ["notes.txt"]);
    assert_eq!(paths(&["inner"], ""), ["inner/pod.yml"]);
    assert_eq!(paths(&[], ""), ["inner/pod.yml", "pod.json"]);
    assert_eq!(paths(&["pod.json", "."], ""), ["inner/pod.yml", "pod.json"]);
}

/// Whatever roads lead to a file, it is judged once, under the first name; a circle has an end.
#[cfg(unix)]
#[test]
fn links_are_followed_and_files_judged_once() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("tree/a/b")).unwrap();
    fs::write(at("tree/a/b/pod.yaml"), POD).unwrap();
    fs::write(at("elsewhere.yaml"), POD).unwrap();
    symlink("a", at("tree/again")).unwrap();
    symlink("../..", at("tree/a/circle")).unwrap();
    symlink("b/pod.yaml", at("tree/a/same.yaml")).unwrap();
    symlink("../elsewhere.yaml", at("tree/z.yaml")).unwrap();
    let paths = |given: &[&str]| -> Vec<String> {
        let run = sekisho_in(folder.path(), &with(given), "");
        let report = run.json();
        let findings = report["findings"].as_array().unwrap().iter();
        let path =
            |finding: &serde_json::Value| finding["location"]["path"].as_str().unwrap().to_owned();
        findings.map(path).collect()
    };
    assert_eq!(
        paths(&["tree/a/b", "tree"]),
        ["tree/a/b/pod.yaml", "tree/a/circle/elsewhere.yaml"]
    );
    assert_eq!(
        paths(&["tree/z.yaml", "elsewhere.yaml", "tree/a/same.yaml"]),
        ["tree/a/same.yaml", "tree/z.yaml"]
    );
}

#[test]
fn workloads_lists_and_admission_reviews() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: d}\n  spec:\n    template:\n      spec:\n        containers:\n        - name: app\n          securityContext: {privileged: true}\n";
    let report = sekisho_with(&with(&["-"]), list).json();
    let finding = &report["findings"][0];
    assert_eq!(finding["resource"]["kind"], "Deployment");
    assert_eq!(finding["resource"]["namespace"], "default");
    assert_eq!(
        finding["field"],
        "spec.template.spec.containers[0].securityContext.privileged"
    );
    assert_eq!(finding["container"], "app");
    assert_eq!(finding["location"]["item"], "items[0]");
    assert_eq!(finding["location"]["line"], 4);

    let review = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}}}"#;
    let report = sekisho_with(&with(&["-"]), review).json();
    assert_eq!(report["findings"][0]["resource"]["kind"], "Pod");
}

#[test]
fn exit_status() {
    let status = |arguments: &[&str], input: &str| sekisho_with(&with(arguments), input).status;
    let quiet = POD.replace("true}", "false}");
    for format in ["text", "json"] {
        let format = ["--output", format];
        let status = |arguments: &[&str], input: &str| {
            let mut all = vec!["check", "--only", "privileged_containers"];
            all.extend(format);
            all.extend(arguments);
            sekisho_with(&all, input).status
        };
        assert_eq!(status(&["-"], &quiet), 0);
        assert_eq!(status(&["-"], POD), 1);
        assert_eq!(status(&["-", "--fail-on", "medium"], POD), 1);
        assert_eq!(status(&["-", "--fail-on", "high"], POD), 0);
        assert_eq!(status(&["-", "--fail-on", "never"], POD), 0);
        assert_eq!(status(&["-"], ""), 2);
        assert_eq!(status(&["-", "--allow-empty"], ""), 0);
        assert_eq!(status(&["-"], &format!("{POD}---\na: [")), 2);
        assert_eq!(status(&["no/such/file.yaml"], ""), 2);
    }
    assert_eq!(status(&["-", "--no-such-flag"], POD), 2);
}

#[test]
fn slips_are_answered_with_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let params = folder.path().join("params.yaml");
    let params = params.to_str().unwrap();
    let complaint = |arguments: &[&str]| {
        let run = sekisho(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        run.stderr
            .replace(folder.path().to_str().unwrap(), "FOLDER")
    };
    let mut all = vec![
        complaint(&["check", "--only", "privileged_container", "."]),
        complaint(&["explain", "host-paths"]),
        complaint(&["check", "--preset", "mscb", "."]),
        complaint(&["check", "--outptu", "json", "."]),
        complaint(&["check", "--output", "jsno", "."]),
    ];
    for text in [
        "host_path: {}\n",
        "resource_limits:\n  cpuLimits: '2'\n",
        "resource_limits:\n  cpuLimit: [1]\n",
        "resource_limits:\n  effect: refuse\n",
        "resource_limits: 5\n",
        "- a\n",
        "a: [\n",
    ] {
        fs::write(params, text).unwrap();
        all.push(format!(
            "{text}{}",
            complaint(&["check", "--params", params, "."])
        ));
    }
    assert_snapshot("command_line/slips.txt", &all.join("\n"));
}

#[test]
fn later_parameter_files_win_whole_values() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let first = write(
        "a.yaml",
        "privileged_containers: {excludedContainers: [app], excludedNamespaces: 'one;two'}\n",
    );
    let second = write(
        "b.yaml",
        "privileged_containers: {excludedContainers: [other]}\n",
    );
    let ids = |files: &[&str]| {
        let mut all = with(&["-"]);
        for file in files {
            all.extend(["--params", file]);
        }
        sekisho_with(&all, POD).ids()
    };
    assert_eq!(ids(&[&first]), Vec::<String>::new());
    assert_eq!(ids(&[&first, &second]), ["privileged_containers"]);
    let excluded = write(
        "c.yaml",
        "privileged_containers: {excludedNamespaces: 'x; shop'}\n",
    );
    assert_eq!(
        sekisho_with(&with(&["-", "--params", &excluded, "--allow-empty"]), POD).status,
        0
    );
    let disabled = write("d.yaml", "privileged_containers: {effect: Disabled}\n");
    assert_eq!(
        sekisho_with(&with(&["-", "--params", &disabled, "--allow-empty"]), POD).status,
        0
    );
}

#[test]
fn printed_parameters_can_be_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("params.yaml");
    let printed = sekisho(&["params"]).stdout;
    fs::write(&file, &printed).unwrap();
    let again = sekisho(&["params", "--params", file.to_str().unwrap()]);
    assert_eq!(again.stdout, printed);
    let judged = |more: &[&str]| {
        let mut all = vec![
            "check",
            "tests/manifests/unhealthy.yaml",
            "--output",
            "json",
        ];
        all.extend(more);
        sekisho(&all).stdout
    };
    assert_eq!(judged(&["--params", file.to_str().unwrap()]), judged(&[]));
}

#[test]
fn default_namespace_is_the_users() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";
    let ids = |more: &[&str]| {
        let mut all = vec![
            "check",
            "-",
            "--output",
            "json",
            "--only",
            "default_namespace",
        ];
        all.extend(more);
        sekisho_with(&all, service).ids()
    };
    assert_eq!(ids(&[]), ["default_namespace"]);
    assert_eq!(
        ids(&["--default-namespace", "shop", "--allow-empty"]),
        Vec::<String>::new()
    );
}

#[test]
fn list_and_explain_read_well() {
    for (arguments, name) in [
        (&["list"][..], "list"),
        (&["explain", "resource_limits"], "explain"),
    ] {
        for language in ["en", "ja"] {
            let arguments: Vec<&str> = arguments
                .iter()
                .copied()
                .chain(["--lang", language])
                .collect();
            assert_snapshot(
                &format!("command_line/{name}.{language}.txt"),
                &sekisho(&arguments).stdout,
            );
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let same = |paths: &[&str], input: &str, at_least: usize| {
        let run = |jobs: &str| {
            let more = ["--jobs", jobs, "--output", "json"];
            sekisho_with(&[&["check"], paths, &more].concat(), input).stdout
        };
        let one = run("1");
        assert!(one.len() > at_least, "{}", one.len());
        assert_eq!(one, run("2"));
        assert_eq!(one, run("7"));
    };
    same(&["tests/manifests", "rego"], "", 10_000);
    // So many findings that their text is made by more than one thread.
    let pods: Vec<String> = (0..400)
        .map(|number| POD.replace("name: p,", &format!("name: p-{number},")))
        .collect();
    same(&["-"], &pods.join("---\n"), 4_000_000);
}
