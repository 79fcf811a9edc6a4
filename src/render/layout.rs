//! Lines for people: colour where it is wanted, columns by the width that a terminal gives a
//! character, long sentences wrapped below their own beginning.

use std::fmt::Display;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::bundle::Severity;

/// What text is written on. A word that is wider than a line, the path of a field for one, is not
/// broken: a reader copies it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Canvas {
    /// Columns to stay within; `None`: lines are as long as they are, for pipes.
    pub width: Option<usize>,
    /// Whether to colour.
    pub color: bool,
    /// Whether a text may be a link.
    pub links: bool,
}

impl Canvas {
    /// `text` in `style`, where there is colour.
    pub fn paint(&self, style: Style, text: impl Display) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }

    /// `text` in bold, where there is colour.
    pub fn bold(&self, text: impl Display) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// `text` dimmed, where there is colour.
    pub fn dim(&self, text: impl Display) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// `text` as the lines of a file are drawn.
    pub fn frame(&self, text: impl Display) -> String {
        let blue = anstyle::AnsiColor::BrightBlue.on_default();
        self.paint(blue.bold(), text)
    }

    /// `text` as a link to `page` (OSC 8), where there are links.
    pub fn link(&self, text: &str, page: Option<&str>) -> String {
        match page.filter(|_| self.links) {
            Some(page) => format!("\u{1b}]8;;{page}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }

    /// `text` behind `lead`, which shows `shown`; its further lines begin `indent` columns in.
    pub fn flow(&self, lead: &str, shown: &str, indent: usize, text: &str) -> String {
        let Some(width) = self.width else {
            return format!("{lead}{text}\n");
        };
        let word = text.split(' ').next().unwrap_or_default().width();
        let below = " ".repeat(indent);
        // A word that has room on a line of its own alone begins one.
        let is_alone = shown.width() + word > width && indent + word <= width;
        let (mut out, lead, shown) = match is_alone {
            true => (format!("{}\n", lead.trim_end()), &*below, &*below),
            false => (String::new(), lead, shown),
        };
        let options = textwrap::Options::new(width)
            .initial_indent(shown)
            .subsequent_indent(&below)
            .break_words(false);
        for (index, line) in textwrap::wrap(text, options).iter().enumerate() {
            let first = line.strip_prefix(shown).filter(|_| index == 0);
            match first {
                Some(rest) => out.push_str(&format!("{lead}{rest}\n")),
                None => out.push_str(&format!("{line}\n")),
            }
        }
        out
    }

    /// `text` behind `lead`, and after it `place`, which is copied whole: where both do not fit on a
    /// line, it begins one `indent` columns in and is not wrapped.
    pub fn with_place(
        &self,
        (lead, lead_width): (&str, usize),
        text: &str,
        indent: usize,
        place: &str,
    ) -> String {
        let columns = lead_width + text.width() + 2 + place.width();
        match self.width {
            Some(width) if columns > width => {
                let text = self.hang(lead, lead_width, text);
                format!("{text}{}{place}\n", " ".repeat(indent))
            }
            _ => format!("{lead}{text}  {place}\n"),
        }
    }

    /// `text` behind `lead`, its further lines below its beginning.
    pub fn hang(&self, lead: &str, lead_width: usize, text: &str) -> String {
        let Some(width) = self.width else {
            return format!("{lead}{text}\n");
        };
        let room = width.saturating_sub(lead_width).max(20);
        let options = textwrap::Options::new(room).break_words(false);
        let indent = " ".repeat(lead_width);
        let mut out = String::new();
        for (index, line) in textwrap::wrap(text, options).iter().enumerate() {
            out.push_str(if index == 0 { lead } else { &indent });
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

/// The style in which a severity is shown.
pub(super) fn of_severity(severity: Severity) -> Style {
    use anstyle::AnsiColor::{Blue, Red, Yellow};
    match severity {
        Severity::High => Style::new().fg_color(Some(Red.into())).bold(),
        Severity::Medium => Style::new().fg_color(Some(Yellow.into())).bold(),
        Severity::Low => Style::new().fg_color(Some(Blue.into())).bold(),
        Severity::Unspecified => Style::new().bold(),
    }
}

/// `text` filled up with spaces to `width` columns.
pub fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// `text` with spaces before it, `width` columns in all.
pub(super) fn pad_left(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(missing))
}

/// The columns that the widest of `texts` takes.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts
        .into_iter()
        .map(UnicodeWidthStr::width)
        .max()
        .unwrap_or(0)
}
