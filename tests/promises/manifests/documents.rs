//! A text is taken apart as kubectl does it, and goes on after what is broken.

use sekisho::manifest::SkipReason;

use super::{at, faults, json, notes, one, pod, pod_json, read, summary};

#[test]
fn separators() {
    let cases: &[(&str, &[&str])] = &[
        ("A---\nB", &["Pod/a@1:1[0]", "Pod/b@6:1[1]"]),
        ("---\nA---\nB---\n", &["Pod/a@2:1[0]", "Pod/b@7:1[1]"]),
        ("A--- # c\nB", &["Pod/a@1:1[0]", "Pod/b@6:1[1]"]),
        ("A---\t \nB", &["Pod/a@1:1[0]", "Pod/b@6:1[1]"]),
        ("A...\n---\nB", &["Pod/a@1:1[0]", "Pod/b@7:1[1]"]),
        ("A...\nB", &["Pod/a@1:1[0]", "Pod/b@6:1[1]"]),
        // Empty documents count, where a separator stands before them.
        (
            "# c\n---\nA---\n---\n# d\n---\nB",
            &["Pod/a@3:1[0]", "Pod/b@11:1[3]"],
        ),
        ("~\n---\nA", &["Pod/a@3:1[1]"]),
        ("\n\n  # c\nA", &["Pod/a@4:1[0]"]),
        ("", &[]),
        ("---\n---\n", &[]),
    ];
    for (text, expected) in cases {
        let text = text.replace('A', &pod("a")).replace('B', &pod("b"));
        for line_break in ["\n", "\r\n"] {
            let manifest = read(text.replace('\n', line_break));
            assert_eq!(summary(&manifest), *expected, "{text:?} {line_break:?}");
            assert_eq!(
                (manifest.faults.len(), manifest.skipped.len()),
                (0, 0),
                "{text}"
            );
        }
    }
}

#[test]
fn a_lone_carriage_return_ends_a_line() {
    let text = format!("{}---\n{}", pod("a"), pod("b")).replace('\n', "\r");
    assert_eq!(summary(&read(text)), ["Pod/a@1:1[0]", "Pod/b@6:1[1]"]);
}

#[test]
fn a_separator_inside_a_block_is_text_where_it_is_indented() {
    let text = format!(
        "{}data:\n  x: |\n    a\n    ---\n    b\n---\n{}",
        pod("a"),
        pod("b")
    );
    let manifest = read(text);
    assert_eq!(summary(&manifest), ["Pod/a@1:1[0]", "Pod/b@11:1[1]"]);
    assert_eq!(
        *at(&manifest.resources[0].object, &["data", "x"]),
        "a\n---\nb\n".into()
    );
}

#[test]
fn the_last_line_has_its_break() {
    let object = one(&format!("{}data:\n  x: |\n    a", pod("a")));
    assert_eq!(*at(&object, &["data", "x"]), "a\n".into());
}

#[test]
fn reading_goes_on_after_a_broken_document() {
    let text = format!(
        "{}---\nkind: Pod\n  name: x\n---\n{}---\na: [\n---\n{}",
        pod("a"),
        pod("b"),
        pod("c")
    );
    let manifest = read(text);
    assert_eq!(
        summary(&manifest),
        ["Pod/a@1:1[0]", "Pod/b@9:1[2]", "Pod/c@16:1[4]"]
    );
    assert_eq!(
        faults(&manifest),
        [
            "7:7: invalid YAML: mapping values are not allowed in this context",
            "15:1: invalid YAML: did not find expected node content while parsing a flow node",
        ]
    );
}

#[test]
fn what_kubectl_takes_for_a_bad_separator_is_a_fault() {
    for line in ["--- {a: b}", "---foo", "----", "--- |"] {
        let manifest = read(format!("{}{line}\n{}", pod("a"), pod("b")));
        assert_eq!(
            summary(&manifest),
            ["Pod/a@1:1[0]", "Pod/b@6:1[1]"],
            "{line}"
        );
        assert_eq!(faults(&manifest).len(), 1, "{line}");
        assert!(
            faults(&manifest)[0].starts_with("5:1: "),
            "{:?}",
            faults(&manifest)
        );
    }
}

#[test]
fn directives_are_refused_as_kubectl_refuses_them() {
    let manifest = read(format!("%YAML 1.1\n---\n{}", pod("a")));
    assert_eq!(
        faults(&manifest),
        ["2:1: invalid YAML: did not find expected <document start>"]
    );
    assert_eq!(summary(&manifest), ["Pod/a@3:1[1]"]);
}

#[test]
fn anchors_end_with_their_document() {
    let manifest = read(format!("{}x: &x 1\n---\n{}y: *x\n", pod("a"), pod("b")));
    assert_eq!(summary(&manifest), ["Pod/a@1:1[0]"]);
    assert_eq!(
        faults(&manifest),
        ["11:4: invalid YAML: there is no anchor `&x` before `*x`"]
    );
}

#[test]
fn json_values_one_after_the_other() {
    let text = format!("{}\n{}{}", pod_json("a"), pod_json("b"), pod_json("c"));
    let manifest = read(text);
    assert_eq!(
        summary(&manifest),
        ["Pod/a@1:1[0]", "Pod/b@2:1[1]", "Pod/c@2:57[2]"]
    );
    assert_eq!(manifest.faults, []);
}

#[test]
fn json_and_yaml_in_one_file() {
    for (text, expected) in [
        (
            format!("{}\n---\n{}", pod_json("a"), pod_json("b")),
            ["Pod/a@1:1[0]", "Pod/b@3:1[1]"],
        ),
        (
            format!("{}\n---\n{}", pod_json("a"), pod("b")),
            ["Pod/a@1:1[0]", "Pod/b@3:1[1]"],
        ),
        (
            format!("{}---\n  {}", pod("a"), pod_json("b").replace(':', ":\t")),
            ["Pod/a@1:1[0]", "Pod/b@6:3[1]"],
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, \
             metadata: {name: b}}"
                .to_owned(),
            ["Pod/a@1:1[0]", "Pod/b@3:1[1]"],
        ),
    ] {
        let manifest = read(text.clone());
        assert_eq!(summary(&manifest), expected, "{text}");
        assert_eq!(manifest.faults, [], "{text}");
    }
}

#[test]
fn broken_json_is_said_in_jsons_words() {
    let manifest = read("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\" \"x\"\n}\n");
    assert_eq!(
        faults(&manifest),
        ["3:17: invalid JSON: expected `,` or `}`"]
    );
    let manifest = read("{\"apiVersion\": \"v1\", \"kind\": ");
    assert_eq!(
        faults(&manifest),
        ["1:29: invalid JSON: EOF while parsing a value"]
    );
    let manifest = read("{\"é\": \"é\" x}");
    assert_eq!(
        faults(&manifest),
        ["1:11: invalid JSON: expected `,` or `}`"]
    );
}

#[test]
fn encodings() {
    let text = format!("{}---\n{}", pod("é"), pod("b"));
    let expected = ["Pod/é@1:1[0]", "Pod/b@6:1[1]"];
    let utf16 = |big: bool| -> Vec<u8> {
        let bytes = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        format!("\u{FEFF}{text}")
            .encode_utf16()
            .flat_map(bytes)
            .collect()
    };
    let marked = format!("\u{FEFF}{text}").into_bytes();
    let twice = format!("\u{FEFF}{}---\n\u{FEFF}{}", pod("é"), pod("b")).into_bytes();
    for bytes in [marked, utf16(true), utf16(false)] {
        let manifest = read(bytes);
        assert_eq!(summary(&manifest), expected);
        assert_eq!((manifest.faults.len(), manifest.notes.len()), (0, 0));
    }
    assert_eq!(summary(&read(twice)), ["Pod/é@1:1[0]", "Pod/b@6:2[1]"]);
    let manifest = read(format!("\u{FEFF}{}", pod_json("a")));
    assert_eq!(summary(&manifest), ["Pod/a@1:1[0]"]);
}

#[test]
fn what_is_not_utf8_is_replaced_as_kubectl_does_and_noted() {
    let mut bytes = format!("{}spec:\n  x: ", pod("a")).into_bytes();
    bytes.push(0xFF);
    let manifest = read(bytes);
    assert_eq!(
        *at(&manifest.resources[0].object, &["spec", "x"]),
        "\u{FFFD}".into()
    );
    assert_eq!(
        notes(&manifest),
        ["6:6: not UTF-8; what is no character is read as U+FFFD"]
    );
}

#[test]
fn control_characters_are_a_fault() {
    for control in ["\0", "\u{7}", "\u{C}", "\u{7F}"] {
        let manifest = read(format!("{}é: {control}x\n---\n{}", pod("a"), pod("b")));
        assert_eq!(
            faults(&manifest),
            ["5:4: invalid YAML: control characters are not allowed"]
        );
        assert_eq!(summary(&manifest), ["Pod/b@7:1[1]"]);
    }
}

#[test]
fn a_template_is_skipped_and_what_is_none_is_read() {
    let text = format!(
        "{}---\n{{{{- if .Values.x }}}}\nkind: Pod\n---\n{}",
        pod("a"),
        pod("b")
    );
    let manifest = read(text);
    assert_eq!(summary(&manifest), ["Pod/a@1:1[0]", "Pod/b@9:1[2]"]);
    assert_eq!(manifest.faults, []);
    assert_eq!(manifest.skipped.len(), 1);
    assert_eq!(manifest.skipped[0].reason, SkipReason::HelmTemplate);
    assert_eq!(manifest.skipped[0].location.line, 6);
    for text in [
        "{{ include \"x\" . }}\n",
        "a: {{ .b }}\n",
        "{{- range .x }}\nkind: Pod\n{{- end }}",
    ] {
        let manifest = read(text);
        assert_eq!(
            (manifest.faults.len(), manifest.skipped.len()),
            (0, 1),
            "{text}"
        );
    }
    // In quotes it is YAML, and what is written there may be judged.
    let object = one(&format!(
        "{}spec:\n  image: \"{{{{ .Values.image }}}}\"\n",
        pod("a")
    ));
    assert_eq!(
        *at(&object, &["spec"]),
        json(r#"{"image": "{{ .Values.image }}"}"#)
    );
}
