//! The words of times, in both languages.

use crate::language::Language;

/// The words of one language.
pub(super) struct Words {
    pub(super) policy: &'static str,
    pub(super) all: &'static str,
    /// Heads of columns.
    pub(super) count: &'static str,
    pub(super) total: &'static str,
    pub(super) mean: &'static str,
    pub(super) rate: &'static str,
    pub(super) change: &'static str,
    pub(super) new: &'static str,
    /// What the shares of the rules are.
    pub(super) rules: &'static str,
    /// Of how many evaluations of a policy, of how many in all; and what these took.
    pub(super) recorded: fn(u32, u32, &str) -> String,
    pub(super) share: &'static str,
    pub(super) begun: &'static str,
    pub(super) rule: &'static str,
    /// So many rules that take next to nothing.
    pub(super) others: fn(usize) -> String,
    /// Reviews per second, objects, rounds.
    pub(super) speed: fn(f64, usize, u32) -> String,
}

pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ja => &JA,
    }
}

fn plural(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

static EN: Words = Words {
    policy: "policy",
    all: "all",
    count: "count",
    total: "total",
    mean: "mean",
    rate: "reviews/s",
    change: "change",
    new: "new",
    rules: "Rules, by their share of the time. This is measured apart from the answers: evaluations are done \
            again by the interpreter, up to three times, with a clock between the statements, and the shortest times \
            count. A statement's time ends where \
            the next one begins, whosever that is, so that what a rule calls counts for what is called.",
    recorded: |recorded, asked, took| format!("{recorded} of {asked} evaluations, {took}"),
    share: "share",
    begun: "begun",
    rule: "rule",
    others: |count| match count {
        1 => "1 other".to_owned(),
        count => format!("{count} others"),
    },
    speed: |rate, objects, rounds| {
        let rounds = plural(rounds as usize, "round");
        let objects = plural(objects, "object");
        format!("{rate} reviews per second on one thread ({objects}, {rounds})")
    },
};

static JA: Words = Words {
    policy: "ポリシー",
    all: "合計",
    count: "回数",
    total: "時間",
    mean: "平均",
    rate: "件/秒",
    change: "変化",
    new: "新規",
    rules: "ルールごとの時間の割合です。判定とは別に測っています。同じ評価をインタープリターで最大 3 回繰り返し、\
            式と式の間の時間を測って、最も短いものを採ります。式の時間は、どのルールのものであれ次の式が始まるまでです。\
            呼び出し先にかかる時間は、呼び出し先のルールに数えます。",
    recorded: |recorded, asked, took| format!("評価 {asked} 回中 {recorded} 回、{took}"),
    share: "割合",
    begun: "開始",
    rule: "ルール",
    others: |count| format!("ほか {count} 件"),
    speed: |rate, objects, rounds| {
        format!("1 スレッドで毎秒 {rate} 件を評価 (オブジェクト {objects} 件、{rounds} 回)")
    },
};
