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
//! - *full names*: imports are written out, so that nothing shadows.

use super::{Style, Written};
use crate::engine::catalogue;
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{
    Body, Else, Head, Kind, Module, Op, Place, Rule, Statement, StatementKind, Term,
};

const KEYWORDS: [&str; 15] = [
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null",
    "package", "some", "true", "with",
];

pub(super) fn print(name: &str, module: &Module, style: Style) -> Result<Written, Fault> {
    let mut printer = Printer {
        text: String::new(),
        column: 1,
        marks: vec![Vec::new()],
        package: &module.package,
        style,
    };
    printer.raw("package ");
    printer.names(&module.package);
    printer.line();
    for rule in &module.rules {
        if KEYWORDS.contains(&rule.name.text.as_str()) {
            let message = format!(
                "a rule named `{}` cannot be evaluated: it is a keyword",
                rule.name.text
            );
            return Err(Fault::new(FaultKind::Limit, rule.name.place, message));
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

    fn list(&mut self, items: &[Term]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.raw(", ");
            }
            self.term(item);
        }
    }

    /// What is assigned. In a comprehension a bare `|` would begin its body.
    fn right(&mut self, term: &Term) {
        match &term.kind {
            Kind::Binary(op, ..) if op.text() == "|" => self.term(term),
            _ => self.top(term),
        }
    }

    /// A term that needs no parentheses.
    fn top(&mut self, term: &Term) {
        match &term.kind {
            Kind::Binary(op, left, right) if arithmetic(*op).is_none() => {
                self.mark(term.place);
                self.term(left);
                self.raw(" ");
                self.raw(op.text());
                self.raw(" ");
                self.term(right);
            }
            Kind::Member(key, value, collection) => {
                self.mark(term.place);
                if let Some(key) = key {
                    self.term(key);
                    self.raw(", ");
                }
                self.term(value);
                self.raw(" in ");
                self.term(collection);
            }
            _ => self.term(term),
        }
    }

    fn term(&mut self, term: &Term) {
        self.mark(term.place);
        match &term.kind {
            Kind::Null => self.raw("null"),
            Kind::Bool(true) => self.raw("true"),
            Kind::Bool(false) => self.raw("false"),
            Kind::Number(text) => self.raw(text),
            Kind::String(text) => self.string(text),
            Kind::Var(name) => self.raw(name),
            Kind::Ref(head, path) => self.reference(head, path),
            Kind::Call(function, arguments) => self.call(function, arguments),
            Kind::Array(items) => {
                self.raw("[");
                self.list(items);
                self.raw("]");
            }
            Kind::Set(items) if items.is_empty() => self.raw("set()"),
            Kind::Set(items) => {
                self.raw("{");
                self.list(items);
                self.raw("}");
            }
            Kind::Object(fields) => {
                self.raw("{");
                for (at, (key, value)) in fields.iter().enumerate() {
                    if at > 0 {
                        self.raw(", ");
                    }
                    self.term(key);
                    self.raw(": ");
                    self.term(value);
                }
                self.raw("}");
            }
            Kind::ArrayOf(head, body) => self.comprehension("[", &[head], body, "]"),
            Kind::SetOf(head, body) => self.comprehension("{", &[head], body, "}"),
            Kind::ObjectOf(key, value, body) => self.comprehension("{", &[key, value], body, "}"),
            Kind::Binary(op, left, right) => match arithmetic(*op) {
                Some(function) => self.builtin(function, &[left, right]),
                None => self.parenthesised(term),
            },
            Kind::Member(..) => self.parenthesised(term),
        }
    }

    fn parenthesised(&mut self, term: &Term) {
        self.raw("(");
        self.top(term);
        self.raw(")");
    }

    fn comprehension(&mut self, open: &str, heads: &[&Term], body: &Body, close: &str) {
        self.raw(open);
        for (at, head) in heads.iter().enumerate() {
            if at > 0 {
                self.raw(": ");
            }
            self.term(head);
        }
        self.raw(" |");
        self.block(body);
        self.raw(close);
    }

    fn reference(&mut self, head: &Term, path: &[Term]) {
        let mut path = path;
        let own = self.package.len();
        let is_data = matches!(&head.kind, Kind::Var(name) if name == "data");
        let is_own = is_data
            && path.len() > own
            && path
                .iter()
                .zip(self.package)
                .all(|(part, name)| matches!(&part.kind, Kind::String(text) if text == name));
        match path.get(own).map(|part| &part.kind) {
            Some(Kind::String(name)) if is_own && is_identifier(name) => {
                self.raw(name);
                path = path.get(own + 1..).unwrap_or(&[]);
            }
            _ => self.term(head),
        }
        for part in path {
            match &part.kind {
                Kind::String(text) => self.step(text),
                _ => {
                    self.raw("[");
                    self.term(part);
                    self.raw("]");
                }
            }
        }
    }

    fn call(&mut self, function: &Term, arguments: &[Term]) {
        let names = function.names().unwrap_or_default();
        if names.first().is_some_and(|root| root == "data") {
            self.term(function);
            self.raw("(");
            self.list(arguments);
            self.raw(")");
        } else {
            let name = names.join(".");
            let arguments: Vec<&Term> = arguments.iter().collect();
            self.builtin(&name, &arguments);
        }
    }

    /// The interpreter finds a built-in by its name; the compiled form calls all through one slot.
    fn builtin(&mut self, name: &str, arguments: &[&Term]) {
        let slot = if self.style == Style::Compiled {
            catalogue::number(name)
        } else {
            None
        };
        match slot {
            Some(number) => {
                self.raw(catalogue::SLOT);
                self.raw(&format!("([{number}"));
                for argument in arguments {
                    self.raw(", ");
                    self.term(argument);
                }
                self.raw("])");
            }
            None => {
                self.raw(name);
                self.raw("(");
                for (at, argument) in arguments.iter().enumerate() {
                    if at > 0 {
                        self.raw(", ");
                    }
                    self.term(argument);
                }
                self.raw(")");
            }
        }
    }
}

fn arithmetic(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::Add => "sekisho.plus",
        Op::Subtract => "sekisho.minus",
        Op::Multiply => "sekisho.mul",
        Op::Divide => "sekisho.div",
        Op::Remainder => "sekisho.rem",
        Op::And => "sekisho.and",
        Op::Or => "sekisho.or",
        _ => return None,
    })
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !KEYWORDS.contains(&name)
}
