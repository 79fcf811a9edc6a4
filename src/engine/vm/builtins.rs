//! Calls of built-ins.

use std::cell::RefCell;

use regorus::Value;

use super::code::{Callee, Code, Register};
use super::create::UNDEFINED;
use super::{Vm, quick};
use crate::engine::catalogue;
use crate::engine::collect::CONFLICT;

thread_local! {
    /// The first built-in error that is to end the running evaluation.
    static FAILED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether a built-in error will end the running evaluation.
pub(in crate::engine) fn has_failed() -> bool {
    FAILED.with_borrow(Option::is_some)
}

/// The built-in error that is to end the evaluation, which is forgotten.
pub(in crate::engine) fn take_failure() -> Option<String> {
    FAILED.with_borrow_mut(Option::take)
}

impl Vm {
    /// What the built-in at `index` answers to what is in registers; nothing comes of nothing.
    pub(super) fn ask(
        &mut self,
        code: &Code,
        index: u16,
        given: &[Register],
        base: usize,
    ) -> Value {
        if let Some(Some(quick)) = self.quick.get(usize::from(index)) {
            let mut arguments = [&UNDEFINED; quick::ARGUMENTS];
            for (argument, register) in arguments.iter_mut().zip(given) {
                *argument = self.get(base, *register);
                if matches!(argument, Value::Undefined) {
                    return Value::Undefined;
                }
            }
            let arguments = arguments.get(..given.len()).unwrap_or(&[]);
            if let Some(answer) = quick(arguments) {
                return answer;
            }
        }
        let mut arguments = std::mem::take(&mut self.arguments);
        arguments.clear();
        let values = given
            .iter()
            .map(|register| self.get(base, *register).clone());
        arguments.extend(values);
        let is_missing = |value: &Value| matches!(value, Value::Undefined);
        let answer = if arguments.iter().any(is_missing) {
            Value::Undefined
        } else {
            let strict = self.strict;
            match code.calls.get(usize::from(index)) {
                Some(Callee::Number(number)) => {
                    let answer = catalogue::call_whole(usize::from(*number), &arguments);
                    told(answer, strict)
                }
                Some(Callee::Slot) => slot(&arguments, strict),
                Some(Callee::Remembered(name)) => self.once(name, index, &arguments),
                None => Value::Undefined,
            }
        };
        self.arguments = arguments;
        answer
    }

    /// What a built-in answers that is asked once an evaluation.
    fn once(&mut self, name: &str, index: u16, arguments: &[Value]) -> Value {
        let mut known = self.remembered.iter();
        if let Some((_, _, answer)) =
            known.find(|(of, asked, _)| *of == index && *asked == arguments)
        {
            return answer.clone();
        }
        let answer = catalogue::ask(name, arguments).unwrap_or(Value::Undefined);
        let kept = (index, arguments.to_vec(), answer.clone());
        self.remembered.push(kept);
        answer
    }
}

/// Calls the built-in whose number comes first.
fn slot(arguments: &[Value], strict: bool) -> Value {
    let Some(Value::Array(call)) = arguments.first() else {
        return Value::Undefined;
    };
    let Some((Value::Number(number), arguments)) = call.as_slice().split_first() else {
        return Value::Undefined;
    };
    let number = number
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(usize::MAX);
    told(catalogue::call(number, arguments), strict)
}

/// What the evaluation is told of what a built-in answered. An error that is to end it is kept until
/// it has ended.
fn told(answered: Result<Value, String>, strict: bool) -> Value {
    match answered {
        Ok(value) => value,
        Err(message) => {
            if strict || message.starts_with(CONFLICT) {
                FAILED.with_borrow_mut(|failed| {
                    failed.get_or_insert(message);
                });
            }
            Value::Undefined
        }
    }
}
