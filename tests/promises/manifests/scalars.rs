//! What a scalar is in a cluster. Each expectation was taken from kubectl.

use super::{at, json, notes, one, pod, read};

/// A scalar in YAML and what it is in JSON.
const VALUES: &[(&str, &str)] = &[
    ("yes", "true"),
    ("Off", "false"),
    ("y", "true"),
    ("n", "false"),
    ("True", "true"),
    ("tRUE", "\"tRUE\""),
    ("~", "null"),
    ("", "null"),
    ("Null", "null"),
    ("12", "12"),
    ("+12", "12"),
    ("-0", "0"),
    ("0644", "420"),
    ("-0777", "-511"),
    ("0o17", "15"),
    ("0O17", "15"),
    ("0o8", "\"0o8\""),
    ("08", "8"),
    ("018", "18"),
    ("0x1F", "31"),
    ("0x_1", "1"),
    ("+0x1F", "31"),
    ("0x-1", "\"0x-1\""),
    ("0xG", "\"0xG\""),
    ("0x", "\"0x\""),
    ("0b101", "5"),
    ("-0b11", "-3"),
    ("0b2", "\"0b2\""),
    ("0_0o7", "\"0_0o7\""),
    ("1_000", "1000"),
    ("1__0", "10"),
    ("1_", "1"),
    ("_1", "\"_1\""),
    ("1e3", "1000"),
    ("1.0", "1"),
    ("1.5_5", "1.55"),
    ("685_230.15", "685230.15"),
    ("1.", "1"),
    (".5e3", "500"),
    ("+.5", "0.5"),
    (".1_000", "0.1"),
    ("._5", "\"._5\""),
    (".1.2", "\".1.2\""),
    ("1..2", "\"1..2\""),
    ("1e", "\"1e\""),
    ("1e-7", "1e-7"),
    ("1e21", "1e21"),
    ("1e400", "\"1e400\""),
    ("0x1p4", "\"0x1p4\""),
    ("+", "\"+\""),
    ("-.", "\"-.\""),
    (".", "\".\""),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("18446744073709551615", "18446744073709551615"),
    (
        "123456789012345678901234567890",
        "123456789012345678901234567890",
    ),
    ("12:30", "\"12:30\""),
    ("2001-01-01", "\"2001-01-01\""),
    ("2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\""),
    ("1.2.3", "\"1.2.3\""),
    ("64Gi", "\"64Gi\""),
    ("'12'", "\"12\""),
    ("\"yes\"", "\"yes\""),
    ("!!str 12", "\"12\""),
    ("!!str ~", "\"~\""),
    ("!!int \"3\"", "3"),
    ("!!float 1", "1"),
    ("!!bool 'on'", "true"),
    ("!!null ''", "null"),
    ("!!binary aGVsbG8=", "\"hello\""),
    ("!!timestamp 2001-01-01", "\"2001-01-01\""),
    ("!own 12", "\"12\""),
    ("!!set {a, b}", "{\"a\": null, \"b\": null}"),
    ("|-\n    a\n    # b\n\n    c", "\"a\\n# b\\n\\nc\""),
    (">-\n    a\n    b\n\n    c", "\"a b\\nc\""),
    ("a\n    b # c", "\"a b\""),
    (
        "[10.0.0.1, 2001:db8::, a]",
        "[\"10.0.0.1\", \"2001:db8::\", \"a\"]",
    ),
    ("{a:b, \"c\":d}", "{\"a:b\": null, \"c\": \"d\"}"),
    ("a\u{FEFF}b", "\"a\u{FEFF}b\""),
];

#[test]
fn a_scalar_is_what_it_is_in_a_cluster() {
    for (yaml, expected) in VALUES {
        let object = one(&format!("{}spec:\n  value: {yaml}\n", pod("a")));
        assert_eq!(*at(&object, &["spec", "value"]), json(expected), "{yaml}");
    }
}

#[test]
fn a_key_is_a_string() {
    let keys = [
        ("1", "1"),
        ("n", "false"),
        ("on", "true"),
        ("1.5", "1.5"),
        ("0x10", "16"),
        ("-0", "0"),
        ("1e21", "1e+21"),
        ("123456789.0", "1.2345679e+08"),
        (".inf", ".inf"),
        ("-0.0", "-0"),
        ("'y'", "y"),
        ("!!binary aGVsbG8=", "hello"),
        ("0.1", "0.1"),
        ("1e6", "1e+06"),
    ];
    for (yaml, expected) in keys {
        let object = one(&format!("{}spec:\n  {yaml}: here\n", pod("a")));
        let spec = at(&object, &["spec"]).as_object().unwrap();
        assert_eq!(
            spec.get(&expected.into()),
            Some(&"here".into()),
            "{yaml} in {spec:?}"
        );
        assert_eq!(spec.len(), 1);
    }
}

#[test]
fn what_json_cannot_say_is_refused() {
    for yaml in [
        ".inf",
        "-.INF",
        ".NaN",
        "!!int foo",
        "!!bool 1",
        "!!null x",
        "!!float a",
        "!!binary '*'",
        "!!timestamp x",
        "{~: 1}",
        "{[a]: 1}",
        "{{a: 1}: 1}",
        "*nowhere",
        "\"\\q\"",
    ] {
        let manifest = read(format!("{}spec:\n  value: {yaml}\n", pod("a")));
        assert_eq!(manifest.resources.len(), 0, "{yaml}");
        let lines: Vec<u32> = manifest.faults.iter().map(|fault| fault.line).collect();
        // `{{` may be a template.
        assert!(
            lines == [6] || yaml.starts_with("{{"),
            "{yaml}: {:?}",
            manifest.faults
        );
    }
}

#[test]
fn merges_go_by_their_order() {
    let text = format!(
        "{}x: &x {{p: 1, q: 2}}\ny: &y {{q: 3, r: 4}}\nspec:\n  one: {{p: 5, <<: *x, q: 7}}\n  \
         two: {{<<: [*x, *y], z: 0}}\n  three: {{<<: {{p: 9}}}}\n  four: {{'<<': 1}}\n  \
         five: {{!!merge <<: *x}}\n  six: {{<<: *x, <<: *y}}\n  *k : 3\n",
        pod("&k a")
    );
    let expected = r#"{"one": {"p": 1, "q": 7}, "two": {"p": 1, "q": 2, "r": 4, "z": 0},
        "three": {"p": 9}, "four": {"<<": 1}, "five": {"p": 1, "q": 2},
        "six": {"p": 1, "q": 3, "r": 4}, "a": 3}"#;
    assert_eq!(*at(&one(&text), &["spec"]), json(expected));
    for wrong in ["<<: ~", "<<: 5", "<<: [{a: 1}, ~]", "<<: *s"] {
        let manifest = read(format!("{}s: &s [{{a: 1}}]\nspec:\n  {wrong}\n", pod("a")));
        assert_eq!(manifest.faults.len(), 1, "{wrong}");
    }
}

#[test]
fn of_a_key_that_is_there_twice_the_last_counts_and_a_note_says_so() {
    let manifest = read(format!("{}spec:\n  a: 1\n  b: 2\n  a: 3\n", pod("a")));
    assert_eq!(
        *at(&manifest.resources[0].object, &["spec", "a"]),
        json("3")
    );
    assert_eq!(
        notes(&manifest),
        ["8:3: the key `a` is there twice; the last one counts"]
    );
    // In the order of the text, though what is inside is complete before it.
    let text = "spec:\n  m: &m {x: 1}\n  a: 1\n  a:\n    b: 2\n    b:\n    - c: 3\n      c: 4\n  <<: *m\n  m: 5\n";
    assert_eq!(
        notes(&read(format!("{}{text}", pod("a")))),
        [
            "8:3: the key `a` is there twice; the last one counts",
            "10:5: the key `b` is there twice; the last one counts",
            "12:7: the key `c` is there twice; the last one counts"
        ]
    );
    let manifest = read(r#"{"apiVersion": "v1", "kind": "Pod", "kind": "Service"}"#);
    assert_eq!(manifest.resources[0].object["kind"], "Service".into());
    assert_eq!(
        notes(&manifest),
        ["1:1: the key `kind` is there twice; the last one counts"]
    );
}

#[test]
fn anchors_may_be_given_twice() {
    let object = one(&format!(
        "{}spec: {{a: &x 1, b: *x, c: &x 2, d: *x}}\n",
        pod("a")
    ));
    assert_eq!(
        *at(&object, &["spec"]),
        json(r#"{"a": 1, "b": 1, "c": 2, "d": 2}"#)
    );
}

#[test]
fn json_numbers_reach_a_policy_as_from_the_api_server() {
    let object = one(
        r#"{"apiVersion":"v1","kind":"Pod","spec":{"a":1.0,"b":-0.0,"c":12345678901234567890,"i":123456789012345678901234567890,
        "d":1e3,"e":1.5,"f":"1","g":null,"h":true,"$serde_json::private::Number":"x"}}"#,
    );
    assert_eq!(
        *at(&object, &["spec"]),
        json(
            r#"{"a":1,"b":0,"c":12345678901234567890,"i":123456789012345678901234567890,"d":1000,"e":1.5,"f":"1","g":null,"h":true,
            "$serde_json::private::Number":"x"}"#
        )
    );
    // A whole number has no point, in messages, too.
    assert_eq!(at(&object, &["spec", "a"]).to_string(), "1");
    assert_eq!(at(&object, &["spec", "d"]).to_string(), "1000");
    let object = one(&format!("{}spec: 1e20\n", pod("a")));
    assert_eq!(at(&object, &["spec"]).to_string(), "100000000000000000000");
    let manifest = read(r#"{"apiVersion":"v1","kind":"Pod","spec":1e999}"#);
    assert_eq!(manifest.faults.len(), 1);
    assert_eq!(manifest.resources.len(), 0);
}
