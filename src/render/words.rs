//! The words of reports that come from no policy, in both languages.

use crate::language::Language;
use crate::manifest::SkipReason;
use crate::report::{Outcome, Precision};

/// The words of one language. Functions where a number decides the form.
pub struct Words {
    /// Label: where a finding stands.
    pub at: &'static str,
    /// Label: whose finding it is.
    pub resource: &'static str,
    /// Label: the field.
    pub field: &'static str,
    /// Label: the security control.
    pub control: &'static str,
    /// Label: what to do.
    pub fix: &'static str,
    /// Behind a resource, one of its containers.
    pub container: fn(&str) -> String,
    /// Label: the sentence.
    pub message: &'static str,
    /// Heading: what could not be read or judged.
    pub not_all_judged: &'static str,
    /// That there are so many more than those listed.
    pub more: fn(usize) -> String,
    /// That so many findings more have the cause of one, and the names of their containers, which
    /// may be empty.
    pub same_cause: fn(usize, &str) -> String,
    /// Label: the policy, where more is said of it.
    pub policy_label: &'static str,
    /// Label: what is marked, where that is no field.
    pub place: &'static str,
    /// Label: what is not there.
    pub missing: &'static str,
    /// Label: the change that makes a finding disappear.
    pub edit: &'static str,
    /// Label: what would have to be otherwise for a finding to disappear.
    pub reason: &'static str,
    /// Between changes that belong together.
    pub and: &'static str,
    /// The change of removing a field.
    pub remove: fn(&str) -> String,
    /// The change of giving a field a value.
    pub set: fn(&str, &str) -> String,
    /// The change of a field to something else than its value; without one it is not there yet.
    pub change: fn(&str, &str) -> String,
    /// At a container's name.
    pub container_label: &'static str,
    /// Where an anchor is used.
    pub alias_label: &'static str,
    /// At a further field that has to change.
    pub cause_label: &'static str,
    /// Before what was read, though a cluster would read it otherwise.
    pub note: &'static str,
    /// Before a document that is none of ours.
    pub left_out: &'static str,
    /// How many notes there are.
    pub noted: fn(usize) -> String,
    /// That the findings are listed a line each.
    pub listed: &'static str,
    /// Column: the policy.
    pub policy: &'static str,
    /// Column: the severity.
    pub severity: &'static str,
    /// Column: resources that keep it.
    pub healthy: &'static str,
    /// Column: resources that violate it.
    pub unhealthy: &'static str,
    /// Column: the outcome.
    pub assessment: &'static str,
    /// How many findings.
    pub findings: fn(usize) -> String,
    /// How many resources were judged, of how many.
    pub judged: fn(usize, usize) -> String,
    /// That documents are no resources: how many, and of which sorts.
    pub skipped: fn(usize, &str) -> String,
    /// That policies refuse everything until configured.
    pub unconfigured: fn(&str) -> String,
    /// A document that cannot be read.
    pub unreadable: &'static str,
    /// A judgement that could not be made.
    pub unjudged: &'static str,
    /// Needs configuration.
    pub needs_configuration: &'static str,
    /// Works without configuration.
    pub works_at_once: &'static str,
    /// Heading: why it matters.
    pub why: &'static str,
    /// Heading: parameters.
    pub parameters: &'static str,
    /// Before a default that somebody changed.
    pub default: &'static str,
    /// Heading: found.
    pub bad: &'static str,
    /// Heading: passes.
    pub good: &'static str,
}

/// The words of `language`.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ja => &JA,
    }
}

/// The word for `outcome`.
pub(super) fn outcome(outcome: Outcome, language: Language) -> &'static str {
    match (outcome, language) {
        (Outcome::Healthy, Language::En) => "healthy",
        (Outcome::Unhealthy, Language::En) => "unhealthy",
        (Outcome::Unknown, Language::En) => "not judged",
        (Outcome::NotApplicable, Language::En) => "not applicable",
        (Outcome::Disabled, Language::En) => "disabled",
        (Outcome::Healthy, Language::Ja) => "正常",
        (Outcome::Unhealthy, Language::Ja) => "異常",
        (Outcome::Unknown, Language::Ja) => "評価不能",
        (Outcome::NotApplicable, Language::Ja) => "該当なし",
        (Outcome::Disabled, Language::Ja) => "無効",
    }
}

/// What a parameter means that is not the template's but shapes the Constraint.
pub fn of_the_constraint(parameter: &str, language: Language) -> Option<&'static str> {
    let (en, ja) = match parameter {
        "excludedNamespaces" => (
            "Namespaces that are not judged; `*` at either end stands for anything.",
            "評価しない名前空間。先頭または末尾の `*` は任意の文字列。",
        ),
        "namespaces" => (
            "Only these namespaces are judged; empty: all.",
            "評価する名前空間。空の場合はすべて。",
        ),
        "labelSelector" => (
            "Only resources with these labels are judged.",
            "評価するリソースのラベル。",
        ),
        "source" => (
            "`Original`: only what is written; `Generated`: only the Pods of workloads; `All`: both.",
            "`Original` は記述されたリソースのみ、`Generated` はワークロードの Pod のみ、`All` は両方。",
        ),
        "warn" => (
            "With `effect: audit`: warn instead of only reporting.",
            "`effect: audit` のとき、警告として扱う。",
        ),
        "whenUnconfigured" => (
            "While nobody has said what is allowed: `judge` refuses everything, `skip` judges nothing.",
            "許可するものが未設定の間の扱い。`judge` はすべて違反、`skip` は評価しない。",
        ),
        "effect" => (
            "`audit` reports, `deny` refuses, `disabled` turns the policy off.",
            "`audit` は報告、`deny` は拒否、`disabled` は無効化。",
        ),
        _ => return None,
    };
    Some(match language {
        Language::En => en,
        Language::Ja => ja,
    })
}

/// What skipped documents are, for a count before it.
pub(super) fn skip_reason(reason: SkipReason, language: Language) -> &'static str {
    match (reason, language) {
        (SkipReason::NotKubernetes, Language::En) => "of another kind",
        (SkipReason::HelmTemplate, Language::En) => "to be rendered first",
        (SkipReason::Kustomization, Language::En) => "to be built by kustomize",
        (SkipReason::ToolConfiguration, Language::En) => "for tools",
        (SkipReason::NotKubernetes, Language::Ja) => "件は別の種類",
        (SkipReason::HelmTemplate, Language::Ja) => "件は未展開のテンプレート",
        (SkipReason::Kustomization, Language::Ja) => "件は kustomization",
        (SkipReason::ToolConfiguration, Language::Ja) => "件はツールの構成",
    }
}

/// What is marked, where the field that is meant is not known.
pub(super) fn imprecise(precision: Precision, language: Language) -> Option<&'static str> {
    match (precision, language) {
        (Precision::Field | Precision::Parent, _) => None,
        (Precision::Container, Language::En) => {
            Some("the container as such; which of its fields it is, is not known")
        }
        (Precision::Resource, Language::En) => {
            Some("the resource as such; which of its fields it is, is not known")
        }
        (Precision::Container, Language::Ja) => {
            Some("コンテナー全体です。どのフィールドかは特定できません")
        }
        (Precision::Resource, Language::Ja) => {
            Some("リソース全体です。どのフィールドかは特定できません")
        }
    }
}

/// What a skipped document is, by itself.
pub(super) fn skipped(reason: SkipReason, language: Language) -> &'static str {
    match (reason, language) {
        (SkipReason::NotKubernetes, Language::En) => "no Kubernetes resource",
        (SkipReason::HelmTemplate, Language::En) => "a template, to be rendered first",
        (SkipReason::Kustomization, Language::En) => "a kustomization, to be built first",
        (SkipReason::ToolConfiguration, Language::En) => "a tool's configuration",
        (SkipReason::NotKubernetes, Language::Ja) => "Kubernetes リソースではありません",
        (SkipReason::HelmTemplate, Language::Ja) => "未展開のテンプレートです",
        (SkipReason::Kustomization, Language::Ja) => "kustomization です",
        (SkipReason::ToolConfiguration, Language::Ja) => "ツールの構成です",
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

static EN: Words = Words {
    at: "at",
    resource: "resource",
    field: "field",
    control: "control",
    fix: "fix",
    container: |name| format!(", container {name}"),
    message: "message",
    not_all_judged: "Not everything could be judged",
    more: |count| format!("… and {count} more"),
    same_cause: |count, names| {
        let others = plural(
            count,
            "more finding of this cause",
            "more findings of this cause",
        );
        match names {
            "" => format!(" (and {others})"),
            names => format!(" (and {others}: {names})"),
        }
    },
    policy_label: "policy",
    place: "place",
    missing: "missing",
    edit: "edit",
    reason: "why",
    and: ", and ",
    remove: |field| format!("remove {field}"),
    set: |field, value| format!("set {field} to {value}"),
    change: |field, now| match now {
        "" => format!("add {field}"),
        now => format!("change {field} from {now}"),
    },
    container_label: "in this container",
    alias_label: "used here",
    cause_label: "together with this",
    note: "note",
    left_out: "skipped",
    noted: |count| {
        format!(
            "{} of what a cluster would read otherwise or refuse; --verbose shows them",
            plural(count, "note", "notes")
        )
    },
    listed: "each finding is one line; --verbose shows the lines of the files, and what to do",
    policy: "Policy",
    severity: "Severity",
    healthy: "Healthy",
    unhealthy: "Unhealthy",
    assessment: "Assessment",
    findings: |count| plural(count, "finding", "findings"),
    judged: |judged, all| {
        format!(
            "{judged} of {} judged",
            plural(all, "resource", "resources")
        )
    },
    skipped: |count, sorts| {
        let verb = if count == 1 {
            "is no Kubernetes resource"
        } else {
            "are no Kubernetes resources"
        };
        format!(
            "skipped: {} {verb} ({sorts})",
            plural(count, "document", "documents")
        )
    },
    unconfigured: |ids| {
        format!("not configured yet, so everything is refused: {ids} (see `sekisho explain ID`)")
    },
    unreadable: "unreadable",
    unjudged: "not judged",
    needs_configuration: "needs configuration",
    works_at_once: "no configuration",
    why: "Why",
    parameters: "Parameters",
    default: "default",
    bad: "Found",
    good: "Passes",
};

static JA: Words = Words {
    at: "場所",
    resource: "リソース",
    field: "フィールド",
    control: "セキュリティ コントロール",
    fix: "対処",
    container: |name| format!("、コンテナー {name}"),
    message: "内容",
    not_all_judged: "評価できなかったものがあります",
    more: |count| format!("… ほか {count} 件"),
    same_cause: |count, names| match names {
        "" => format!(" (同じ原因でほか {count} 件)"),
        names => format!(" (同じ原因でほか {count} 件: {names})"),
    },
    policy_label: "ポリシー",
    place: "場所",
    missing: "不足",
    edit: "修正",
    reason: "理由",
    and: "、および",
    remove: |field| format!("{field} を削除"),
    set: |field, value| format!("{field} を {value} に設定"),
    change: |field, now| match now {
        "" => format!("{field} を追加"),
        now => format!("{field} を {now} から変更"),
    },
    container_label: "このコンテナー",
    alias_label: "ここで使用",
    cause_label: "これも原因",
    note: "注意",
    left_out: "スキップ",
    noted: |count| {
        format!(
            "クラスターでは解釈が異なるか拒否される記述が {count} 件あります (--verbose で表示)"
        )
    },
    listed: "検出は 1 件 1 行で表示しています。--verbose でファイルの該当行と対処方法を表示します",
    policy: "ポリシー",
    severity: "重大度",
    healthy: "正常",
    unhealthy: "異常",
    assessment: "評価",
    findings: |count| format!("検出 {count} 件"),
    judged: |judged, all| format!("リソース {all} 件中 {judged} 件を評価"),
    skipped: |count, sorts| {
        format!("スキップ: Kubernetes リソースではないドキュメント {count} 件 ({sorts})")
    },
    unconfigured: |ids| {
        format!("未構成のため、すべて異常と判定: {ids} (`sekisho explain ID` を参照)")
    },
    unreadable: "読み取り不可",
    unjudged: "評価不能",
    needs_configuration: "構成が必要",
    works_at_once: "構成は不要",
    why: "理由",
    parameters: "パラメーター",
    default: "既定値",
    bad: "検出される例",
    good: "問題のない例",
};
