//! The tree as text for regorus: Rego v1, one statement a line.
//!
//! Rewritings done here:
//! - *one dialect*: whatever the module was written in, it becomes v1; a v0 `r[x] { … }` is
//!   `r contains x if { … }`, chained bodies are definitions of their own (done by the parser), a
//!   function without a value has the value `true`.
//! - *statements end*: with `;`, so that no line can be read as the call of the one before.
//! - *parentheses* around every operator, so that `[a | b]` of a union is no comprehension.
//! - *arithmetic* goes through functions of this crate (`sekisho.plus`, …), which calculate as OPA
//!   does and are undefined, not an error, for what is no number.
//! - *full names*: imports are written out, so that nothing shadows; and calls of what is replaced by
//!   `with`, for regorus replaces what has the very name of the call.

mod terms;

use std::collections::BTreeSet;

use super::{Around, Style, Written};
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{
    Body, Else, Head, Kind, Module, Place, Rule, Statement, StatementKind, Term,
};

const KEYWORDS: [&str; 15] = [
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null",
    "package", "some", "true", "with",
];

/// How many names of a package regorus' parser takes.
const MOST_NAMES: usize = 32;

pub(super) fn print(
    name: &str,
    module: &Module,
    around: &Around,
    style: Style,
) -> Result<Written, Fault> {
    let keyword = |what: &str, name: &str, place| {
        let message = format!("a {what} named `{name}` cannot be evaluated: it is a keyword");
        Fault::new(FaultKind::Limit, place, message)
    };
    if let Some(first) = module.package.first()
        && KEYWORDS.contains(&first.as_str())
    {
        return Err(keyword("package", first, module.place));
    }
    if module.package.len() > MOST_NAMES {
        let message = format!("a package of more than {MOST_NAMES} names cannot be evaluated");
        return Err(Fault::new(FaultKind::Limit, module.place, message));
    }
    let mut printer = Printer {
        text: String::new(),
        column: 1,
        marks: vec![Vec::new()],
        package: &module.package,
        rules: module.rules.iter().map(|rule| &*rule.name.text).collect(),
        around,
        style,
    };
    printer.raw("package ");
    printer.names(&module.package);
    printer.line();
    for rule in &module.rules {
        if KEYWORDS.contains(&rule.name.text.as_str()) {
            return Err(keyword("rule", &rule.name.text, rule.name.place));
        }
        printer.rule(rule);
    }
    Ok(Written {
        name: name.to_owned(),
        text: printer.text,
        marks: printer.marks,
    })
}

struct Printer<'a> {
    text: String,
    column: u32,
    marks: Vec<Vec<(u32, Place)>>,
    package: &'a [String],
    /// The first names of the module's rules, those that were added for the engine among them.
    rules: BTreeSet<&'a str>,
    around: &'a Around,
    style: Style,
}

impl Printer<'_> {
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count() as u32;
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.column = 1;
        self.marks.push(Vec::new());
    }

    fn mark(&mut self, place: Place) {
        let column = self.column;
        if place.line > 0
            && let Some(marks) = self.marks.last_mut()
        {
            marks.push((column, place));
        }
    }

    /// `a.b["c-d"]`
    fn names(&mut self, names: &[String]) {
        for (at, name) in names.iter().enumerate() {
            if at == 0 {
                self.raw(name);
            } else {
                self.step(name);
            }
        }
    }

    fn step(&mut self, name: &str) {
        if is_identifier(name) {
            self.raw(".");
            self.raw(name);
        } else {
            self.raw("[");
            self.string(name);
            self.raw("]");
        }
    }

    fn string(&mut self, text: &str) {
        self.raw("\"");
        let mut escaped = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '"' => escaped.push_str("\\\""),
                '\\' => escaped.push_str("\\\\"),
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                '\t' => escaped.push_str("\\t"),
                control if control < ' ' || control == '\u{7f}' => {
                    escaped.push_str(&format!("\\u{:04x}", u32::from(control)));
                }
                plain => escaped.push(plain),
            }
        }
        self.raw(&escaped);
        self.raw("\"");
    }

    fn rule(&mut self, rule: &Rule) {
        self.mark(rule.place);
        if rule.is_default {
            self.raw("default ");
        }
        self.raw(&rule.name.text);
        for part in &rule.path {
            match &part.kind {
                Kind::String(text) => self.step(text),
                _ => {
                    self.raw("[");
                    self.term(part);
                    self.raw("]");
                }
            }
        }
        match &rule.head {
            Head::Set { key } => {
                self.raw(" contains ");
                self.term(key);
            }
            Head::Value { args, value } => {
                if let Some(args) = args {
                    self.raw("(");
                    self.list(args);
                    self.raw(")");
                }
                self.value(value.as_ref());
            }
        }
        let forced = !rule.otherwise.is_empty() && rule.body.is_none();
        if let Some(body) = &rule.body {
            self.raw(" if {");
            self.block(body);
            self.raw("}");
        } else if forced {
            self.raw(" if { true }");
        }
        for other in &rule.otherwise {
            self.otherwise(other);
        }
        self.line();
    }

    fn otherwise(&mut self, other: &Else) {
        self.raw(" else");
        self.mark(other.place);
        self.value(other.value.as_ref());
        if let Some(body) = &other.body {
            self.raw(" if {");
            self.block(body);
            self.raw("}");
        }
    }

    fn value(&mut self, value: Option<&Term>) {
        self.raw(" := ");
        match value {
            Some(value) => self.term(value),
            None => self.raw("true"),
        }
    }

    /// Statements on lines of their own; the line after them is begun.
    fn block(&mut self, body: &Body) {
        for (at, statement) in body.iter().enumerate() {
            self.line();
            self.statement(statement);
            if at + 1 < body.len() {
                self.raw(";");
            }
        }
        self.line();
        if let Some(last) = body.last() {
            self.mark(last.place);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        self.mark(statement.place);
        if statement.negated {
            self.raw("not ");
        }
        match &statement.kind {
            StatementKind::Term(term) => self.top(term),
            StatementKind::Assign(left, right) => {
                self.term(left);
                self.raw(" := ");
                self.right(right);
            }
            StatementKind::Unify(left, right) => {
                self.term(left);
                self.raw(" = ");
                self.right(right);
            }
            StatementKind::Some(_) => self.raw("true"),
            StatementKind::SomeIn(key, value, collection) => {
                self.raw("some ");
                if let Some(key) = key {
                    self.term(key);
                    self.raw(", ");
                }
                self.term(value);
                self.raw(" in ");
                self.term(collection);
            }
            StatementKind::Every(key, value, domain, body) => {
                self.raw("every ");
                if let Some(key) = key {
                    self.raw(&key.text);
                    self.raw(", ");
                }
                self.raw(&value.text);
                self.raw(" in ");
                self.term(domain);
                self.raw(" {");
                self.block(body);
                self.raw("}");
            }
        }
        for with in &statement.with {
            self.raw(" with ");
            // In full: regorus does not look for a replaced rule in the module's package.
            match with.target.names() {
                Some(names) => self.names(&names),
                None => self.term(&with.target),
            }
            self.raw(" as ");
            self.term(&with.value);
        }
    }
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !KEYWORDS.contains(&name)
}
