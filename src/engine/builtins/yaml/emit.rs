//! Writing YAML: the layout and the quotes that go-yaml's second version chooses.

mod keys;
mod scalar;

use super::super::json::{DEEPEST, key_text};
use super::super::number::{self, Kind};
use super::super::{Answer, args, gofmt};
use crate::engine::Value;
use scalar::{Style, style};

/// Columns after which text is broken at a space.
const WIDTH: usize = 80;

/// How much further a collection stands than the one around it.
const INDENT: usize = 2;

/// Keys longer than this are written after a `?`.
const LONGEST_KEY: usize = 128;

/// `yaml.marshal(value)`.
pub(super) fn marshal(arguments: &[Value]) -> Answer {
    let mut emitter = Emitter {
        out: String::new(),
        column: 0,
        whitespace: true,
        indention: true,
        indent: None,
        depth: 0,
    };
    emitter.node(args::at(arguments, 0)?, Around::Nothing)?;
    if !emitter.out.ends_with('\n') {
        emitter.out.push('\n');
    }
    Ok(Value::from(emitter.out))
}

/// What a node stands in.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Nothing,
    Sequence,
    Mapping,
    /// A key on one line.
    Key,
}

struct Emitter {
    out: String,
    column: usize,
    /// The last character was a space, or the line begins.
    whitespace: bool,
    /// Only indentation and indicators stand on the line.
    indention: bool,
    indent: Option<usize>,
    depth: usize,
}

impl Emitter {
    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column = if scalar::is_break(c) {
            0
        } else {
            self.column + 1
        };
    }

    fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, indicator: &str, apart: bool, indention: bool) {
        if apart && !self.whitespace {
            self.put(' ');
        }
        for c in indicator.chars() {
            self.put(c);
        }
        self.whitespace = false;
        self.indention = self.indention && indention;
    }

    /// Runs `inside` with what it writes standing further in.
    fn indented<T>(
        &mut self,
        first: usize,
        further: usize,
        inside: impl FnOnce(&mut Emitter) -> T,
    ) -> T {
        let before = self.indent;
        self.indent = Some(before.map_or(first, |indent| indent + further));
        let answer = inside(self);
        self.indent = before;
        answer
    }

    fn node(&mut self, value: &Value, around: Around) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("yaml: nested deeper than {DEEPEST} levels"));
        }
        match value {
            Value::Array(array) => self.sequence(array.iter().collect(), around)?,
            Value::Set(set) => self.sequence(super::super::order::sorted(set.iter()), around)?,
            Value::Object(object) => {
                let mut entries = Vec::new();
                for (key, value) in object.iter() {
                    entries.push((key_text(key)?, value));
                }
                entries.sort_by(|a, b| keys::compare(&a.0, &b.0));
                self.mapping(&entries)?;
            }
            Value::String(text) => self.string(text, around)?,
            Value::Null => self.plain("null", around),
            Value::Bool(value) => self.plain(if *value { "true" } else { "false" }, around),
            Value::Number(_) => self.plain(&number_text(value), around),
            Value::Undefined => return Err("yaml: an undefined value has no text".to_owned()),
        }
        self.depth -= 1;
        Ok(())
    }

    fn sequence(&mut self, items: Vec<&Value>, around: Around) -> Result<(), String> {
        if items.is_empty() {
            self.indicator("[]", true, false);
            return Ok(());
        }
        // A sequence in a mapping stands no further in than its key.
        let further = if around == Around::Mapping && !self.indention {
            0
        } else {
            INDENT
        };
        self.indented(0, further, |emitter| {
            for item in items {
                emitter.write_indent();
                emitter.indicator("-", true, true);
                emitter.node(item, Around::Sequence)?;
            }
            Ok(())
        })
    }

    fn mapping(&mut self, entries: &[(String, &Value)]) -> Result<(), String> {
        if entries.is_empty() {
            self.indicator("{}", true, false);
            return Ok(());
        }
        self.indented(0, INDENT, |emitter| {
            for (key, value) in entries {
                emitter.write_indent();
                if key.len() <= LONGEST_KEY && !key.chars().any(scalar::is_break) {
                    emitter.string(key, Around::Key)?;
                    emitter.indicator(":", false, false);
                } else {
                    emitter.indicator("?", true, true);
                    emitter.string(key, Around::Mapping)?;
                    emitter.write_indent();
                    emitter.indicator(":", true, true);
                }
                emitter.node(value, Around::Mapping)?;
            }
            Ok(())
        })
    }

    fn string(&mut self, text: &str, around: Around) -> Result<(), String> {
        if text.chars().any(|c| matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')) {
            return Err("yaml: control characters are not allowed".to_owned());
        }
        let breaks = around != Around::Key;
        self.indented(INDENT, INDENT, |emitter| match style(text, !breaks) {
            Style::Plain => emitter.plain_text(text, breaks),
            Style::Single => emitter.single(text, breaks),
            Style::Double => emitter.double(text, breaks),
            Style::Literal => emitter.literal(text),
        });
        Ok(())
    }

    fn plain(&mut self, text: &str, around: Around) {
        self.indented(INDENT, INDENT, |emitter| {
            emitter.plain_text(text, around != Around::Key)
        });
    }

    fn plain_text(&mut self, text: &str, breaks: bool) {
        if !self.whitespace && !text.is_empty() {
            self.put(' ');
        }
        let mut spaces = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == ' ' && breaks && !spaces && self.column > WIDTH && chars.peek() != Some(&' ') {
                self.write_indent();
            } else {
                self.put(c);
            }
            spaces = c == ' ';
            self.indention = false;
        }
        self.whitespace = false;
        self.indention = false;
    }

    fn single(&mut self, text: &str, breaks: bool) {
        self.indicator("'", true, false);
        let (mut spaces, mut lines) = (false, false);
        let mut chars = text.chars().enumerate().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if c == ' ' {
                if breaks
                    && !spaces
                    && self.column > WIDTH
                    && at > 0
                    && next.is_some_and(|next| next != ' ')
                {
                    self.write_indent();
                } else {
                    self.put(c);
                }
            } else if scalar::is_break(c) {
                if !lines && c == '\n' {
                    self.put('\n');
                }
                self.put(c);
                self.indention = true;
            } else {
                if lines {
                    self.write_indent();
                }
                self.put(c);
                if c == '\'' {
                    self.put(c);
                }
                self.indention = false;
            }
            (spaces, lines) = (c == ' ', scalar::is_break(c));
        }
        self.indicator("'", false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn double(&mut self, text: &str, breaks: bool) {
        self.indicator("\"", true, false);
        let mut spaces = false;
        let mut chars = text.chars().enumerate().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if let Some(escape) = scalar::escape(c) {
                for c in escape.chars() {
                    self.put(c);
                }
                spaces = false;
            } else if c == ' ' {
                if breaks && !spaces && self.column > WIDTH && at > 0 && next.is_some() {
                    self.write_indent();
                    if next == Some(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                spaces = true;
            } else {
                self.put(c);
                spaces = false;
            }
        }
        self.indicator("\"", false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false);
        if text.starts_with(|c| c == ' ' || scalar::is_break(c)) {
            self.indicator(&INDENT.to_string(), false, false);
        }
        let mut ends = text.chars().rev();
        let hint = match (ends.next(), ends.next()) {
            (Some(last), _) if !scalar::is_break(last) => "-",
            (Some(_), None) => "+",
            (Some(_), Some(before)) if scalar::is_break(before) => "+",
            _ => "",
        };
        self.indicator(hint, false, false);
        self.put('\n');
        self.indention = true;
        self.whitespace = true;
        let mut lines = true;
        for c in text.chars() {
            if scalar::is_break(c) {
                self.put(c);
                self.indention = true;
                lines = true;
            } else {
                if lines {
                    self.write_indent();
                }
                self.put(c);
                self.indention = false;
                lines = false;
            }
        }
    }
}

/// A number as it comes back from JSON: what no 64 bits hold is a double.
fn number_text(value: &Value) -> String {
    match number::kind(value) {
        Some(Kind::Int(number)) => number.to_string(),
        Some(Kind::Big(number)) => match u64::try_from(&number) {
            Ok(number) => number.to_string(),
            Err(_) => gofmt::float(
                number.to_string().parse().unwrap_or(f64::INFINITY),
                'g',
                None,
            ),
        },
        Some(Kind::Float(number)) => gofmt::float(number, 'g', None),
        None => String::new(),
    }
}
