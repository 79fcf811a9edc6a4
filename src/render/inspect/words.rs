//! The words of answers, in both languages.

use crate::language::Language;

/// The words of one language.
pub(super) struct Words {
    pub(super) error: &'static str,
    pub(super) passes: &'static str,
    pub(super) no_violation: &'static str,
    pub(super) violation: &'static str,
    pub(super) printed: &'static str,
    pub(super) undefined: &'static str,
    /// Why a cluster would not ask.
    pub(super) unasked: fn(&str) -> String,
    /// Before a place.
    pub(super) at: &'static str,
    /// How often a body was begun, and how often it held.
    pub(super) tried: fn(usize, usize) -> String,
    /// How often a statement was reached.
    pub(super) reached: fn(usize) -> String,
    /// How often the evaluation went no further, of how often it was reached.
    pub(super) stopped: fn(usize, usize) -> String,
    /// How many values, and the first ones.
    pub(super) values: fn(usize, &str) -> String,
    pub(super) truncated: &'static str,
}

pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ja => &JA,
    }
}

fn times(count: usize, word: &str) -> String {
    match count {
        1 => format!("{word} once"),
        count => format!("{word} {count} times"),
    }
}

static EN: Words = Words {
    error: "error",
    passes: "passes",
    no_violation: "no violation",
    violation: "violation",
    printed: "printed",
    undefined: "undefined",
    unasked: |why| format!("a cluster would not ask: {why}"),
    at: "at ",
    tried: |tried, held| {
        let held = match held {
            0 => "never held".to_owned(),
            held => times(held, "held"),
        };
        format!("{}, {held}", times(tried, "tried"))
    },
    reached: |reached| format!("({reached} times)"),
    stopped: |stopped, reached| format!("(stopped {stopped} of {reached})"),
    values: |count, first| format!("{count} values: {first}"),
    truncated: "the evaluation went on; not all of it was noted",
};

static JA: Words = Words {
    error: "エラー",
    passes: "合格",
    no_violation: "違反はありません",
    violation: "違反",
    printed: "出力",
    undefined: "未定義",
    unasked: |why| format!("クラスターでは評価されません: {why}"),
    at: "",
    tried: |tried, held| format!("試行 {tried} 回、成立 {held} 回"),
    reached: |reached| format!("({reached} 回)"),
    stopped: |stopped, reached| format!("({reached} 回中 {stopped} 回で停止)"),
    values: |count, first| format!("値 {count} 個: {first}"),
    truncated: "評価はさらに続きましたが、すべては記録していません",
};
