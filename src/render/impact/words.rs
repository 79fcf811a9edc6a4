//! The words about the impact of a change, in both languages.

use crate::compare::Turn;
use crate::language::Language;

/// The words of one language.
pub(super) struct Words {
    pub(super) turn: fn(Turn) -> &'static str,
    /// Columns.
    pub(super) policy: &'static str,
    pub(super) namespace: &'static str,
    pub(super) kind: &'static str,
    pub(super) same: &'static str,
    /// How many resources were judged, and by how many policies before and after.
    pub(super) about: fn(usize, (usize, usize)) -> String,
    pub(super) word_for_word: &'static str,
    /// How many objects were tried, and which policies differ.
    pub(super) not_found: fn(usize, &str) -> String,
    /// How many objects were tried, and what the one that was found was made from.
    pub(super) found: fn(usize, &str) -> String,
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
    turn: |turn| match turn {
        Turn::Denied => "newly denied",
        Turn::Allowed => "newly allowed",
        Turn::Reworded => "differently worded",
    },
    policy: "Policy",
    namespace: "Namespace",
    kind: "Kind",
    same: "no difference on these manifests",
    about: |judged, (old, new)| {
        let resources = plural(judged, "resource", "resources");
        let policies = plural(old, "policy", "policies");
        format!("{resources} judged by {policies} before and {new} after")
    },
    word_for_word: "both sides have the same policies with the same values, word for word",
    not_found: |tried, policies| {
        let objects = plural(
            tried,
            "edited object was tried",
            "edited objects were tried",
        );
        format!(
            "{objects} without finding one that shows a difference; that does not prove that there is none (not the same: {policies})"
        )
    },
    found: |tried, origin| {
        let objects = plural(tried, "edited object", "edited objects");
        format!(
            "but they do differ: among {objects}, one made from {origin} shows it, here as small as it can be"
        )
    },
};

static JA: Words = Words {
    turn: |turn| match turn {
        Turn::Denied => "新たに拒否",
        Turn::Allowed => "新たに許可",
        Turn::Reworded => "表現の変更",
    },
    policy: "ポリシー",
    namespace: "名前空間",
    kind: "種類",
    same: "これらのマニフェストでは違いがありません",
    about: |judged, (old, new)| {
        format!("リソース {judged} 件を評価 (ポリシーは変更前 {old} 件、変更後 {new} 件)")
    },
    word_for_word: "ポリシーとその値は、両者で一字一句同じです",
    not_found: |tried, policies| {
        format!(
            "変形したオブジェクト {tried} 件を試しましたが、違いを示すものは見つかりませんでした。違いがないことの証明ではありません (異なるポリシー: {policies})"
        )
    },
    found: |tried, origin| {
        format!(
            "ただし、両者は同じではありません。変形したオブジェクト {tried} 件のうち、{origin} から作った次のもので判定が分かれます (最小化済み)"
        )
    },
};
