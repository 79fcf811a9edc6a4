//! A name at the left, figures to its right.

use crate::render::layout::{Canvas, pad, pad_left, widest};

/// A name and its figures.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
}

/// So many columns are left to the names, or each figure is named instead.
const NAME: usize = 12;
/// Between columns.
const GAP: usize = 2;

/// The table under `heads`, the name's first. A name that is too long for the width stands on a line
/// of its own; where not even the figures have room, each stands behind its head.
pub(super) fn table(canvas: &Canvas, heads: &[&str], rows: &[Row]) -> String {
    let (first, heads) = heads.split_first().unwrap_or((&"", &[]));
    let cells = |at: usize| rows.iter().filter_map(move |row| row.cells.get(at));
    let widths: Vec<usize> = (0..)
        .zip(heads)
        .map(|(at, head)| widest(cells(at).map(String::as_str).chain([*head])))
        .collect();
    let figures: usize = widths.iter().map(|width| width + GAP).sum();
    let names = widest(rows.iter().map(|row| row.name.as_str()).chain([*first]));
    let room = canvas.width.unwrap_or(usize::MAX).saturating_sub(figures);
    if room < NAME {
        return listed(canvas, heads, rows);
    }
    let names = names.min(room);
    let line = |name: &str, cells: &mut dyn Iterator<Item = &str>| {
        let mut out = pad(name, names);
        for (width, cell) in widths.iter().zip(cells) {
            out.push_str(&" ".repeat(GAP));
            out.push_str(&pad_left(cell, *width));
        }
        out.push('\n');
        out
    };
    let mut out = line(first, &mut heads.iter().copied());
    for row in rows {
        let mut name = row.name.as_str();
        if widest([name]) > names {
            out.push_str(&canvas.hang("", 0, name));
            name = "";
        }
        out.push_str(&line(name, &mut row.cells.iter().map(String::as_str)));
    }
    out
}

fn listed(canvas: &Canvas, heads: &[&str], rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        out.push_str(&canvas.hang("", 0, &row.name));
        let said = heads.iter().zip(&row.cells);
        let said: Vec<String> = said.map(|(head, cell)| format!("{head} {cell}")).collect();
        out.push_str(&canvas.hang("    ", 4, &said.join(", ")));
    }
    out
}
