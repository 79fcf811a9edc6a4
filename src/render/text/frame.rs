//! The lines of a file around a finding, as `annotate-snippets` draws them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::bundle::Severity;
use crate::report::{Excerpt, Point, Relation};

use crate::render::layout::Canvas;
use crate::render::words::Words;

use super::spots::Spot;

/// Places that are further apart, in lines, are not drawn together.
const FAR: u32 = 2000;

/// The lines, drawn, and the columns that line numbers take.
pub(super) struct Frame {
    pub(super) lines: String,
    pub(super) gutter: usize,
}

/// Draws the lines that `spot` marks, and the further places that help to read them.
pub(super) fn draw(spot: &Spot<'_>, canvas: &Canvas, words: &Words) -> Frame {
    let place = &spot.first.place;
    let mut sheet = Sheet::default();
    let related = place
        .related
        .iter()
        .filter(|related| match related.relation {
            // Named above the frame.
            Relation::Resource => false,
            Relation::Container => spot.opens_container,
            Relation::Alias | Relation::Cause => true,
        })
        .filter(|related| related.start.line != place.start.line)
        .filter(|related| related.start.line.abs_diff(place.start.line) <= FAR);
    let mut pages: Vec<&Excerpt> = related.clone().map(|related| &related.excerpt).collect();
    pages.push(&place.excerpt);
    sheet.fill(&pages);
    let Some(span) = sheet.span(place.start, place.end) else {
        return Frame {
            lines: String::new(),
            gutter: 1,
        };
    };
    let lines = related.clone().map(|related| related.start.line);
    let last = lines.chain([place.start.line]).max().unwrap_or(1);
    let mut annotations = vec![AnnotationKind::Primary.span(span)];
    for related in related {
        let label = match related.relation {
            Relation::Container => words.container_label,
            Relation::Alias => words.alias_label,
            Relation::Cause | Relation::Resource => words.cause_label,
        };
        if let Some(span) = sheet.span(related.start, related.end) {
            annotations.push(AnnotationKind::Context.span(span).label(label));
        }
    }
    let snippet = Snippet::source(sheet.text())
        .line_start(usize::try_from(sheet.first).unwrap_or(1))
        .fold(true)
        .annotations(annotations);
    let level = match spot.first.rule.severity {
        Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Unspecified => Level::NOTE,
    };
    let renderer = if canvas.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    // A pipe has no width; lines there are cut where nobody would read on.
    let renderer = renderer.term_width(canvas.width.unwrap_or(200));
    let lines = renderer.render(&[Group::with_level(level).element(snippet)]);
    Frame {
        lines: format!("{lines}\n"),
        gutter: last.to_string().len(),
    }
}

/// Lines of a file, those in between that are not known being empty: they are folded away.
#[derive(Default)]
struct Sheet {
    first: u32,
    lines: Vec<Line>,
}

#[derive(Clone, Default)]
struct Line {
    text: String,
    /// The column of the file that its first character has.
    column: u32,
    /// What stands before that character here: a sign that something was left out.
    lead: usize,
}

impl Sheet {
    fn fill(&mut self, pages: &[&Excerpt]) {
        let written = pages.iter().filter(|page| !page.lines.is_empty());
        let ends = |page: &&&Excerpt| page.first + u32::try_from(page.lines.len()).unwrap_or(0);
        self.first = written.clone().map(|page| page.first).min().unwrap_or(1);
        let end = written.clone().map(|page| ends(&page)).max().unwrap_or(1);
        let count = usize::try_from(end.saturating_sub(self.first)).unwrap_or(0);
        self.lines = vec![Line::default(); count];
        for page in written {
            for (number, line) in (page.first..).zip(&*page.lines) {
                let lead = if line.column > 1 { "…" } else { "" };
                let tail = if line.cut { "…" } else { "" };
                let known = Line {
                    text: format!("{lead}{}{tail}", line.text),
                    column: line.column,
                    lead: lead.len(),
                };
                let index = usize::try_from(number - self.first).unwrap_or(usize::MAX);
                if let Some(slot) = self.lines.get_mut(index) {
                    *slot = known;
                }
            }
        }
    }

    fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    /// The bytes from `start` to `end`, as far as they are on the sheet; of several lines the first.
    fn span(&self, start: Point, end: Point) -> Option<Range<usize>> {
        let index = usize::try_from(start.line.checked_sub(self.first)?).ok()?;
        let line = self.lines.get(index)?;
        let before: usize = self
            .lines
            .iter()
            .take(index)
            .map(|line| line.text.len() + 1)
            .sum();
        let known = line.text.get(line.lead..).unwrap_or_default();
        let byte = |column: u32| {
            let nth = usize::try_from(column.saturating_sub(line.column)).unwrap_or(usize::MAX);
            let at = known
                .char_indices()
                .nth(nth)
                .map_or(known.len(), |(at, _)| at);
            before + line.lead + at
        };
        let from = byte(start.column);
        let to = if end.line == start.line {
            byte(end.column)
        } else {
            before + line.text.len()
        };
        Some(from..to.max(from))
    }
}
