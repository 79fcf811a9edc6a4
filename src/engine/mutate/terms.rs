//! Changes of terms: operators, constants, items.

use super::MutationKind;
use super::walk::Walk;
use crate::engine::syntax::tree::{Kind, Op, Term};

/// Where a Pod keeps containers.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

impl Walk<'_> {
    /// `texts`: whether a changed string can change what is found, and not only how it is called.
    pub(super) fn term(&mut self, term: &mut Term, texts: bool) {
        let place = term.place;
        match &mut term.kind {
            Kind::Null | Kind::Var(_) => {}
            Kind::Bool(value) => {
                let (before, after) = (value.to_string(), (!*value).to_string());
                if self.offer(place, MutationKind::Constant, || before, after) {
                    *value = !*value;
                }
            }
            Kind::Number(number) => {
                if let Some(next) = number.parse::<i64>().ok().and_then(|n| n.checked_add(1)) {
                    let (before, after) = (number.clone(), next.to_string());
                    if self.offer(place, MutationKind::Constant, || before, after.clone()) {
                        *number = after;
                    }
                }
            }
            Kind::String(text) => self.text(place, text, texts),
            Kind::Ref(head, path) => {
                if !matches!(head.kind, Kind::Var(_)) {
                    self.term(head, texts);
                }
                for part in path {
                    match &mut part.kind {
                        Kind::String(text) => self.text(place, text, false),
                        _ => self.term(part, texts),
                    }
                }
            }
            Kind::Call(function, arguments) => {
                let is_message = matches!(&function.kind, Kind::Var(name) if name == "sprintf");
                // A message may be worded in many ways: how is not for its policy's tests to say.
                let skipped = usize::from(is_message);
                for argument in arguments.iter_mut().skip(skipped) {
                    self.term(argument, texts && !is_message);
                }
            }
            Kind::Array(items) | Kind::Set(items) => {
                let plain = items.len() > 1 && items.iter().all(is_scalar);
                if plain && texts {
                    self.items(items);
                }
                for item in items.iter_mut() {
                    match &mut item.kind {
                        // To lose it and to have another in its place comes to the same.
                        Kind::String(text) if plain => self.text(item.place, text, false),
                        _ if plain && texts => {}
                        _ => self.term(item, texts),
                    }
                }
            }
            Kind::Object(fields) => fields
                .iter_mut()
                .for_each(|(_, value)| self.term(value, false)),
            Kind::ArrayOf(head, body) | Kind::SetOf(head, body) => {
                self.body(body);
                self.term(head, texts);
            }
            Kind::ObjectOf(key, value, body) => {
                self.body(body);
                self.term(key, texts);
                self.term(value, texts);
            }
            Kind::Binary(op, left, right) => {
                if let Some(other) = other(*op) {
                    let (before, after) = (op.text().to_owned(), other.text());
                    if self.offer(place, MutationKind::Operator, || before, after) {
                        *op = other;
                    }
                }
                self.term(left, texts);
                self.term(right, texts);
            }
            Kind::Member(key, value, collection) => {
                if let Some(key) = key {
                    self.term(key, texts);
                }
                self.term(value, texts);
                self.term(collection, texts);
            }
        }
    }

    fn text(&mut self, place: crate::engine::syntax::tree::Place, text: &mut String, texts: bool) {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        if let Some(at) = CONTAINERS.iter().position(|name| name == text) {
            let next = CONTAINERS.iter().cycle().nth(at + 1).copied();
            let next = next.unwrap_or_default();
            let before = quoted(text);
            if self.offer(place, MutationKind::SwapContainers, || before, quoted(next)) {
                next.clone_into(text);
            }
        } else if texts {
            let changed = format!("{text}~");
            let before = quoted(text);
            if self.offer(place, MutationKind::Constant, || before, quoted(&changed)) {
                *text = changed;
            }
        }
    }

    fn items(&mut self, items: &mut Vec<Term>) {
        let mut dropped = None;
        for (at, item) in items.iter().enumerate() {
            let written = match &item.kind {
                Kind::String(text) => serde_json::Value::from(text.as_str()).to_string(),
                Kind::Number(number) => number.clone(),
                Kind::Bool(value) => value.to_string(),
                _ => "null".to_owned(),
            };
            if self.offer(item.place, MutationKind::DropItem, || written, "") {
                dropped = Some(at);
            }
        }
        if let Some(at) = dropped {
            items.remove(at);
        }
    }
}

fn is_scalar(term: &Term) -> bool {
    matches!(
        term.kind,
        Kind::String(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null
    )
}

fn other(op: Op) -> Option<Op> {
    Some(match op {
        Op::Equal => Op::NotEqual,
        Op::NotEqual => Op::Equal,
        Op::Less => Op::LessEqual,
        Op::LessEqual => Op::Less,
        Op::Greater => Op::GreaterEqual,
        Op::GreaterEqual => Op::Greater,
        Op::Add => Op::Subtract,
        Op::Subtract => Op::Add,
        Op::Multiply => Op::Divide,
        Op::Divide => Op::Multiply,
        Op::Remainder => Op::Multiply,
        Op::And => Op::Or,
        Op::Or => Op::And,
    })
}
