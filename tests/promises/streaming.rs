//! A large List is judged piece by piece, and the report is that of the whole.

use sekisho::bundle::Bundle;
use sekisho::manifest;
use sekisho::source::{Source, Sources};
use serde_json::{Value as Json, json};

use super::speed::{at_once, bundle, generator, in_parts, parts_of, said};

/// Objects as JSON, one like another and yet each of its own.
fn objects(count: usize) -> Vec<Json> {
    let manifest = manifest::read(&Source::new("", generator::manifests(count)));
    let objects = manifest.resources.iter();
    let objects =
        objects.map(|it| serde_json::from_str(&it.object.to_json_str().unwrap()).unwrap());
    let mut objects: Vec<Json> = objects.collect();
    for (number, object) in objects.iter_mut().enumerate() {
        object["metadata"]["annotations"] = json!({"note": format!("関所 {number} \u{1F600} \"[{{,\\"), "long": "x".repeat(3_000 + number)});
    }
    objects
}

/// Texts in JSON that are larger than what is read in one part.
fn json_texts() -> Vec<(&'static str, String)> {
    let pretty = |value: &Json| serde_json::to_string_pretty(value).unwrap();
    let mut items = objects(100);
    items.insert(
        7,
        json!({"apiVersion": "v1", "kind": "List", "items": objects(3)}),
    );
    items.insert(
        9,
        json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": "y".repeat(300_000)}}),
    );
    items.insert(11, json!(null));
    items.insert(12, json!(["no", {"kind": "resource"}, 1.5, -0, true]));
    let list = json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}});
    let namespaces: Vec<Json> = (0..3_000)
        .map(|number| json!({"metadata": {"name": format!("team-{number}"), "labels": {"a": 1, "b": "2"}}}))
        .collect();
    let namespaces = json!({"kind": "NamespaceList", "apiVersion": "v1", "items": namespaces});
    let lines: Vec<String> = objects(120).iter().map(Json::to_string).collect();
    let twice = list.to_string().replace("\"long\"", "\"note\":1,\"long\"");
    vec![
        ("pretty.json", pretty(&list)),
        (
            "returns.json",
            format!("\r\r\n {}\r\n", pretty(&list).replace('\n', "\r\n")),
        ),
        ("compact.json", list.to_string()),
        (
            "namespaces.json",
            format!("{}{}", pretty(&namespaces), namespaces),
        ),
        ("lines.json", lines.join("\n")),
        (
            "together.json",
            format!("{}{list}\n\n{}{}", lines[0], lines[1], lines.concat()),
        ),
        ("twice.json", twice),
        ("exponent.json", list.to_string().replace("1.5", "1.5e1")),
        (
            "escaped.json",
            list.to_string().replace("\"items\"", "\"\\u0069tems\""),
        ),
        (
            "other.json",
            list.to_string()
                .replace("\"List\",\"metadata", "\"Lists\",\"metadata"),
        ),
        (
            "cut.json",
            pretty(&list).trim_end().trim_end_matches('}').to_owned(),
        ),
        ("comma.json", list.to_string().replace("null,", "null,,")),
        ("documents.json", format!("{list}\n---\n{list}")),
    ]
}

/// An object as an item in YAML, `indent` deep.
fn item(object: &Json, indent: usize) -> String {
    let text = serde_yaml::to_string(object).unwrap();
    let space = " ".repeat(indent);
    let lines: Vec<String> = text
        .lines()
        .map(|line| format!("{space}  {line}\n"))
        .collect();
    let lines = lines.concat();
    format!("{space}- {}", &lines[indent + 2..])
}

/// Lists in YAML that are larger than what is read in one part.
fn yaml_texts() -> Vec<(&'static str, String)> {
    let mut objects = objects(100);
    objects.insert(
        7,
        json!({"apiVersion": "v1", "kind": "List", "items": objects[..3].to_vec()}),
    );
    objects.insert(9, json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": "- y\n- z\n".repeat(10_000)}}));
    objects.insert(11, json!(null));
    objects.insert(12, json!("text"));
    let items = |indent| -> String { objects.iter().map(|it| item(it, indent)).collect() };
    let (flat, deep) = (items(0), items(4));
    let odd = "-  # what comes first\n  apiVersion: v1\n";
    let twice =
        "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a, name: b}\n# a comment\n\n";
    let folded = "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: \"a\n- b\n- c: d\"\n";
    let kept = "- apiVersion: v1\n  kind: ConfigMap\n  data:\n    a: |+\n      text\n\n\n";
    let list = |items: &str| {
        format!("apiVersion: v1\nitems:\n{items}kind: List\nmetadata:\n  resourceVersion: \"\"\n")
    };
    vec![
        ("flat.yaml", list(&flat)),
        (
            "deep.yaml",
            format!("---\n# 関所\nkind: List\napiVersion: v1\nitems:   # all\n{deep}"),
        ),
        (
            "twice.yaml",
            list(&[twice, &flat, twice, kept, &flat].concat()),
        ),
        ("folded.yaml", list(&[folded, &flat, folded].concat())),
        ("unended.yaml", list(&flat).trim_end().to_owned()),
        ("odd.yaml", list(&[&flat, odd].concat())),
        (
            "anchor.yaml",
            list(&flat.replacen("- apiVersion: ", "- apiVersion: &a ", 1)),
        ),
        (
            "tag.yaml",
            list(&flat.replacen("- apiVersion: ", "- apiVersion: !!str ", 1)),
        ),
        ("returns.yaml", list(&flat).replace('\n', "\r\n")),
        ("again.yaml", format!("{}items: []\n", list(&flat))),
        ("ended.yaml", format!("{}...\n", list(&flat))),
        ("broken.yaml", list(&[&flat, "- a: [\n"].concat())),
        (
            "other.yaml",
            list(&flat).replace("kind: List\nmeta", "kind: Lists\nmeta"),
        ),
        ("sequence.yaml", flat),
    ]
}

#[test]
fn a_list_in_parts_is_judged_as_a_whole() {
    let mut bundle = bundle(&Bundle::options());
    let few = [
        "privileged_containers",
        "default_namespace",
        "linux_capabilities",
    ];
    bundle.policies.retain(|policy| few.contains(&&*policy.id));
    for (name, text) in json_texts().into_iter().chain(yaml_texts()) {
        let source = Source::new(name, text);
        let expected = said(&at_once(&bundle, std::slice::from_ref(&source)));
        for threads in [1, 3] {
            let found = said(&in_parts(
                &bundle,
                &Sources::held([source.clone()]),
                threads,
            ));
            for (found, expected) in found.lines().zip(expected.lines()) {
                assert_eq!(found, expected, "{name}");
            }
            assert_eq!(found.len(), expected.len(), "{name}");
        }
    }
}

#[test]
fn a_list_comes_in_small_parts() {
    for (name, text) in json_texts().into_iter().chain(yaml_texts()) {
        let parts = parts_of(&Source::new(name, text.clone()));
        // What is not JSON through and through, or no List as kubectl writes it, is read as it is.
        let whole = [
            "exponent",
            "escaped",
            "cut",
            "comma",
            "documents",
            "odd",
            "anchor",
            "tag",
            "returns.yaml",
            "again",
            "ended",
            "broken",
            "sequence",
        ];
        if whole.iter().any(|whole| name.starts_with(whole)) {
            assert!(parts.iter().all(|part| part.focus.is_none()), "{name}");
            continue;
        }
        assert!(parts.len() > 2, "{name}");
        let largest = parts.iter().map(|part| part.source.bytes.len()).max();
        assert!(largest < Some(500_000), "{name}: {largest:?}");
        let mut whole = text.as_bytes();
        for part in &parts {
            let focus = part.focus.as_ref().unwrap();
            assert!(whole.starts_with(&part.source.bytes), "{name}");
            whole = &whole[focus.advance..];
        }
        assert_eq!(whole, b"", "{name}");
    }
}
