//! Hostile input ends in a fault, soon, on an ordinary stack.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::{faults, pod, pod_json, read};

#[test]
fn deep_nesting_is_a_fault() {
    // As deep as is allowed must work on the stack of a thread.
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("{\"a\": ", "}")] {
        for (depth, fine) in [(999, true), (1001, false), (200_000, false)] {
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let manifest = read(format!("{}spec: {nested}\n", pod("a")));
            assert_eq!(
                manifest.resources.len(),
                usize::from(fine),
                "{open} {depth}"
            );
            if !fine {
                let message = "invalid YAML: nested deeper than 1000 levels";
                assert!(
                    faults(&manifest)[0].ends_with(message),
                    "{:?}",
                    faults(&manifest)
                );
            }
        }
    }
    let mut blocks = pod("a");
    blocks.push_str("spec:\n");
    for level in 1..3000 {
        let _ = writeln!(blocks, "{}a:", " ".repeat(level));
    }
    assert_eq!(faults(&read(blocks)).len(), 1);
}

#[test]
fn deep_json_is_a_fault() {
    for (depth, fine) in [(998, true), (1001, false), (500_000, false)] {
        let nested = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        // The escapes make it JSON and nothing else.
        let spec = format!("\"spec\": {nested}, \"x\": \"\\ud83d\\ude00\", \"metadata\"");
        let text = pod_json("a").replace("\"metadata\"", &spec);
        let manifest = read(text);
        assert_eq!(manifest.resources.len(), usize::from(fine), "{depth}");
        assert_eq!(
            manifest.faults.len(),
            usize::from(!fine),
            "{:?}",
            faults(&manifest)
        );
    }
}

#[test]
fn a_billion_laughs_are_refused() {
    let mut text = pod("a");
    text.push_str("x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..10 {
        let uses = vec![format!("*x{}", level - 1); 10].join(", ");
        let _ = writeln!(text, "x{level}: &x{level} [{uses}]");
    }
    let manifest = read(text);
    assert_eq!(
        faults(&manifest),
        ["8:20: invalid YAML: too many values through aliases"]
    );
    // Ordinary use is no abuse.
    let mut text = format!("{}x: &x {{a: 1, b: [1, 2, 3]}}\nspec:\n", pod("a"));
    for number in 0..5000 {
        let _ = writeln!(text, "  k{number}: {{<<: *x, c: {number}, d: 1, e: 2}}");
    }
    assert_eq!(faults(&read(text)), Vec::<String>::new());
}

#[test]
fn an_anchor_in_itself_is_refused() {
    let manifest = read(format!("{}spec: &x\n  a: [*x]\n", pod("a")));
    assert_eq!(
        faults(&manifest),
        ["6:7: invalid YAML: the anchor `&x` contains itself"]
    );
}

#[test]
fn time_grows_with_the_text() {
    let time = |text: String| {
        let start = Instant::now();
        read(text);
        start.elapsed()
    };
    for unit in [
        pod("é") + "---\n",
        pod_json("a"),
        "{{ x\n---\n".to_owned(),
        "a: [1, 2::, 3]\n---\n".to_owned(),
        "- &a [*a]\n---\n".to_owned(),
        "\u{FEFF}a\n---\n".to_owned(),
    ] {
        let short = time(unit.repeat(4_000)).max(Duration::from_millis(10));
        let long = time(unit.repeat(40_000));
        assert!(long < short * 40, "{unit:?}: {short:?} {long:?}");
    }
    let flow = format!("{}spec: [{}]", pod("a"), "{a: b::}, ".repeat(20_000));
    assert!(time(flow) < Duration::from_secs(20));
}
