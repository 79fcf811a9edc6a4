//! From the exploded layout to a plain ConstraintTemplate and back: nothing is lost.

use std::fs;
use std::path::Path;

use crate::policies::{CONSTRAINT, POD, said};
use crate::run::{root, sekisho_in};

const TEMPLATE: &str = "\
# Who wrote it, and why.
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: testkind # the kind in lower case
spec:
  crd:
    spec:
      names:
        kind: TestKind
  targets:
  - target: admission.k8s.gatekeeper.sh
CODE# The end.
";

/// What no YAML makes easy.
const REGO: [&str; 6] = [
    "package a\n\nimport data.lib.x\n\nviolation[{\"msg\": x.m}] {\n\ttrue # tab\n}\n",
    "\n\n  package a\nviolation[{\"msg\": data.lib.x.m}] { true }",
    "package a\nviolation[{\"msg\": data.lib.x.m}] { true }\n\n\n",
    "package a\r\nviolation[{\"msg\": data.lib.x.m}] { true }\r\n",
    "package a # trailing  \nviolation[{\"msg\": data.lib.x.m}] { true } # 関所 \u{85} \u{2028}\n",
    "package a\n---\n",
];

const LIB: &str = "package lib.x\n\nm = \"m\" # ---\n";

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn rego_stays_byte_for_byte() {
    let holders = [
        ("", "package"),
        (
            "    code:\n    - engine: Rego\n      source:\n        version: v0\n",
            "block",
        ),
        (
            "    code:\n    - engine: Rego\n      source: {version: v0}\n",
            "flow",
        ),
        (
            "    code: [{engine: Rego, source: {version: v0}}]\n",
            "all flow",
        ),
        (
            "    code:\n    - engine: K8sNativeValidation\n      source: {validations: []}\n    - engine: Rego\n      source: {}\n",
            "beside CEL",
        ),
    ];
    for (code, name) in holders {
        for rego in REGO.iter().take(5) {
            let folder = tempfile::tempdir().unwrap();
            let template = TEMPLATE.replace("CODE", code);
            write(
                folder.path(),
                &[
                    ("p/template.yaml", &template),
                    ("p/policy.rego", rego),
                    ("p/lib/x/x.rego", LIB),
                    ("p/lib/unused/unused.rego", "package lib.unused\n\na = 1\n"),
                    ("constraint.yaml", CONSTRAINT),
                    ("pod.yaml", POD),
                ],
            );
            let run = |arguments: &[&str]| sekisho_in(folder.path(), arguments, "");
            let packed = run(&["pack", "p", "--output", "packed.yaml"]);
            assert_eq!(packed.status, 0, "{name} {rego:?}: {}", packed.stderr);
            let text = fs::read_to_string(folder.path().join("packed.yaml")).unwrap();
            assert!(
                name == "all flow" || text.contains("# Who wrote it, and why."),
                "{name}: {text}"
            );
            let unpacked = run(&["unpack", "packed.yaml", "--output", "q"]);
            assert_eq!(unpacked.status, 0, "{name}: {}", unpacked.stderr);
            let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
            assert_eq!(read("q/policy.rego"), *rego, "{name}");
            assert_eq!(read("q/lib/x/x.rego"), LIB);
            assert_eq!(
                read("q/lib/unused/unused.rego"),
                "package lib.unused\n\na = 1\n"
            );
            if name == "package" || name == "block" {
                assert_eq!(read("q/template.yaml"), template, "{name}");
            }
            let again = run(&["pack", "q"]);
            // Only what no text was kept of may stand in another order.
            assert!(
                name == "all flow" || again.stdout == text,
                "{name}: {}",
                again.stdout
            );
            // All three mean the same.
            for policies in ["p", "packed.yaml", "q"] {
                let judged = run(&[
                    "check",
                    "--no-bundled",
                    "--policies",
                    policies,
                    "--policies",
                    "constraint.yaml",
                    "-o",
                    "json",
                    "pod.yaml",
                ]);
                assert_eq!(
                    said(&judged),
                    ["Pod/p: m"],
                    "{name} {policies}: {}",
                    judged.stderr
                );
            }
        }
    }
}

#[test]
fn several_templates_get_a_folder_each() {
    let folder = tempfile::tempdir().unwrap();
    let one = TEMPLATE.replace(
        "CODE",
        "    rego: |\n      package a\n      violation[{\"msg\": \"x\"}] { true }\n",
    );
    let other = one
        .replace("testkind", "otherkind")
        .replace("TestKind", "OtherKind");
    write(
        folder.path(),
        &[("all.yaml", &format!("{one}---\n{other}---\n{POD}"))],
    );
    let run = sekisho_in(folder.path(), &["unpack", "all.yaml", "-o", "out"], "");
    assert_eq!(run.status, 0, "{}", run.stderr);
    for name in ["testkind", "otherkind"] {
        let rego =
            fs::read_to_string(folder.path().join(format!("out/{name}/policy.rego"))).unwrap();
        assert_eq!(rego, "package a\nviolation[{\"msg\": \"x\"}] { true }\n");
    }
    // What is there already is not written over.
    let run = sekisho_in(folder.path(), &["unpack", "all.yaml", "-o", "out"], "");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--overwrite"), "{}", run.stderr);
    let run = sekisho_in(
        folder.path(),
        &["unpack", "all.yaml", "-o", "out", "--overwrite"],
        "",
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn what_cannot_be_packed_is_said() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("none/a.txt", ""),
            ("broken/template.yaml", &TEMPLATE.replace("CODE", "")),
            ("broken/policy.rego", REGO[5]),
            ("twice.yaml", &TEMPLATE.replace("CODE", "    rego: |\n      package a\n      violation[{\"msg\": \"x\"}] { true }\n    code: [{engine: Rego, source: {rego: 'package b'}}]\n")),
            ("pod.yaml", POD),
        ],
    );
    let cases: [(&[&str], &str); 5] = [
        (&["pack", "nowhere"], "`nowhere` is no folder"),
        (&["pack", "none"], "template.yaml"),
        (&["pack", "broken"], "broken/policy.rego:2"),
        (
            &["unpack", "twice.yaml", "-o", "out"],
            "twice.yaml:11:3: Rego stands in `rego` and in `code`",
        ),
        (
            &["unpack", "pod.yaml", "-o", "out"],
            "no ConstraintTemplate in `pod.yaml`",
        ),
    ];
    for (arguments, expected) in cases {
        let run = sekisho_in(folder.path(), arguments, "");
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(
            run.stderr.contains(expected),
            "{arguments:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn every_bundled_policy_survives() {
    let out = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root().join("rego")).unwrap() {
        let path = entry.unwrap().path();
        if !path.join("policy.rego").exists() {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let packed = out.path().join(format!("{name}.yaml"));
        let run = sekisho_in(
            &root(),
            &[
                "pack",
                path.to_str().unwrap(),
                "-o",
                packed.to_str().unwrap(),
            ],
            "",
        );
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        let folder = out.path().join(name);
        let run = sekisho_in(
            &root(),
            &[
                "unpack",
                packed.to_str().unwrap(),
                "-o",
                folder.to_str().unwrap(),
            ],
            "",
        );
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        for file in ["template.yaml", "policy.rego"] {
            let (before, after) = (
                fs::read(path.join(file)).unwrap(),
                fs::read(folder.join(file)).unwrap(),
            );
            assert_eq!(before, after, "{name}/{file}");
        }
    }
}
