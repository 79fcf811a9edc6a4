//! Source lines with their numbers and marks, as HTML.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use askama::filters::HtmlSafe;

use crate::report::{Excerpt, Finding, Line, Relation};

use super::bilingual::escaped;

/// Lines of one file, each once, with the columns that are marked in them.
#[derive(Debug, Default)]
pub(super) struct Sheet<'a>(BTreeMap<u32, Row<'a>>);

#[derive(Debug)]
struct Row<'a> {
    line: &'a Line,
    marks: Vec<Range<u32>>,
}

/// Some lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Listing<'a>(Vec<(u32, Row<'a>)>);

impl<'a> Sheet<'a> {
    /// Adds what a finding shows.
    pub(super) fn add(&mut self, finding: &'a Finding) {
        let place = &finding.place;
        self.lines(&place.excerpt);
        // Where only the resource is known, its first line is no offence.
        if place.start.line == place.end.line {
            self.mark(place.start.line, place.start.column..place.end.column);
        }
        for related in &place.related {
            self.lines(&related.excerpt);
            if related.relation == Relation::Cause {
                let columns = related.start.column..related.end.column;
                self.mark(related.start.line, columns);
            }
        }
    }

    fn lines(&mut self, excerpt: &'a Excerpt) {
        for (number, line) in (excerpt.first..).zip(&*excerpt.lines) {
            let row = self.0.entry(number).or_insert(Row {
                line,
                marks: Vec::new(),
            });
            // Of a long line the part with its beginning, else the part that shows most.
            if line.column < row.line.column {
                row.line = line;
            }
        }
    }

    fn mark(&mut self, number: u32, columns: Range<u32>) {
        if let Some(row) = self.0.get_mut(&number) {
            row.marks.push(columns);
        }
    }

    /// Whether the line is there.
    pub(super) fn has(&self, number: u32) -> bool {
        self.0.contains_key(&number)
    }

    /// The lines in pieces: a piece ends before a gap, and after a line that `ends` names. With each
    /// comes whether lines are missing before it.
    pub(super) fn pieces(self, ends: impl Fn(u32) -> bool) -> Vec<(bool, Listing<'a>)> {
        let mut pieces: Vec<(bool, Listing<'a>)> = Vec::new();
        let mut last: Option<u32> = None;
        for (number, row) in self.0 {
            let follows = last.is_some_and(|last| last.saturating_add(1) == number);
            let open = follows && !last.is_some_and(&ends);
            match pieces.last_mut().filter(|_| open) {
                Some((_, piece)) => piece.0.push((number, row)),
                None => pieces.push((last.is_some() && !follows, Listing(vec![(number, row)]))),
            }
            last = Some(number);
        }
        pieces
    }
}

impl Listing<'_> {
    /// The number of the last line.
    pub(super) fn last(&self) -> Option<u32> {
        self.0.last().map(|(number, _)| *number)
    }

    /// Whether there are no lines; for the template.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, row) in &self.0 {
            let class = if row.marks.is_empty() { "" } else { " class=m" };
            writeln!(f, "<span{class} data-n={number}>{row}</span>")?;
        }
        Ok(())
    }
}

impl HtmlSafe for Listing<'_> {}

impl Display for Row<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let marked = |column: u32| self.marks.iter().any(|mark| mark.contains(&column));
        if self.line.column > 1 {
            f.write_str("… ")?;
        }
        let mut inside = false;
        let mut run = String::new();
        for (column, character) in (self.line.column..).zip(self.line.text.chars()) {
            if marked(column) != inside {
                flush(f, &mut run, inside)?;
                inside = !inside;
            }
            run.push(character);
        }
        flush(f, &mut run, inside)?;
        if self.line.cut {
            f.write_str(" …")?;
        }
        Ok(())
    }
}

fn flush(f: &mut Formatter<'_>, run: &mut String, inside: bool) -> fmt::Result {
    if run.is_empty() {
        return Ok(());
    }
    if inside {
        f.write_str("<mark>")?;
    }
    escaped(f, run)?;
    if inside {
        f.write_str("</mark>")?;
    }
    run.clear();
    Ok(())
}
