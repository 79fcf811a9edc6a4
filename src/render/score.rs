//! The secure score for people, in a line or two.

use crate::language::Language;
use crate::report::{ControlScore, Score};

use super::layout::Canvas;

/// The secure score, and where points were lost; nothing where there is no score.
pub(super) fn lines(score: &Score, language: Language, canvas: &Canvas) -> String {
    let Some(total) = score.total() else {
        return String::new();
    };
    let percent = |points: crate::report::Points| number(points.percent());
    let (shown, points, max) = (percent(total), number(total.rounded()), total.max);
    let shown = canvas.bold(match language {
        Language::En => format!("secure score {shown}%"),
        Language::Ja => format!("セキュア スコア {shown}%"),
    });
    let points = match language {
        Language::En => format!("{points} of {max} points"),
        Language::Ja => format!("{max} 点中 {points} 点"),
    };
    let without = score
        .configured()
        .filter(|_| !score.unconfigured.is_empty())
        .map(percent);
    let without = match (without, language) {
        (None, _) => String::new(),
        (Some(percent), Language::En) => format!("; {percent}% without what is not configured"),
        (Some(percent), Language::Ja) => format!("; 未構成のものを除くと {percent}%"),
    };
    let mut out = canvas.hang("", 0, &format!("{shown} ({points}){without}"));
    let lost: Vec<String> = lost(score)
        .map(|(control, points)| {
            format!("{} {}", control.control.name.get(language), number(points))
        })
        .collect();
    if !lost.is_empty() {
        let line = match language {
            Language::En => format!("points lost: {}", lost.join(", ")),
            Language::Ja => format!("失点: {}", lost.join(", ")),
        };
        out.push_str(&canvas.hang("", 0, &line));
    }
    out
}

/// The controls that miss points, and how many.
fn lost(score: &Score) -> impl Iterator<Item = (&ControlScore, f64)> {
    let mut lost: Vec<(&ControlScore, f64)> = score
        .controls
        .iter()
        .filter_map(|control| {
            let points = control.points()?;
            let missed = f64::from(points.max) - points.rounded();
            (missed > 0.0).then_some((control, missed))
        })
        .collect();
    lost.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    lost.into_iter()
}

/// A number of hundredths as people write it: `40`, `71.43`, `2.5`.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
