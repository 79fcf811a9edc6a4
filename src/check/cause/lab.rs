//! Asking a policy about changed objects, each once, up to a number of times.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Question;
use super::change::{self, Change};
use super::same;
pub(super) use super::same::Fate;
use crate::check::answer::Violation;
use crate::engine::Value;
use crate::manifest::Step;

/// A policy's answer: its violations, `None` where it failed.
type Answer = Option<Rc<Vec<Violation>>>;

pub(super) struct Lab<'a> {
    pub(super) question: &'a Question<'a>,
    ask: &'a mut dyn FnMut(Value) -> Option<Vec<Violation>>,
    object: Value,
    /// The field of the review that holds the object.
    slot: &'static str,
    answers: BTreeMap<Vec<Change>, Answer>,
    left: usize,
    tried: usize,
}

impl<'a> Lab<'a> {
    pub(super) fn new(
        question: &'a Question<'a>,
        ask: &'a mut dyn FnMut(Value) -> Option<Vec<Violation>>,
    ) -> Lab<'a> {
        // Of a deletion the object that is deleted is judged.
        let slot = match &question.review["object"] {
            Value::Object(_) => "object",
            _ => "oldObject",
        };
        Lab {
            question,
            ask,
            object: question.review[slot].clone(),
            slot,
            answers: BTreeMap::new(),
            left: 0,
            tried: 0,
        }
    }

    /// The next violation, with so many evaluations. What was asked for others is known.
    pub(super) fn begin(&mut self, budget: usize) {
        self.left = budget;
        self.tried = 0;
    }

    pub(super) fn tried(&self) -> usize {
        self.tried
    }

    pub(super) fn object(&self) -> &Value {
        &self.object
    }

    pub(super) fn violation(&self, number: usize) -> Option<&'a Violation> {
        self.question.violations.get(number)
    }

    /// Whether the violation is gone from the object with `changes`.
    pub(super) fn is_gone(&mut self, number: usize, changes: &[Change]) -> bool {
        self.fate(number, changes) == Fate::Gone
    }

    /// What becomes of the violation in the object with `changes`. What cannot be judged, or not any
    /// more, is no proof.
    pub(super) fn fate(&mut self, number: usize, changes: &[Change]) -> Fate {
        let mut changes = changes.to_vec();
        changes.sort();
        changes.dedup();
        let Some(answer) = self.answer(&changes) else {
            return Fate::Stays;
        };
        let before = self.question.violations;
        same::fate(number, before, &answer, &self.object, &changes)
    }

    /// Whether the policy says less of the object with `changes`: what it said before is not merely
    /// said in other words.
    pub(super) fn is_content(&mut self, changes: &[Change]) -> bool {
        let mut changes = changes.to_vec();
        changes.sort();
        changes.dedup();
        let before = self.question.violations.len();
        self.answer(&changes)
            .is_some_and(|after| after.len() < before)
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    fn answer(&mut self, changes: &[Change]) -> Answer {
        if let Some(known) = self.answers.get(changes) {
            return known.clone();
        }
        if self.left == 0 {
            return None;
        }
        let review = self.review(changes)?;
        self.left -= 1;
        self.tried += 1;
        let answer = (self.ask)(review).map(Rc::new);
        self.answers.insert(changes.to_vec(), answer.clone());
        answer
    }

    fn review(&self, changes: &[Change]) -> Option<Value> {
        let object = change::apply(&self.object, changes)?;
        let mut review = self.question.review.clone();
        let key = |name: &str| vec![Step::Key(name.to_owned())];
        // A review says of its object what that says itself.
        for change in changes {
            let told = match change.path.as_slice() {
                [Step::Key(first), Step::Key(name)] if first == "metadata" => name.as_str(),
                [Step::Key(name)] if name == "kind" || name == "apiVersion" => name,
                _ => continue,
            };
            let Some(Value::String(text)) = &change.to else {
                continue;
            };
            let set = |review: &mut Value, path: &[&str], text: &str| {
                let path: Vec<Step> = path.iter().flat_map(|name| key(name)).collect();
                change::set(review, &path, &Value::from(text))
            };
            match told {
                "name" | "namespace" => set(&mut review, &[told], text)?,
                "kind" => set(&mut review, &["kind", "kind"], text)?,
                "apiVersion" => {
                    let (group, version) = text.rsplit_once('/').unwrap_or(("", text));
                    set(&mut review, &["kind", "group"], group)?;
                    set(&mut review, &["kind", "version"], version)?;
                }
                _ => {}
            }
        }
        change::set(&mut review, &key(self.slot), &object)?;
        Some(review)
    }
}
