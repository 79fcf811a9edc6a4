//! The words of a run of tests, in both languages.

use crate::engine::MutationKind;
use crate::language::Language;
use crate::suite::{Count, Tally};

/// The words of one language.
pub(super) struct Words {
    pub(super) passed: &'static str,
    pub(super) failed: &'static str,
    pub(super) broken: &'static str,
    pub(super) skipped: &'static str,
    /// How many checks ended otherwise than in the last run.
    pub(super) since: fn(usize) -> String,
    /// Labels.
    pub(super) at: &'static str,
    pub(super) object: &'static str,
    pub(super) expected: &'static str,
    pub(super) actual: &'static str,
    pub(super) violation: &'static str,
    pub(super) printed: &'static str,
    /// How many violations, of which description (may be empty).
    pub(super) count: fn(Count, &str) -> String,
    /// How many there were of it, of how many in all.
    pub(super) found: fn(usize, usize) -> String,
    pub(super) refused: &'static str,
    pub(super) accepted: &'static str,
    pub(super) undefined: &'static str,
    /// The closing line of the Suites: how many, their tests, their checks.
    pub(super) suites: fn(usize, usize, Tally) -> String,
    /// The closing line of the Rego tests: files, checks.
    pub(super) rego: fn(usize, Tally) -> String,
    /// That files or folders could not be read.
    pub(super) unread: fn(usize) -> String,
    /// Headings, and what is said below them.
    pub(super) coverage: &'static str,
    pub(super) mutation: &'static str,
    pub(super) total: &'static str,
    pub(super) unreached: &'static str,
    pub(super) untested: &'static str,
    pub(super) survived: &'static str,
    pub(super) not_reached: &'static str,
    /// What was changed: before, after.
    pub(super) changed: fn(MutationKind, &str, &str) -> String,
    /// How many were noticed, not noticed, not reached, left out, no sound Rego.
    pub(super) mutants: fn([usize; 5]) -> String,
}

pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ja => &JA,
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

static EN: Words = Words {
    passed: "ok",
    failed: "FAIL",
    broken: "ERROR",
    skipped: "skip",
    since: |count| match count {
        0 => "since the last run: no change".to_owned(),
        count => format!("since the last run: {}", plural(count, "change", "changes")),
    },
    at: "at",
    object: "object",
    expected: "expected",
    actual: "got",
    violation: "violation",
    printed: "printed",
    count: |count, described| {
        let count = match count {
            Count::Some => "at least 1 violation".to_owned(),
            Count::None => "no violation".to_owned(),
            Count::Exactly(1) => "exactly 1 violation".to_owned(),
            Count::Exactly(count) => format!("exactly {count} violations"),
        };
        match described {
            "" => count,
            described => format!("{count} with {described}"),
        }
    },
    found: |found, all| {
        if found == all {
            plural(found, "violation", "violations")
        } else {
            format!("{found} of {}", plural(all, "violation", "violations"))
        }
    },
    refused: "that the schema refuses a Constraint",
    accepted: "all are accepted",
    undefined: "undefined",
    suites: |suites, tests, tally| {
        format!(
            "{}, {}: {}",
            plural(suites, "Suite", "Suites"),
            plural(tests, "test", "tests"),
            english(tally, "case", "cases")
        )
    },
    rego: |files, tally| {
        format!(
            "Rego, {}: {}",
            plural(files, "file", "files"),
            english(tally, "test", "tests")
        )
    },
    unread: |count| format!("{} could not be read", plural(count, "path", "paths")),
    coverage: "Lines of Rego that tests reach",
    mutation: "Changes of the Rego that tests notice",
    total: "in all",
    unreached: "not reached:",
    untested: "no test runs this",
    survived: "not noticed",
    not_reached: "not reached",
    changed: |kind, before, after| match kind {
        MutationKind::DropRule => format!("`{before}` never holds"),
        MutationKind::DropElse | MutationKind::DropStatement | MutationKind::DropItem => {
            format!("without `{before}`")
        }
        _ => format!("`{after}` instead of `{before}`"),
    },
    mutants: |[killed, survived, unreached, skipped, invalid]| {
        let mut said = format!(
            "{}: {killed} noticed",
            plural(killed + survived + unreached, "change", "changes")
        );
        for (count, word) in [
            (survived, "not noticed"),
            (unreached, "not reached"),
            (skipped, "left out by a comment"),
            (invalid, "no sound Rego"),
        ] {
            if count > 0 {
                said.push_str(&format!(", {count} {word}"));
            }
        }
        said
    },
};

fn english(tally: Tally, one: &str, many: &str) -> String {
    let mut out = format!("{} passed", plural(tally.passed, one, many));
    for (count, word) in [
        (tally.failed, "failed"),
        (tally.broken, "could not run"),
        (tally.skipped, "skipped"),
    ] {
        if count > 0 {
            out.push_str(&format!(", {count} {word}"));
        }
    }
    out
}

static JA: Words = Words {
    passed: "成功",
    failed: "失敗",
    broken: "エラー",
    skipped: "スキップ",
    since: |count| match count {
        0 => "前回の実行からの変化: なし".to_owned(),
        count => format!("前回の実行からの変化: {count} 件"),
    },
    at: "場所",
    object: "オブジェクト",
    expected: "期待",
    actual: "実際",
    violation: "違反",
    printed: "出力",
    count: |count, described| {
        let count = match count {
            Count::Some => "違反が 1 件以上".to_owned(),
            Count::None => "違反なし".to_owned(),
            Count::Exactly(count) => format!("違反がちょうど {count} 件"),
        };
        match described {
            "" => count,
            described => format!("{count} (条件 {described})"),
        }
    },
    found: |found, all| {
        if found == all {
            format!("違反 {found} 件")
        } else {
            format!("違反 {all} 件中 {found} 件")
        }
    },
    refused: "制約がスキーマで拒否されること",
    accepted: "すべて受理",
    undefined: "未定義",
    suites: |suites, tests, tally| {
        format!(
            "スイート {suites} 件、テスト {tests} 件: ケース{}",
            japanese(tally)
        )
    },
    rego: |files, tally| format!("Rego ファイル {files} 件: テスト{}", japanese(tally)),
    unread: |count| format!("読み取れないパス {count} 件"),
    coverage: "テストが到達した Rego の行",
    mutation: "テストが検出した Rego の変更",
    total: "合計",
    unreached: "未到達:",
    untested: "このファイルを実行するテストがありません",
    survived: "未検出",
    not_reached: "未到達",
    changed: |kind, before, after| match kind {
        MutationKind::DropRule => format!("`{before}` が成立しないようにしました"),
        MutationKind::DropElse | MutationKind::DropStatement | MutationKind::DropItem => {
            format!("`{before}` を取り除きました")
        }
        _ => format!("`{before}` を `{after}` に変えました"),
    },
    mutants: |[killed, survived, unreached, skipped, invalid]| {
        let mut said = format!(
            "変更 {} 件: 検出 {killed} 件",
            killed + survived + unreached
        );
        for (count, word) in [
            (survived, "未検出"),
            (unreached, "未到達"),
            (skipped, "コメントにより除外"),
            (invalid, "Rego として無効"),
        ] {
            if count > 0 {
                said.push_str(&format!("、{word} {count} 件"));
            }
        }
        said
    },
};

fn japanese(tally: Tally) -> String {
    let mut out = format!("成功 {} 件", tally.passed);
    for (count, word) in [
        (tally.failed, "失敗"),
        (tally.broken, "実行不能"),
        (tally.skipped, "スキップ"),
    ] {
        if count > 0 {
            out.push_str(&format!("、{word} {count} 件"));
        }
    }
    out
}
