//! The words about changes, in both languages.

use crate::compare::Class;
use crate::language::Language;

/// The words of one language.
pub(super) struct Words {
    /// In the place of a resource, for what is about the whole document.
    pub(super) document: &'static str,
    /// Labels.
    pub(super) at: &'static str,
    pub(super) before: &'static str,
    pub(super) not_judged: &'static str,
    pub(super) class: fn(Class) -> &'static str,
    /// A manifest without a snapshot, with so many findings.
    pub(super) unrecorded: fn(usize) -> String,
    /// A snapshot's path, and the manifest that is not there any more.
    pub(super) orphan: fn(&str, &str) -> String,
    pub(super) snapshots: fn(usize) -> String,
    /// Above what has changed since the last run.
    pub(super) since: fn(&str) -> String,
    pub(super) unchanged: &'static str,
    pub(super) same: fn(usize) -> String,
    pub(super) differing: fn(usize) -> String,
    pub(super) missing: fn(usize) -> String,
    pub(super) orphans: fn(usize) -> String,
    pub(super) changes: fn(&str) -> String,
    /// How much could not be judged, and of how much of it that is recorded.
    pub(super) unjudged: fn(usize, usize) -> String,
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
    document: "(the document)",
    at: "at",
    before: "before",
    not_judged: "not judged",
    class: |class| class.name(),
    unrecorded: |count| {
        format!(
            "not recorded yet ({})",
            plural(count, "finding", "findings")
        )
    },
    orphan: |path, source| format!("{path}  orphaned: `{source}` is not there any more"),
    snapshots: |count| plural(count, "manifest", "manifests"),
    since: |tally| format!("since the last run: {tally}"),
    unchanged: "since the last run: no change",
    same: |count| format!("{count} as recorded"),
    differing: |count| format!("{count} different"),
    missing: |count| format!("{count} not recorded yet"),
    orphans: |count| plural(count, "orphaned snapshot", "orphaned snapshots"),
    changes: |tally| format!("changes: {tally}"),
    unjudged: |count, recorded| {
        let thing = plural(count, "judgement", "judgements");
        format!("{thing} could not be made, {recorded} of them as recorded")
    },
};

static JA: Words = Words {
    document: "(ドキュメント全体)",
    at: "場所",
    before: "以前",
    not_judged: "評価不能",
    class: |class| match class {
        Class::New => "新規",
        Class::Resolved => "解消",
        Class::Message => "文言",
        Class::Severity => "重大度",
        Class::Place => "場所",
        Class::Action => "適用アクション",
    },
    unrecorded: |count| format!("未記録 (検出 {count} 件)"),
    orphan: |path, source| format!("{path}  対象のない記録: `{source}` はありません"),
    snapshots: |count| format!("マニフェスト {count} 件"),
    since: |tally| format!("前回の実行からの変化: {tally}"),
    unchanged: "前回の実行からの変化: なし",
    same: |count| format!("記録どおり {count} 件"),
    differing: |count| format!("相違 {count} 件"),
    missing: |count| format!("未記録 {count} 件"),
    orphans: |count| format!("対象のない記録 {count} 件"),
    changes: |tally| format!("変化: {tally}"),
    unjudged: |count, recorded| {
        format!("評価できなかったもの {count} 件 (うち記録どおり {recorded} 件)")
    },
};
