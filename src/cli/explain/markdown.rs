//! A policy's page as Markdown: what its folder says, for a browser.

use crate::bundle::Policy;
use crate::engine::Value;
use crate::language::Language;
use crate::params::ParameterSet;
use crate::render;

/// The words of a page.
struct Words {
    severity: &'static str,
    control: &'static str,
    configuration: &'static str,
    definition: &'static str,
    judged: &'static str,
    why: &'static str,
    parameters: &'static str,
    head: [&'static str; 4],
    same: &'static str,
    not_passed: &'static str,
    own: &'static str,
    values: &'static str,
    bad: &'static str,
    good: &'static str,
    fix: &'static str,
    cluster: &'static str,
    differences: &'static str,
}

const EN: Words = Words {
    severity: "Severity",
    control: "Security control",
    configuration: "Configuration",
    definition: "Azure Policy definition",
    judged: "What is a violation",
    why: "Why",
    parameters: "Parameters",
    head: ["parameter", "default", "meaning", "the initiative's name"],
    same: "The policy definition calls its parameters as they are called here.",
    not_passed: "(the definition alone has it)",
    own: "(sekisho alone has it)",
    values: "With `--preset defender`:",
    bad: "Found",
    good: "Passes",
    fix: "What to do",
    cluster: "What only a cluster knows",
    differences: "[Where a cluster's answer can differ](../differences.md) is said for all of them.",
};

const JA: Words = Words {
    severity: "重大度",
    control: "セキュリティ コントロール",
    configuration: "構成",
    definition: "Azure Policy の定義",
    judged: "違反となるもの",
    why: "理由",
    parameters: "パラメーター",
    head: ["パラメーター", "既定値", "意味", "イニシアチブでの名前"],
    same: "パラメーターの名前は、ポリシー定義と同じです。",
    not_passed: "(定義のみ)",
    own: "(sekisho のみ)",
    values: "`--preset defender` では次のとおりです。",
    bad: "検出される例",
    good: "検出されない例",
    fix: "対処",
    cluster: "クラスターにしかわからないこと",
    differences: "全体については、[クラスターの結果と異なる点](../differences.ja.md) をご覧ください。",
};

/// The page of `policy`; `reading` is the preset whose values are shown beside the defaults.
pub(super) fn page(policy: &Policy, reading: Option<&ParameterSet>, language: Language) -> String {
    let (words, plain) = match language {
        Language::En => (&EN, render::words(Language::En)),
        Language::Ja => (&JA, render::words(Language::Ja)),
    };
    let mut out = format!("# {}\n\n", policy.name().get(language));
    let mut fact = |label: &str, text: &str| out.push_str(&format!("- {label}: {text}\n"));
    fact("id", &format!("`{}`", policy.id));
    fact(words.severity, policy.severity().name(language));
    if let Some(control) = policy.control() {
        fact(words.control, control.name.get(language));
    }
    let known = policy.recommendation.as_ref();
    if let Some(known) = known {
        let needs = if known.configuration.required {
            plain.needs_configuration
        } else {
            plain.works_at_once
        };
        fact(words.configuration, needs);
        let azure = &known.azure;
        if !azure.definition_id.is_empty() {
            let text = format!(
                "{} (`{}`, {})",
                azure.definition_name, azure.definition_id, azure.definition_version
            );
            fact(words.definition, &text);
        }
    }
    let mut section = |heading: &str, text: &str| {
        out.push_str(&format!("\n## {heading}\n\n{}\n", text.trim_end()));
    };
    if let Some(known) = known {
        if let Some(judged) = &known.judged {
            section(words.judged, judged.get(language));
        }
        section(words.why, known.description.get(language));
        section(words.fix, known.remediation.get(language));
    }
    section(
        words.parameters,
        &parameters(policy, reading, words, language),
    );
    for (heading, samples) in [
        (words.bad, &policy.samples.bad),
        (words.good, &policy.samples.good),
    ] {
        if let Some((_, text)) = samples.first() {
            section(heading, &format!("```yaml\n{}\n```", text.trim_end()));
        }
    }
    if let Some(cluster) = known.and_then(|known| known.cluster.as_ref()) {
        let text = format!("{}\n\n{}", cluster.get(language), words.differences);
        section(words.cluster, &text);
    }
    out
}

fn parameters(
    policy: &Policy,
    reading: Option<&ParameterSet>,
    words: &Words,
    language: Language,
) -> String {
    let azure = policy.recommendation.as_ref().map(|known| &known.azure);
    let mut out = format!("| {} |\n|---|---|---|---|\n", words.head.join(" | "));
    for (name, value) in policy.defaults.iter() {
        let own = policy.meaning(name, language);
        let constraints = || render::of_the_constraint(name, language).map(str::to_owned);
        let meaning = own.or_else(constraints).unwrap_or_default();
        let known = azure.and_then(|azure| azure.parameters.get(name));
        let initiative = match known.map(|parameter| parameter.initiative.as_deref()) {
            Some(Some(name)) => format!("`{name}`"),
            Some(None) => words.not_passed.to_owned(),
            None => words.own.to_owned(),
        };
        out.push_str(&format!(
            "| `{name}` | `{}` | {} | {initiative} |\n",
            shown(value),
            cell(&meaning)
        ));
    }
    out.push_str(&format!("\n{}\n", words.same));
    let values = reading.and_then(|set| set.get(&policy.id));
    if let Some(values) = values {
        out.push_str(&format!("\n{}\n\n```yaml\n{}:\n", words.values, policy.id));
        for (name, value) in values {
            out.push_str(&format!("  {name}: {}\n", shown(value)));
        }
        out.push_str("```\n");
    }
    out
}

/// On one line.
fn shown(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
