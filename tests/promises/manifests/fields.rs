//! Every field is found where it stands, in every way of writing it.

use sekisho::engine::Value;
use sekisho::manifest::{FieldPath, Found, Location, Positions, Step, positions, read};
use sekisho::source::Source;

/// The text that a found field covers, key and value.
fn covered<'t>(text: &'t str, found: &Found) -> (&'t str, &'t str) {
    (
        found.key.clone().map_or("", |key| &text[key]),
        &text[found.value.clone()],
    )
}

fn path(path: &str) -> Vec<Step> {
    path.parse::<FieldPath>().unwrap().0
}

/// Asks for a field of the resource `nth` of a text: `line:column key|value`, with what is missing.
fn ask(text: &str, nth: usize, field: &str) -> String {
    let source = Source::new("a.yaml", text);
    let manifest = read(&source);
    assert_eq!(manifest.faults, []);
    let found = positions(&source, &manifest.resources[nth].location).find(&path(field));
    let decoded = source.text().text;
    let (key, value) = covered(&decoded, &found);
    let missing = match &*found.missing {
        [] => String::new(),
        missing => format!(" missing {}", FieldPath(missing.to_vec())),
    };
    let value = if value.chars().count() > 24 {
        "…"
    } else {
        value
    };
    format!(
        "{}:{} {key}|{value}{missing}",
        found.place.line, found.place.column
    )
}

const YAML: &str = "\
# c
apiVersion: v1
kind: Pod
metadata:
  name: 日本語 # c
  annotations: {a.b/c: \"x\", 'd': y}
spec:
  hostPID:   true  # c
  containers:
  # c
  - name: a
    image: &i nginx
    args: [\"é\", x, \"y\\n\"]
    command:
      - |
        a
        b

  - image: *i
    name:

  # c
  volumes: []
---
apiVersion: v1
kind: Service
";

#[test]
fn fields_in_blocks_and_in_brackets() {
    for (field, expected) in [
        ("spec.hostPID", "8:3 hostPID|true"),
        ("spec.containers[0].image", "12:5 image|&i nginx"),
        ("spec.containers[1].image", "19:5 image|*i"),
        ("spec.containers[1].name", "20:5 name|"),
        ("spec.containers[0].args[1]", "13:17 |x"),
        ("spec.containers[0].args[0]", "13:12 |\"é\""),
        ("spec.containers[0].args", "13:5 args|[\"é\", x, \"y\\n\"]"),
        (
            "spec.containers[0].command[0]",
            "15:9 ||\n        a\n        b",
        ),
        ("spec.containers[1]", "19:5 |image: *i\n    name:"),
        ("spec.volumes", "23:3 volumes|[]"),
        ("metadata.name", "5:3 name|日本語"),
        ("metadata.annotations[\"a.b/c\"]", "6:17 a.b/c|\"x\""),
        ("metadata.annotations.d", "6:29 'd'|y"),
        ("kind", "3:1 kind|Pod"),
        ("", "2:1 |…"),
        // What is not there: the nearest parent, and the rest.
        ("spec.hostIPC", "7:1 spec|… missing hostIPC"),
        (
            "spec.containers[0].securityContext.privileged",
            "11:5 |… missing securityContext.privileged",
        ),
        (
            "spec.containers[7].image",
            "9:3 containers|… missing [7].image",
        ),
        ("spec.containers.image", "9:3 containers|… missing image"),
        ("spec.volumes[0]", "23:3 volumes|[] missing [0]"),
        ("spec.hostPID.x", "8:3 hostPID|true missing x"),
        ("status", "2:1 |… missing status"),
    ] {
        assert_eq!(ask(YAML, 0, field), expected, "{field}");
        // Carriage returns change no place; a mark at the start is no character.
        let windows = format!("\u{FEFF}{}", YAML.replace('\n', "\r\n"));
        assert_eq!(
            ask(&windows, 0, field).replace('\r', ""),
            expected,
            "{field}"
        );
    }
    assert_eq!(ask(YAML, 1, "kind"), "26:1 kind|Service");
    assert_eq!(ask(YAML, 1, "spec.x"), "25:1 |… missing spec.x");
}

#[test]
fn fields_through_aliases_and_merges() {
    let text = "\
x: &x
  image: a
  tag: &t {deep: 1}
y: &y {image: b, other: 2}
apiVersion: v1
kind: Pod
spec:
  one: *x
  two: {<<: *x, image: c}
  three: {image: d, <<: *x}
  four:
    <<: [*y, *x]
  five: {<<: *y, <<: *x}
  *k : z
metadata: {name: &k six}
";
    // An anchor is used after it is given.
    let text = text
        .replace("  *k : z\n", "")
        .replace("apiVersion: v1\n", "k: &k six\napiVersion: v1\n");
    let text = text.replace("name: &k six", "name: n, *k : z");
    for (field, expected) in [
        ("spec.one", "9:3 one|*x"),
        ("spec.one.image", "2:3 image|a"),
        ("spec.one.tag.deep", "3:12 deep|1"),
        ("spec.one.none", "9:3 one|*x missing none"),
        ("spec.two.image", "10:17 image|c"),
        ("spec.two.tag.deep", "3:12 deep|1"),
        // The merge comes later and wins, as in a cluster.
        ("spec.three.image", "2:3 image|a"),
        ("spec.four.image", "4:8 image|b"),
        ("spec.four.tag", "3:3 tag|&t {deep: 1}"),
        ("spec.five.image", "2:3 image|a"),
        ("spec.five.other", "4:18 other|2"),
        ("metadata.six", "15:21 *k|z"),
    ] {
        assert_eq!(ask(&text, 0, field), expected, "{field}");
    }
}

#[test]
fn of_a_key_that_is_there_twice_the_last_is_found() {
    let text = "apiVersion: v1\nkind: Pod\nspec: {a: 1, b: 2, a: 3}\n";
    assert_eq!(ask(text, 0, "spec.a"), "3:20 a|3");
    let text = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"a\": 1, \"a\": 3}}";
    assert_eq!(ask(text, 0, "spec.a"), "1:54 \"a\"|3");
}

#[test]
fn fields_in_json() {
    let text = "{}\n{\n  \"apiVersion\": \"v1\", \"kind\": \"Pod\",\n  \"é\": \"é\", \"s\\u0070ec\": {\n\t\"containers\": \
                [ {\"image\": \"x\"}, {\"image\" : 5 } ]}}\n";
    for (field, expected) in [
        ("spec.containers[1].image", "5:35 \"image\"|5"),
        ("spec.containers[0]", "5:18 |{\"image\": \"x\"}"),
        ("é", "4:3 \"é\"|\"é\""),
        (
            "spec.containers[0].name",
            "5:18 |{\"image\": \"x\"} missing name",
        ),
        ("spec.hostPID", "4:13 \"s\\u0070ec\"|… missing hostPID"),
        ("", "2:1 |…"),
    ] {
        assert_eq!(ask(text, 0, field), expected, "{field}");
    }
}

/// A file may be one long line; a column is counted in characters, as an editor counts.
#[test]
fn fields_far_into_a_line() {
    let long = "é\\\"".repeat(3000);
    let start = format!("{{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"x\": \"{long}\", ");
    let text = format!("{start}\"a\\tb\": {{\"c\": [1, {{\"d\": \"y\"}}]}},\n \"z\": 2}}\n");
    let at = start.chars().count();
    assert_eq!(
        ask(&text, 0, "[\"a\\tb\"].c[1].d"),
        format!("1:{} \"d\"|\"y\"", at + 20)
    );
    assert_eq!(ask(&text, 0, "z"), "2:2 \"z\"|2");
    let yaml = format!("kind: Pod\napiVersion: v1\nx: {{l: \"{long}\", m: 1}}\n");
    let at = format!("x: {{l: \"{long}\", ").chars().count();
    assert_eq!(ask(&yaml, 0, "x.m"), format!("3:{} m|1", at + 1));
}

#[test]
fn fields_of_items_and_reviews() {
    let text = "\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, spec: {a: 1}}
- apiVersion: v1
  kind: List
  items:
  - apiVersion: v1
    kind: Pod
    spec:
      a: 2
";
    assert_eq!(ask(text, 0, "spec.a"), "4:38 a|1");
    assert_eq!(ask(text, 1, "spec.a"), "11:7 a|2");
    assert_eq!(ask(text, 1, "spec.b"), "10:5 spec|a: 2 missing b");
    let json = "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [\n{\"spec\": {\"a\": 1}},\n {\"spec\": {\"a\": 2}}]}";
    assert_eq!(ask(json, 1, "spec.a"), "3:12 \"a\"|2");
    // Inherited, so nowhere written.
    assert_eq!(
        ask(json, 1, "kind"),
        "3:2 |{\"spec\": {\"a\": 2}} missing kind"
    );
    let review = "kind: AdmissionReview\napiVersion: admission.k8s.io/v1\nrequest:\n  object: {kind: Pod, apiVersion: v1}\n";
    assert_eq!(ask(review, 0, "kind"), "4:12 kind|Pod");
}

#[test]
fn a_location_of_nowhere_stays_what_it_is() {
    let source = Source::new("a.yaml", "kind: Pod\n");
    let found = positions(&source, &Location::new("b.yaml", 7, 3)).find(&path("spec.x"));
    assert_eq!((found.place.line, found.place.column), (7, 3));
    assert_eq!(found.missing, path("spec.x"));
}

#[test]
fn paths_are_read_and_written() {
    let key = |key: &str| Step::Key(key.to_owned());
    for (text, steps) in [
        ("", vec![]),
        ("a", vec![key("a")]),
        (
            "spec.containers[0].x",
            vec![key("spec"), key("containers"), Step::Index(0), key("x")],
        ),
        ("a[\"b.c/d\"].e", vec![key("a"), key("b.c/d"), key("e")]),
        ("a[\"\\\"]\"]", vec![key("a"), key("\"]")]),
        ("[\"a.b\"][1]", vec![key("a.b"), Step::Index(1)]),
        ("a[\"\"]", vec![key("a"), key("")]),
    ] {
        assert_eq!(path(text), steps, "{text}");
        assert_eq!(FieldPath(steps).to_string(), text);
    }
    assert_eq!(path("a['b.c']"), path("a[\"b.c\"]"));
    assert_eq!(path("a[b.c/d]"), path("a[\"b.c/d\"]"));
    for (text, column) in [
        (".a", 1),
        ("a..b", 3),
        ("a.", 3),
        ("a[", 2),
        ("a[]", 2),
        ("a[1]b", 5),
        ("é[\"x]", 2),
        ("a]", 2),
    ] {
        assert_eq!(
            text.parse::<FieldPath>().unwrap_err().column,
            column,
            "{text}"
        );
    }
}

/// Every field of a value, by path.
fn fields(value: &Value, path: &mut Vec<Step>, take: &mut impl FnMut(&[Step], &Value)) {
    take(path, value);
    if let Ok(object) = value.as_object() {
        for (key, value) in object.iter() {
            path.push(Step::Key(key.as_string().unwrap().to_string()));
            fields(value, path, take);
            path.pop();
        }
    } else if let Ok(array) = value.as_array() {
        for (index, value) in array.iter().enumerate() {
            path.push(Step::Index(index));
            fields(value, path, take);
            path.pop();
        }
    }
}

/// Every field of every resource is found, nothing of it missing, and the text there says what the
/// field is.
pub(super) fn check_all(source: &Source) -> usize {
    let text = source.text().text;
    let mut checked = 0;
    for resource in read(source).resources {
        let here: Positions<'_> = positions(source, &resource.location);
        fields(&resource.object, &mut Vec::new(), &mut |path, value| {
            let found = here.find(path);
            let inherited =
                matches!(path, [Step::Key(key)] if key == "kind" || key == "apiVersion");
            assert!(
                found.missing.is_empty() || inherited,
                "{} {path:?}",
                source.name
            );
            let (key, written) = covered(&text, &found);
            if let (Some(Step::Key(name)), true) = (path.last(), found.missing.is_empty()) {
                let plain = name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "./-_".contains(c));
                let same = key.trim_matches(['"', '\'']) == name
                    // `1`, `on` and escapes are written otherwise.
                    || !plain || key.starts_with('*') || matches!(&**name, "true" | "false")
                    || name.chars().all(|c| c.is_ascii_digit()) || key.contains('\\');
                assert!(same, "{} {path:?}: {key:?}", source.name);
            }
            if let Ok(value) = value.as_string()
                && !value.is_empty()
                && value.chars().all(|c| c.is_ascii_alphanumeric())
                && found.missing.is_empty()
                && !written.starts_with(['*', '|', '>', '!'])
            {
                assert!(
                    written.contains(&**value),
                    "{} {path:?}: {written:?}",
                    source.name
                );
            }
            checked += 1;
        });
    }
    checked
}

#[test]
fn every_field_is_found() {
    assert!(check_all(&Source::new("a.yaml", YAML)) > 20);
    assert!(check_all(&Source::new("a.yaml", YAML.replace('\n', "\r\n"))) > 20);
}
