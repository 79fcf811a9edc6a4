//! Why policies find nothing, for people.

use unicode_width::UnicodeWidthStr;

use crate::check::{Reason, Silence, Stop, Told, Written};
use crate::engine::Value;
use crate::language::Language;
use crate::params::Giver;

use super::layout::Canvas;
use super::why::cut;

/// What became of an object before a Constraint.
pub fn silence(silence: &Silence, language: Language, canvas: &Canvas) -> String {
    let ja = language == Language::Ja;
    let generated = match &silence.generated {
        Some(kind) if ja => format!("（生成される {kind}）"),
        Some(kind) => format!(", its {kind}"),
        None => String::new(),
    };
    let head = format!("{}{generated}", silence.resource);
    let place = format!("{}:{}", silence.place.path, silence.place.line);
    let mut out = canvas.with_place(("", 0), &head, 2, &place);
    let constraint = &silence.constraint;
    let sentence = match (&silence.reason, ja) {
        (Reason::Finds(count), false) => {
            let noun = if *count == 1 {
                "violation"
            } else {
                "violations"
            };
            format!("{constraint} does find something: {count} {noun}")
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
                out.push_str(&self::stop(stop, language, canvas));
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
    let mut out = format!("    {place}\n");
    if let Some(value) = &told.value {
        out.push_str(&valued(
            &told.field,
            std::slice::from_ref(value),
            6,
            language,
            canvas,
        ));
    }
    out
}

fn stop(stop: &Stop, language: Language, canvas: &Canvas) -> String {
    let place = format!(
        "{}:{}:{}",
        stop.place.path, stop.place.line, stop.place.column
    );
    let indent = 4 + 2 * stop.depth;
    // A place is copied whole.
    let mut out = format!("{}{place}\n", " ".repeat(indent));
    let below = indent + 2;
    out.push_str(&canvas.hang(&" ".repeat(below), below, &stop.text));
    for (name, values) in &stop.values {
        out.push_str(&valued(name, values, below, language, canvas));
    }
    out
}

/// What a field or an expression is: as much of it as there is room for.
fn valued(
    name: &str,
    values: &[Value],
    indent: usize,
    language: Language,
    canvas: &Canvas,
) -> String {
    /// So many values of a part.
    const SHOWN: usize = 3;
    let lead = format!("{}{name} = ", " ".repeat(indent));
    let room = canvas.width.map_or(usize::MAX, |width| {
        let shown = values.len().clamp(1, SHOWN);
        let between = 2 * (shown - 1);
        (width.saturating_sub(lead.width() + between) / shown).max(20)
    });
    let mut shown: Vec<String> = values
        .iter()
        .take(SHOWN)
        .map(|value| cut(value, room))
        .collect();
    if values.len() > SHOWN {
        shown.push("…".to_owned());
    }
    let value = match (shown.as_slice(), language) {
        ([], Language::En) => "undefined".to_owned(),
        ([], Language::Ja) => "未定義".to_owned(),
        (shown, _) => shown.join(", "),
    };
    canvas.flow(
        &" ".repeat(indent),
        &" ".repeat(indent),
        indent + 2,
        &format!("{name} = {value}"),
    )
}
