//! Going through arrays, objects and sets.

use std::sync::Arc;

use regorus::Value;
use regorus::rvm::instructions::LoopMode;
use regorus::value::{Array, Object, ObjectCursor, Set, SetCursor};

use super::Vm;
use super::code::{Address, Loop};

/// A loop that is being gone through.
#[derive(Debug)]
pub(super) struct Turn {
    parts: Parts,
    /// Whether any turn so far succeeded.
    succeeded: bool,
}

/// What is gone through, and how far. It is held, so that it stays as it was.
#[derive(Debug)]
enum Parts {
    Array(Arc<Array>, usize),
    Object(Arc<Object>, ObjectCursor),
    Set(Arc<Set>, SetCursor),
}

impl Vm {
    /// Begins a loop; where it goes on.
    pub(super) fn begin(&mut self, it: &Loop, base: usize) -> Address {
        self.set(base, it.result, Value::Bool(false));
        let parts = match self.get(base, it.over) {
            Value::Array(items) => Parts::Array(items.clone(), 0),
            Value::Object(fields) => Parts::Object(fields.clone(), fields.cursor()),
            Value::Set(items) => Parts::Set(items.clone(), items.cursor()),
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
        let key = it.key.map(|key| base + usize::from(key));
        let value = base + usize::from(it.value);
        let is_there = match &mut turn.parts {
            Parts::Array(items, at) => items.get(*at).map(|item| {
                *at += 1;
                let key = key.map(|register| (register, Value::from(*at - 1)));
                (key, item.clone())
            }),
            Parts::Object(fields, cursor) => fields.next(cursor).map(|(name, field)| {
                let key = key.map(|register| (register, name.clone()));
                (key, field.clone())
            }),
            Parts::Set(items, cursor) => items.next(cursor).map(|item| {
                let key = key.map(|register| (register, item.clone()));
                (key, item.clone())
            }),
        };
        let Some((key, part)) = is_there else {
            let result = turn.succeeded || it.mode == LoopMode::Every;
            self.turns.pop();
            self.set(base, it.result, Value::Bool(result));
            return it.exit;
        };
        if let Some((register, key)) = key
            && let Some(slot) = self.registers.get_mut(register)
        {
            *slot = key;
        }
        if let Some(slot) = self.registers.get_mut(value) {
            *slot = part;
        }
        it.body
    }
}
