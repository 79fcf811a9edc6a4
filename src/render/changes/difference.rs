//! Two texts, line by line.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::super::layout::Canvas;

/// Lines around a change, enough to see whose it is.
const AROUND: usize = 3;

/// What `new` has and `old` has not, and the other way round, each with the lines around it.
pub fn difference(old: &str, new: &str, canvas: &Canvas) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut out = String::new();
    for (index, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            out.push_str(&canvas.dim("  ...\n"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, color) = match change.tag() {
                ChangeTag::Delete => ("- ", Some(AnsiColor::Green)),
                ChangeTag::Insert => ("+ ", Some(AnsiColor::Red)),
                ChangeTag::Equal => ("  ", None),
            };
            let style = Style::new().fg_color(color.map(Into::into));
            let line = format!("{sign}{}", change.value().trim_end_matches('\n'));
            out.push_str(&canvas.paint(style, line));
            out.push('\n');
        }
    }
    out
}
