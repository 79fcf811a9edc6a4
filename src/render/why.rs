//! Why findings are there, for people.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::engine::Value;
use crate::language::Language;
use crate::report::{Cause, Edit, Finding, Instead, Precision};

use super::layout::{Canvas, of_severity, pad, widest};

/// So many columns of a value.
const LONGEST: usize = 60;

/// A finding with its cause.
pub fn why(finding: &Finding, language: Language, canvas: &Canvas) -> String {
    let place = &finding.place;
    let at = format!(
        "{}:{}:{}",
        finding.subject.location.path, place.start.line, place.start.column
    );
    let lead = format!("{}  ", finding.rule.policy);
    let name = canvas.paint(of_severity(finding.rule.severity), &finding.rule.policy);
    let resource = finding.subject.resource.to_string();
    let mut out = canvas.with_place((&format!("{name}  "), lead.width()), &resource, 2, &at);
    out.push_str(&canvas.hang("  ", 2, finding.message.get(language)));
    let ja = language == Language::Ja;
    let mut rows = Vec::new();
    rows.push((if ja { "理由" } else { "why" }, because(finding, language)));
    for edit in finding.cause.iter().flat_map(|cause| &cause.edits) {
        let word = if ja { "今の値" } else { "now" };
        rows.push((word, format!("{}: {}", edit.field, now(edit, language))));
    }
    let place_word = if ja { "場所" } else { "place" };
    rows.push((place_word, precision(finding, language)));
    rows.push((
        if ja { "識別子" } else { "fingerprint" },
        finding.fingerprint.to_string(),
    ));
    let column = widest(rows.iter().map(|(label, _)| *label));
    for (label, value) in rows {
        let lead = format!("  {}  ", canvas.dim(pad(label, column)));
        out.push_str(&canvas.hang(&lead, column + 4, &value));
    }
    out
}

/// What makes a finding disappear, with the values that it has now.
pub(super) fn reason(finding: &Finding, language: Language) -> String {
    let because = because(finding, language);
    let edits = finding.cause.iter().flat_map(|cause| &cause.edits);
    let now: Vec<String> = edits.map(|edit| now(edit, language)).collect();
    match (now.as_slice(), language) {
        ([], _) => because,
        (now, Language::En) => format!("{because} (now {})", now.join(", ")),
        (now, Language::Ja) => format!("{because}（今の値: {}）", now.join("、")),
    }
}

fn now(edit: &Edit, language: Language) -> String {
    match (&edit.now, language) {
        (Some(value), _) => short(value),
        (None, Language::En) => "absent".to_owned(),
        (None, Language::Ja) => "なし".to_owned(),
    }
}

/// What makes a finding disappear, as a sentence.
fn because(finding: &Finding, language: Language) -> String {
    match (&finding.cause, language) {
        (Some(cause), _) => sentence(cause, language),
        (None, Language::En) => {
            "no change of single fields that was tried makes it disappear".to_owned()
        }
        (None, Language::Ja) => {
            "試した範囲では、個々のフィールドを変えてもこの検出は消えません".to_owned()
        }
    }
}

fn sentence(cause: &Cause, language: Language) -> String {
    let edits = &cause.edits;
    let absent = |edit: &Edit| edit.instead == Instead::Absent;
    let fields: Vec<String> = edits
        .iter()
        .map(|edit| format!("`{}`", edit.field))
        .collect();
    if edits.len() > 1 && edits.iter().all(absent) {
        let all = if edits.len() == 2 { "both" } else { "all" };
        return match language {
            Language::En => format!(
                "disappears when {} are {all} absent",
                listed(&fields, " and ")
            ),
            Language::Ja => format!("{} がすべてなければ消えます", fields.join(" と ")),
        };
    }
    let clauses: Vec<String> = edits.iter().map(|edit| clause(edit, language)).collect();
    match language {
        Language::En => format!("disappears when {}", listed(&clauses, " and ")),
        Language::Ja => format!("{}消えます", clauses.join("、かつ ")),
    }
}

fn clause(edit: &Edit, language: Language) -> String {
    let field = &edit.field;
    match (language, &edit.instead) {
        (Language::En, Instead::Absent) => format!("`{field}` is absent"),
        (Language::En, Instead::Other) if edit.now.is_none() => format!("`{field}` is given"),
        (Language::En, Instead::Other) => format!("`{field}` is something else"),
        (Language::En, Instead::Is(value)) => format!("`{field}` is {}", short(value)),
        (Language::Ja, Instead::Absent) => format!("`{field}` がなければ"),
        (Language::Ja, Instead::Other) if edit.now.is_none() => {
            format!("`{field}` が指定されていれば")
        }
        (Language::Ja, Instead::Other) => format!("`{field}` が別の値であれば"),
        (Language::Ja, Instead::Is(value)) => format!("`{field}` が {} であれば", short(value)),
    }
}

fn listed(parts: &[String], and: &str) -> String {
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{}{and}{last}", before.join(", ")),
        _ => parts.concat(),
    }
}

fn precision(finding: &Finding, language: Language) -> String {
    let place = &finding.place;
    let field = if place.field.is_empty() {
        String::new()
    } else {
        format!(" `{}`", place.field)
    };
    let missing = place.missing.as_deref().unwrap_or_default();
    match (language, place.precision) {
        (Language::En, Precision::Field) => format!("the field{field}"),
        (Language::En, Precision::Parent) => {
            format!("the nearest parent{field}: `{missing}` is not there")
        }
        (Language::En, Precision::Container) => {
            format!("the container{field}; which field of it is not known")
        }
        (Language::En, Precision::Resource) => "the resource; which field is not known".to_owned(),
        (Language::Ja, Precision::Field) => format!("フィールド{field}"),
        (Language::Ja, Precision::Parent) => {
            format!("最も近い親{field}（`{missing}` がありません）")
        }
        (Language::Ja, Precision::Container) => {
            format!("コンテナー{field}（どのフィールドかは不明です）")
        }
        (Language::Ja, Precision::Resource) => "リソース（どのフィールドかは不明です）".to_owned(),
    }
}

/// A value, cut where it is long.
pub(super) fn short(value: &Value) -> String {
    cut(value, LONGEST)
}

/// A value in at most `longest` columns, and in no more than those of a [`short`] one.
pub(super) fn cut(value: &Value, longest: usize) -> String {
    let text = value.to_string();
    let longest = longest.min(LONGEST);
    if text.width() <= longest {
        return text;
    }
    let mut out = String::new();
    let mut columns = 1;
    for character in text.chars() {
        columns += character.width().unwrap_or_default();
        if columns > longest {
            break;
        }
        out.push(character);
    }
    out.push('…');
    out
}
