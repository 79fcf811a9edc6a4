//! Why policies find nothing, for people.

use crate::check::{Reason, Silence, Stop, Told, Written};
use crate::language::Language;
use crate::params::Giver;

use super::layout::Canvas;
use super::why::short;

/// What became of an object before a Constraint.
pub fn silence(silence: &Silence, language: Language, canvas: &Canvas) -> String {
    let ja = language == Language::Ja;
    let generated = match &silence.generated {
        Some(kind) if ja => format!("（生成される {kind}）"),
        Some(kind) => format!(", its {kind}"),
        None => String::new(),
    };
    let head = format!(
        "{}{generated}  {}:{}",
        silence.resource, silence.place.path, silence.place.line
    );
    let mut out = canvas.hang("", 0, &head);
    let constraint = &silence.constraint;
    let sentence = match (&silence.reason, ja) {
        (Reason::Finds(count), false) => {
            format!("{constraint} does find something: {count} violation(s)")
        }
        (Reason::Finds(count), true) => format!("{constraint} は検出します（{count} 件）"),
        (Reason::Disabled, false) => {
            "the policy is disabled: no Constraint takes effect".to_owned()
        }
        (Reason::Disabled, true) => "ポリシーは無効です。有効な Constraint がありません".to_owned(),
        (Reason::Excluded(_), false) => {
            "excluded: the Config's `spec.match` leaves the namespace out".to_owned()
        }
        (Reason::Excluded(_), true) => {
            "除外されています。Config の `spec.match` がこの名前空間を対象外にしています".to_owned()
        }
        (Reason::NotExpanded, false) => {
            "not judged: without an ExpansionTemplate the policy looks at the resource itself alone"
                .to_owned()
        }
        (Reason::NotExpanded, true) => {
            "評価されません。ExpansionTemplate がなければ、リソース自体だけが対象です".to_owned()
        }
        (Reason::NotMatched(clause, _), false) => {
            format!("{constraint} does not match it: `spec.match.{clause}`")
        }
        (Reason::NotMatched(clause, _), true) => {
            format!("{constraint} の対象ではありません: `spec.match.{clause}`")
        }
        (Reason::Failed(message), false) => format!("{constraint} cannot judge it: {message}"),
        (Reason::Failed(message), true) => format!("{constraint} は評価できません: {message}"),
        (Reason::Stops(stops), false) if stops.is_empty() => {
            format!("{constraint}: nothing of its rule was reached")
        }
        (Reason::Stops(stops), true) if stops.is_empty() => {
            format!("{constraint}: ルールの本体には到達しませんでした")
        }
        (Reason::Stops(_), false) => format!("{constraint} finds nothing; its rule stops at"),
        (Reason::Stops(_), true) => {
            format!("{constraint} は検出しません。ルールは次の式で止まります")
        }
    };
    out.push_str(&canvas.hang("  ", 2, &sentence));
    match &silence.reason {
        Reason::Stops(stops) => {
            for stop in stops {
                out.push_str(&self::stop(stop, ja, canvas));
            }
        }
        Reason::Excluded(Some(told)) | Reason::NotMatched(_, told) => {
            out.push_str(&self::told(told, language, canvas));
        }
        _ => {}
    }
    out
}

/// What leaves an object out: where that was written, and what it says.
fn told(told: &Told, language: Language, canvas: &Canvas) -> String {
    let place = match &told.place {
        Written::At(at) => format!("{}:{}:{}", at.path, at.line, at.column),
        Written::Given(Giver::File(path, line)) => format!("{path}:{line}"),
        Written::Given(Giver::Preset(name)) => match language {
            Language::En => format!("preset {name}"),
            Language::Ja => format!("プリセット {name}"),
        },
        Written::Given(Giver::Default) => match language {
            Language::En => "default of the parameter".to_owned(),
            Language::Ja => "パラメーターの既定値".to_owned(),
        },
        Written::Always => match language {
            Language::En => "always so for this recommendation".to_owned(),
            Language::Ja => "この推奨事項では常にこうなっています".to_owned(),
        },
    };
    let mut out = canvas.hang("    ", 4, &place);
    if let Some(value) = &told.value {
        out.push_str(&canvas.hang("      ", 6, &format!("{} = {}", told.field, short(value))));
    }
    out
}

fn stop(stop: &Stop, ja: bool, canvas: &Canvas) -> String {
    /// So many values of a part.
    const SHOWN: usize = 3;
    let place = format!(
        "{}:{}:{}",
        stop.place.path, stop.place.line, stop.place.column
    );
    let indent = 4 + 2 * stop.depth;
    let (at, below) = (" ".repeat(indent), " ".repeat(indent + 2));
    let mut out = canvas.hang(&at, indent, &place);
    out.push_str(&canvas.hang(&below, indent + 2, &stop.text));
    for (name, values) in &stop.values {
        let mut shown: Vec<String> = values.iter().take(SHOWN).map(short).collect();
        if values.len() > SHOWN {
            shown.push("…".to_owned());
        }
        let value = match shown.as_slice() {
            [] if ja => "未定義".to_owned(),
            [] => "undefined".to_owned(),
            shown => shown.join(", "),
        };
        out.push_str(&canvas.hang(&below, indent + 2, &format!("{name} = {value}")));
    }
    out
}
