//! The rules by name.

use crate::language::Language;

/// A rule, and what it finds.
#[derive(Debug)]
pub struct LintRule {
    /// Its name.
    pub name: &'static str,
    en: &'static str,
    ja: &'static str,
}

impl LintRule {
    /// What it finds.
    pub fn about(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ja => self.ja,
        }
    }
}

const fn rule(name: &'static str, en: &'static str, ja: &'static str) -> LintRule {
    LintRule { name, en, ja }
}

/// Every rule, for the help and the documents.
pub const RULES: &[LintRule] = &[
    rule(
        "compile-error",
        "the Rego does not compile",
        "Rego のコンパイル エラー",
    ),
    rule(
        "data-out-of-reach",
        "`data` other than the inventory and the libraries is read or imported",
        "インベントリとライブラリ以外の `data` の参照や import",
    ),
    rule(
        "ignored-value",
        "a value that a cluster ignores or takes otherwise",
        "クラスターが無視するか、別の意味に取る値",
    ),
    rule(
        "import-rego-v1",
        "`import rego.v1`, which Gatekeeper refuses",
        "Gatekeeper が拒否する `import rego.v1`",
    ),
    rule(
        "input-request",
        "`input.request` of other admission webhooks instead of `input.review`",
        "`input.review` ではなく、ほかの Webhook の `input.request`",
    ),
    rule(
        "inventory-without-sync",
        "`data.inventory` is read, and nothing says what has to be synced",
        "同期が必要なものを示さずに読まれる `data.inventory`",
    ),
    rule(
        "missing-library",
        "a library is used that the template does not bring",
        "テンプレートに含まれないライブラリの使用",
    ),
    rule(
        "missing-msg",
        "a violation without `msg`",
        "`msg` のない violation",
    ),
    rule(
        "missing-violation",
        "the module has no rule `violation`",
        "ルール `violation` のないモジュール",
    ),
    rule(
        "name-differs-from-kind",
        "the template's name is not its kind in lower case",
        "kind の小文字と異なるテンプレートの名前",
    ),
    rule(
        "non-deterministic-builtin",
        "a built-in whose answer depends on more than the object",
        "オブジェクト以外にも左右される組み込み関数",
    ),
    rule(
        "package-differs-from-folder",
        "the package is not named as its folder",
        "フォルダーと異なるパッケージの名前",
    ),
    rule(
        "parse-error",
        "the Rego does not parse",
        "Rego の構文エラー",
    ),
    rule(
        "template-refused",
        "the template is not valid in another way",
        "ほかの理由で正しくないテンプレート",
    ),
    rule(
        "undeclared-parameter",
        "a parameter is read that the schema does not declare",
        "スキーマで宣言されていないパラメーターの参照",
    ),
    rule(
        "undefined-head",
        "the head needs a value that may be missing",
        "値がない場合のあるものに頼るヘッド",
    ),
    rule(
        "unknown-field",
        "a key that a cluster drops",
        "クラスターが取り除くキー",
    ),
    rule(
        "unknown-input",
        "something is read that `input` never holds",
        "`input` に含まれないものの参照",
    ),
    rule(
        "unread-parameter",
        "a parameter is declared and never read",
        "宣言されているが読まれないパラメーター",
    ),
    rule(
        "unused-import",
        "an import that nothing uses",
        "使われない import",
    ),
    rule(
        "unused-library",
        "a library that nothing uses",
        "使われないライブラリ",
    ),
];
