//! The author's commands speak Japanese as the others do; what is for programs stays as it is.

use std::fs;

use crate::run::{sekisho, sekisho_in, sekisho_with};

/// Whether every letter of the sentence that is no Rego is Japanese: `…` in it, names and paths aside.
fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('\u{3041}'..='\u{30ff}').contains(&c))
}

/// Something for most rules of the linter.
const ODD: &str = "apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: other}
spec:
  crd: {spec: {names: {kind: Odd}, validation: {openAPIV3Schema: {type: object, properties: {unread: {type: string}}}}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package odd
      import data.lib.unused
      violation[{\"details\": 1}] { input.request.uid == 1 }
      violation[{\"msg\": msg}] {
        input.parameters.undeclared
        input.review.objekt
        input.foo
        data.inventory.cluster
        time.now_ns() > 1
        msg := sprintf(\"%v\", [input.review.object.spec.x])
      }
    libs:
    - |
      package lib.unused
      x = 1
";

#[test]
fn lint_speaks_japanese_to_people_alone() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("odd.yaml"), ODD).unwrap();
    // A cluster refuses the template for its name; the Rego is looked at where that is right.
    fs::write(
        here.join("named.yaml"),
        ODD.replace("{name: other}", "{name: odd}"),
    )
    .unwrap();
    let run = |more: &[&str]| sekisho_in(here, &[&["lint"], more].concat(), "");
    let json = run(&["--output", "json"]);
    assert_eq!(
        run(&["--output", "json", "--lang", "ja"]).stdout,
        json.stdout
    );
    let report = json.json();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() >= 8, "{}", json.stdout);

    let japanese = run(&["--lang", "ja"]).stdout;
    let mut heads = 0;
    for line in japanese.lines() {
        let rule = findings.iter().map(|found| found["rule"].as_str().unwrap());
        let is_head = rule
            .clone()
            .any(|rule| line.starts_with(&format!("{rule}: ")));
        if is_head || line.starts_with(" 対処: ") {
            assert!(is_japanese(line), "{line}");
            heads += usize::from(is_head);
        }
        assert!(!line.starts_with(" help: "), "{line}");
    }
    assert_eq!(heads, findings.len(), "{japanese}");
    let summary = format!("テンプレート 2 件中、指摘 {} 件", findings.len());
    assert!(japanese.contains(&summary), "{japanese}");
    let rules = run(&["--rules", "--lang", "ja"]).stdout;
    let english = run(&["--rules"]).stdout;
    assert_eq!(rules.lines().count(), english.lines().count());
    for (ours, theirs) in rules.lines().zip(english.lines()) {
        assert_eq!(ours.split(' ').next(), theirs.split(' ').next());
        assert!(!ours.is_ascii(), "{ours}");
    }
    assert!(
        english.is_ascii() && english.lines().is_sorted(),
        "{english}"
    );
}

#[test]
fn eval_and_new_speak_japanese() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: kube-system}\nspec:\n  containers:\n  - {name: app, image: a}\n";
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let made = sekisho_in(here, &["new", "owner_label", "--lang", "ja"], "");
    assert!(
        made.stdout.starts_with("owner_label を作成しました。"),
        "{}",
        made.stdout
    );
    assert!(
        made.stdout.contains("\n  sekisho test owner_label\n"),
        "{}",
        made.stdout
    );

    let asked = ["eval", "owner_label", "-", "--trace", "--lang", "ja"];
    let answer = sekisho_in(here, &asked, pod);
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    for said in [
        "  違反  Label owner is missing\n",
        "試行 1 回、成立 1 回",
        "試行 1 回、成立 0 回",
        "未定義",
    ] {
        assert!(answer.stdout.contains(said), "{said}: {}", answer.stdout);
    }
    let passes = sekisho_in(
        here,
        &asked,
        &pod.replace("name: web,", "name: web, labels: {owner: me},"),
    );
    assert!(
        passes.stdout.contains("  合格  違反はありません\n"),
        "{}",
        passes.stdout
    );

    // One that a cluster would not ask: the namespace is left out.
    let report = sekisho(&["list", "--lang", "en"]);
    let id = report
        .stdout
        .split_whitespace()
        .find(|word| word.contains('_'))
        .unwrap();
    let unasked = sekisho_with(&["eval", id, "-", "--lang", "ja"], pod);
    assert!(
        unasked.stdout.contains("クラスターでは評価されません: "),
        "{}",
        unasked.stdout
    );
    let json =
        |lang: &str| sekisho_with(&["eval", id, "-", "--output", "json", "--lang", lang], pod);
    assert_eq!(json("ja").stdout, json("en").stdout);
}
