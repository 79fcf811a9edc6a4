//! Going through arrays, objects and sets.

use std::sync::Arc;

use regorus::Value;
use regorus::rvm::instructions::LoopMode;
use regorus::value::Array;

use super::Vm;
use super::code::{Address, Loop};

/// A loop that is being gone through.
#[derive(Debug)]
pub(super) struct Turn {
    parts: Parts,
    /// Whether any turn so far succeeded.
    succeeded: bool,
}

/// What is left to go through, as it was when the loop began.
#[derive(Debug)]
enum Parts {
    /// From that item on.
    Array(Arc<Array>, usize),
    /// Keys and values. They are listed, since to find the one after another takes a search.
    Listed(std::vec::IntoIter<(Value, Value)>),
}

impl Vm {
    /// Begins a loop; where it goes on.
    pub(super) fn begin(&mut self, it: &Loop, base: usize) -> Address {
        self.set(base, it.result, Value::Bool(false));
        let parts = match self.get(base, it.over) {
            Value::Array(items) => Parts::Array(items.clone(), 0),
            Value::Object(fields) => {
                let fields = fields.iter();
                let listed = fields.map(|(name, field)| (name.clone(), field.clone()));
                Parts::Listed(listed.collect::<Vec<_>>().into_iter())
            }
            Value::Set(items) => {
                let listed = items.iter().map(|item| (item.clone(), item.clone()));
                Parts::Listed(listed.collect::<Vec<_>>().into_iter())
            }
            // What cannot be gone through: there is no such part, and that all are such is undefined.
            _ => {
                let result = match it.mode {
                    LoopMode::Every => Value::Undefined,
                    LoopMode::Any | LoopMode::ForEach => Value::Bool(false),
                };
                self.set(base, it.result, result);
                return it.exit;
            }
        };
        let succeeded = false;
        self.turns.push(Turn { parts, succeeded });
        self.turn(it, base)
    }

    /// Ends a turn that succeeded, or failed; where it goes on.
    pub(super) fn next(&mut self, it: &Loop, base: usize, succeeded: bool) -> Address {
        let ended = match it.mode {
            LoopMode::Any => succeeded,
            LoopMode::Every => !succeeded,
            LoopMode::ForEach => false,
        };
        if ended {
            self.turns.pop();
            self.set(base, it.result, Value::Bool(succeeded));
            return it.exit;
        }
        if let Some(turn) = self.turns.last_mut() {
            turn.succeeded |= succeeded;
        }
        self.turn(it, base)
    }

    /// Begins the next turn, or leaves the loop after the last.
    fn turn(&mut self, it: &Loop, base: usize) -> Address {
        let Some(turn) = self.turns.last_mut() else {
            return it.exit;
        };
        let part = match &mut turn.parts {
            Parts::Array(items, at) => items.get(*at).map(|item| {
                *at += 1;
                let key = it.key.map(|_| Value::from(*at - 1));
                (key, item.clone())
            }),
            Parts::Listed(parts) => parts.next().map(|(key, part)| (it.key.map(|_| key), part)),
        };
        let Some((key, part)) = part else {
            let result = turn.succeeded || it.mode == LoopMode::Every;
            self.turns.pop();
            self.set(base, it.result, Value::Bool(result));
            return it.exit;
        };
        if let (Some(register), Some(key)) = (it.key, key) {
            self.set(base, register, key);
        }
        self.set(base, it.value, part);
        it.body
    }
}
