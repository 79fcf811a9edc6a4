//! Terms as text.

use super::{Printer, is_identifier};
use crate::engine::catalogue;
use crate::engine::check::index::package_path;
use crate::engine::conform::Style;
use crate::engine::syntax::tree::{Body, Kind, Op, Term};

impl Printer<'_> {
    pub(super) fn list(&mut self, items: &[Term]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.raw(", ");
            }
            self.term(item);
        }
    }

    /// What is assigned. In a comprehension a bare `|` would begin its body.
    pub(super) fn right(&mut self, term: &Term) {
        match &term.kind {
            Kind::Binary(op, ..) if op.text() == "|" => self.term(term),
            _ => self.top(term),
        }
    }

    /// A term that needs no parentheses.
    pub(super) fn top(&mut self, term: &Term) {
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

    pub(super) fn term(&mut self, term: &Term) {
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
            Some(Kind::String(name)) if is_own && is_identifier(name) && self.defines(name) => {
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

    /// Whether some module of this package has a rule that begins with `name`. The engine refuses a
    /// bare name that nobody defines; with its package before it, it is undefined.
    fn defines(&self, name: &str) -> bool {
        let package = package_path(self.package);
        self.rules.contains(name) || self.around.names.defines(&package, name)
    }

    fn call(&mut self, function: &Term, arguments: &[Term]) {
        let names = function.names().unwrap_or_default();
        if names.first().is_some_and(|root| root == "data") {
            if self.around.replaced.contains(&names) {
                self.names(&names);
            } else {
                self.term(function);
            }
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
