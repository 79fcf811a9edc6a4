//! Answers for people.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

use crate::check::{Said, Traced, TracedLine};
use crate::engine::{BodyKind, Seen, Value};
use crate::language::Language;
use crate::suite::one_line;

use super::super::layout::{Canvas, pad_left, widest};
use super::Answer;
use super::spaced::spaced;
use super::words::{Words, words};

/// Of a value so many characters are shown where the lines have no end.
const WIDEST: usize = 200;
/// So many sets of values of one statement are shown.
const STOPS: usize = 3;
/// So many values of something that iterates are shown.
const VALUES: usize = 3;

/// The answers, each with what was asked.
pub fn text(answers: &[Answer], language: Language, canvas: &Canvas) -> String {
    let page = Page {
        canvas,
        language,
        words: words(language),
    };
    let answers: Vec<String> = answers.iter().map(|it| page.answer(it)).collect();
    answers.join("\n")
}

struct Page<'a> {
    canvas: &'a Canvas,
    language: Language,
    words: &'static Words,
}

impl Page<'_> {
    fn answer(&self, answer: &Answer) -> String {
        let mut out = String::new();
        if let (Some(question), Some(location)) = (&answer.question, &answer.location) {
            let name = question.name.to_string();
            let mut rest = format!("{location}");
            if let Some(made_of) = &question.made_of {
                rest.push_str(&format!(" ({made_of})"));
            }
            let lead = self.canvas.bold(&name);
            let width = widest([name.as_str()]);
            out.push_str(&self.canvas.with_place((&lead, width), "", 2, &rest));
            let mut by = answer.policy.to_string();
            if !question.constraint.is_empty() {
                by.push_str(&format!(", {}", question.constraint));
            }
            out.push_str(&self.canvas.hang("  ", 2, &by));
            if let Some(why) = &question.unasked {
                let said = (self.words.unasked)(why.get(self.language));
                out.push_str(&self.canvas.hang("  ", 2, &said));
            }
        }
        let evaluated = &answer.evaluated;
        match (&evaluated.answer, &answer.violations) {
            (Err(message), _) => {
                out.push_str(&self.label(self.words.error, AnsiColor::Red, message))
            }
            (Ok(_), Some(violations)) if violations.is_empty() => {
                out.push_str(&self.label(
                    self.words.passes,
                    AnsiColor::Green,
                    self.words.no_violation,
                ));
            }
            (Ok(_), Some(violations)) => {
                for violation in violations {
                    out.push_str(&self.violation(answer, violation));
                }
            }
            (Ok(None), None) => out.push_str(&format!("{}\n", self.words.undefined)),
            (Ok(Some(value)), None) => out.push_str(&pretty(value)),
        }
        for print in &evaluated.prints {
            let said = if print.module.is_empty() {
                print.text.clone()
            } else {
                format!("{}:{}: {}", print.module, print.line, print.text)
            };
            out.push_str(&self.label(self.words.printed, AnsiColor::Cyan, &said));
        }
        for body in &evaluated.trace {
            out.push_str(&self.body(body));
        }
        if evaluated.truncated {
            out.push_str(&self.canvas.hang("  ", 2, self.words.truncated));
        }
        out
    }

    fn label(&self, word: &str, color: AnsiColor, text: &str) -> String {
        let style = Style::new().fg_color(Some(color.into())).bold();
        let lead = format!("  {}  ", self.canvas.paint(style, word));
        self.canvas.hang(&lead, widest([word]) + 4, text)
    }

    fn violation(&self, answer: &Answer, said: &Said) -> String {
        let word = self.words.violation;
        let mut out = self.label(word, AnsiColor::Red, &said.message);
        let indent = widest([word]) + 4;
        let lead = " ".repeat(indent);
        if let Some(field) = &said.field {
            let path = answer.location.as_ref().map(|it| &*it.path);
            let place = match (path, said.place) {
                (Some(path), Some((line, column))) => format!("{path}:{line}:{column} "),
                _ => String::new(),
            };
            out.push_str(&self.canvas.hang(
                &lead,
                indent,
                &format!("{}{place}{field}", self.words.at),
            ));
        }
        let empty =
            matches!(&said.details, Value::Object(fields) if fields.iter().next().is_none());
        if !empty {
            out.push_str(&self.canvas.hang(&lead, indent, &spaced(&said.details)));
        }
        out
    }

    fn body(&self, body: &Traced) -> String {
        let of = match body.kind {
            BodyKind::Rule => "",
            BodyKind::Else => " else",
            BodyKind::Comprehension => " [… | …]",
            BodyKind::Every => " every",
        };
        let place = format!("{}:{}", body.path, body.line);
        let tried = (self.words.tried)(body.entered, body.held);
        let name = format!("{}{of}", body.rule);
        let room = self.canvas.width.unwrap_or(usize::MAX);
        let mut out = if widest([format!("  {name}  {place}  {tried}").as_str()]) > room {
            let lead = format!("\n  {}  ", self.canvas.bold(&name));
            let width = widest([name.as_str()]) + 4;
            self.canvas.with_place((&lead, width), &tried, 4, &place)
        } else {
            let (name, place) = (self.canvas.bold(&name), self.canvas.dim(place));
            format!("\n  {name}  {place}  {tried}\n")
        };
        let last = body.steps.iter().map(|step| step.line).max().unwrap_or(0);
        let width = last.to_string().len();
        for step in &body.steps {
            out.push_str(&self.step(step, width));
        }
        if body.held > 0 && matches!(body.kind, BodyKind::Rule | BodyKind::Else) {
            for seen in body.holds.iter().take(STOPS) {
                out.push_str(&self.seen(seen, width));
            }
        }
        out
    }

    fn step(&self, step: &TracedLine, width: usize) -> String {
        let (mark, color) = match (step.reached, step.stopped) {
            (0, _) => (" ", AnsiColor::BrightBlack),
            (reached, stopped) if stopped == 0 || stopped < reached => ("✓", AnsiColor::Green),
            _ => ("✗", AnsiColor::Red),
        };
        let mark = self
            .canvas
            .paint(Style::new().fg_color(Some(color.into())), mark);
        let number = pad_left(&step.line.to_string(), width);
        let stopped = match (step.stopped, step.reached) {
            (0, 0 | 1) | (1, 1) => String::new(),
            (0, reached) => format!("  {}", (self.words.reached)(reached)),
            (stopped, reached) => format!("  {}", (self.words.stopped)(stopped, reached)),
        };
        let room = self.room(width + 7 + widest([stopped.as_str()]));
        let text = cut(&step.text, room);
        let text = if step.reached == 0 {
            self.canvas.dim(text)
        } else {
            text
        };
        let mut out = format!("    {mark} {number} {text}{}\n", self.canvas.dim(stopped));
        for seen in step.stops.iter().take(STOPS) {
            out.push_str(&self.seen(seen, width));
        }
        if step.stops.len() > STOPS {
            out.push_str(&format!("{}…\n", " ".repeat(width + 9)));
        }
        out
    }

    fn seen(&self, seen: &Seen, width: usize) -> String {
        let lead = " ".repeat(width + 9);
        let mut out = String::new();
        for (name, values) in &seen.values {
            let shown = match values.len() {
                0 => self.words.undefined.to_owned(),
                1 => values.first().map(one_line).unwrap_or_default(),
                all => {
                    let first = values.iter().take(VALUES).map(one_line);
                    let first = first.collect::<Vec<_>>().join(" | ");
                    (self.words.values)(all, &first)
                }
            };
            let text = format!("{name} = {shown}");
            let text = cut(&text, self.room(lead.len()));
            out.push_str(&format!("{lead}{}\n", self.canvas.dim(text)));
        }
        out
    }

    fn room(&self, used: usize) -> usize {
        self.canvas
            .width
            .map_or(WIDEST, |width| width.saturating_sub(used).max(16))
    }
}

/// As much of `text` as `room` columns hold.
fn cut(text: &str, room: usize) -> String {
    if widest([text]) <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= room
    });
    kept.chain(['…']).collect()
}

fn pretty(value: &Value) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    let text = serde_json::to_string_pretty(&json).unwrap_or_default();
    format!("{text}\n")
}
